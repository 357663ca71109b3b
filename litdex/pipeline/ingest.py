"""Ingest: files and folders into the library, from the first byte to both engines, in three stages.

Each file goes through catalogue -> blobs -> format -> parser -> sources. Its words can be searched a second or two
later, while the next files are read; then passages are embedded; then papers are looked through for entities. What a
stage has still to do stands on a list of its own in the database, so a run that is cut off at any moment leaves what is
done searchable, and the next one goes on there.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from litdex.encoder.base import Encoder
from litdex.errors import LitdexError, in_one_line
from litdex.index.catalogue import FileEntry, stored
from litdex.index.library import Library, encoder_for
from litdex.index.outbox import Kind
from litdex.index.schema import transaction
from litdex.index.sources import Record, Sources
from litdex.ingest.blob import Fault
from litdex.ingest.ocr.engine import can_read
from litdex.ingest.parsers import FORMATS
from litdex.ingest.walk import Skipped, Unit, walk
from litdex.pipeline.apply import optimise
from litdex.pipeline.limits import Limits
from litdex.pipeline.progress import Progress, Silent
from litdex.pipeline.reading import WHOLE
from litdex.pipeline.tagging import EntityOptions, Stage, begin
from litdex.pipeline.workers import Executor, executor

_LOG = logging.getLogger(__name__)
__all__ = ["Progress", "Silent", "Summary", "ingest"]
LACKING = "none"
"""Stands for the version of a tool that would have read more of a file, and was not there: "pdf:2,ocr:none"."""
WORDS_EVERY = 1.5
"""Seconds between two commits of words while files are read."""
ENTITIES_EVERY = 10.0
"""Seconds between two commits of entities."""
KINDS: tuple[Kind, ...] = ("lexical", "vectors")
_RACY_NANOSECONDS = 2_000_000_000


@dataclass(slots=True)
class Summary:
    """What an ingest did."""

    files: int = 0  # looked at
    unchanged: int = 0
    failed: int = 0
    records: int = 0  # read out of the files that had changed
    faults: int = 0  # records and archive members that could not be read
    vanished: list[Path] = field(default_factory=list)  # known files that are not there any more
    pruned: int = 0
    embedded: int = 0  # passages
    tagged: int | None = None  # papers looked through for entities; None without a tagger
    untagged: int = 0  # papers in the library that were not, afterwards
    missing: dict[Kind, str] = field(default_factory=dict)  # engines that did not take over everything, and why
    papers: int = 0  # in the library, afterwards
    seconds: float = 0.0


def ingest(
    library: Library,
    roots: Sequence[Path],
    encoder: Callable[..., Encoder],
    *,
    prune: bool = False,
    again: bool = False,
    workers: int = 1,
    cluster: str | None = None,
    entities: EntityOptions | None = None,
    limits: Limits | None = Limits(),
    words_only: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Bring the library up to date with the files at `roots`.

    `encoder` is called only when there is something to embed, and the first time; with what the library names as its
    encoder after a rebuild with another one. An engine that is down is named in the summary, and takes over what it
    missed in a later run. With `prune`, papers of vanished files go; with `again`, unchanged files are read too and
    removed papers come back. More than one of `workers` parse and embed in processes of their own; the library becomes
    the same. A `cluster` is one of Ray's, which does the same work. With `entities`, papers are looked through
    for these at last. Files are parsed by child processes within `limits`, or in this process where that is None (to
    debug a parser). With `words_only` the ingest stops when all words can be searched; the next one does the rest.
    Raises UserError for a root that is nowhere, LibraryBusy, EncoderMismatch, TaggerMismatch; a bad file raises
    nothing, it is listed in the catalogue.
    """
    begun = time.monotonic()
    with library.writing(), _executor(workers, cluster, encoder, limits) as doing:
        run = _Run(library, doing, again, progress or Silent())
        run.look_for(entities)
        run.read(roots)
        run.vanish(roots, prune)
        run.finish(words_only)
        optimise(library, run.summary.embedded)
        run.summary.papers = library.store.counts()[0]
        run.summary.untagged = len(library.entities.untagged())
        run.summary.seconds = time.monotonic() - begun
    return run.summary


def _executor(
    workers: int, cluster: str | None, load: Callable[..., Encoder], limits: Limits | None
) -> AbstractContextManager[Executor]:
    if cluster is None:
        return executor(workers, load, limits)
    from litdex.pipeline.ray_cluster import on_ray

    return on_ray(cluster, load)


