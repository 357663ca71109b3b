"""A process to be killed: `python -m tests.pipeline.killed_ingest PAPERS LIBRARY` ingests in small batches."""

from __future__ import annotations

import sys
from pathlib import Path

from litdex.index.library import Library
from litdex.pipeline import apply, reading, tagging
from litdex.pipeline import ingest as intake
from tests.index.conftest import HashingEncoder


def main(papers: Path, library: Path) -> None:
    """Ingest with batches so small that a kill falls between two of them, or into one."""
    apply.BATCH_PASSAGES, intake.WORDS_EVERY, reading.BATCH_RECORDS = 25, 0.0, 16
    intake.ENTITIES_EVERY = 0.0
    tagging.BATCH_CHARACTERS = 1000
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    names = papers.parent / "names.tsv"  # entities to find, where the test has some
    entities = tagging.EntityOptions(tagger=str(names)) if names.is_file() else None
    with Library.open_or_create(library) as opened:
        intake.ingest(opened, [papers], HashingEncoder, entities=entities, limits=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
