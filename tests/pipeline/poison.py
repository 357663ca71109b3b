"""What children import before they read in tests: some names of files do to the process what a bad parser would."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.containers import open_unit
from litdex.ingest.walk import Unit
from litdex.pipeline import reading


def poisoned(unit: Unit) -> Iterator[Blob | Fault]:
    """As `open_unit`, but for these names."""
    match unit.path.name:
        case "crash.jsonl":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "large.jsonl":
            bytearray(400 << 20)
        case "memory.jsonl":
            bytearray(8 << 30)
        case "computes.jsonl":
            while True:
                pass
        case "sleeps.jsonl":
            started = Path(os.environ["LITDEX_TEST_STARTED"])
            with started.open("a") as stream:
                stream.write(f"{os.getpid()}\n")
            time.sleep(600)
        case "surrogates.jsonl":
            raise ValueError("lone \ud835 of a parser")
    return open_unit(unit)


vars(reading)["open_unit"] = poisoned