class _Run:
    """One ingest at work."""

    def __init__(self, library: Library, executor: Executor, again: bool, progress: Progress) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._sources = Sources(library.connection)
        self._encoder = executor.load
        self._bring_up = executor.apply
        self._again = again
        self._progress = progress
        self._reader = executor.reader
        self._seen: set[Path] = set()
        self._known: dict[Path, FileEntry] = {}  # what the catalogue has of the files at the roots
        self._looked: dict[Unit, bool] = {}  # whether a file is new, of those looked at ahead of their turn
        self._words = _Pace(WORDS_EVERY)
        self._stage: Stage | None = None
        self.summary = Summary()

    def look_for(self, entities: EntityOptions | None) -> None:
        """Look through papers for entities, once the engines have them."""
        self._stage = begin(self._library, entities) if entities else None
        self.summary.tagged = 0 if self._stage else None

    def read(self, roots: Sequence[Path]) -> None:
        """Read every file that is new or changed."""
        walked = walk([root for root in roots if not self._is_vanished(root)])
        own = self._library.folder.resolve()
        units = [unit for unit in walked if own not in unit.path.parents]
        folders = [root.expanduser().resolve() for root in roots]
        self._known = {entry.path: entry for entry in self._catalogue.below(folders)}
        self._progress.found(len(units))
        if self._library.generation("vectors") is None:
            self._library.use_encoder(self._encoder())  # before the first paper: only then is any put on a list
        told = 0  # how many units the reader was told of
        for place, unit in enumerate(units):
            while told < min(place + self._reader.window, len(units)):
                later, told = units[told], told + 1
                if isinstance(later, Unit) and self._is_new(later):
                    self._reader.ahead(later)
                    self._looked[later] = True
                elif isinstance(later, Unit):
                    self._looked[later] = False
            self._seen.add(stored(unit.path))
            self.summary.files += 1
            self._progress.read(unit.path, self._guarded(unit))

    def vanish(self, roots: Sequence[Path], prune: bool) -> None:
        """Note known files that are gone; with `prune`, let go of what they told."""
        known = self._catalogue.below([root.expanduser().resolve() for root in roots])
        gone = [entry for entry in known if entry.path not in self._seen]
        self.summary.vanished = [entry.path for entry in gone]
        for entry in gone if prune else []:
            with transaction(self._library.connection):
                self._sources.keep_only(entry.id, set())
                self._catalogue.forget(entry.id)
            self.summary.pruned += 1

    def finish(self, words_only: bool) -> None:
        """Do what the stages have before them, one after another. Raises an engine's error where none is left."""
        used = self._library.generation("vectors")
        if used is None:
            return
        self.summary.missing.clear()  # an engine that was down while files were read is tried once more
        error = self._apply("lexical")
        if not words_only:
            waiting = self._library.outbox.passages([used.id])
            if waiting:
                self._progress.waiting(waiting)
            error = self._apply("vectors") or error
            self._entities()
        if error and len(self.summary.missing) == len(self._library.outbox.generations("active")):
            raise error

    def _apply(self, kind: Kind, reuse: bool = False) -> LitdexError | None:
        """Let one engine take over what is pending; return its error if it cannot, which the summary names too."""
        generation = self._library.generation(kind)
        if generation is None or kind in self.summary.missing or not self._library.outbox.counts().get(generation.id):
            return None
        if self._stage:
            with transaction(self._library.connection):
                self._library.entities.want()  # before an engine's list forgets that these papers are new
        encoder = encoder_for(generation, self._encoder, self._library.folder) if kind == "vectors" else None
        progress = self._progress.embedded if encoder and not reuse else None
        try:
            applied = self._bring_up(self._library, encoder, progress, to=[generation], reuse=reuse)
        except LitdexError as error:
            self.summary.missing[kind] = str(error)
            return error
        self.summary.embedded += applied.embedded
        return None

    def _entities(self) -> None:
        """Look through the papers that wait for it, and give the engines what was found, a while's work at a time."""
        if self._stage and (papers := self._library.entities.wanted()):
            self._progress.tagging(len(papers))
            pace = _Pace(ENTITIES_EVERY)

            def done(batch: list[int]) -> None:
                self._progress.tagged(len(batch))
                if pace.due():
                    self._renew()
                    pace.start()

            self.summary.tagged = (self.summary.tagged or 0) + self._stage.run(papers, done)
            self._renew()

    def _renew(self) -> None:
        """Give the engines the entities that were found; words and vectors are as they were."""
        for kind in KINDS:
            self._apply(kind, reuse=True)

    def _is_vanished(self, root: Path) -> bool:
        return not root.expanduser().exists() and bool(self._catalogue.below([root.expanduser().resolve()]))

    def _guarded(self, unit: Unit | Skipped) -> int:
        """Read one file, whatever happens; return how many records it told."""
        if isinstance(unit, Skipped):
            return self._skipped(unit)
        try:
            return self._unit(unit)
        except (LitdexError, sqlite3.OperationalError, sqlite3.IntegrityError):
            raise  # the library's fault
        except Exception as error:
            _LOG.debug("%s", unit.path, exc_info=error)
            return self._skipped(Skipped(unit.path, f"{unit.path}: cannot be kept: {in_one_line(error)}"))

    def _skipped(self, skipped: Skipped) -> int:
        file = self._catalogue.begin(skipped.path, "")
        self._catalogue.finish(file, stat="", formats="", state="failed", reason=skipped.reason)
        self.summary.failed += 1
        return 0

    def _unit(self, unit: Unit) -> int:
        """Read one file if it changed; returns how many records it told."""
        entry = self._known.get(stored(unit.path))
        if entry and not self._is_new(unit):
            self.summary.unchanged += 1
            return 0
        # The stat from before the read: a change while reading is then seen the next time.
        stat, digest = unit.stat(), unit.digest()
        if entry and self._is_current(entry) and entry.digest == digest and entry.state != "reading":
            self._catalogue.touch(entry.id, _trusted(unit, stat))
            self.summary.unchanged += 1
            return 0
        file = self._catalogue.begin(unit.path, digest)
        if self._again:
            self._sources.revive(file)
        return self._read(unit, file, _trusted(unit, stat))

    def _is_new(self, unit: Unit) -> bool:
        """Whether the file looks as if it had to be read; one that was only touched does."""
        if unit in self._looked:
            return self._looked.pop(unit)
        entry = self._known.get(stored(unit.path))
        return not (entry and self._is_current(entry) and entry.stat == unit.stat())

    def _is_current(self, entry: FileEntry) -> bool:
        """Whether the file was read to its end by parsers of today's versions."""
        used = [form.partition(":") for form in entry.formats.split(",") if form]
        fresh = all(_is_fresh(name, version) for name, _, version in used)
        return fresh and entry.state != "reading" and not self._again

    def _read(self, unit: Unit, file: int, stat: str) -> int:
        """Read a file to its end: its records into the library, its faults into the catalogue."""
        told = _FileReport()
        for piece in self._reader.pieces(unit):
            if piece.format:
                told.formats.add(f"{piece.format}:{FORMATS[piece.format].version}")
            good = [Record(piece.format, item) for item in piece.items if not isinstance(item, Fault)]
            told.hashes |= self._sources.put(file, good)
            told.records += len(good)
            for item in piece.items:
                if isinstance(item, Fault):
                    told.fault(piece.document, item)
            if piece.items:
                self._apply_when_due()
        self._close(file, stat, told)
        return told.records

    def _close(self, file: int, stat: str, told: _FileReport) -> None:
        """Note how reading a file ended, and drop what it does not tell any more."""
        formats = ",".join(sorted(told.formats))
        with transaction(self._library.connection):
            if told.whole:  # a file that broke off may have told less than it holds: keep what it told before
                self._sources.keep_only(file, told.hashes)
            if told.records or not told.faults:
                self._catalogue.finish(file, stat=stat, formats=formats, state="done")
                for place, reason in told.faults:
                    self._catalogue.fault(file, place, reason)
                self.summary.faults += len(told.faults)
            else:
                self._catalogue.finish(file, stat=stat, formats=formats, state="failed", reason=told.faults[0][1])
                for place, reason in told.faults[1:]:
                    self._catalogue.fault(file, place, reason)
                self.summary.failed += 1
        self.summary.records += told.records

    def _apply_when_due(self) -> None:
        """Let the words of what was read be found, a second or two after it was read."""
        if self._words.due():
            self._apply("lexical")
            self._words.start()


