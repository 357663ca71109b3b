"""What a test collection is: a corpus, queries, and what is relevant to each of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

Qrels = Mapping[str, Mapping[str, int]]
"""query -> document -> grade, 0 for what was judged and is not relevant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A test collection. Documents go by the corpus's own ids, or by any id that a library knows them by.

    `corpus` is a file that `litdex ingest` reads, or None where only a library that is there already can be evaluated.
    With `without_self`, the document that has the query's own id is left out of the query's rankings.
    """

    name: str
    corpus: Path | None
    queries: Mapping[str, str]
    qrels: Qrels
    without_self: bool = False

    def sample(self, size: int | None, seed: int = 0) -> Collection:
        """The same collection with `size` of its queries, drawn by `seed`; all of them for None."""
        if size is None or size >= len(self.queries):
            return self
        drawn = set(random.Random(seed).sample(sorted(self.queries), size))
        return replace(
            self,
            queries={query: text for query, text in self.queries.items() if query in drawn},
            qrels={query: grades for query, grades in self.qrels.items() if query in drawn},
        )


def answerable(qrels: Qrels) -> dict[str, Mapping[str, int]]:
    """The queries that have a relevant document; the others tell nothing and are left out, as trec_eval does."""
    return {query: grades for query, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
