"""What the engines have still to take over: one list of papers for each generation of each engine."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["lexical", "vectors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One build of an engine. `settings` says what it was built with, for vectors the encoder."""

    id: int
    kind: Kind
    engine: str
    state: Literal["building", "active", "retired"]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """A paper that some generation has to take over (or to drop, when the paper is gone)."""

    generation: int
    paper: int
    revision: int


class Outbox:
    """Reads and writes the tables `generations` and `pending` of one connection. Transactions are the caller's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def generations(self) -> list[Generation]:
        """All generations that take over papers, oldest first."""
        rows = self._db.execute(
            "SELECT id, kind, engine, state, settings FROM generations WHERE state != 'retired' ORDER BY id"
        )
        return [
            Generation(id=number, kind=kind, engine=engine, state=state, settings=json.loads(settings))
            for number, kind, engine, state, settings in rows
        ]

    def add_generation(self, kind: Kind, engine: str, settings: dict[str, Any]) -> int:
        """Start an active generation that has every paper before it; returns its number."""
        cursor = self._db.execute(
            "INSERT INTO generations (kind, engine, state, settings) VALUES (?, ?, 'active', ?)",
            (kind, engine, json.dumps(settings, sort_keys=True)),
        )
        number = int(cursor.lastrowid or 0)
        self._db.execute("INSERT INTO pending SELECT ?, id, ? FROM papers", (number, self._next_revision()))
        return number

    def mark(self, papers: Iterable[int]) -> None:
        """Put papers that were changed, added or removed on the list of every generation."""
        revision = self._next_revision()
        self._db.executemany(
            "INSERT INTO pending SELECT id, ?, ? FROM generations WHERE state != 'retired'"
            " ON CONFLICT (generation, paper) DO UPDATE SET revision = excluded.revision",
            [(paper, revision) for paper in papers],
        )

    def papers(self, limit: int) -> list[int]:
        """The first `limit` papers, by number, that any generation has before it."""
        rows = self._db.execute("SELECT DISTINCT paper FROM pending ORDER BY paper LIMIT ?", (limit,))
        return [paper for (paper,) in rows]

    def of(self, papers: Iterable[int]) -> list[Pending]:
        """The entries of the given papers."""
        found: list[Pending] = []
        for paper in papers:
            rows = self._db.execute("SELECT generation, paper, revision FROM pending WHERE paper = ?", (paper,))
            found.extend(Pending(*row) for row in rows)
        return found

    def applied(self, entries: Iterable[Pending]) -> None:
        """Take entries off the list, unless the paper was changed again in the meantime."""
        self._db.executemany(
            "DELETE FROM pending WHERE generation = ? AND paper = ? AND revision = ?",
            [(entry.generation, entry.paper, entry.revision) for entry in entries],
        )

    def counts(self) -> dict[int, int]:
        """How many papers each generation has before it."""
        return dict(self._db.execute("SELECT generation, count(*) FROM pending GROUP BY generation"))

    def passages(self) -> int:
        """How many passages the generations have before them, each counted once."""
        row = self._db.execute(
            "SELECT count(*) FROM passages WHERE paper IN (SELECT DISTINCT paper FROM pending)"
        ).fetchone()
        return int(row[0])

    def _next_revision(self) -> int:
        row = self._db.execute(
            "INSERT INTO meta VALUES ('revision', '1') ON CONFLICT (key)"
            " DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
        ).fetchone()
        return int(row[0])
