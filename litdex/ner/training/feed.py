"""Batches as tensors, in their order, made by the training's own process or ahead of it by several others."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from litdex.ner.corpora.schemes import OUTSIDE, tags_of
from litdex.ner.pieces import Pieces
from litdex.ner.training.data import PLAIN, Corpora, Example
from litdex.ner.training.inputs import Inputs, inputs_of, labels_of

AHEAD = 32  # batches that each process makes before they are asked for


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch of one corpus: number `at` of the `of` in its epoch. `labels` (texts, words) is absent for `PLAIN`."""

    corpus: str
    inputs: Inputs
    labels: Tensor | None
    at: int
    of: int


class Feed:
    """All batches of an epoch, from one of them on. `tags` gives the tags of each corpus's head in their order."""

    def __init__(
        self, corpora: Corpora, cutters: Sequence[Pieces], tags: Mapping[str, Sequence[str]], workers: int
    ) -> None:
        self._corpora, self._cutters, self._workers = corpora, cutters, workers
        self._numbers = {name: {tag: number for number, tag in enumerate(found)} for name, found in tags.items()}
        self._begun: dict[int, Iterator[Any]] = {}

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Prepared]:
        """The batches of `epoch` but the first `first`. With workers, those of the next epoch are begun as well."""
        if not self._workers:
            yield from self.made(epoch, first, 1)
            return
        found = self._begun.pop(epoch) if epoch in self._begun else self._loader(epoch, first)
        self._begun[epoch + 1] = self._loader(epoch + 1, 0)
        for packed in found:
            yield pickle.loads(packed)

    def made(self, epoch: int, first: int, step: int) -> Iterator[Prepared]:
        """Every `step`th batch of an epoch from number `first` on."""
        batches = self._corpora.batches(epoch, self._cutters)
        for at in range(first, len(batches), step):
            yield self._prepared(batches[at], at, len(batches))

    def _loader(self, epoch: int, first: int) -> Iterator[Any]:
        parts = _Parts(self, epoch, first)
        return iter(DataLoader(parts, batch_size=None, num_workers=self._workers, prefetch_factor=AHEAD))

    def _prepared(self, batch: list[Example], at: int, of: int) -> Prepared:
        words = [example.sentence.words for example in batch]
        pieces = [[example.pieces[cutter] for example in batch] for cutter in range(len(self._cutters))]
        corpus = batch[0].corpus
        labels = None if corpus == PLAIN else labels_of([self._ids(corpus, example) for example in batch])
        return Prepared(corpus, inputs_of(words, pieces, self._cutters), labels, at, of)

    def _ids(self, corpus: str, example: Example) -> list[int]:
        numbers = self._numbers[corpus]
        tags = tags_of(example.sentence.spans, len(example.sentence.words))
        return [numbers.get(tag, numbers[OUTSIDE]) for tag in tags]


class _Parts(IterableDataset):  # type: ignore[misc]  # torch is not typed here
    """One process's part of an epoch: every nth batch, which the loader puts back in order. Pickled there, once."""

    def __init__(self, feed: Feed, epoch: int, first: int) -> None:
        self._feed, self._epoch, self._first = feed, epoch, first

    def __iter__(self) -> Iterator[bytes]:
        worker = get_worker_info()
        for prepared in self._feed.made(self._epoch, self._first + worker.id, worker.num_workers):
            yield pickle.dumps(prepared)
