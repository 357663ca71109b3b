"""What the engines have still to take over: one list of papers for each generation of each engine.

A generation is `building` until it has every paper, then `active`, the one that searches use. The one that it replaces
is `retired`: kept, with its own list of what it misses since, until the next rebuild.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["lexical", "vectors"]
State = Literal["building", "active", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One build of an engine. `settings` says what it was built with, for vectors the encoder."""

    id: int
    kind: Kind
    engine: str
    state: State
    settings: dict[str, Any]

    @property
    def source(self) -> str | None:
        """What `load_encoder` finds the encoder of these vectors by; None for the shipped one."""
        return self.settings.get("source")


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

    def generations(self, *states: State) -> list[Generation]:
        """The generations in one of `states`, oldest first; without any, those active or being built."""
        rows = self._db.execute("SELECT id, kind, engine, state, settings FROM generations ORDER BY id")
        wanted = states or ("building", "active")
        return [
            Generation(id=number, kind=kind, engine=engine, state=state, settings=json.loads(settings))
            for number, kind, engine, state, settings in rows
            if state in wanted
        ]

    def add_generation(self, kind: Kind, engine: str, settings: dict[str, Any], state: State = "active") -> int:
        """Start a generation that has every paper before it; returns its number."""
        cursor = self._db.execute(
            "INSERT INTO generations (kind, engine, state, settings) VALUES (?, ?, ?, ?)",
            (kind, engine, state, json.dumps(settings, sort_keys=True)),
        )
        number = int(cursor.lastrowid or 0)
        self._db.execute("INSERT INTO pending SELECT ?, id, ? FROM papers", (number, self._next_revision()))
        return number

    def activate(self, numbers: Collection[int]) -> None:
        """Let searches use these generations, and keep those that they replace; older ones are dropped."""
        kinds = {one.kind for one in self.generations("building", "retired") if one.id in numbers}
        self.drop(one.id for one in self.generations("retired") if one.id not in numbers)
        for one in self.generations("active"):
            if one.kind in kinds:
                self._db.execute("UPDATE generations SET state = 'retired' WHERE id = ?", (one.id,))
        self._db.executemany(
            "UPDATE generations SET state = 'active' WHERE id = ?", [(number,) for number in sorted(numbers)]
        )

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget generations and their lists."""
        self._db.executemany("DELETE FROM generations WHERE id = ?", [(number,) for number in numbers])

    def move(self, kind: Kind, old: str, new: str) -> None:
        """The server of the generations at the URL `old` is now at `new`."""
        self._db.execute(
            "UPDATE generations SET settings = json_set(settings, '$.url', ?)"
            " WHERE kind = ? AND json_extract(settings, '$.url') = ?",
            (new, kind, old),
        )

    def mark(self, papers: Iterable[int]) -> None:
        """Put papers that were changed, added or removed on the list of every generation."""
        self._mark(papers, "1")

    def mark_for(self, generation: int, papers: Iterable[int]) -> None:
        """Put papers on the list of one generation."""
        self._mark(papers, f"id = {int(generation)}")

    def papers(self, limit: int, generations: Collection[int] | None = None) -> list[int]:
        """The first `limit` papers, by number, that any of the generations (any active one) has before it."""
        rows = self._db.execute(
            f"SELECT DISTINCT paper FROM pending WHERE generation IN ({self._among(generations)})"
            " ORDER BY paper LIMIT ?",
            (limit,),
        )
        return [paper for (paper,) in rows]

    def first_above(self, paper: int) -> int | None:
        """The first paper above this number that an active generation has before it."""
        (found,) = self._db.execute(
            f"SELECT min(paper) FROM pending WHERE generation IN ({self._among(None)}) AND paper > ?", (paper,)
        ).fetchone()
        return None if found is None else int(found)

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

    def counts(self, *states: State) -> dict[int, int]:
        """How many papers each generation in one of `states` (each active one) has before it, where it has any."""
        numbers = [one.id for one in self.generations(*states or ("active",))]
        return dict(
            self._db.execute(
                "SELECT generation, count(*) FROM pending"
                f" WHERE generation IN ({self._among(numbers)}) GROUP BY generation"
            )
        )

    def passages(self, generations: Collection[int] | None = None) -> int:
        """How many passages the generations (the active ones) have before them, each counted once."""
        row = self._db.execute(
            "SELECT count(*) FROM passages WHERE paper IN"
            f" (SELECT DISTINCT paper FROM pending WHERE generation IN ({self._among(generations)}))"
        ).fetchone()
        return int(row[0])

    def _mark(self, papers: Iterable[int], which: str) -> None:
        revision = self._next_revision()
        self._db.executemany(
            f"INSERT INTO pending SELECT id, ?, ? FROM generations WHERE {which}"
            " ON CONFLICT (generation, paper) DO UPDATE SET revision = excluded.revision",
            [(paper, revision) for paper in papers],
        )

    @staticmethod
    def _among(generations: Collection[int] | None) -> str:
        """The inside of an SQL `IN (…)`."""
        if generations is None:
            return "SELECT id FROM generations WHERE state = 'active'"
        return ",".join(str(int(number)) for number in generations)

    def _next_revision(self) -> int:
        row = self._db.execute(
            "INSERT INTO meta VALUES ('revision', '1') ON CONFLICT (key)"
            " DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
        ).fetchone()
        return int(row[0])
