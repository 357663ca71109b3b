"""Libraries of earlier formats: what they lack is added, what is otherwise is migrated, after a copy was put aside.

A library says its format in `meta.format`. Tables that came without a new format are added when the library is first
written to (`complete`); a new format is a step in `MIGRATIONS`, which `migrate` takes when the library is first opened.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from litdex.errors import UserError
from litdex.index import schema
from litdex.index.citations import keep_identifiers, keep_works
from litdex.index.outbox import Outbox
from litdex.index.store import Store
from litdex.ingest.passages import passages


def _captions_and_works(connection: sqlite3.Connection) -> None:
    """Format 2: captions are passages, and references are told by title too. The engines are given what is new."""
    connection.execute("ALTER TABLE passages ADD COLUMN kind TEXT NOT NULL DEFAULT 'text'")
    for statement in schema.WORKS.split(";"):
        connection.execute(statement)
    store, changed = Store(connection), []
    for number in list(store.numbers()):
        try:
            paper = store.paper(number)
        except (KeyError, ValueError, zlib.error):
            continue  # damaged: `litdex check` finds it
        more = [one for one in passages(paper) if one.kind == "caption"] if paper.captions else []
        values = [(number, p.ordinal, p.section, p.start, p.end, p.text, p.kind) for p in more]
        connection.executemany(schema.INSERT_PASSAGE, values)
        keep_works(connection, number, paper)
        changed += [number] if more else []
    Outbox(connection).mark(changed)


MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {1: _captions_and_works}
"""From each earlier format to the next one: changes the tables, inside a transaction."""


def version_of(connection: sqlite3.Connection, folder: Path) -> int:
    """The format of a library that this litdex can read, at once or after `migrate`.

    Raises UserError, which says what to do, for one that it cannot: a newer one, or no format at all.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    row = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() if "meta" in tables else None
    text = str(row[0]) if row else ""
    if not (text.isascii() and text.isdecimal()):
        raise UserError(f"{folder}: library.db is no library of litdex: name another folder with --library")
    version = int(text)
    if version > schema.FORMAT_VERSION:
        raise UserError(
            f"{folder} has library format {version}, this litdex knows {schema.FORMAT_VERSION}: upgrade litdex"
        )
    if any(step not in MIGRATIONS for step in range(version, schema.FORMAT_VERSION)):
        raise UserError(
            f"{folder} has library format {version}, which is no longer read: ingest its files into another --library"
        )
    return version


def migrate(connection: sqlite3.Connection, folder: Path) -> Path | None:
    """Bring a library to today's format; returns where the database lies as it was, None where nothing was to do.

    The caller holds the write lock. Each step is one transaction: a kill leaves one format or the next.
    """
    version = version_of(connection, folder)
    if version == schema.FORMAT_VERSION:
        return None
    kept = folder / f"library.db.format{version}"
    _put_aside(connection, kept)
    for step in range(version, schema.FORMAT_VERSION):
        with schema.transaction(connection):
            MIGRATIONS[step](connection)
            connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(step + 1),))
    return kept


def _put_aside(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the database; the copy appears under its name when it is whole."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    copy = sqlite3.connect(draft)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()
    draft.rename(path)


def complete(connection: sqlite3.Connection) -> None:
    """Add the tables that an earlier litdex of the same format did not make. Costs nothing where they are there."""
    schema.upgrade(connection)
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'citations'").fetchone():
        return
    with schema.transaction(connection):
        for statement in schema.CITATIONS.split(";"):
            connection.execute(statement)
        store = Store(connection)
        for number in list(store.numbers()):
            keep_identifiers(connection, number, store.paper(number))
