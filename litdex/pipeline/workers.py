"""Who does the work of an ingest: children that parse, and on wish processes that embed; its own process alone writes.

What they make does not depend on who makes it: files are taken in their order, and a text's vector is the same bits
whatever else is embedded with it. So the library is the same as with one process. A worker that is killed costs
nothing but time.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from litdex.encoder.base import Encoder, Vectors
from litdex.errors import SystemFault
from litdex.pipeline.apply import Applied, apply_pending
from litdex.pipeline.isolated import Isolated
from litdex.pipeline.limits import Limits
from litdex.pipeline.reading import Here, Reader

TEXTS = 32  # embedded by a worker at a time
TRIES = 3  # of the same texts, before it is taken for more than bad luck
Loader = Callable[..., Encoder]


@dataclass(frozen=True, slots=True)
class Executor:
    """Who does the work of an ingest: reads files, loads encoders, brings the engines up to date."""

    reader: Reader
    load: Loader
    apply: Callable[..., Applied]  # as `apply_pending`


@contextmanager
def executor(workers: int, load: Loader, limits: Limits | None) -> Iterator[Executor]:
    """Yield the executor of an ingest on this machine.

    Files are read by children within `limits`, or in this process where that is None. With more than one of `workers`,
    so many processes embed; `load` must be picklable then.
    """
    reader = Here() if limits is None else Isolated(max(workers, os.cpu_count() or 1), limits)
    try:
        if workers <= 1:
            yield Executor(reader, load, apply_pending)
            return
        pool = Pool(workers)
        try:
            yield Executor(reader, partial(_spread, pool, load), apply_pending)
        except BaseException:
            pool.kill()
            raise
        pool.close()
    finally:
        reader.close()


def _spread(pool: Pool, load: Loader, *source: str) -> Spread:
    return Spread(pool, load(*source), partial(load, *source))


class Pool:
    """Worker processes that are started again when one of them dies."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.starts = 0
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")  # forking a process that runs threads is not safe
        ours, theirs = context.Pipe()
        self._lifeline = ours
        self._executor = ProcessPoolExecutor(self.workers, context, initializer=_begin, initargs=(theirs,))
        self._theirs = theirs
        self.starts += 1

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have something done; starts anew where a worker has died since."""
        try:
            return self._executor.submit(work, *arguments)
        except BrokenProcessPool:
            self.restart()
            return self._executor.submit(work, *arguments)

    def restart(self) -> None:
        """Take new workers for those that died and those that were with them."""
        self.kill()
        self._start()

    def close(self) -> None:
        """Let the workers finish, and go."""
        self._executor.shutdown()
        self._lifeline.close()
        self._theirs.close()

    def kill(self) -> None:
        """End the workers now: each watches a pipe that nobody writes to, and goes when it is closed."""
        self._lifeline.close()
        self._theirs.close()
        self._executor.shutdown(cancel_futures=True)


def _begin(lifeline: Connection) -> None:
    """In a worker: leave Ctrl-C to the writer, take one core, and end when the writer has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["LITDEX_THREADS"] = "1"
    threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()


def _watch(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(0)


class Spread:
    """An encoder whose passages are embedded by the workers, some texts by each."""

    def __init__(self, pool: Pool, encoder: Encoder, load: Callable[[], Encoder]) -> None:
        self._pool = pool
        self._encoder = encoder
        self._load = load

    @property
    def name(self) -> str:
        """The encoder's."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """The encoder's."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """The encoder's."""
        return self._encoder.dimension

    def encode_query(self, text: str) -> Vectors:
        """The encoder's, in this process."""
        return self._encoder.encode_query(text)

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """As the interface says. Raises SystemFault where workers die again and again over the same texts."""
        parts = [list(texts[start : start + TEXTS]) for start in range(0, len(texts), TEXTS)]
        done: list[Vectors | None] = [None] * len(parts)
        for _ in range(TRIES):
            left = [place for place, vectors in enumerate(done) if vectors is None]
            futures = {place: self._pool.submit(_embed, self._load, parts[place]) for place in left}
            try:
                for place, future in futures.items():
                    done[place] = future.result()
                    if progress:
                        progress(len(parts[place]))
                break
            except BrokenProcessPool:
                self._pool.restart()
        made = [vectors for vectors in done if vectors is not None]
        if len(made) < len(parts):
            raise SystemFault("the workers that embed are killed again and again: is memory short? try fewer --workers")
        return np.concatenate(made) if made else np.empty((0, self.dimension), np.float32)


_ENCODERS: dict[bytes, Encoder] = {}
"""In a worker: the encoders that it has loaded."""


def _embed(load: Callable[[], Encoder], texts: list[str]) -> Vectors:
    """In a worker: the vectors of some texts."""
    import pickle

    key = pickle.dumps(load)
    if key not in _ENCODERS:
        _ENCODERS[key] = load()
    return _ENCODERS[key].encode_passages(texts)
