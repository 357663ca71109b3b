"""Averages of checkpoints' weights, chosen on devel: what fine-tuning gained, without what it forgot.

Source: Wortsman et al., "Robust fine-tuning of zero-shot models" (WiSE-FT, 2022) and "Model soups" (2022). Checkpoints
must share one start, one vocabulary and one shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litdex.encoder.measures import Value
from litdex.encoder.models import embedder, open_model
from litdex.encoder.tasks import Task
from litdex.errors import UserError

Recipe = Mapping[str, float]  # folder -> weight; weights sum to 1


def averaged(recipe: Recipe, *, max_tokens: int = 256) -> Any:
    """A SentenceTransformer whose weights are the weighted mean of the folders' models."""
    import torch

    if not recipe or abs(sum(recipe.values()) - 1) > 1e-6:
        raise UserError(f"the weights of an average must sum to 1, not {sum(recipe.values()):g}.")
    folders = list(recipe)
    model = open_model(folders[0], max_tokens=max_tokens)
    mixed = {name: recipe[folders[0]] * tensor for name, tensor in model.state_dict().items()}
    for folder in folders[1:]:
        other = open_model(folder, max_tokens=max_tokens).state_dict()
        for name, tensor in mixed.items():
            if name not in other or other[name].shape != tensor.shape:
                raise UserError(f"{folder} and {folders[0]} differ in shape at {name}: they cannot be averaged.")
            if tensor.dtype.is_floating_point:
                tensor += recipe[folder] * other[name]
    kept = model.state_dict()
    model.load_state_dict({n: t if t.dtype.is_floating_point else kept[n] for n, t in mixed.items()})
    if any(not torch.isfinite(tensor).all() for tensor in mixed.values()):
        raise UserError("the average holds numbers that are not finite: one of its checkpoints is broken.")
    return model


def compared(recipes: Sequence[Recipe], tasks: Sequence[Task], *, max_tokens: int = 128) -> list[dict[str, Value]]:
    """Each recipe's measures, in order."""
    found = []
    for recipe in recipes:
        embed = embedder(averaged(recipe, max_tokens=max_tokens))
        found.append({name: value for task in tasks for name, value in task.measure(embed).items()})
    return found
