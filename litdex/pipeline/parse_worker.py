"""The child that reads files for an ingest: jobs come in on stdin, what the files tell goes out on stdout.

A message is four bytes of length and a pickle. A job is a `Job`; the answer is a `Begun` before each document, its
pieces, and `None` at the end. A file that breaks this process breaks nothing else. Started by
`litdex.pipeline.isolated`; it ends when stdin does.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, BinaryIO

from litdex.ingest.blob import Fault
from litdex.ingest.storable import storable
from litdex.ingest.walk import Unit
from litdex.pipeline.limits import hold, lift
from litdex.pipeline.reading import WHOLE, Begun, Piece, read_aloud


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, with the limits of it and the settings of litdex that parsers look up."""

    unit: Unit
    memory: int | None  # bytes; neither limit where pages may be read by OCR, whose engines have their own
    seconds: float | None  # of processor time
    environment: Mapping[str, str]
    batch: int | None = None  # records in a piece
    preload: str = ""  # a module to import first


def send(stream: BinaryIO, message: Any) -> None:
    """Write one message. Raises OSError where nobody reads any more."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one message, still pickled; None where there is no whole one any more."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    data = stream.read(int.from_bytes(head, "big"))
    return data if len(data) == int.from_bytes(head, "big") else None


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Do jobs until there are no more."""
    while (data := receive(jobs)) is not None:
        job: Job = pickle.loads(data)
        for name in [name for name in os.environ if name.startswith("LITDEX_")]:
            del os.environ[name]
        os.environ.update(job.environment)
        if job.preload:
            import_module(job.preload)
        hold(job.memory, job.seconds)
        try:
            _do(job, answers)
        finally:
            lift()


def _do(job: Job, answers: BinaryIO) -> None:
    try:
        for piece in read_aloud(job.unit, job.batch):
            send(answers, piece if isinstance(piece, Begun) else _fit(piece))
    except MemoryError:
        reason = f"{job.unit.path}: reading it takes too much memory (see --parse-memory)"
        send(answers, Piece("", "", (Fault(WHOLE, reason),)))
    send(answers, None)


def _fit(piece: Piece) -> Piece:
    return replace(piece, items=tuple(storable(item) for item in piece.items))


def _watch(parent: int) -> None:
    """End this process when its parent has ended, however it did, even over a file that takes long."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def main() -> None:
    """Serve on this process's own stdin and stdout; what else is printed goes to stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the writer's: it closes stdin
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)
