"""What the children of `benchmarks.torture` do: one step on a library, or a look at all that is in it.

Each runs in a process of its own, forked, so that it can be killed and opens every engine anew.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.torture_world import PAPERS, Fate, Record, papers_in, versions_in, word
from litdex.index.library import Library
from litdex.index.sources import Sources
from litdex.maintenance import probe
from litdex.maintenance.backup import backup
from litdex.maintenance.check import check
from litdex.maintenance.rebuild import Wanted, rebuild, roll_back
from litdex.maintenance.repair import repair
from litdex.pipeline import apply, reading, tagging
from litdex.pipeline import ingest as intake
from litdex.pipeline.tagging import EntityOptions
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

NEAR = 4
"""Of so many papers one is looked for by its vectors."""


class Encoder(HashingEncoder):
    """The tests' encoder, which remembers what it made: half the time goes there else."""

    encode_query = cache(HashingEncoder.encode_query)


ENCODER = Encoder()


def load() -> Encoder:
    """As `load_encoder` does."""
    return ENCODER


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a user does. `kind` is a name in `STEPS`."""

    kind: str
    prune: bool = False
    again: bool = False
    numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        options = " --prune" * self.prune + " --again" * self.again
        return f"{self.kind}{options}{''.join(f' {number}' for number in self.numbers)}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the library, the papers and the rest lie."""

    library: Path
    papers: Path
    names: Path  # entities to find
    pack: Path  # a backup


def small_batches() -> None:
    """Let batches be so small that a kill falls between two of them, or into one."""
    apply.BATCH_PASSAGES, reading.BATCH_RECORDS = 7, 5
    intake.WORDS_EVERY = intake.ENTITIES_EVERY = 0.0
    tagging.BATCH_CHARACTERS = 300
    # The child that looks may die of a damaged index: that is seen, and no other child is needed for it.
    probe._try = lambda folder, dimension: None


@contextmanager
def _opened(place: Place, trace: Callable[[str], None] | None) -> Iterator[Library]:
    with Library.open_or_create(place.library) as library:
        library.connection.set_trace_callback(trace)
        yield library
        library.connection.set_trace_callback(None)


def _ingest(library: Library, place: Place, step: Step) -> None:
    intake.ingest(library, [place.papers], load, prune=step.prune, again=step.again, limits=None)


def _tag(library: Library, place: Place, step: Step) -> None:
    wish = EntityOptions(tagger=str(place.names))
    intake.ingest(library, [place.papers], load, prune=step.prune, again=step.again, entities=wish, limits=None)


def _remove(library: Library, place: Place, step: Step) -> None:
    with library.writing():
        found = library.store.found(f"arXiv:0901.{number:04d}" for number in step.numbers)
        if len(found) < len(step.numbers):
            return
        Sources(library.connection).remove(found)
        if library.generation("vectors"):
            apply.apply_pending(library, ENCODER)


def _rebuild(library: Library, place: Place, step: Step) -> None:
    rebuild(library, Wanted(), load)


def _roll_back(library: Library, place: Place, step: Step) -> None:
    roll_back(library, load)


def _search(library: Library, place: Place, step: Step) -> None:
    with Searcher(library, load) as searcher:
        for number in range(0, PAPERS, 7):
            searcher.search(word(number), limit=5)


def _backup(library: Library, place: Place, step: Step) -> None:
    backup(library, place.pack, overwrite=True)


def _mend(library: Library, place: Place, step: Step) -> None:
    report = check(library, load, everything=True)
    if not report.good:
        repair(library, report, load)


STEPS: dict[str, Callable[[Library, Place, Step], None]] = {
    "ingest": _ingest,
    "tag": _tag,
    "remove": _remove,
    "rebuild": _rebuild,
    "rollback": _roll_back,
    "search": _search,
    "backup": _backup,
    "check": _mend,
}


