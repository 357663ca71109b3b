"""A library: one folder that holds the truth (SQLite) and the engines derived from it.

library.db      papers, passages, catalogue, what is pending     (the truth)
shelf.sqlite    collections and saved searches                   (its users')
lock            held by the one process that writes
gate            held while a batch enters an engine and leaves its list
lexical/N/      generation N of the lexical engine               (derived)
vectors/N/      generation N of the vector engine                (derived)
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from litdex.encoder.base import Encoder
from litdex.errors import EncoderMismatch, LibraryBusy, SystemFault, UserError
from litdex.index import engines, formats, schema, settings
from litdex.index.catalogue import Catalogue
from litdex.index.citations import Citations
from litdex.index.engine import LexicalIndex, VectorIndex
from litdex.index.entities import Entities
from litdex.index.lexical import analysers
from litdex.index.outbox import Generation, Kind, Outbox
from litdex.index.store import Store

WAIT_SECONDS = 5.0
"""How long a second writer waits for the first before it gives up."""

MADE: Mapping[Kind, str] = {"lexical": "meta.json", "vectors": "shard"}
"""What is in an embedded engine's folder as soon as it can be opened."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Of how many papers, of all those in the library, words, meaning and entities cannot be searched yet."""

    papers: int
    words: int = 0
    meaning: int = 0
    entities: int = 0

    def __str__(self) -> str:
        """ "meaning for 61 % of 1,000 papers, entities for 0 %": what is not whole yet."""
        stages = {"words": self.words, "meaning": self.meaning, "entities": self.entities}
        shares = [
            f"{stage} for {100 * max(0, self.papers - waits) // max(1, self.papers)} %"
            for stage, waits in stages.items()
            if waits
        ]
        return f"{', '.join(shares)} of {self.papers:,} papers"


class Library:
    """An open library. Close it, or use it in a `with` statement."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection
        self.store = Store(connection)
        self.catalogue = Catalogue(connection)
        self.outbox = Outbox(connection)
        self.entities = Entities(connection)
        self.citations = Citations(connection)
        self._named: dict[Kind, str] = {}

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open a library that exists.

        One of an earlier format is migrated first, and its database as it was is kept beside it (`index/formats.py`).
        Raises UserError where there is none or its format is unknown, SystemFault where the database is damaged.
        """
        folder = folder.expanduser().absolute()
        database = folder / "library.db"
        if not database.is_file():
            raise UserError(
                f"no library at {folder}: make one with `litdex ingest PATH`, or name another with --library"
            )
        with _faults(folder):
            connection = schema.connect(database)
            library = cls(folder, connection)
            if formats.version_of(connection, folder) != schema.FORMAT_VERSION:
                with library.writing():
                    pass  # which migrates it
        return library

    @classmethod
    def open_or_create(cls, folder: Path) -> Library:
        """Open a library, or make an empty one where there is none. Raises as `open` does."""
        folder = folder.expanduser().absolute()
        database = folder / "library.db"
        if not database.exists():
            _create(folder, database)
        return cls.open(folder)

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextmanager
    def writing(self, wait: float = WAIT_SECONDS) -> Iterator[None]:
        """Be the one process that writes. Raises LibraryBusy when another still is after `wait` seconds."""
        with (self.folder / "lock").open("a+") as lock:
            _acquire(lock.fileno(), wait, self.folder)
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            with _faults(self.folder):
                formats.migrate(self.connection, self.folder)
                formats.complete(self.connection)
                yield

    def generation(self, kind: Kind) -> Generation | None:
        """The generation in use; None before the first ingest."""
        active = [g for g in self.outbox.generations() if g.kind == kind and g.state == "active"]
        return active[-1] if active else None

    def use_encoder(self, encoder: Encoder) -> None:
        """Start the engines' first generations, or check that the vectors here are of this encoder.

        Raises EncoderMismatch if they are not.
        """
        used = self.generation("vectors")
        if used is None:
            made = {"encoder": encoder.name, "fingerprint": encoder.fingerprint, "dimension": encoder.dimension}
            with schema.transaction(self.connection):
                words, meanings = self.choice("lexical"), self.choice("vectors")
                self.outbox.add_generation("lexical", words.engine, {**words.settings, **analysers.WRITING})
                self.outbox.add_generation("vectors", meanings.engine, {**meanings.settings, **made})
        else:
            check_encoder(used, encoder, self.folder)

    def choose_engines(self, **named: str | None) -> None:
        """Name the engines, by `lexical` and `vectors`, that the library is to have, as `settings.choose` reads them.

        A library that has its engines keeps them; it only follows a server that is now found at another address.
        Raises UserError where another engine, or another name on a server, is asked for.
        """
        for kind, name in named.items():
            if name is not None:
                self._choose_engine("lexical" if kind == "lexical" else "vectors", name)

    def _choose_engine(self, kind: Kind, name: str) -> None:
        choice, used = settings.choose(kind, name), self.generation(kind)
        self._named[kind] = name
        if used is None:
            return
        if not settings.same_place(kind, used, choice):
            raise UserError(
                f"{self.folder} has its {kind} engine in {used.settings.get('url', used.engine)}:"
                f" `litdex rebuild --{kind} {choice.settings.get('url', 'embedded')}` moves it"
            )
        if choice.settings:
            with schema.transaction(self.connection):
                self.outbox.move(kind, used.settings["url"], choice.settings["url"])

    def choice(self, kind: Kind, name: str | None = None) -> settings.Choice:
        """The engine for a new generation: `name`, else what `choose_engines` was told, else what is configured."""
        choice = settings.choose(kind, name or self._named.get(kind))
        if not choice.settings:
            return choice
        return settings.Choice(choice.engine, {**choice.settings, "library": self.identity()})

    def identity(self) -> str:
        """What tells this library from every other where several share a server; made when it is first asked for."""
        with schema.transaction(self.connection):
            self.connection.execute("INSERT OR IGNORE INTO meta VALUES ('identity', ?)", (os.urandom(16).hex(),))
            (found,) = self.connection.execute("SELECT value FROM meta WHERE key = 'identity'").fetchone()
        return str(found)

    def lexical(self, generation: Generation, *, writable: bool = False) -> LexicalIndex:
        """Open a generation of the lexical engine. Needs no database, so any thread may call it."""
        return engines.open_lexical(generation, self.home(generation), writable=writable)

    def vectors(self, generation: Generation, *, writable: bool = False) -> VectorIndex:
        """Open a generation of the vector engine; a writer waits for readers to close it, and they for it."""
        return engines.open_vectors(generation, self.home(generation), writable=writable)

    def publish(self, generation: Generation) -> None:
        """Let the library's name on a server mean this generation from now on. Embedded engines have no other name."""
        engines.backend(generation.engine).publish(generation)

    def drop(self, generation: Generation) -> None:
        """Delete what an engine keeps of a generation. Nothing happens where it is gone already."""
        engines.backend(generation.engine).drop(generation, self.home(generation))

    def is_begun(self, generation: Generation) -> bool:
        """Whether anything is in an engine yet: before its first batch an embedded one has no folder or half of one."""
        if generation.engine != settings.EMBEDDED[generation.kind]:
            return True
        if (self.home(generation) / MADE[generation.kind]).exists():
            return True
        return self.outbox.counts(generation.state).get(generation.id, 0) < self.store.counts()[0]

    def pending(self) -> Pending | None:
        """Return what the stages of an ingest have still before them; None where nothing waits."""
        if not self.connection.execute(self._anything_pending).fetchone()[0]:
            return None
        waiting, entities = self.outbox.counts(), self.entities.waiting()
        kinds = {one.id: one.kind for one in self.outbox.generations("active")}
        by_kind = {kinds[number]: papers for number, papers in waiting.items() if number in kinds}
        return Pending(
            papers=self.store.counts()[0],
            words=by_kind.get("lexical", 0),
            meaning=by_kind.get("vectors", 0),
            entities=entities,
        )

    @cached_property
    def _anything_pending(self) -> str:
        """One statement, for every search asks: does an engine's list or that of the entities hold anything?"""
        active = "EXISTS (SELECT 1 FROM pending JOIN generations ON id = generation WHERE state = 'active')"
        return f"SELECT {active}" + (" OR EXISTS (SELECT 1 FROM to_tag)" if self.entities.has_list() else "")

    def size(self) -> int:
        """Bytes that the folder takes on disk; files with holes count as what they take."""
        return sum(path.stat().st_blocks * 512 for path in self.folder.rglob("*") if path.is_file())

    def home(self, generation: Generation) -> Path:
        """Where a generation of an embedded engine lies."""
        return self.folder / generation.kind / str(generation.id)


