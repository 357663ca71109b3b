"""Reads files in child processes with limits of memory and time, kept warm and fed one file after another.

A file that crashes its parser, or asks for more than `Limits`, is one fault of that file: its child is replaced and
the next file goes on. Children read ahead while the writer stores and embeds; files come back in the order asked for.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Full, Queue
from typing import Any, BinaryIO, cast

from litdex.errors import in_one_line
from litdex.ingest.blob import Fault
from litdex.ingest.ocr.engine import can_read
from litdex.ingest.walk import Unit
from litdex.pipeline.limits import PATIENCE, Limits
from litdex.pipeline.parse_worker import Job, receive, send
from litdex.pipeline.reading import WHOLE, Begun, Piece

_LOG = logging.getLogger(__name__)
AHEAD = 4
"""Files that each child may have read, or be reading, before the writer asks for them."""
WAITING = 16
"""Pieces of one file that wait for the writer at most."""
TICK = 0.5
"""Seconds between two looks at the clock."""
SHORT = 1000
"""Bytes of a message that may be a mark; longer ones are pieces."""
SIGXCPU = 24
PRELOAD = ""
"""A module that children import before they read: a test's way to parsers of its own."""
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); import litdex.pipeline.parse_worker as w; w.main()"


@dataclass(slots=True, eq=False)
class _Task:
    """A file that is read, or waits to be."""

    unit: Unit
    job: Job
    pieces: Queue[bytes | Piece | None] = field(default_factory=lambda: Queue(WAITING))
    dropped: bool = False  # nobody asks for it any more

    def put(self, piece: bytes | Piece | None) -> None:
        """Hand a piece to the writer; wait until it has taken others, unless the task was dropped."""
        while not self.dropped:
            try:
                return self.pieces.put(piece, timeout=0.5)
            except Full:  # look again whether anybody still wants it
                continue
        return None


class Isolated:
    """A `Reader` whose files are parsed by `processes` children, each held to `limits`."""

    def __init__(self, processes: int, limits: Limits | None = None, *, batch: int | None = None) -> None:
        self._limits = limits or Limits()
        self._batch = batch
        self._limited = not can_read()  # an engine for OCR is large and slow, and has limits of its own
        self._environment = {name: value for name, value in os.environ.items() if name.startswith("LITDEX_")}
        self._children = _KEPT[PRELOAD]
        self._children.want(processes)
        self._tasks: dict[Unit, _Task] = {}
        self.window = AHEAD * processes

    def ahead(self, unit: Unit) -> None:
        """As the interface says."""
        if unit not in self._tasks:
            self._tasks[unit] = self._task(unit)
            self._children.give(self._tasks[unit])

    def pieces(self, unit: Unit) -> Iterator[Piece]:
        """As the interface says."""
        while unit in self._tasks and (passed := next(iter(self._tasks))) != unit:
            self._tasks.pop(passed).dropped = True  # it was told of, and not asked for after all
        task = self._tasks.pop(unit, None)
        if task is None:
            task = self._task(unit)
            self._children.give(task, at_once=True)
        try:
            while (piece := task.pieces.get()) is not None:
                yield pickle.loads(piece) if isinstance(piece, bytes) else piece
        finally:
            task.dropped = True

    def close(self) -> None:
        """Drop what was read ahead; the children stay warm for the next ingest of this process."""
        for task in self._tasks.values():
            task.dropped = True
        self._tasks.clear()

    def _task(self, unit: Unit) -> _Task:
        memory, seconds = (self._limits.memory, self._limits.time(_size(unit))) if self._limited else (None, None)
        return _Task(unit, Job(unit, memory, seconds, self._environment, self._batch, PRELOAD))


