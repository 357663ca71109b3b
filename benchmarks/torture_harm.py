"""What `benchmarks.torture` harms with: children that can be killed, and a disk that fills up or is read-only."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litdex.errors import LitdexError

DISK = 512  # MB of the small file system
PATIENCE = 120.0  # seconds after which a step counts as hanging


@dataclass(slots=True)
class Ended:
    """How a child ended: by itself with what it returned, by an error of litdex, or by a signal."""

    signal: int = 0
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""  # the error's class
    message: str = ""
    expected: bool = True  # whether the error is one of litdex's own

    @property
    def whole(self) -> bool:
        """Whether the step came to its end."""
        return not self.signal and not self.error


class Child:
    """A forked process at work."""

    def __init__(self, work: Callable[[], dict[str, Any]], scratch: Path, limit: int | None = None) -> None:
        self._answer = scratch / f"answer-{time.monotonic_ns()}"
        self.process = os.fork()
        if not self.process:
            self._run(work, limit)

    def _run(self, work: Callable[[], dict[str, Any]], limit: int | None) -> None:
        ended: dict[str, Any]
        try:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            ended = {"result": work()}
        except BaseException as error:
            ended = {
                "error": type(error).__name__,
                "message": " ".join(str(error).split())[:300],
                "expected": isinstance(error, LitdexError),
            }
        with suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            self._answer.write_text(json.dumps(ended))
        os._exit(0)

    def wait(self, kill_after: float | None = None) -> Ended:
        """Wait for the end, and cause it after so many seconds. Raises TimeoutError where there is none."""
        begun = time.monotonic()
        while True:
            found, status = os.waitpid(self.process, os.WNOHANG)
            if found:
                break
            if kill_after is not None and time.monotonic() - begun >= kill_after:
                os.kill(self.process, signal.SIGKILL)
                kill_after = None
            if time.monotonic() - begun > PATIENCE:
                os.kill(self.process, signal.SIGKILL)
                raise TimeoutError(f"a step hangs for {PATIENCE:.0f} s")
            time.sleep(0.001)
        if os.WIFSIGNALED(status):
            return Ended(signal=os.WTERMSIG(status))
        ended = Ended(**json.loads(self._answer.read_text()))
        self._answer.unlink()
        return ended


@contextmanager
def ballast(folder: Path, room: int) -> Iterator[None]:
    """Fill a file system, but for `room` bytes."""
    path = folder / "ballast"
    facts = os.statvfs(folder)
    size = max(0, facts.f_bavail * facts.f_frsize - room)
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(size, 1))
    try:
        yield
    finally:
        path.unlink()


@contextmanager
def frozen(folder: Path, mounted: bool) -> Iterator[None]:
    """Let nothing be written to a folder."""
    if mounted:
        subprocess.run(["mount", "-o", "remount,ro", folder.parent], check=True)
    elif folder.exists():
        folder.chmod(0o555)
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["mount", "-o", "remount,rw", folder.parent], check=True)
        elif folder.exists():
            folder.chmod(0o755)


def mount(folder: Path) -> bool:
    """Put a small file system of its own there; False where this process may not."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
