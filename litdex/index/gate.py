"""A gate between the one who changes the engines and those who copy or compare them.

A batch enters an engine and leaves its list in two steps. Whoever reads the database and the engines together (`check`,
`backup`) must not come in between: the writer passes this gate alone, a batch at a time, readers pass it together.
The kernel opens it again when a process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from litdex.errors import LibraryBusy

GATE = "gate"
PATIENCE = 600.0
"""How long, in seconds, the gate is waited for: a backup of a large library takes minutes."""


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Change engines and their lists as one step. Raises LibraryBusy after `PATIENCE`."""
    with _passed(folder, fcntl.LOCK_EX):
        yield


@contextmanager
def still(folder: Path) -> Iterator[None]:
    """Have engines and lists as they are until the end. Raises LibraryBusy after `PATIENCE`."""
    with _passed(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def _passed(folder: Path, kind: int) -> Iterator[None]:
    deadline = time.monotonic() + PATIENCE
    with (folder / GATE).open("ab") as file:
        while True:
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LibraryBusy(f"{folder}: another process is copying it or writing to it: try later") from None
                time.sleep(0.01)
        yield
