"""A new vocabulary on old weights: a new piece starts as the mean of the old pieces that spell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREFIX = "##"


def transplant(model: Any, old: Mapping[str, int], new: Mapping[str, int], *, unknown: str = "[UNK]") -> None:
    """Give `model` (a Hugging Face encoder) the vocabulary `new` in place of `old`; both map pieces to rows.

    A piece in both keeps its row; one that the old pieces cannot spell gets the row of `unknown`.
    """
    import torch

    before = model.get_input_embeddings().weight.detach()
    rows = torch.stack([before[spelled(piece, old, unknown)].mean(0) for piece in sorted(new, key=lambda p: new[p])])
    model.resize_token_embeddings(len(new), mean_resizing=False)
    with torch.no_grad():
        model.get_input_embeddings().weight.copy_(rows)
    model.tie_weights()


def spelled(piece: str, vocabulary: Mapping[str, int], unknown: str = "[UNK]") -> list[int]:
    """The rows of the fewest-first, longest-match pieces of `vocabulary` that make up `piece`."""
    if piece in vocabulary:
        return [vocabulary[piece]]
    inner = piece.startswith(PREFIX)
    rest = piece.removeprefix(PREFIX)
    rows: list[int] = []
    while rest:
        prefix = PREFIX if inner or rows else ""
        end = next((n for n in range(len(rest), 0, -1) if prefix + rest[:n] in vocabulary), 0)
        if not end:
            return [vocabulary[unknown]]
        rows.append(vocabulary[prefix + rest[:end]])
        rest = rest[end:]
    return rows or [vocabulary[unknown]]
