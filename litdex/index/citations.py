"""Who cites whom in a library: by identifiers, else by title, year and first author (`litdex.ingest.cited`).

Tables hold keys only, `citations` those of identifiers and `cited_works` those of titles. What they find is compared
with the papers when it is asked for, so it does not matter which of two papers came first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from litdex.index.store import Store
from litdex.ingest.cited import likeness, paper_keys, reference_keys
from litdex.ingest.paper import Paper, Reference

MOST_CANDIDATES = 200
"""How many papers are looked at for one question: a bound for titles whose first words are everybody's."""


def keep(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Write the keys of a paper and of its references. What was there of it is gone already."""
    keep_identifiers(connection, number, paper)
    keep_works(connection, number, paper)


def keep_identifiers(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Write the keys made of identifiers only."""
    cited = {key for one in paper.references for key in _id_keys(one)}
    connection.executemany("INSERT INTO citations VALUES (?, ?)", [(key, number) for key in sorted(cited)])


def keep_works(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Write the keys made of titles only."""
    mentioned = {key for one in paper.references for key in reference_keys(one)}
    for table, keys in (("works", paper_keys(paper)), ("cited_works", mentioned)):
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", [(key, number) for key in sorted(keys)])


class Citations:
    """Reads who cites whom over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._store = Store(connection)

    def resolved(self, number: int) -> dict[int, int]:
        """The references of a paper that are papers here: the reference's place, from 0, and the paper's number."""
        found = {}
        for place, reference in enumerate(self._store.paper(number).references):
            cited = self._resolve(reference, number)
            if cited:
                found[place] = cited
        return found

    def cited_by(self, number: int) -> list[int]:
        """The papers here that this one cites."""
        return sorted({*self.resolved(number).values()})

    def citing(self, number: int) -> list[int]:
        """The papers here that cite this one."""
        paper = self._store.paper(number)
        sure = self._papers("citations", _id_keys(paper)) - {number}
        likely = self._papers("cited_works", sorted(paper_keys(paper))) - sure - {number}
        return sorted(sure | {one for one in likely if number in self._means(one, paper, number)})

    def most_cited(self, papers: Sequence[int], limit: int) -> list[tuple[int, int]]:
        """Those of some papers that most papers here cite by identifier, with how many do; the rest is left out."""
        rows = self._db.execute(
            "SELECT sources.paper, count(DISTINCT citations.paper) AS citing FROM sources"
            " JOIN source_keys ON source_keys.source = sources.id JOIN citations USING (key)"
            f" WHERE sources.paper IN ({_marks(papers)}) AND citations.paper != sources.paper"
            " GROUP BY sources.paper ORDER BY citing DESC, sources.paper LIMIT ?",
            (*papers, limit),
        )
        return [(paper, citing) for paper, citing in rows]

    def _means(self, citing: int, paper: Paper, number: int) -> set[int]:
        """What the references of `citing` that may mean the paper do mean."""
        references = self._store.paper(citing).references
        return {self._resolve(one, citing) or 0 for one in references if likeness(one, paper)}

    def _resolve(self, reference: Reference, but: int) -> int | None:
        """The paper here that a reference of the paper `but` means."""
        return self._by_id(reference, but) or self._by_title(reference, but)

    def _by_id(self, reference: Reference, but: int) -> int | None:
        keys = _id_keys(reference)
        row = self._db.execute(
            "SELECT sources.paper FROM source_keys JOIN sources ON sources.id = source"
            f" WHERE key IN ({_marks(keys)}) AND sources.paper IS NOT NULL AND sources.paper != ?"
            " ORDER BY sources.paper LIMIT 1",
            (*keys, but),
        ).fetchone()
        return int(row[0]) if row else None

    def _by_title(self, reference: Reference, but: int) -> int | None:
        """The paper that is most likely meant; the first of equals."""
        candidates = self._papers("works", sorted(reference_keys(reference))) - {but}
        graded = [(likeness(reference, card.paper), card.number) for card in self._store.cards(candidates).values()]
        best, number = max(graded, key=lambda one: (one[0], -one[1]), default=(0.0, 0))
        return number if best else None

    def _papers(self, table: str, keys: Sequence[str | int]) -> set[int]:
        rows = self._db.execute(
            f"SELECT DISTINCT paper FROM {table} WHERE key IN ({_marks(keys)}) ORDER BY paper LIMIT {MOST_CANDIDATES}",
            tuple(keys),
        )
        return {paper for (paper,) in rows}


def _id_keys(one: Paper | Reference) -> list[str]:
    """Its identifiers as the tables have them: "doi:10.1/x"."""
    return [f"{scheme}:{value}" for scheme, value in one.identifiers.items()]


def _marks(keys: Sequence[object]) -> str:
    return ",".join("?" * len(keys))