def check_encoder(generation: Generation, encoder: Encoder, folder: Path) -> None:
    """Raise EncoderMismatch unless the vectors of `generation` are this encoder's."""
    if generation.settings["fingerprint"] != encoder.fingerprint:
        raise EncoderMismatch(
            f"{folder} was embedded by {generation.settings['encoder']}, not by {encoder.name}:"
            f" `litdex rebuild --encoder {encoder.name}` embeds it again while searches go on"
        )


def encoder_for(generation: Generation, load: Callable[..., Encoder], folder: Path) -> Encoder:
    """The encoder that the vectors of `generation` were made by: `load()`, or `load(source)` after a rebuild.

    Raises EncoderMismatch where what is loaded is another one.
    """
    encoder = load(generation.source) if generation.source else load()
    check_encoder(generation, encoder, folder)
    return encoder


def _create(folder: Path, database: Path) -> None:
    """Make an empty library; the database appears under its name only when it is whole."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: name a folder with --library")
    draft = folder / f"library.db.new-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _faults(folder):
            connection = schema.connect(draft)
            schema.create(connection)
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.close()
        if not database.exists():
            draft.rename(database)
    except OSError as error:
        raise UserError(f"cannot make a library at {folder}: {error.strerror}: name another with --library") from error
    finally:
        draft.unlink(missing_ok=True)


def _acquire(descriptor: int, wait: float, folder: Path) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                writer = os.pread(descriptor, 20, 0).decode(errors="replace") or "unknown"
                raise LibraryBusy(
                    f"{folder} is being written to by process {writer}: try again when it is done"
                ) from None
            time.sleep(0.05)


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the disk raise into one line of litdex's own."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        free = shutil.disk_usage(folder).free if folder.exists() else 0
        hint = " (the disk is full)" if free < 1_000_000 else ""
        if not os.access(folder, os.W_OK):
            hint = " (the folder cannot be written to; searches need to as well, for locks and SQLite's log)"
        raise SystemFault(f"the database in {folder} failed: {error}{hint}") from error