def take(step: Step, place: Place, die_at: int | None, jump: float) -> dict[str, Any]:
    """Do a step, on a clock that is `jump` seconds off; die by SIGKILL before the `die_at`th SQL statement.

    Returns how many statements there were. Raises as the library does.
    """
    if jump:
        now, now_ns = time.time, time.time_ns
        time.time = lambda: now() + jump
        time.time_ns = lambda: now_ns() + int(jump * 1e9)
    statements = 0

    def count(statement: str) -> None:
        nonlocal statements
        statements += 1
        if statements == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with _opened(place, count) as library:
        STEPS[step.kind](library, place, step)
    return {"statements": statements}


def look(folder: Path) -> dict[str, Any]:
    """What is in a library, and everything that does not agree: with `check`, or with what a search finds."""
    if not (folder / "library.db").exists():
        return {"records": [], "waiting": 0, "wrong": []}
    with Library.open(folder) as library:
        report = check(library, load, everything=True)
        wrong = [f"check: {line.part}: {line.what}: {line.result}" for line in report.lines if not line.good]
        records = _records(library)
        names = [name for (name,) in library.connection.execute("SELECT name FROM papers")]
        wrong += _compare_papers(names, records)
        pending = library.connection.execute(
            "SELECT DISTINCT papers.name FROM pending JOIN generations ON generations.id = generation"
            " LEFT JOIN papers ON papers.id = pending.paper WHERE state = 'active'"
        ).fetchall()
        if library.generation("vectors") and not report.broken:
            removed_waits = any(name is None for (name,) in pending)
            wrong += _compare_searches(library, records, {name for (name,) in pending}, removed_waits)
        return {
            "records": [[*record, fate] for record, fate in records.items()],
            "waiting": len(pending),
            "wrong": wrong,
        }


def _records(library: Library) -> dict[Record, Fate]:
    found: dict[Record, Fate] = {}
    rows = library.connection.execute(
        "SELECT path, record, sources.paper FROM sources JOIN files ON files.id = sources.file"
    )
    known = {word(number, None): number for number in range(PAPERS)}
    for path, record, paper in rows:
        told = json.loads(zlib.decompress(record))["title"]
        first, second = re.findall(r"zyq\w+|vox\w+", told)
        version = int("".join(str("bcdfghjklm".index(letter)) for letter in second[6:]))
        found[Path(path).name, known[first], version] = "out" if paper is None else "in"
    return found


def _compare_papers(names: list[str], records: dict[Record, Fate]) -> list[str]:
    """Every paper once, and no other."""
    expected = {f"arXiv:0901.{number:04d}" for number in papers_in(records)}
    counted = Counter(names)
    return [
        *(f"{name} is in {count} papers" for name, count in counted.items() if count > 1),
        *(f"{name} is lost" for name in sorted(expected - set(names))),
        *(f"{name} should not be there" for name in sorted(set(names) - expected)),
    ]


def _compare_searches(
    library: Library, records: dict[Record, Fate], pending: set[str], removed_waits: bool
) -> list[str]:
    """Every paper is found by its own word and by its meaning, once; papers that are gone are not."""
    wrong, there = [], papers_in(records)
    vectors = library.generation("vectors")
    begun = vectors is not None and library.is_begun(vectors)
    with Searcher(library, load) as searcher:
        for number in range(PAPERS):
            name = f"arXiv:0901.{number:04d}"
            if name in pending or (number not in there and removed_waits):
                continue
            found = searcher.rank(word(number), limit=5, mode="lexical")
            if found != ([name] if number in there else []):
                wrong.append(f"{word(number)} finds {found}, not {name} ({'in' if number in there else 'out'})")
            versions = versions_in(records, number)
            if len(versions) == 1:
                found = searcher.rank(word(number, min(versions)), limit=5, mode="lexical")
                if found != [name]:
                    wrong.append(f"the words of {name}'s only version find {found}")
            if (number + len(there)) % NEAR or not begun:
                continue
            near = searcher.rank(f"{word(number)} {word(number)}", limit=PAPERS, mode="dense")
            if near.count(name) != (number in there):
                wrong.append(f"the vectors have {name} {near.count(name)} times")
    return wrong
