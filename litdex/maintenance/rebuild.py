"""A new generation of an engine, built beside the one that searches use, and put in its place when it is whole.

Until then searches use the old one, and what is ingested after an interrupted rebuild waits for the new one on its
list. The change is one transaction, so a search sees the old generations or the new ones, never one of each. The old
ones are kept for `roll_back`, with lists of what they have missed since, until the next rebuild.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litdex.encoder.base import Encoder
from litdex.encoder.weights import DEFAULT
from litdex.errors import SystemFault, UserError
from litdex.index import engines
from litdex.index.engine import Engine
from litdex.index.lexical import analysers
from litdex.index.library import Library, encoder_for
from litdex.index.outbox import Generation, Kind
from litdex.index.schema import transaction
from litdex.index.settings import Choice
from litdex.pipeline.apply import apply_pending

KINDS: tuple[Kind, ...] = ("lexical", "vectors")
MADE = ("encoder", "fingerprint", "dimension", "source")
"""Settings of vectors that follow from the encoder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be different in the new generation; an engine of which nothing is said is left as it is.

    Where nothing at all is said, an interrupted rebuild goes on, else both engines are built again as they are.
    """

    encoder: str | None = None  # a name or folder, as `load_encoder` takes it
    analyzer: str | None = None
    lexical: str | None = None  # where to: as `litdex.index.settings.choose` reads it
    vectors: str | None = None


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild or a return to the generations before it did."""

    papers: int
    passages: int
    active: dict[Kind, int] = field(default_factory=dict)  # the generations in use now, of the kinds that changed
    kept: dict[Kind, int] = field(default_factory=dict)  # and those to which `roll_back` returns
    seconds: float = 0.0


class Watch:
    """Is told how far a rebuild is."""

    def waiting(self, passages: int) -> None:
        """So many passages are to be taken over."""

    def embedded(self, passages: int) -> None:
        """So many more were."""


def rebuild(
    library: Library,
    wanted: Wanted,
    load: Callable[..., Encoder],
    progress: Watch | None = None,
    *,
    only: Collection[Kind] = (),
) -> Rebuilt:
    """Build the generations that are wanted, check them, and let searches use them; goes on where it was interrupted.

    `load` gives an encoder by its name, the shipped one without. The engines in `only` are built again as they are.
    Raises UserError, LibraryBusy, and SystemFault where an engine fails or the counts are wrong: what was in
    use then still is.
    """
    begun = time.monotonic()
    with library.writing():
        encoders = _Encoders(load, library.folder)
        building = _begin(library, wanted, only, encoders)
        return _finish(library, building, encoders, progress or Watch(), begun)


def roll_back(library: Library, load: Callable[..., Encoder], progress: Watch | None = None) -> Rebuilt:
    """Return to the generations before the last rebuild, after they took over what they missed.

    Those in use now are kept in their place: doing it twice changes nothing. Raises as `rebuild` does.
    """
    begun = time.monotonic()
    with library.writing():
        kept = library.outbox.generations("retired")
        if not kept:
            raise UserError(
                f"{library.folder} keeps no generation from before a rebuild: there is nothing to return to"
            )
        return _finish(library, kept, _Encoders(load, library.folder), progress or Watch(), begun)


class _Encoders:
    """Encoders by what they are found by, each loaded once."""

    def __init__(self, load: Callable[..., Encoder], folder: Path) -> None:
        self._load = load
        self._folder = folder
        self._loaded: dict[str | None, Encoder] = {}

    def get(self, source: str | None = None) -> Encoder:
        """The encoder; without a source the shipped one."""
        if source not in self._loaded:
            self._loaded[source] = self._load(source) if source else self._load()
        return self._loaded[source]

    def of(self, generations: Sequence[Generation]) -> Encoder | None:
        """The encoder of the one that holds vectors. Raises EncoderMismatch where it is not the same any more."""
        vectors = [one for one in generations if one.kind == "vectors"]
        return encoder_for(vectors[0], self.get, self._folder) if vectors else None


def _begin(library: Library, wanted: Wanted, only: Collection[Kind], encoders: _Encoders) -> list[Generation]:
    """The generations to build: those of an interrupted rebuild where they are what is wanted, else new ones."""
    unfinished = library.outbox.generations("building")
    asked = bool(only) or wanted != Wanted()
    if unfinished and not asked and _whole(unfinished, encoders):
        return unfinished
    choices = _choices(library, wanted, only if asked else KINDS, encoders)
    same = [one for one in unfinished if _is(one, choices)]
    stale = [one for one in unfinished if one not in same]
    drop(library, stale)
    with transaction(library.connection):
        for kind, choice in choices.items():
            if all(one.kind != kind for one in same):
                library.outbox.add_generation(kind, choice.engine, dict(choice.settings), "building")
    return library.outbox.generations("building")


def _whole(unfinished: Sequence[Generation], encoders: _Encoders) -> bool:
    """Whether the interrupted rebuild can go on: its encoder is what it was."""
    return all(
        encoders.get(one.source).fingerprint == one.settings["fingerprint"]
        for one in unfinished
        if one.kind == "vectors"
    )


def _is(generation: Generation, choices: Mapping[Kind, Choice]) -> bool:
    choice = choices.get(generation.kind)
    return choice is not None and (choice.engine, dict(choice.settings)) == (generation.engine, generation.settings)


