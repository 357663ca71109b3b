"""Threads that each have the library open for themselves, and give way when somebody wants to write.

A library's database connection belongs to one thread, and an embedded vector engine that is open for reading keeps a
writer waiting. So every reader has its own of both, and a watcher closes what a writer waits for as soon as no search
is using it; the next search opens it again, and sees what was written.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from litdex.encoder.base import Encoder
from litdex.index.library import Library
from litdex.search.searcher import Searcher

T = TypeVar("T")
WATCH = 0.05
"""Seconds between two looks at whether a writer waits."""
STALE = 2.0
"""Seconds for which a search may miss what was written meanwhile, at most: opening engines again costs some time."""


class Reader:
    """One open library and its searcher, used by one thread at a time."""

    def __init__(self, folder: Path, encoder: Callable[..., Encoder]) -> None:
        self.library = Library.open(folder)
        self.searcher = Searcher(self.library, encoder)
        self._busy = threading.Lock()
        self._seen = self.library.store.version()
        self._opened = time.monotonic()

    def use(self, work: Callable[[Reader], T]) -> T:
        """Do `work` with engines that are not staler than `STALE`."""
        with self._busy:
            self._freshen()
            return work(self)

    def give_way(self) -> None:
        """Close the engines if a writer waits for that and nobody uses them."""
        if self._busy.acquire(blocking=False):
            try:
                if self.searcher.wanted():
                    self.searcher.close()
            finally:
                self._busy.release()

    def close(self) -> None:
        """Close everything."""
        with self._busy:
            self.searcher.close()

    def _freshen(self) -> None:
        if time.monotonic() - self._opened < STALE:
            return
        self._opened = time.monotonic()
        seen = self.library.store.version()
        if seen != self._seen:
            self._seen = seen
            self.searcher.close()


class Readers:
    """`count` readers of one library, and the watcher. Raises as `Library.open` does."""

    def __init__(self, folder: Path, count: int, encoder: Callable[..., Encoder]) -> None:
        self.folder, self._encoder = folder, encoder
        self._own = threading.local()
        self._all: list[Reader] = []
        self._pool = ThreadPoolExecutor(count, "litdex-reader")
        self._closing = threading.Event()
        self._pool.submit(self._reader).result()
        self._watcher = threading.Thread(target=self._watch, name="litdex-watcher", daemon=True)
        self._watcher.start()

    async def run(self, work: Callable[[Reader], T]) -> T:
        """What `work` returns, done by the next reader that is free."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: self._reader().use(work))

    def close(self) -> None:
        """Let running work end, and close all readers."""
        self._closing.set()
        self._watcher.join()
        self._pool.shutdown()
        for reader in self._all:
            reader.close()

    def _reader(self) -> Reader:
        """This thread's own."""
        found: Reader | None = getattr(self._own, "reader", None)
        if found is None:
            found = self._own.reader = Reader(self.folder, self._encoder)
            self._all.append(found)
        return found

    def _watch(self) -> None:
        while not self._closing.wait(WATCH):
            for reader in list(self._all):
                reader.give_way()
