"""An ingest into a library whose words are on a server: `python -m tests.pipeline.served_ingest PAPERS LIBRARY URL`.

Batches are small, so that the server can be killed between two of them or in one. Prints "ready", then after each
file how many records it told, at last what is missing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from litdex.index.library import Library
from litdex.pipeline import apply, reading
from litdex.pipeline import ingest as intake
from litdex.pipeline.ingest import Silent
from tests.index.conftest import HashingEncoder


class Told(Silent):
    """Prints progress."""

    def read(self, unit: Path, records: int) -> None:
        """One more file, whose words were given to the engine."""
        say(f"read {records}")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(papers: Path, folder: Path, url: str) -> None:
    """Ingest, and tell."""
    apply.BATCH_PASSAGES, intake.WORDS_EVERY, reading.BATCH_RECORDS = 25, 0.0, 16
    with Library.open_or_create(folder) as library:
        library.choose_engines(lexical=url)
        say("ready")
        summary = intake.ingest(library, [papers], HashingEncoder, limits=None, progress=Told())
    say(json.dumps(summary.missing))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
