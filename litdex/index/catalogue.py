"""The catalogue: which files were read, in which state they were then, and what could not be read in them."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["reading", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file as the catalogue knows it."""

    id: int
    path: Path
    stat: str
    digest: str
    formats: str  # the parsers that read it, with versions: "arxiv:1", "jats:1,pdf:2"
    state: State
    reason: str
    read_at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class FileFault:
    """Something inside a file that could not be read, and why."""

    path: Path
    place: str  # "record 17", "archive.zip!a.pdf", or "" for the file as a whole
    reason: str


def stored(path: Path) -> Path:
    """A path as the catalogue keeps it: bytes of a file name that are not UTF-8 are written out as \\xNN."""
    return Path(os.fsencode(path).decode("utf-8", "backslashreplace"))


class Catalogue:
    """Reads and writes the tables `files` and `faults` of one connection. Transactions are the caller's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def entry(self, path: Path) -> FileEntry | None:
        """What is known of a file; None if it was never read."""
        row = self._db.execute(f"{_ENTRY} WHERE path = ?", (str(stored(path)),)).fetchone()
        return _entry(row) if row else None

    def entries(self) -> Iterator[FileEntry]:
        """All files, by path."""
        return (_entry(row) for row in self._db.execute(f"{_ENTRY} ORDER BY path"))

    def below(self, roots: Iterable[Path]) -> list[FileEntry]:
        """All known files that are one of `roots` or lie below one."""
        found: dict[int, FileEntry] = {}
        for root in roots:
            prefix = str(stored(root)).rstrip(os.sep) + os.sep
            rows = self._db.execute(
                f"{_ENTRY} WHERE path = ? OR substr(path, 1, ?) = ?", (str(stored(root)), len(prefix), prefix)
            )
            found.update((row[0], _entry(row)) for row in rows)
        return sorted(found.values(), key=lambda entry: entry.path)

    def begin(self, path: Path, digest: str) -> int:
        """Note that a file is being read and forget its old faults; returns its id."""
        (file,) = self._db.execute(
            "INSERT INTO files (path, stat, digest, formats, state, read_at) VALUES (?, '', ?, '', 'reading', ?)"
            " ON CONFLICT (path) DO UPDATE SET stat = '', digest = excluded.digest, state = 'reading',"
            " reason = '', read_at = excluded.read_at RETURNING id",
            (str(stored(path)), digest, time.time()),
        ).fetchone()
        self._db.execute("DELETE FROM faults WHERE file = ?", (file,))
        return int(file)

    def fault(self, file: int, place: str, reason: str) -> None:
        """Note that something in a file could not be read."""
        self._db.execute("INSERT INTO faults VALUES (?, ?, ?)", (file, place, reason))

    def fault_of_paper(self, paper: int, stage: str, reason: str) -> None:
        """Note against the files of a paper that a later stage of an ingest failed over it."""
        self._db.execute(
            "DELETE FROM faults WHERE place = ? AND file IN (SELECT file FROM sources WHERE paper = ?)", (stage, paper)
        )
        self._db.execute(
            "INSERT INTO faults SELECT DISTINCT file, ?, ? FROM sources WHERE paper = ?", (stage, reason, paper)
        )

    def finish(self, file: int, *, stat: str, formats: str, state: State, reason: str = "") -> None:
        """Note that a file was read to its end, or why it could not be."""
        self._db.execute(
            "UPDATE files SET stat = ?, formats = ?, state = ?, reason = ? WHERE id = ?",
            (stat, formats, state, reason, file),
        )

    def touch(self, file: int, stat: str) -> None:
        """Note new modification times of a file whose contents did not change."""
        self._db.execute("UPDATE files SET stat = ? WHERE id = ?", (stat, file))

    def forget(self, file: int) -> None:
        """Drop a file and its faults. Its sources must be gone already."""
        self._db.execute("DELETE FROM files WHERE id = ?", (file,))

    def faults(self) -> list[FileFault]:
        """Everything that could not be read, by file."""
        whole = self._db.execute("SELECT path, '', reason FROM files WHERE state = 'failed'").fetchall()
        parts = self._db.execute(
            "SELECT path, place, faults.reason FROM faults JOIN files ON files.id = file"
        ).fetchall()
        return [FileFault(Path(path), place, reason) for path, place, reason in sorted(whole + parts)]

    def states(self) -> dict[str, int]:
        """How many files there are in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM files GROUP BY state ORDER BY state"))


_ENTRY = "SELECT id, path, stat, digest, formats, state, reason, read_at FROM files"


def _entry(row: tuple[int, str, str, str, str, State, str, float]) -> FileEntry:
    file, path, stat, digest, formats, state, reason, read_at = row
    return FileEntry(
        id=file,
        path=Path(path),
        stat=stat,
        digest=digest,
        formats=formats,
        state=state,
        reason=reason,
        read_at=read_at,
    )
