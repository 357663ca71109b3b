"""Mend what `litdex.maintenance.check` found: from the sources the papers, from the papers the engines."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence

from litdex.encoder.base import Encoder
from litdex.errors import SystemFault
from litdex.index.library import Library, encoder_for
from litdex.index.schema import transaction
from litdex.index.sources import Sources
from litdex.ingest import serialise
from litdex.maintenance.check import Report
from litdex.maintenance.rebuild import Wanted, Watch, drop, rebuild
from litdex.pipeline.apply import apply_pending
from litdex.pipeline.tagging import EntityOptions, begin

CHILDREN: Sequence[tuple[str, str, str]] = (
    ("passages", "paper", "papers"),
    ("citations", "paper", "papers"),
    ("works", "paper", "papers"),
    ("cited_works", "paper", "papers"),
    ("mentions", "paper", "papers"),
    ("tagged", "paper", "papers"),
    ("source_keys", "source", "sources"),
    ("faults", "file", "files"),
    ("pending", "generation", "generations"),
)
"""Tables whose rows belong to a row of another table, and by which column."""


def repair(library: Library, report: Report, load: Callable[..., Encoder], progress: Watch | None = None) -> list[str]:
    """Mend what the report says; returns what was done, a line each. A server that is down stays as it is.

    Raises SystemFault where the database itself is damaged: only a backup helps then. LibraryBusy as any writer.
    """
    if report.lost:
        raise SystemFault(
            f"the database in {library.folder} is damaged: `litdex restore BACKUP` into another folder, or ingest again"
        )
    watch, done = progress or Watch(), []
    with library.writing():
        done += _mend_papers(library, report)
        stage = begin(library, EntityOptions()) if library.entities.tagging() else None
        if stage:
            stage.run(report.stale)
        for generation, papers in report.wrong.items():
            with transaction(library.connection):
                library.outbox.mark_for(generation, papers)
            done.append(f"{len(papers):,} papers given to generation {generation} again")
        out = report.broken | report.down
        engines = [one for one in library.outbox.generations("active") if one.kind not in out]
        used = [one for one in engines if one.kind == "vectors"]
        if engines and library.outbox.counts():
            watch.waiting(library.outbox.passages([one.id for one in engines]))
            encoder = encoder_for(used[0], load, library.folder) if used else None
            apply_pending(library, encoder, watch.embedded, to=engines)
    if report.broken:
        rebuilt = rebuild(library, Wanted(), load, watch, only=sorted(report.broken))
        done += [f"{kind}: built again" for kind in rebuilt.active]
        with library.writing():
            drop(library, library.outbox.generations("retired"))  # the damaged ones: nothing to return to
    return done


def _mend_papers(library: Library, report: Report) -> list[str]:
    """Drop rows that belong to nothing, and compute papers again from their sources."""
    with transaction(library.connection):
        gone = sum(
            library.connection.execute(f"DELETE FROM {child} WHERE {column} NOT IN (SELECT id FROM {parent})").rowcount
            for child, column, parent in CHILDREN
        )
        unreadable = _drop_unreadable(library, report.stale)
        Sources(library.connection).refresh(sorted(report.stale))
    lines = (
        (gone, "rows that belonged to nothing dropped"),
        (unreadable, "damaged records dropped: `litdex ingest` on their files reads them again"),
        (len(report.stale), "papers computed again from their sources"),
    )
    return [f"{count:,} {what}" for count, what in lines if count]


def _drop_unreadable(library: Library, papers: Iterable[int]) -> int:
    """Drop records that cannot be read any more, and let their files be read again; returns how many there were."""
    dropped = 0
    for paper in papers:
        rows = library.connection.execute("SELECT id, file, record FROM sources WHERE paper = ?", (paper,)).fetchall()
        for source, file, record in rows:
            try:
                serialise.from_json(zlib.decompress(record))
            except (ValueError, KeyError, TypeError, zlib.error):
                library.connection.execute("DELETE FROM sources WHERE id = ?", (source,))
                library.connection.execute(
                    "UPDATE files SET stat = '', digest = '', state = 'reading' WHERE id = ?", (file,)
                )
                dropped += 1
    return dropped