def _choices(library: Library, wanted: Wanted, kinds: Collection[Kind], encoders: _Encoders) -> dict[Kind, Choice]:
    """Engine and settings of each generation to build: of `kinds`, and of what is wanted otherwise."""
    found: dict[Kind, Choice] = {}
    if "lexical" in kinds or wanted.analyzer or wanted.lexical:
        place = _place(library, "lexical", wanted.lexical)
        words = {"analyzer": analysers.known(wanted.analyzer)} if wanted.analyzer else {}
        found["lexical"] = Choice(place.engine, {**place.settings, **words, **analysers.WRITING})
    if "vectors" in kinds or wanted.encoder or wanted.vectors:
        place = _place(library, "vectors", wanted.vectors)
        found["vectors"] = Choice(place.engine, {**place.settings, **_made(library, wanted.encoder, encoders)})
    return found


def _place(library: Library, kind: Kind, name: str | None) -> Choice:
    """Where a generation is to be built: what is named, else where the one in use is, with the same settings."""
    used = _used(library, kind)
    if name is None:
        return Choice(used.engine, {key: value for key, value in used.settings.items() if key not in MADE})
    choice = library.choice(kind, name)
    words = {"analyzer": used.settings["analyzer"]} if "analyzer" in used.settings else {}
    return Choice(choice.engine, {**words, **choice.settings})


def _made(library: Library, name: str | None, encoders: _Encoders) -> dict[str, Any]:
    """What a generation of vectors remembers of its encoder: the one named, else the one that the library uses."""
    if name is None:
        source = _used(library, "vectors").source
    else:
        folder = Path(name).expanduser()
        source = None if name == DEFAULT else str(folder.absolute()) if folder.is_dir() else name
    encoder = encoders.get(source)
    made = {"encoder": encoder.name, "fingerprint": encoder.fingerprint, "dimension": encoder.dimension}
    return {**made, "source": source} if source else made


def _used(library: Library, kind: Kind) -> Generation:
    used = library.generation(kind)
    if used is None:
        raise UserError(f"{library.folder} has no engines yet: `litdex ingest PATH` makes them")
    return used


def _finish(
    library: Library, generations: Sequence[Generation], encoders: _Encoders, progress: Watch, begun: float
) -> Rebuilt:
    """Let the generations take over what is on their lists, check them and use them."""
    progress.waiting(library.outbox.passages([one.id for one in generations]))
    applied = apply_pending(library, encoders.of(generations), progress.embedded, to=generations)
    if applied.error:
        raise applied.error
    _check(library, generations)
    before = [one for one in library.outbox.generations("retired") if one not in generations]
    drop(library, before)
    with transaction(library.connection):
        library.outbox.activate([one.id for one in generations])
        for generation in generations:
            engines.backend(generation.engine).publish(generation)
    sweep(library)
    papers, passages = library.store.counts()
    return Rebuilt(
        papers=papers,
        passages=passages,
        active={one.kind: one.id for one in generations},
        kept={one.kind: one.id for one in library.outbox.generations("retired")},
        seconds=time.monotonic() - begun,
    )


def _check(library: Library, generations: Sequence[Generation]) -> None:
    """Make new generations fast, and compare them with the library. Raises SystemFault where one lacks anything."""
    papers, passages = library.store.with_passages(), library.store.counts()[1]
    for generation in generations:
        held, found = _held(library, generation)
        if held != passages or found != papers:
            drop(library, library.outbox.generations("building"))
            raise SystemFault(
                f"the new {generation.kind} engine holds {held:,} passages of {len(found):,} papers, the library"
                f" {passages:,} of {len(papers):,}: the old one stays in use; run the command again"
            )


def _held(library: Library, generation: Generation) -> tuple[int, set[int]]:
    """How many passages a new generation holds, and of which papers."""
    engine: Engine
    if generation.kind == "vectors":
        engine = vectors = library.vectors(generation, writable=True)
        vectors.optimise()
    else:
        engine = library.lexical(generation)
    try:
        return engine.count(), engine.papers()
    finally:
        engine.close()


def drop(library: Library, generations: Collection[Generation]) -> None:
    """Delete generations: what the engine holds first, so that a kill in between leaves nothing without a name.

    What lies on a server that is gone stays there: it must not keep the library from leaving it.
    """
    for generation in generations:
        if not _read(library.home(generation)):
            with suppress(SystemFault):
                engines.backend(generation.engine).drop(generation, library.home(generation))
        with transaction(library.connection):
            library.outbox.drop([generation.id])


def sweep(library: Library) -> list[Path]:
    """Delete folders of generations that the library does not know, unless someone still reads them."""
    known = {library.home(one) for one in library.outbox.generations("building", "active", "retired")}
    gone = []
    for kind in KINDS:
        for folder in sorted((library.folder / kind).glob("*")):
            if folder.is_dir() and folder not in known and not _read(folder):
                shutil.rmtree(folder, ignore_errors=True)
                gone.append(folder)
    return gone


def _read(folder: Path) -> bool:
    """Whether a search has the vectors in this folder open. Words need no such care: open files stay whole."""
    lock = folder / "lock"
    if not lock.is_file():
        return False
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