class _Children:
    """The children of this process: each has a thread that feeds it, and one more thread watches the clock."""

    def __init__(self) -> None:
        self._todo: deque[_Task] = deque()
        self._changed = threading.Condition()
        self._idle = 0
        self._wanted = 0
        self._running: list[_Child] = []

    def want(self, processes: int) -> None:
        """Have at least so many children, started when there is work for them."""
        self._wanted = max(self._wanted, processes)

    def give(self, task: _Task, at_once: bool = False) -> None:
        """Let a child read a file; `at_once` before all others, by one more child if none is free."""
        with self._changed:
            if at_once:
                self._todo.appendleft(task)
            else:
                self._todo.append(task)
            if self._idle < len(self._todo) and (at_once or len(self._running) < self._wanted):
                self._start()
            self._changed.notify()

    def take(self) -> _Task:
        """Return the next file to read, as soon as there is one."""
        with self._changed:
            self._idle += 1
            while not self._todo:
                self._changed.wait()
            self._idle -= 1
            return self._todo.popleft()

    def end(self) -> None:
        """Kill the children: this process ends."""
        for child in self._running:
            child.kill()

    def _start(self) -> None:
        child = _Child(self)
        self._running.append(child)
        threading.Thread(target=child.run, daemon=True).start()
        if len(self._running) == 1:
            atexit.register(self.end)
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(TICK)
            for child in list(self._running):
                if child.deadline is not None and time.monotonic() > child.deadline:
                    child.struck = True
                    child.kill()


class _Child:
    """One child process, started when it is first needed and again after a file has broken it."""

    def __init__(self, children: _Children) -> None:
        self._children = children
        self._process: subprocess.Popen[bytes] | None = None
        self.deadline: float | None = None  # of the file that is read now
        self.struck = False  # it has passed

    def run(self) -> None:
        """Read files for ever, in a thread."""
        while True:
            task = self._children.take()
            try:
                if not task.dropped and (fault := self._read(task)):
                    task.put(fault)
            except Exception as error:  # whatever it is, the writer must not wait for ever
                _LOG.warning("%s", task.unit.path, exc_info=error)
                task.put(Piece("", "", (Fault(WHOLE, f"{task.unit.path}: {in_one_line(error)}"),)))
            task.put(None)

    def kill(self) -> None:
        """End the process now."""
        if self._process:
            self._process.kill()

    def _read(self, task: _Task) -> Piece | None:
        """Have one file read; return a fault if the process ended over it."""
        begun, self.struck = Begun("", ""), False
        try:
            answers = self._sent(task)
            while (data := receive(answers)) is not None:
                message: Any = pickle.loads(data) if len(data) < SHORT else data
                if message is None:
                    return None
                if isinstance(message, Begun):
                    begun = message
                    continue
                self.deadline = None  # the writer may take its time
                task.put(message)
                self._set_clock(task)
        except OSError as error:  # the pipe broke: the child has ended
            _LOG.debug("%s", task.unit.path, exc_info=error)
        finally:
            self.deadline = None
        return Piece(begun.document, begun.format, (Fault(WHOLE, self._why(task)),))

    def _sent(self, task: _Task) -> BinaryIO:
        """Give the child the job, or a new child if it has ended since the last one; return where its answers come."""
        try:
            jobs, answers = self._started()
            send(jobs, task.job)
        except OSError:
            self.kill()
            self._process = None
            jobs, answers = self._started()
            send(jobs, task.job)
        self._set_clock(task)
        return answers

    def _set_clock(self, task: _Task) -> None:
        if task.job.seconds is not None:
            self.deadline = time.monotonic() + PATIENCE * task.job.seconds

    def _started(self) -> tuple[BinaryIO, BinaryIO]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-c", _START, json.dumps(sys.path)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        assert self._process.stdout
        return cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)

    def _why(self, task: _Task) -> str:
        """Say in one line why the child has ended over a file."""
        code = self._process.wait() if self._process else 0
        name, self._process = task.unit.path, None
        if self.struck or code == -SIGXCPU:
            return f"{name}: reading it takes more than {task.job.seconds:.0f} s (see --parse-seconds)"
        return f"{name}: reading it ends the process, or takes too much memory (see --parse-memory)"


_KEPT: defaultdict[str, _Children] = defaultdict(_Children)
"""The children of this process, by what they import first."""


def _size(unit: Unit) -> int:
    """Return the bytes of a unit's files; those that cannot be looked at count nothing."""
    total = 0
    for member in unit.members:
        with suppress(OSError):
            total += member.stat().st_size
    return total
