"""What a trained tagger finds in a corpus: its spans in each sentence, beside the gold ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from litdex.ner.corpora.schemes import spans_of
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.pieces import Pieces
from litdex.ner.training.data import groups_of, joined
from litdex.ner.training.inputs import inputs_of
from litdex.ner.training.model import Tagger

BATCH = 4096  # pieces of the first encoder in a batch, without padding


@torch.inference_mode()
def tags_in(
    model: Tagger, cutters: Sequence[Pieces], head: str, sentences: Sequence[Sentence], join: int
) -> list[list[str]]:
    """The tags of each sentence's words by `head`. Neighbours are read together up to `join` words, see `Corpus`."""
    groups = list(groups_of(sentences, join))
    texts = [joined(group).words for group in groups]
    cut = [cutter.cut(texts) for cutter in cutters]
    found: list[list[str]] = [[]] * len(texts)
    was = model.training
    model.eval()
    for batch in _batches([sum(map(len, words)) for words in cut[0]]):
        inputs = inputs_of([texts[at] for at in batch], [[words[at] for at in batch] for words in cut], cutters)
        decoded = model.head(head).decode(model(inputs), inputs.mask)
        for at, row in zip(batch, decoded, strict=True):
            found[at] = [model.head(head).tags[tag] for tag in row]
    model.train(was)
    return list(_parted(groups, found))


@dataclass(frozen=True, slots=True)
class Score:
    """Entities found right, found, and there, by exact span and type."""

    right: int
    found: int
    there: int

    @property
    def f1(self) -> float:
        """Their F1; 0 where there is nothing right."""
        return 2 * self.right / max(1, self.found + self.there)


def score(sentences: Sequence[Sentence], tags: Sequence[Sequence[str]]) -> Score:
    """How many of the sentences' spans `tags`, one list a sentence, name."""
    found = [set(spans_of(row)) for row in tags]
    there: list[set[Span]] = [set(sentence.spans) for sentence in sentences]
    right = sum(len(mine & gold) for mine, gold in zip(found, there, strict=True))
    return Score(right, sum(map(len, found)), sum(map(len, there)))


def _batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts in batches of like size."""
    batch: list[int] = []
    full = 0
    for at in sorted(range(len(sizes)), key=lambda at: sizes[at]):
        if batch and full + sizes[at] > BATCH:
            yield batch
            batch, full = [], 0
        batch.append(at)
        full += sizes[at]
    if batch:
        yield batch


def _parted(groups: Sequence[Sequence[Sentence]], tags: Sequence[list[str]]) -> Iterator[list[str]]:
    for group, row in zip(groups, tags, strict=True):
        at = 0
        for sentence in group:
            yield row[at : at + len(sentence.words)]
            at += len(sentence.words)
