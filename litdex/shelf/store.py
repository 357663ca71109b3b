"""What its users keep beside a library: collections of papers, stars among them, and saved searches.

It is a file of its own, `shelf.sqlite` in the library's folder: no ingest, rebuild or repair touches it, and papers are
kept by their public ids, so they are found again in whatever the library becomes. A backup takes it along.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from litdex.errors import NothingFound, SystemFault, UserError

FILE = "shelf.sqlite"
STARS = "Starred"
"""The collection that a star puts a paper into."""
LONGEST_NAME = 200
MOST_SEARCHES, MOST_COLLECTIONS = 500, 1000
WAIT_SECONDS = 10.0

TABLES = """
CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS members (
    collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    paper TEXT NOT NULL,            -- the public id
    added REAL NOT NULL,
    PRIMARY KEY (collection, paper)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS members_by_paper ON members (paper);
CREATE TABLE IF NOT EXISTS searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,            -- in the query language, conditions included
    made REAL NOT NULL,
    reached INTEGER NOT NULL        -- the number of the last paper that was looked at
);
CREATE TABLE IF NOT EXISTS found (  -- papers that came to a saved search after it was saved
    search INTEGER NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    paper TEXT NOT NULL,
    at REAL NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0, -- on the page
    told INTEGER NOT NULL DEFAULT 0, -- by `litdex alerts`
    PRIMARY KEY (search, paper)
) WITHOUT ROWID;
"""
CHOSEN = """
CREATE {} TABLE IF NOT EXISTS chosen ( -- papers within which alone a saved search looks
    search INTEGER NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    paper TEXT NOT NULL,
    PRIMARY KEY (search, paper)
) WITHOUT ROWID
"""
"""Shelves of an earlier litdex lack this table: who only reads one has an empty one beside it."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of papers and how many there are in it."""

    id: int
    name: str
    papers: int


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query under a name. `reached` is the last paper number looked at, `fresh` how many are unseen on the page."""

    id: int
    name: str
    query: str
    made: float  # seconds since the epoch
    reached: int
    fresh: int


@dataclass(frozen=True, slots=True)
class Found:
    """A paper, by its public id, that came to a saved search, and when that was noticed."""

    paper: str
    at: float  # seconds since the epoch


class Shelf:
    """Reads and writes the file, over a connection that is opened for one piece of work: see `shelf`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def collections(self) -> list[Collection]:
        """All of them, the stars first, then by name."""
        rows = self._db.execute(
            "SELECT id, name, (SELECT count(*) FROM members WHERE collection = id) FROM collections"
            " ORDER BY name != ?, name COLLATE NOCASE",
            (STARS,),
        )
        return [Collection(*row) for row in rows]

    def collection(self, number: int) -> Collection:
        """One of them. Raises NothingFound."""
        found = next((one for one in self.collections() if one.id == number), None)
        if found is None:
            raise NothingFound("there is no such collection")
        return found

    def papers(self, collection: int) -> list[str]:
        """The papers of a collection, the last one added first."""
        query = "SELECT paper FROM members WHERE collection = ? ORDER BY added DESC, paper"
        return [paper for (paper,) in self._db.execute(query, (collection,))]

    def add(self, name: str, papers: Iterable[str]) -> int:
        """Put papers into the collection of this name, which is made where there is none; returns its number.

        Raises UserError for a name that is none.
        """
        name = _name(name, "a collection")
        self._db.execute("INSERT OR IGNORE INTO collections (name) VALUES (?)", (name,))
        self._refuse_above("collections", MOST_COLLECTIONS)
        (number,) = self._db.execute("SELECT id FROM collections WHERE name = ?", (name,)).fetchone()
        now = time.time()
        self._db.executemany(
            "INSERT OR IGNORE INTO members VALUES (?, ?, ?)", [(number, paper, now) for paper in papers]
        )
        return int(number)

    def take(self, collection: int, papers: Iterable[str]) -> None:
        """Take papers out of a collection."""
        self._db.executemany(
            "DELETE FROM members WHERE collection = ? AND paper = ?", [(collection, paper) for paper in papers]
        )

    def drop(self, collection: int) -> None:
        """Forget a collection; its papers stay in the library."""
        self._db.execute("DELETE FROM collections WHERE id = ?", (collection,))

    def holding(self, paper: str) -> list[Collection]:
        """The collections that a paper is in."""
        inside = {number for (number,) in self._db.execute("SELECT collection FROM members WHERE paper = ?", (paper,))}
        return [one for one in self.collections() if one.id in inside]

    def starred(self, papers: Sequence[str]) -> frozenset[str]:
        """Those of the papers that have a star."""
        rows = self._db.execute(
            "SELECT paper FROM members JOIN collections ON id = collection"
            f" WHERE name = ? AND paper IN ({','.join('?' * len(papers))})",
            (STARS, *papers),
        )
        return frozenset(paper for (paper,) in rows)

    def save(self, name: str, query: str, reached: int, chosen: Iterable[str] = ()) -> int:
        """Keep a search under a name, within the papers `chosen` if there are any; one of the same name is replaced.

        Raises UserError for a name that is none.
        """
        name = _name(name, "a saved search")
        self._db.execute("DELETE FROM searches WHERE name = ?", (name,))
        cursor = self._db.execute(
            "INSERT INTO searches (name, query, made, reached) VALUES (?, ?, ?, ?)", (name, query, time.time(), reached)
        )
        self._refuse_above("searches", MOST_SEARCHES)
        number = int(cursor.lastrowid or 0)
        self._db.executemany("INSERT OR IGNORE INTO chosen VALUES (?, ?)", [(number, paper) for paper in chosen])
        return number

    def chosen(self, search: int) -> list[str]:
        """The papers within which alone a saved search looks; none where it looks everywhere."""
        return [paper for (paper,) in self._db.execute("SELECT paper FROM chosen WHERE search = ?", (search,))]

    def searches(self) -> list[SavedSearch]:
        """All saved searches, by name."""
        rows = self._db.execute(
            "SELECT id, name, query, made, reached, (SELECT count(*) FROM found WHERE search = id AND NOT seen)"
            " FROM searches ORDER BY name COLLATE NOCASE"
        )
        return [SavedSearch(*row) for row in rows]

    def search(self, number: int) -> SavedSearch:
        """One of them. Raises NothingFound."""
        found = next((one for one in self.searches() if one.id == number), None)
        if found is None:
            raise NothingFound("there is no such saved search")
        return found

    def forget(self, search: int) -> None:
        """Drop a saved search."""
        self._db.execute("DELETE FROM searches WHERE id = ?", (search,))

    def note(self, search: int, papers: Iterable[str], reached: int) -> None:
        """Papers that came to a search, which has now looked at all papers up to the number `reached`."""
        now = time.time()
        self._db.executemany(
            "INSERT OR IGNORE INTO found (search, paper, at) VALUES (?, ?, ?)",
            [(search, paper, now) for paper in papers],
        )
        self._db.execute("UPDATE searches SET reached = ? WHERE id = ?", (reached, search))

    def found(self, search: int, limit: int) -> list[Found]:
        """What came to a search since it was saved, the latest first."""
        rows = self._db.execute(
            "SELECT paper, at FROM found WHERE search = ? ORDER BY at DESC, paper LIMIT ?", (search, limit)
        )
        return [Found(*row) for row in rows]

    def unseen(self, search: int) -> list[str]:
        """What came to a search since its page was last looked at, the latest first."""
        query = "SELECT paper FROM found WHERE search = ? AND NOT seen ORDER BY at DESC, paper"
        return [paper for (paper,) in self._db.execute(query, (search,))]

    def see(self, search: int) -> None:
        """Its page was looked at."""
        self._db.execute("UPDATE found SET seen = 1 WHERE search = ?", (search,))

    def untold(self, search: int) -> list[str]:
        """What came to a search since `litdex alerts` last told of it, the latest first."""
        query = "SELECT paper FROM found WHERE search = ? AND NOT told ORDER BY at DESC, paper"
        return [paper for (paper,) in self._db.execute(query, (search,))]

    def tell(self, search: int) -> None:
        """`litdex alerts` told of it."""
        self._db.execute("UPDATE found SET told = 1 WHERE search = ?", (search,))

    def _refuse_above(self, table: str, most: int) -> None:
        (count,) = self._db.execute(f"SELECT count(*) FROM {table}").fetchone()
        if count > most:
            raise UserError(f"there are {most:,} {table} already: delete some first")


@contextmanager
def shelf(folder: Path, *, write: bool = False) -> Iterator[Shelf]:
    """The shelf of the library in `folder`, for one piece of work: all that is written is kept, or none of it.

    The file is made when something is first written; until then the shelf is empty. Raises SystemFault where the file
    is damaged, locked for long or cannot be written.
    """
    path = folder.expanduser().absolute() / FILE
    place = path if write or path.is_file() else ":memory:"
    try:
        with closing(sqlite3.connect(place, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            if "found" not in tables:
                for statement in TABLES.split(";"):
                    connection.execute(statement)
            if "chosen" not in tables:
                connection.execute(CHOSEN.format("" if write else "TEMP"))
            yield Shelf(connection)
            connection.commit()
    except sqlite3.Error as error:
        raise SystemFault(f"{path}: {error}") from error


def snapshot(folder: Path, target: Path) -> bool:
    """Copy the shelf as it is now to `target`; False where there is none."""
    path = folder / FILE
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise SystemFault(f"{path}: {error}") from error
    return True


def _name(text: str, what: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise UserError(f"the name of {what} has 1 to {LONGEST_NAME} characters")
    return name
