"""Distillation of trained taggers: what their heads, taken together, think of each word is what a student's should.

Source: Hinton et al., "Distilling the Knowledge in a Neural Network" (2015), word by word and for every head at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from litdex.errors import UserError
from litdex.ner.pieces import Pieces
from litdex.ner.training.inputs import Inputs
from litdex.ner.training.model import Tagger
from litdex.ner.training.saved import cutters, load


class Teachers:
    """The mean of several taggers. `cutters` are those of all their encoders, in order."""

    def __init__(self, folders: Sequence[Path], tags: Mapping[str, Sequence[str]], device: str) -> None:
        """Raises `UserError` where one cannot be loaded, or has other tags than the student's `tags`."""
        found = [load(folder) for folder in folders]
        for folder, one in zip(folders, found, strict=True):
            for name, wanted in tags.items():
                if name not in one.model.heads or one.model.head(name).tags != tuple(wanted):
                    raise UserError(f"teacher.taggers: {folder} has no head {name} of the types that the corpus has.")
        self._models = [one.model.to(device) for one in found]
        self._heads = list(tags)
        self.cutters: list[Pieces] = [cutter for one in found for cutter in cutters(one.tokenizers)]

    def targets(self, inputs: Inputs, *, half: bool) -> dict[str, Tensor]:
        """For each head the probability of each tag (texts, words, tags); `inputs` has the teachers' rows alone."""
        sums: dict[str, Tensor] = {}
        first = 0
        for model in self._models:
            count = len(model.encoders)
            with torch.no_grad(), torch.autocast(inputs.mask.device.type, dtype=torch.bfloat16, enabled=half):
                fused = model(inputs.of(first, count))
            first += count
            for name in self._heads:
                with torch.no_grad():
                    likely = model.head(name)(fused).softmax(2)
                sums[name] = sums[name] + likely if name in sums else likely
        return {name: total / len(self._models) for name, total in sums.items()}


def taught(student: Tagger, fused: Tensor, mask: Tensor, targets: Mapping[str, Tensor]) -> Tensor:
    """The cross-entropy of the student's heads against `targets`: the mean over words, the sum over heads."""
    losses = [
        -(target[mask] * student.head(name)(fused).log_softmax(2)[mask]).sum(1).mean()
        for name, target in targets.items()
    ]
    return torch.stack(losses).sum()
