"""Texts to tensors: windows of pieces for each encoder, places of the words in them, characters as written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from litdex.ner.exported import END, FIRST_CHARACTER, PADDING, START, UNKNOWN
from litdex.ner.pieces import Pieces
from litdex.ner.windows import windows

CHARACTERS = "".join(map(chr, range(33, 127))) + "αβγδεζηθικλμνξοπρστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ±×−–—′″°·≤≥∼"
"""The characters that a surface vector knows: ASCII, Greek and the signs of scientific text."""
WORD_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Rows:
    """What one encoder reads: `ids` and `mask` (rows, tokens), and each word's place in the rows (texts, words)."""

    ids: Tensor
    mask: Tensor
    places: Tensor  # row * tokens + token

    def to(self, device: str) -> Rows:
        """The same on `device`."""
        return Rows(*(value.to(device, non_blocking=True) for value in (self.ids, self.mask, self.places)))


@dataclass(frozen=True, slots=True)
class Inputs:
    """A batch. `mask` (texts, words) tells words from padding; each distinct word is spelled once."""

    rows: tuple[Rows, ...]
    mask: Tensor
    spelled: Tensor  # (distinct words, WORD_LENGTH + 4): ids of characters
    spelling: Tensor  # (texts, words): which of them

    def to(self, device: str) -> Inputs:
        """The same on `device`."""
        moved = (value.to(device, non_blocking=True) for value in (self.mask, self.spelled, self.spelling))
        return Inputs(tuple(rows.to(device) for rows in self.rows), *moved)

    def of(self, first: int, count: int) -> Inputs:
        """The same for `count` of the encoders, from number `first` on."""
        return replace(self, rows=self.rows[first : first + count])


def inputs_of(
    texts: Sequence[Sequence[str]], pieces: Sequence[Sequence[list[list[int]]]], cutters: Sequence[Pieces]
) -> Inputs:
    """A batch of texts, given as words and, for each encoder, the pieces of every text's words."""
    width = max(map(len, texts))
    mask = torch.zeros(len(texts), width, dtype=torch.bool)
    spelling = torch.zeros(len(texts), width, dtype=torch.long)
    known: dict[str, int] = {}
    for row, words in enumerate(texts):
        mask[row, : len(words)] = True
        spelling[row, : len(words)] = torch.tensor([known.setdefault(word, len(known)) for word in words])
    rows = tuple(_rows(cut, cutter, width) for cut, cutter in zip(pieces, cutters, strict=True))
    return Inputs(rows, mask, torch.tensor([spelled(word) for word in known]), spelling)


def labels_of(tags: Sequence[Sequence[int]]) -> Tensor:
    """Tags (texts, words) as a tensor. Padding is tag 0: the mask hides it, and a CRF takes no negative label."""
    labels = torch.zeros(len(tags), max(map(len, tags)), dtype=torch.long)
    for row, found in enumerate(tags):
        labels[row, : len(found)] = torch.tensor(found)
    return labels


def spelled(word: str) -> list[int]:
    """The ids of a word's characters, as `litdex.ner.exported` says."""
    ids = [_IDS.get(character, UNKNOWN) for character in word[:WORD_LENGTH]]
    return [PADDING, START, *ids, END, PADDING, *[PADDING] * (WORD_LENGTH - len(ids))]


_IDS = {character: FIRST_CHARACTER + at for at, character in enumerate(CHARACTERS)}


def _rows(texts: Sequence[list[list[int]]], cutter: Pieces, width: int) -> Rows:
    read: list[list[int]] = []
    found: list[list[tuple[int, int]]] = []  # row and token of each word, in each text
    for cut in texts:
        words: list[tuple[int, int]] = []
        for window in windows([len(word) for word in cut]):
            ids, starts = list(cutter.before), []
            for word in cut[window.first : window.last]:
                starts.append(len(ids))
                ids += word
            words += [(len(read), starts[word - window.first]) for word in range(window.begin, window.end)]
            read.append(ids + list(cutter.after))
        found.append(words)
    tokens = max(map(len, read))
    places = torch.zeros(len(texts), width, dtype=torch.long)
    for at, words in enumerate(found):
        places[at, : len(words)] = torch.tensor([row * tokens + token for row, token in words])
    ids = torch.zeros(len(read), tokens, dtype=torch.long)
    mask = torch.zeros(len(read), tokens, dtype=torch.long)
    for at, row in enumerate(read):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return Rows(ids, mask, places)
