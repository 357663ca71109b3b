"""Kinds of pairs mixed in stated proportions, the same for every run and after every resume."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from litdex.encoder.pairs import Batch, Pairs
from litdex.errors import LitdexError


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of pairs: its share of the steps and the pairs in one batch."""

    pairs: Pairs
    share: float
    size: int


class Mixture:
    """Batch after batch from several sources. A batch depends on the seed and its step alone, so a resume repeats none.

    Over any stretch of steps each kind has its share to within one step (no luck in the draw).
    """

    def __init__(self, sources: Mapping[str, Source], *, seed: int, held_out: Collection[str] = frozenset()) -> None:
        self._sources = {name: source for name, source in sources.items() if source.share > 0}
        self._seed, self._held_out = seed, frozenset(held_out)
        self._order: list[str] = []

    def kind(self, step: int) -> str:
        """The kind whose turn it is at `step`: the one furthest behind its share."""
        total = sum(source.share for source in self._sources.values())
        while len(self._order) <= step:
            done = len(self._order) + 1
            behind = {
                name: source.share / total * done - self._order.count(name) for name, source in self._sources.items()
            }
            self._order.append(max(behind, key=lambda name: behind[name]))
        return self._order[step]

    def batch(self, step: int) -> Batch:
        """The batch of `step`. Raises `LitdexError` where it would hold a paper that is held out."""
        kind = self.kind(step)
        source = self._sources[kind]
        batch = source.pairs.draw(random.Random(f"{self._seed}:{step}"), source.size)
        leaked = batch.papers & self._held_out
        if leaked:
            raise LitdexError(
                f"a batch of kind '{kind}' holds the held-out paper {min(leaked)}; nothing was trained on it."
            )
        return batch
