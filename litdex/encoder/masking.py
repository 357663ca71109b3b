"""Sequences for masked-language training: texts packed to one length, and masks drawn anew each time they are seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
IGNORED = -100  # a label that the loss passes over


def packed(tokenizer: Any, texts: Iterable[str], tokens: int) -> Ids:
    """Texts one after the other, each closed by [SEP], cut to rows of `tokens` that open with [CLS]: (rows, tokens)."""
    stream: list[int] = []
    waiting = iter(texts)
    while some := list(islice(waiting, 1000)):
        for ids in tokenizer(some, add_special_tokens=False, truncation=False, verbose=False)["input_ids"]:
            stream.extend(ids)
            stream.append(tokenizer.sep_token_id)
    body = tokens - 1
    rows = len(stream) // body
    if rows == 0:  # a corpus shorter than one sequence: padded, so that it still trains
        stream += [tokenizer.pad_token_id] * (body - len(stream))
        rows = 1
    cut = np.array(stream[: rows * body], dtype=np.int32).reshape(rows, body)
    return np.hstack([np.full((rows, 1), tokenizer.cls_token_id, dtype=np.int32), cut])


def masked(
    ids: Ids, rng: np.random.Generator, *, share: float, special: Sequence[int], mask: int, vocabulary: int
) -> tuple[Ids, Ids]:
    """Inputs and labels (rows, tokens). Of `share` of the pieces 80 % masked, 10 % another piece, 10 % as they are.

    Source: BERT (Devlin et al., 2019), drawn anew at each step as in RoBERTa (Liu et al., 2019).
    """
    chosen = (rng.random(ids.shape) < share) & ~np.isin(ids, special)
    labels = np.where(chosen, ids, IGNORED).astype(np.int32)
    fate = rng.random(ids.shape)
    inputs = np.where(chosen & (fate < 0.8), mask, ids)
    other = rng.integers(len(special), vocabulary, ids.shape)
    return np.where(chosen & (fate >= 0.9), other, inputs).astype(np.int32), labels
