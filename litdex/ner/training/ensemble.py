"""Trained taggers as the start of another: one of the same shape, or one for each encoder of a tagger of several.

Those of one encoder each become one tagger. Their fusions stand side by side: each half of the fused vector sees its
own encoder and characters, and a tag's score is the mean of the taggers' scores, so training of the dual model begins
where an ensemble of the two would stand.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from litdex.errors import UserError
from litdex.ner.training.crf import Head
from litdex.ner.training.model import Surface, Tagger


def start_from(model: Tagger, parts: Sequence[Tagger]) -> None:
    """Give `model` the weights of `parts`: a single one of its own shape, else one tagger for each encoder, in order.

    A head that none of them has stays as it is. Raises `UserError` where the shapes do not agree.
    """
    if len(parts) == 1 and len(parts[0].encoders) == len(model.encoders):
        _go_on(model, parts[0])
    else:
        side_by_side(model, parts)


def _go_on(model: Tagger, part: Tagger) -> None:
    own = model.state_dict()
    given = {name: value for name, value in part.state_dict().items() if name in own}
    if any(value.shape != own[name].shape for name, value in given.items()):
        raise UserError("model.start: that tagger has other widths or tags. Take over its [model] and its types.")
    model.load_state_dict(own | given)


def side_by_side(model: Tagger, parts: Sequence[Tagger]) -> None:
    """Give `model`'s fusion, characters and heads the weights of `parts`, one for each of its encoders, in order.

    A head that none of them has stays as it is. Raises `UserError` where the widths do not add up.
    """
    _check(model, parts)
    with torch.no_grad():
        for encoder, part in zip(model.encoders, parts, strict=True):
            encoder.load_state_dict(part.encoders[0].state_dict())
        _surfaces(model.surface, [part.surface for part in parts])
        _fusions(model, parts)
        widths = [part.fusion.mix.out_features for part in parts]
        for name in model.heads:
            _heads(model.head(name), [part.head(name) if name in part.heads else None for part in parts], widths)


def _check(model: Tagger, parts: Sequence[Tagger]) -> None:
    hidden = sum(part.fusion.mix.out_features for part in parts)
    surface = sum(_width(part) for part in parts)
    if len(parts) != len(model.encoders) or any(len(part.encoders) != 1 for part in parts):
        raise UserError(f"model.start must name {len(model.encoders)} taggers of one encoder each, one an encoder.")
    if hidden != model.fusion.mix.out_features or surface != _width(model):
        raise UserError(f"model.hidden must be {hidden} and model.surface {surface}: the sums over model.start.")


def _width(model: Tagger) -> int:
    return model.surface.mix.out_features if model.surface is not None else 0


def _surfaces(whole: Surface | None, parts: Sequence[Surface | None]) -> None:
    """Characters' vectors side by side; each part's convolution sees its own."""
    if whole is None:
        return
    width = whole.embedding.embedding_dim
    whole.mix.weight.zero_()
    column = row = 0
    for part in filter(None, parts):
        own, rows = part.embedding.embedding_dim, part.mix.out_features
        whole.embedding.weight[:, column : column + own] = part.embedding.weight
        for place in range(3):
            weights = part.mix.weight[:, place * own : (place + 1) * own]
            whole.mix.weight[row : row + rows, place * width + column : place * width + column + own] = weights
        whole.mix.bias[row : row + rows] = part.mix.bias
        column, row = column + own, row + rows


def _fusions(model: Tagger, parts: Sequence[Tagger]) -> None:
    mix = model.fusion.mix
    mix.weight.zero_()
    encoded, drawn, row = 0, mix.in_features - _width(model), 0
    for part in parts:
        width, surface, rows = part.encoders[0].config.hidden_size, _width(part), part.fusion.mix.out_features
        mix.weight[row : row + rows, encoded : encoded + width] = part.fusion.mix.weight[:, :width]
        mix.weight[row : row + rows, drawn : drawn + surface] = part.fusion.mix.weight[:, width:]
        mix.bias[row : row + rows] = part.fusion.mix.bias
        encoded, drawn, row = encoded + width, drawn + surface, row + rows


def _heads(whole: Head, parts: Sequence[Head | None], widths: Sequence[int]) -> None:
    """The mean of the scores and transitions of those parts that have the head."""
    known = [part for part in parts if part is not None and part.tags == whole.tags]
    if not known:
        return
    scores = [
        part.scores.weight if part is not None and part in known else torch.zeros(len(whole.tags), width)
        for part, width in zip(parts, widths, strict=True)
    ]
    whole.scores.weight.copy_(torch.cat(scores, dim=1) / len(known))
    whole.scores.bias.copy_(_mean([part.scores.bias for part in known]))
    for name in ("start_transitions", "end_transitions", "transitions"):
        learnt = [getattr(part.crf, name) for part in known if part.crf is not None]
        if learnt and whole.crf is not None:
            setattr(whole.crf, name, _mean(learnt))


def _mean(values: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(values)).mean(0)
