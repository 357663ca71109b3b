"""The entities of papers in the library's truth: mentions, who found them, and what an entity is also called.

Mentions live as long as the passages of their paper: what changes or takes away the paper takes them too.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from litdex.ner.mention import Mention

VOCABULARY = "vocabulary.tsv"
"""The copy of the user's vocabulary in the library's folder."""
SURE = 0.5
"""The confidence that an entity's best mention in a paper needs for the paper to be found and counted by it."""
MOST_NAMES = 200
"""How many entities of a type an engine is told of one paper, the most frequent ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """How a library's entities are found."""

    name: str  # the tagger's
    fingerprint: str
    source: str  # what `load_tagger` finds it by
    types: tuple[str, ...]
    vocabulary: str = ""  # the fingerprint of the user's vocabulary, "" without one


def field_of(kind: str) -> str:
    """The engines' field of an entity type: "CelestialObject" is in "entity.celestialobject"."""
    return f"entity.{short_type(kind)}"


@lru_cache(maxsize=1000)
def short_type(kind: str) -> str:
    """A type as users write it in a query: letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", kind.casefold())


class Entities:
    """Reads and writes the tables `mentions`, `tagged` and `aliases` of one connection. Transactions are the caller's.

    A library made before there were entities has no such tables until it is written to: it then has no entities.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def tagging(self) -> Tagging | None:
        """How the entities here are found; None before the first tagging."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'tagging'").fetchone()
        stored = json.loads(row[0]) if row else None
        return Tagging(**{**stored, "types": tuple(stored["types"])}) if stored else None

    def use(self, tagging: Tagging) -> None:
        """Remember how entities are found from now on."""
        self._db.execute(
            "INSERT INTO meta VALUES ('tagging', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (json.dumps(asdict(tagging), sort_keys=True),),
        )

    def types(self) -> dict[str, str]:
        """The engines' field of each type that is looked for here, by the type as users write it."""
        tagging = self.tagging()
        return {short_type(kind): field_of(kind) for kind in tagging.types} if tagging else {}

    def forget(self) -> None:
        """Drop all mentions."""
        for table in ("mentions", "tagged", "to_tag", "aliases"):
            self._db.execute(f"DELETE FROM {table}")

    def put(self, paper: int, mentions: Iterable[Mention]) -> None:
        """The mentions of a paper, by offsets into its text; those it had before go."""
        self._db.execute("DELETE FROM mentions WHERE paper = ?", (paper,))
        self._db.executemany(
            "INSERT INTO mentions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(paper, m.start, m.end, m.type, m.text, m.name, m.identifier, m.confidence) for m in mentions],
        )
        self._db.execute("INSERT OR IGNORE INTO tagged VALUES (?)", (paper,))
        self._db.execute("DELETE FROM to_tag WHERE paper = ?", (paper,))

    def add_aliases(self, aliases: Iterable[tuple[str, str, str]]) -> None:
        """What entities are also called: (field, folded alias, name)."""
        self._db.executemany("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?)", aliases)

    def of(self, paper: int) -> list[Mention]:
        """The mentions of a paper, in order of place."""
        if not self._is_there():
            return []
        rows = self._db.execute(
            'SELECT type, text, "start", "end", confidence, name, identifier FROM mentions'
            ' WHERE paper = ? ORDER BY "start"',
            (paper,),
        )
        return [
            Mention(type=kind, text=text, start=start, end=end, confidence=confidence, name=name, identifier=identifier)
            for kind, text, start, end, confidence, name, identifier in rows
        ]

    def keywords(self, paper: int) -> Mapping[str, tuple[str, ...]]:
        """A paper's entities as the engines are given them: the names of each field."""
        return keywords(self.of(paper))

    def names(self, field: str, folded: str) -> tuple[str, ...]:
        """The names of a field's entities that are called `folded`: that name itself, and what it stands for."""
        if not self._is_there():
            return (folded,)
        query = "SELECT name FROM aliases WHERE field = ? AND alias = ? ORDER BY name"
        return (folded, *(name for (name,) in self._db.execute(query, (field, folded)) if name != folded))

    def aliases(self, field: str, name: str) -> tuple[str, ...]:
        """What an entity of an engines' field is also called, folded: abbreviations and synonyms."""
        if not self._is_there():
            return ()
        query = "SELECT alias FROM aliases WHERE field = ? AND name = ? AND alias != name ORDER BY alias"
        return tuple(alias for (alias,) in self._db.execute(query, (field, name)))

    def want(self, papers: Iterable[int] | None = None) -> None:
        """Put papers (all that an active engine has before it) on the list of those to be looked through."""
        if papers is None:
            self._db.execute(
                "INSERT OR IGNORE INTO to_tag SELECT DISTINCT paper FROM pending JOIN papers ON papers.id = paper"
                " WHERE generation IN (SELECT id FROM generations WHERE state = 'active')"
                " AND paper NOT IN (SELECT paper FROM tagged)"
            )
        else:
            self._db.executemany("INSERT OR IGNORE INTO to_tag VALUES (?)", [(paper,) for paper in papers])

    def has_list(self) -> bool:
        """Return True if this library keeps a list of papers to look through; one of an earlier litdex has none."""
        return self._is_there("to_tag")

    def waiting(self) -> int:
        """Return how many papers are still to be looked through."""
        if not self.has_list():
            return 0
        return int(self._db.execute("SELECT count(*) FROM to_tag").fetchone()[0])

    def wanted(self) -> list[int]:
        """The papers that are still to be looked through, by number."""
        if not self.has_list():
            return []
        return [paper for (paper,) in self._db.execute("SELECT paper FROM to_tag ORDER BY paper")]

    def untagged(self, papers: Collection[int] | None = None) -> list[int]:
        """Those of the papers (of all papers) in which nobody has looked for entities; what is gone is left out."""
        seen = " AND id NOT IN (SELECT paper FROM tagged)" if self._is_there() else ""
        if papers is None:
            return [paper for (paper,) in self._db.execute(f"SELECT id FROM papers WHERE 1{seen} ORDER BY id")]
        query = f"SELECT 1 FROM papers WHERE id = ?{seen}"
        return [paper for paper in sorted(papers) if self._db.execute(query, (paper,)).fetchone()]

    def counts(self) -> tuple[int, int]:
        """How many papers were looked through, and how many mentions found."""
        if not self._is_there():
            return 0, 0
        row = self._db.execute("SELECT (SELECT count(*) FROM tagged), (SELECT count(*) FROM mentions)").fetchone()
        return int(row[0]), int(row[1])

    def _is_there(self, table: str = "aliases") -> bool:
        found = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        return found is not None


def keywords(mentions: Sequence[Mention]) -> Mapping[str, tuple[str, ...]]:
    """The names of the entities of each field, in alphabetical order: those of which one mention at least is sure."""
    counts: Counter[tuple[str, str]] = Counter()
    sure: set[tuple[str, str]] = set()
    for mention in mentions:
        entity = field_of(mention.type), mention.name
        counts[entity] += 1
        if mention.confidence >= SURE:
            sure.add(entity)
    fields: dict[str, list[str]] = {}
    for entity, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        field, name = entity
        names = fields.setdefault(field, [])
        if entity in sure and len(names) < MOST_NAMES:
            names.append(name)
    return {field: tuple(sorted(names)) for field, names in sorted(fields.items()) if names}