class _Pace:
    """Says when something is due again: not before `least` seconds, nor ten times as long as it took last."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._at = time.monotonic() + least / 4  # the first papers soon
        self._begun = 0.0

    def due(self) -> bool:
        """Return True if it is time; notes when the work began."""
        self._begun = time.monotonic()
        return self._begun >= self._at

    def start(self) -> None:
        """The work was done: wait again."""
        now = time.monotonic()
        self._at = now + max(self._least, 10 * (now - self._begun))


@dataclass(slots=True)
class _FileReport:
    """What one file has told so far."""

    formats: set[str] = field(default_factory=set)
    hashes: set[bytes] = field(default_factory=set)
    faults: list[tuple[str, str]] = field(default_factory=list)  # place, reason
    records: int = 0
    whole: bool = True

    def fault(self, document: str, fault: Fault) -> None:
        """Note a record, or with ordinal `WHOLE` the rest of a document, that could not be read."""
        if fault.lacks:
            self.formats.add(f"{fault.lacks}:{LACKING}")
        if fault.ordinal == WHOLE:
            self.whole = False
            self.faults.append((document, fault.reason))
        else:
            self.faults.append((f"{document} record {fault.ordinal + 1}".strip(), fault.reason))


def _is_fresh(name: str, version: str) -> bool:
    """Whether a file would be read as it was: by the same parser, and without the tool that was not there."""
    if version == LACKING:
        return not (name == "ocr" and can_read())
    return name in FORMATS and str(FORMATS[name].version) == version


def _trusted(unit: Unit, stat: str) -> str:
    """The state to remember: none if the file was written to so lately that its times may not tell a next change."""
    newest = max((member.stat().st_mtime_ns for member in unit.members if member.exists()), default=0)
    return "" if time.time_ns() - newest < _RACY_NANOSECONDS else stat
