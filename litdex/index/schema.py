"""The library's database: its tables, and how a connection to it is opened.

SQLite is the truth. A paper is the merge of its sources; everything in `papers` and `passages` can be computed from
`sources`, and is kept because a search needs it at once. `pending` is each engine generation's list of papers whose
passages it has not taken over yet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FORMAT_VERSION = 2

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE files (                -- the catalogue: what was read, and with what result
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    stat TEXT NOT NULL,             -- sizes and modification times, '' until the file was read to its end
    digest TEXT NOT NULL,
    formats TEXT NOT NULL,          -- parsers and their versions, "jats:1"
    state TEXT NOT NULL CHECK (state IN ('reading', 'done', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    read_at REAL NOT NULL
);
CREATE TABLE faults (               -- documents and records inside a file that could not be read
    file INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX faults_by_file ON faults (file);

CREATE TABLE sources (              -- what one record in one file says of one paper
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    hash BLOB NOT NULL,
    format TEXT NOT NULL,
    paper INTEGER,                  -- NULL where the user removed the paper: the record stays out until it changes
    record BLOB NOT NULL,           -- the Paper as JSON, deflated
    UNIQUE (file, hash)
);
CREATE INDEX sources_by_paper ON sources (paper);
CREATE TABLE source_keys (          -- under what another source of the same paper is found
    key TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    PRIMARY KEY (key, source)
) WITHOUT ROWID;
CREATE INDEX source_keys_by_source ON source_keys (source);

CREATE TABLE papers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,             -- the public id: "arXiv:0901.1234"
    digest BLOB NOT NULL,           -- of the merged record
    card TEXT NOT NULL              -- the merged record without its full text, as JSON
);
CREATE INDEX papers_by_name ON papers (name);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    section TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'text' -- or one of Caption's
);
CREATE INDEX passages_by_paper ON passages (paper, ordinal);
CREATE TABLE generations (          -- builds of the engines
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('lexical', 'vectors')),
    engine TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'active', 'retired')),
    settings TEXT NOT NULL          -- JSON: the encoder's name, fingerprint, dimension
);
CREATE TABLE pending (
    generation INTEGER NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    paper INTEGER NOT NULL,
    revision INTEGER NOT NULL,      -- of the change: a later one is not lost when an earlier one is marked applied
    PRIMARY KEY (generation, paper)
) WITHOUT ROWID;
CREATE INDEX pending_by_paper ON pending (paper);
"""

CITATIONS = """
CREATE TABLE citations (            -- whom a paper cites, by identifier: who cites a paper is asked by key
    key TEXT NOT NULL,              -- as in source_keys: "doi:10.1/x"
    paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, paper)
) WITHOUT ROWID;
CREATE INDEX citations_by_paper ON citations (paper);
"""

WORKS = """
CREATE TABLE works (                -- under which keys, made of title and author, references may mean a paper
    key INTEGER NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, paper)
) WITHOUT ROWID;
CREATE INDEX works_by_paper ON works (paper);
CREATE TABLE cited_works (          -- the same keys of the references of a paper
    key INTEGER NOT NULL,
    paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, paper)
) WITHOUT ROWID;
CREATE INDEX cited_works_by_paper ON cited_works (paper);
"""

ADDED = """
CREATE TABLE IF NOT EXISTS tagged ( -- the papers in which entities were looked for
    paper INTEGER PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS to_tag ( -- the papers in which entities are still to be looked for
    paper INTEGER PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS mentions (
    paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    "start" INTEGER NOT NULL,       -- of the paper's text
    "end" INTEGER NOT NULL,
    type TEXT NOT NULL,
    text TEXT NOT NULL,
    name TEXT NOT NULL,             -- canonical: what mentions of one entity share
    identifier TEXT NOT NULL,       -- in the user's vocabulary, '' where it has none
    confidence REAL NOT NULL,
    PRIMARY KEY (paper, "start")
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aliases ( -- what an entity is also called: abbreviations, synonyms
    field TEXT NOT NULL,            -- the engines': "entity.disease"
    alias TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (field, alias, name)
) WITHOUT ROWID;
"""
"""Tables that a library made by an earlier litdex gets when it is first written to."""


INSERT_PASSAGE = """
INSERT INTO passages (paper, ordinal, section, "start", "end", text, kind) VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection with the library's settings. Transactions are opened by hand (`BEGIN IMMEDIATE`).

    Raises sqlite3.Error as it comes; `litdex.index.library` turns it into one of litdex's own.
    """
    mode = "ro" if readonly else "rwc"
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=30, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
    if not readonly:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: an engine must never know of a paper that a power cut then takes out of the truth.
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty database, all or none."""
    tables = f"{TABLES} {CITATIONS} {WORKS} {ADDED}"
    connection.executescript(
        f"BEGIN IMMEDIATE; {tables} INSERT INTO meta VALUES ('format', '{FORMAT_VERSION}'); COMMIT;"
    )


def upgrade(connection: sqlite3.Connection) -> None:
    """Add to the database what an earlier litdex did not make. Costs nothing where it is there."""
    connection.executescript(ADDED)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside is kept, or none of it. Inside another transaction it is a part of that one."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
