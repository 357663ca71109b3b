"""Distillation: general text with a teacher's vectors, so that training on one field does not forget the others.

The pool is embedded once, before training, and kept in a folder; batches are drawn from neighbourhoods of the teacher's
space, since the ranking among near texts is what a student has to learn from it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from litdex.encoder.corpus import Article
from litdex.encoder.models import Embedder
from litdex.encoder.pairs import Batch
from litdex.encoder.sentences import sentences

KINDS = ("title", "claim", "abstract")


@dataclass(frozen=True, slots=True)
class Taught:
    """One paper of the pool: two queries and the abstract; `claim` is its last sentence, `rest` what precedes it."""

    id: str
    title: str
    claim: str
    abstract: str
    rest: str


class Distilled:
    """Query/source pairs of the pool, each batch with the teacher's cosines between its queries and abstracts."""

    def __init__(self, rows: Sequence[Taught], vectors: dict[str, NDArray[np.float32]], *, near: int = 4) -> None:
        self._rows, self._vectors = list(rows), vectors
        cosines = vectors["abstract"] @ vectors["abstract"].T
        np.fill_diagonal(cosines, -1)
        near = min(near, len(rows) - 1)
        self._near = np.argpartition(-cosines, near, axis=1)[:, :near] if near else np.empty((len(rows), 0), int)

    def draw(self, rng: random.Random, size: int) -> Batch:
        seeds = rng.sample(range(len(self._rows)), min(len(self._rows), max(1, size // 3)))
        chosen = list(dict.fromkeys([i for s in seeds for i in (s, *self._near[s])]))[:size]
        asked = rng.choice(("title", "claim"))
        rows = [self._rows[i] for i in chosen]
        left = [getattr(row, asked) for row in rows]
        right = [row.rest if asked == "claim" else row.abstract for row in rows]
        cosines = self._vectors[asked][chosen] @ self._vectors["abstract"][chosen].T
        return Batch(left, right, np.eye(len(rows), dtype=bool), frozenset(row.id for row in rows), cosines)


def pool(articles: Sequence[Article], size: int, seed: int) -> list[Taught]:
    """`size` papers with abstracts of at least five sentences, drawn with `seed`."""
    parts = [(a, sentences(a.abstract)) for a in articles]
    usable = [(a, s) for a, s in parts if len(s) > 4 and len(a.abstract.split()) > 80 and len(a.title.split()) > 4]
    picked = random.Random(seed).sample(usable, min(size, len(usable)))
    return [Taught(a.id, a.title, s[-1], a.abstract, " ".join(s[:-1])) for a, s in picked]


def taught(rows: Sequence[Taught], teacher: Embedder) -> dict[str, NDArray[np.float32]]:
    """The teacher's vectors of titles, claims and abstracts, each (len(rows), dimension)."""
    return {
        kind: teacher([getattr(row, kind) for row in rows], "passage" if kind == "abstract" else "query")
        for kind in KINDS
    }


def save_pool(folder: Path, rows: Sequence[Taught], vectors: dict[str, NDArray[np.float32]]) -> None:
    """Keep the pool and its vectors in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, array in vectors.items():
        np.save(folder / f"{kind}.npy", array)
    (folder / "rows.jsonl").write_text("\n".join(json.dumps(asdict(row)) for row in rows), encoding="utf-8")


def load_pool(folder: Path) -> tuple[list[Taught], dict[str, NDArray[np.float32]]] | None:
    """What `save_pool` kept, or None where nothing was."""
    kept = folder / "rows.jsonl"
    if not kept.is_file():
        return None
    rows = [Taught(**json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()]
    return rows, {kind: np.load(folder / f"{kind}.npy") for kind in KINDS}
