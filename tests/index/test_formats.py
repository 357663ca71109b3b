"""Libraries of every earlier format open or are migrated, with a copy put aside; newer ones are refused."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from litdex.cli.main import run
from litdex.errors import UserError
from litdex.index import formats, schema
from litdex.index.library import Library
from litdex.maintenance.check import check
from litdex.maintenance.repair import repair
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import load

CITING = {
    "litdex": 1,
    "title": "A review of spinning tops",
    "abstract": "It cites one paper.",
    "identifiers": {"arxiv": "0901.0001"},
    "references": [{"text": "Tops", "identifiers": {"arxiv": "0901.0002"}}],
    "captions": [{"label": "Figure 1", "text": "A lamp."}],
}
CITED = {"litdex": 1, "title": "Tops", "abstract": "They spin.", "identifiers": {"arxiv": "0901.0002"}}

FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stat TEXT NOT NULL, digest TEXT NOT NULL,
    formats TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('reading', 'done', 'failed')),
    reason TEXT NOT NULL DEFAULT '', read_at REAL NOT NULL);
CREATE TABLE faults (file INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE, place TEXT NOT NULL,
    reason TEXT NOT NULL);
CREATE INDEX faults_by_file ON faults (file);
CREATE TABLE sources (id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files (id), hash BLOB NOT NULL,
    format TEXT NOT NULL, paper INTEGER, record BLOB NOT NULL, UNIQUE (file, hash));
CREATE INDEX sources_by_paper ON sources (paper);
CREATE TABLE source_keys (key TEXT NOT NULL, source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    PRIMARY KEY (key, source)) WITHOUT ROWID;
CREATE INDEX source_keys_by_source ON source_keys (source);
CREATE TABLE papers (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, digest BLOB NOT NULL,
    card TEXT NOT NULL);
CREATE INDEX papers_by_name ON papers (name);
CREATE TABLE passages (id INTEGER PRIMARY KEY AUTOINCREMENT,
    paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, section TEXT NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX passages_by_paper ON passages (paper, ordinal);
CREATE TABLE generations (id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('lexical', 'vectors')), engine TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'active', 'retired')), settings TEXT NOT NULL);
CREATE TABLE pending (generation INTEGER NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    paper INTEGER NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (generation, paper)) WITHOUT ROWID;
CREATE INDEX pending_by_paper ON pending (paper);
"""
"""The tables of the first litdex that kept a library."""
CITATIONS = """
CREATE TABLE citations (key TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, paper)) WITHOUT ROWID;
CREATE INDEX citations_by_paper ON citations (paper);
"""
"""What the second had in addition. The third added tables of entities."""
TABLES = ("meta", "files", "faults", "sources", "source_keys", "papers", "passages", "generations", "pending")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of two papers, one of which cites the other."""
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, (CITING, CITED))))
    with Library.open_or_create(tmp_path / "library") as library:
        ingest(library, [tmp_path / "papers.jsonl"], load)
    return tmp_path / "library"


def as_written_by(tables: str, folder: Path) -> None:
    """Let the library's database be one of an earlier litdex, with the same rows."""
    now, old = folder / "library.db", folder / "old.db"
    with sqlite3.connect(old) as database:
        database.executescript(tables)
        database.execute("ATTACH ? AS now", (str(now),))
        for table in (*TABLES, "citations") if "citations" in tables else TABLES:
            columns = ",".join(f'"{row[1]}"' for row in database.execute(f"PRAGMA main.table_info({table})"))
            database.execute(f"INSERT INTO {table} SELECT {columns} FROM now.{table}")
        database.execute("INSERT OR REPLACE INTO meta VALUES ('format', '1')")
        database.execute("DELETE FROM passages WHERE section = 'Figure 1'")
    database.close()
    old.replace(now)


def found(library: Library, query: str) -> list[str]:
    with Searcher(library, load) as searcher:
        return searcher.rank(query, limit=5)


@pytest.mark.parametrize("tables", [FIRST, FIRST + CITATIONS], ids=["first", "second"])
def test_a_library_of_an_earlier_litdex_opens_and_gets_what_it_lacks(folder: Path, tables: str) -> None:
    as_written_by(tables, folder)
    with Library.open(folder) as library:
        assert "arXiv:0901.0002" in found(library, "spin")
        assert check(library, load, everything=True).good
        ingest(library, [folder.parent / "papers.jsonl"], load)
        assert found(library, "citing:0901.0002") == ["arXiv:0901.0001"]
        assert found(library, "lamp in:caption") == ["arXiv:0901.0001"]
        report = check(library, load, everything=True)
        assert report.good
        repair(library, report, load)


def add_a_column(connection: sqlite3.Connection) -> None:
    """A migration as a later litdex may have one."""
    connection.execute("ALTER TABLE papers ADD COLUMN seen INTEGER NOT NULL DEFAULT 0")


def fail(connection: sqlite3.Connection) -> None:
    """One that breaks off."""
    connection.execute("ALTER TABLE papers ADD COLUMN half INTEGER")
    raise KeyboardInterrupt


def test_an_earlier_format_is_migrated_and_kept_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = schema.FORMAT_VERSION
    monkeypatch.setattr(schema, "FORMAT_VERSION", now + 2)
    monkeypatch.setattr(formats, "MIGRATIONS", {now: add_a_column, now + 1: fail})
    with pytest.raises(KeyboardInterrupt):
        Library.open(folder)
    monkeypatch.setattr(formats, "MIGRATIONS", {now + 1: lambda connection: None})
    with Library.open(folder) as library:  # goes on after the step that was done
        assert formats.version_of(library.connection, folder) == now + 2
        assert library.connection.execute("SELECT seen FROM papers").fetchall() == [(0,), (0,)]
        assert "arXiv:0901.0002" in found(library, "spin")
    monkeypatch.undo()
    kept = folder / f"library.db.format{now}"
    (folder.parent / "kept").mkdir()
    kept.rename(folder.parent / "kept" / "library.db")
    with Library.open(folder.parent / "kept") as before:
        assert before.store.counts()[0] == 2


def test_a_newer_format_is_refused_in_one_line_and_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Library.open(folder) as library:
        library.connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    assert run(["search", "spin", "--library", str(folder)]) == 2
    assert capsys.readouterr().err == (
        f"litdex: {folder} has library format 99, this litdex knows {schema.FORMAT_VERSION}: upgrade litdex\n"
    )
    assert run(["ingest", str(folder.parent / "papers.jsonl"), "--library", str(folder)]) == 2


@pytest.mark.parametrize("value", ["", "one", "-1", "0"])
def test_what_is_no_format_is_refused(folder: Path, value: str) -> None:
    with Library.open(folder) as library:
        library.connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (value,))
    with pytest.raises(UserError, match="--library"):
        Library.open(folder)


def test_a_database_that_is_none_of_litdex_is_refused(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "library.db").execute("CREATE TABLE t (x)").connection.commit()
    with pytest.raises(UserError, match="no library of litdex"):
        Library.open(tmp_path)
