"""Reading the library's truth: papers, their passages, and the names they go by."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from litdex.ingest import serialise
from litdex.ingest.identifiers import parse_id, typed_id
from litdex.ingest.identity import ID_ORDER
from litdex.ingest.merge import merge
from litdex.ingest.paper import Paper
from litdex.ingest.passages import Passage, PassageKind


@dataclass(frozen=True, slots=True)
class Card:
    """A paper without its full text: what a result list shows and what engines filter on."""

    number: int
    name: str  # the public id: "arXiv:0901.1234"
    paper: Paper  # abstract, sections, captions and references are empty


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record of a paper came from."""

    path: str
    format: str


class Store:
    """Reads papers and passages over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def find(self, text: str) -> int | None:
        """The number of the paper that a user names by any of its ids; None if there is none."""
        row = self._db.execute("SELECT id FROM papers WHERE name = ? ORDER BY id LIMIT 1", (text.strip(),)).fetchone()
        if row:
            return int(row[0])
        text = text.strip()
        parsed = ("pmid", text) if text.isascii() and text.isdecimal() else typed_id(text) or parse_id(text)
        return next(iter(self.known_as(*parsed)), None) if parsed else None

    def known_as(self, scheme: str, value: str) -> list[int]:
        """The papers that have an identifier: one, or two where sources that give it tell of different papers."""
        rows = self._db.execute(
            "SELECT DISTINCT paper FROM source_keys JOIN sources ON id = source"
            " WHERE key = ? AND paper IS NOT NULL ORDER BY paper",
            (f"{scheme}:{value}",),
        )
        return [paper for (paper,) in rows]

    def contested(self) -> list[tuple[str, list[int]]]:
        """The identifiers that several papers have, which only one of them can have rightly, with those papers."""
        schemes = " OR ".join(f"(key >= '{scheme}:' AND key < '{scheme};')" for scheme in ID_ORDER)
        rows = self._db.execute(
            f"WITH often AS (SELECT key FROM source_keys WHERE {schemes} GROUP BY key HAVING count(*) > 1)"
            " SELECT DISTINCT key, paper FROM often JOIN source_keys USING (key) JOIN sources ON id = source"
            " WHERE paper IS NOT NULL ORDER BY key, paper"
        )
        groups = ((key, [paper for _, paper in group]) for key, group in groupby(rows, key=itemgetter(0)))
        return [(key, papers) for key, papers in groups if len(papers) > 1]

    def found(self, texts: Iterable[str]) -> list[int]:
        """The papers that go by these ids, in the order given; ids of none are left out."""
        return [number for text in texts if (number := self.find(text)) is not None]

    def card(self, number: int) -> Card | None:
        """A paper's metadata; None if it is gone."""
        return self.cards([number]).get(number)

    def cards(self, numbers: Collection[int]) -> dict[int, Card]:
        """The metadata of several papers in one query, in the order given; those that are gone are left out."""
        rows = self._db.execute(f"SELECT id, name, card FROM papers WHERE id IN {_GIVEN}", (_json(numbers),))
        found = {number: Card(number, name, serialise.from_dict(json.loads(card))) for number, name, card in rows}
        return {number: found[number] for number in numbers if number in found}

    def paper(self, number: int) -> Paper:
        """A whole paper, merged from its sources. Raises KeyError if it is gone."""
        rows = self._db.execute("SELECT format, record FROM sources WHERE paper = ? ORDER BY id", (number,)).fetchall()
        if not rows:
            raise KeyError(number)
        return merge([(form, serialise.from_json(zlib.decompress(record))) for form, record in rows])

    def origins(self, number: int) -> list[Origin]:
        """The files that a paper was read from, and their formats."""
        rows = self._db.execute(
            "SELECT DISTINCT path, format FROM sources JOIN files ON files.id = file WHERE paper = ? ORDER BY path",
            (number,),
        )
        return [Origin(path, form) for path, form in rows]

    def passages(self, number: int) -> list[tuple[int, Passage]]:
        """A paper's passages in reading order, each with its own number."""
        rows = self._db.execute(f"{_PASSAGE} WHERE paper = ? ORDER BY ordinal", (number,))
        return [(row[0], _passage(row)) for row in rows]

    def some_passages(self, numbers: Collection[int]) -> dict[int, Passage]:
        """Passages of any papers in one query, by number; those that are gone are left out."""
        rows = self._db.execute(f"{_PASSAGE} WHERE id IN {_GIVEN}", (_json(numbers),))
        return {row[0]: _passage(row) for row in rows}

    def names(self, numbers: Iterable[int]) -> dict[int, str]:
        """The public ids of papers, in the order given; those that are gone are left out."""
        wanted = list(numbers)
        rows = self._db.execute(f"SELECT id, name FROM papers WHERE id IN {_GIVEN}", (_json(wanted),))
        names = dict(rows.fetchall())
        return {number: names[number] for number in wanted if number in names}

    def version(self) -> tuple[int, int]:
        """Changes whenever something is written, by this connection or by another one."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0]), self._db.total_changes

    def numbers(self) -> Iterator[int]:
        """All papers, by number."""
        return (number for (number,) in self._db.execute("SELECT id FROM papers ORDER BY id"))

    def newer(self, after: int, last: int) -> list[int]:
        """The papers that came after the one numbered `after`, up to `last`; numbers only grow."""
        rows = self._db.execute("SELECT id FROM papers WHERE id > ? AND id <= ? ORDER BY id", (after, last))
        return [paper for (paper,) in rows]

    def last(self) -> int:
        """The number of the paper that came last; 0 where there is none."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM papers").fetchone()[0])

    def with_passages(self) -> set[int]:
        """The papers that have a passage: those that an engine holds."""
        return {number for (number,) in self._db.execute("SELECT DISTINCT paper FROM passages")}

    def counts(self) -> tuple[int, int]:
        """How many papers and passages there are."""
        row = self._db.execute("SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM passages)").fetchone()
        return int(row[0]), int(row[1])


_GIVEN = "(SELECT value FROM json_each(?))"  # one text for any count, so that SQLite prepares it once


def _json(numbers: Collection[int]) -> str:
    return json.dumps([*numbers])


_PASSAGE = 'SELECT id, ordinal, section, "start", "end", text, kind FROM passages'


def _passage(row: tuple[int, int, str, int, int, str, PassageKind]) -> Passage:
    _, ordinal, section, start, end, text, kind = row
    return Passage(ordinal=ordinal, section=section, text=text, start=start, end=end, kind=kind)
