"""Is the library whole? SQLite against itself, and both engines against SQLite.

What is compared: SQLite's own checks, sources with papers, samples of papers with what their sources make of them, the
number of every passage in each engine, the checksums of the engine's files where it keeps some, samples of vectors
with what the encoder makes of the passages. `litdex.maintenance.repair` mends what is found.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from litdex.encoder.base import Encoder
from litdex.errors import LitdexError, SystemFault
from litdex.index import gate
from litdex.index.engine import VectorIndex
from litdex.index.library import Library, encoder_for
from litdex.index.outbox import Generation, Kind
from litdex.index.sources import digest_of
from litdex.ingest.passages import embedding_text, passages, title_beside
from litdex.maintenance.probe import opened
from litdex.pipeline.apply import EMBEDDED

Part = Literal["database", "papers", "lexical", "vectors"]
SAMPLE = 500
"""How many papers are computed again from their sources, unless all are asked for."""
EMBEDDED_AGAIN = 20
"""How many papers' vectors are made again."""
SAME_DIRECTION = 0.999
"""The cosine above which two vectors are the same: another processor rounds otherwise."""


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: what was compared, what came out, and whether that is as it should be."""

    part: Part
    what: str
    result: str
    good: bool = True


@dataclass(slots=True)
class Report:
    """All comparisons, and what has to be done about those that failed."""

    lines: list[Line] = field(default_factory=list)
    stale: set[int] = field(default_factory=set)  # papers that are not what their sources say
    wrong: dict[int, set[int]] = field(default_factory=dict)  # generation -> papers that it holds wrongly
    broken: set[Kind] = field(default_factory=set)  # engines to build again
    down: set[Kind] = field(default_factory=set)  # servers that do not answer
    lost: bool = False  # the database itself is damaged

    @property
    def good(self) -> bool:
        """Whether everything is as it should be."""
        return all(line.good for line in self.lines)

    def add(self, part: Part, what: str, bad: int, result: str = "") -> None:
        """Note a comparison that found so many faults."""
        self.lines.append(Line(part, what, f"{bad:,} wrong" if bad else result or "none", not bad))


def check(
    library: Library,
    load: Callable[..., Encoder],
    *,
    everything: bool = False,
    progress: Callable[[int, int], None] = lambda more, done: None,
) -> Report:
    """Compare all that should agree; `everything` computes every paper again, not only a sample.

    A writer may be at work: it waits while the numbers are read. `progress` is told papers to look at, and papers done.
    """
    report = Report()
    _check_database(library, report)
    if report.lost:
        return report
    with gate.still(library.folder):
        expected = _passages(library.connection)
        waiting = {one.id: _waiting(library, one) for one in library.outbox.generations("active")}
        for generation in library.outbox.generations("active"):
            _check_engine(library, generation, expected, waiting[generation.id], report)
    _check_papers(library, report, everything, progress)
    _check_vectors(library, load, report, everything)
    return report


INVARIANTS: Sequence[tuple[str, str]] = (
    (
        "papers without a source",
        "SELECT id FROM papers WHERE id NOT IN (SELECT paper FROM sources WHERE paper IS NOT NULL)",
    ),
    (
        "sources of a paper that is not there",
        "SELECT DISTINCT paper FROM sources WHERE paper IS NOT NULL AND paper NOT IN (SELECT id FROM papers)",
    ),
    ("papers that share a name", "SELECT min(id) FROM papers GROUP BY name HAVING count(*) > 1"),
)
"""What must not be: a name for it, and the papers that it is true of."""


def _check_database(library: Library, report: Report) -> None:
    """SQLite's own checks, and what must hold between its tables."""
    try:
        faults = [row[0] for row in library.connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        orphans = len(library.connection.execute("PRAGMA foreign_key_check").fetchall())
        found = {name: [paper for (paper,) in library.connection.execute(query)] for name, query in INVARIANTS}
    except sqlite3.DatabaseError as error:
        faults, orphans, found = [str(error)], 0, {}
    report.lost = bool(faults)
    report.lines.append(Line("database", "SQLite's integrity check", faults[0] if faults else "ok", not faults))
    report.add("database", "rows whose parent is gone", orphans)
    for name, papers in found.items():
        report.add("database", name, len(papers))
        report.stale.update(papers)


def _check_papers(library: Library, report: Report, everything: bool, progress: Callable[[int, int], None]) -> None:
    """Compute papers again from their sources, and compare what is stored."""
    numbers = list(library.store.numbers())
    some = numbers if everything else numbers[:: max(1, len(numbers) // SAMPLE)]
    progress(len(some), 0)
    stale = set()
    for number in some:
        if not _is_current(library, number):
            stale.add(number)
        progress(0, 1)
    report.add("papers", "differ from their sources", len(stale), f"none of {len(some):,}")
    report.stale |= stale
    if library.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'mentions'").fetchone():
        astray = {number for number in some if number not in stale and _has_stray_mentions(library, number)}
        report.add("papers", "have mentions that are not in their text", len(astray), f"none of {len(some):,}")
        report.stale |= astray


def _is_current(library: Library, number: int) -> bool:
    """Whether a paper is what its sources say; one that was removed a moment ago is."""
    library.connection.execute("BEGIN")  # a writer may be at work: read one state of the paper
    try:
        return library.store.card(number) is None or _is_as_told(library, number)
    finally:
        library.connection.execute("COMMIT")


def _is_as_told(library: Library, number: int) -> bool:
    try:
        paper = library.store.paper(number)
    except (KeyError, ValueError, zlib.error):
        return False
    row = library.connection.execute("SELECT digest FROM papers WHERE id = ?", (number,)).fetchone()
    stored = [passage for _, passage in library.store.passages(number)]
    return row is not None and row[0] == digest_of(paper) and stored == passages(paper)


def _passages(connection: sqlite3.Connection) -> dict[int, int]:
    """Every passage's number, with its paper's."""
    return dict(connection.execute("SELECT id, paper FROM passages"))


def _waiting(library: Library, generation: Generation) -> set[int]:
    """The papers that a generation has still to take over."""
    rows = library.connection.execute("SELECT paper FROM pending WHERE generation = ?", (generation.id,))
    return {paper for (paper,) in rows}


def _check_engine(
    library: Library, generation: Generation, expected: dict[int, int], waiting: set[int], report: Report
) -> None:
    """What an engine holds, passage by passage. Papers on its list may be there in any state."""
    kind = generation.kind
    if not library.is_begun(generation):
        report.add(kind, f"{generation.engine} opens", 0, "it has nothing yet")
        return
    try:
        bad = damaged_files(library.home(generation)) if generation.engine == "tantivy" else []
        if bad:
            raise SystemFault(f"damaged: {', '.join(path.name for path in bad)}")
        engine = opened(library, generation)
        try:
            held = engine.passages()
        finally:
            engine.close()
    except Exception as error:  # damage shows itself as errors of many kinds
        reason = str(error) if isinstance(error, LitdexError) else " ".join(f"{type(error).__name__}: {error}".split())
        report.lines.append(Line(kind, f"{generation.engine} opens", reason, good=False))
        (report.broken if generation.engine in EMBEDDED else report.down).add(kind)
        return
    report.add(kind, f"{generation.engine} opens", 0, "yes")
    there, here = _settled(held, waiting), _settled(expected, waiting)
    report.add(kind, "passages missing", len(here.items() - there.items()), f"none of {len(here):,}")
    report.add(kind, "passages that should not be there", len(there.items() - here.items()))
    sums = checksum(here), checksum(there)
    report.lines.append(Line(kind, "checksum of all numbers", " ".join(dict.fromkeys(sums)), sums[0] == sums[1]))
    report.lines.append(Line(kind, "papers that wait to be taken over", f"{len(waiting):,}"))
    wrong = {paper for _, paper in here.items() ^ there.items()}
    if wrong:
        report.wrong[generation.id] = wrong


def _settled(held: dict[int, int], waiting: set[int]) -> dict[int, int]:
    return {number: paper for number, paper in held.items() if paper not in waiting} if waiting else held


def checksum(held: dict[int, int]) -> str:
    """A short hash of passages' and papers' numbers, whatever their order."""
    data = np.array(sorted(held.items()), dtype=np.int64).tobytes()
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def damaged_files(folder: Path) -> list[Path]:
    """The files of a tantivy index whose contents are not what their footers say, or that are not there."""
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        stems = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [folder / "meta.json"]
    files = [path for path in sorted(folder.iterdir()) if path.stem.partition(".")[0] in stems]
    complete = {path.stem for path in files} >= stems
    return [path for path in files if not _is_sound(path)] + ([] if complete else [folder])


def _is_sound(path: Path) -> bool:
    """Whether a file's CRC-32 is the one in its footer: JSON, its length, and a magic number, at the file's end."""
    data = path.read_bytes()
    length, magic = int.from_bytes(data[-8:-4], "little"), int.from_bytes(data[-4:], "little")
    if magic != TANTIVY_MAGIC:
        return False
    try:
        footer = json.loads(data[-8 - length : -8])
        return bool(zlib.crc32(data[: -8 - length]) == footer["crc"])
    except (ValueError, KeyError, TypeError):
        return False


TANTIVY_MAGIC = 1337


def _check_vectors(library: Library, load: Callable[..., Encoder], report: Report, everything: bool) -> None:
    """Make some papers' vectors again, and compare those that are stored."""
    used = library.generation("vectors")
    if used is None or not library.is_begun(used) or "vectors" in report.broken | report.down:
        return
    try:
        encoder = encoder_for(used, load, library.folder)
        with gate.still(library.folder):
            waiting = _waiting(library, used)
            numbers = [number for number in library.store.numbers() if number not in waiting]
            some = numbers[:: max(1, len(numbers) // (EMBEDDED_AGAIN * (10 if everything else 1)))]
            engine = library.vectors(used)
            try:
                different = sum(not _same(library, engine, encoder, number) for number in some)
            finally:
                engine.close()
    except LitdexError as error:
        report.lines.append(Line("vectors", "vectors made again", str(error), good=False))
        return
    report.add("vectors", "papers with other vectors than the encoder's", different, f"none of {len(some):,}")
    if different:
        report.broken.add("vectors")


def _same(library: Library, engine: VectorIndex, encoder: Encoder, number: int) -> bool:
    """Whether each of a paper's passages has its vector."""
    card = library.store.card(number)
    if card is None:
        return True
    texts = [
        embedding_text(title_beside(card.paper.title, passage), passage.text)
        for _, passage in library.store.passages(number)
    ]
    made, stored = encoder.encode_passages(texts), engine.stored(number)
    if len(made) != len(stored):
        return False
    return not len(made) or bool((np.max(made @ stored.T, axis=1) > SAME_DIRECTION).all())


def _has_stray_mentions(library: Library, number: int) -> bool:
    """Whether a paper has a mention of characters that its text does not have there."""
    rows = library.connection.execute('SELECT "start", "end", text FROM mentions WHERE paper = ?', (number,)).fetchall()
    if not rows:
        return False
    text = library.store.paper(number).text
    return any(text[start:end] != mention for start, end, mention in rows)
