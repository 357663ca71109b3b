"""How much memory and time the reading of one file may take, and how a process holds itself to that.

The kernel enforces both where it can (Linux; time on macOS too): an allocation beyond the limit fails, and a process
that computes for too long is ended. Elsewhere the parent's clock alone ends it (`litdex.pipeline.isolated`).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource

SMALL = 1_000_000
"""Bytes under which a file may take `small_seconds` only."""
PATIENCE = 6
"""How many times as long as its processor time a file may take by the clock: the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take: bytes of memory, seconds of processor time, and seconds for a file under `SMALL`."""

    memory: int = 1 << 30
    seconds: float = 120.0
    small_seconds: float = 10.0

    def time(self, size: int) -> float:
        """The seconds of processor time for a file of so many bytes."""
        return min(self.small_seconds, self.seconds) if size < SMALL else self.seconds


def hold(memory: int | None, seconds: float | None) -> None:
    """Hold this process to so many bytes beyond what it has mapped now, and seconds beyond what it has computed.

    What is None is not limited. Does nothing where the system has no such limits.
    """
    if sys.platform == "win32":
        return
    if memory is not None and (mapped := _mapped()):
        _set(resource.RLIMIT_AS, mapped + memory)
    if seconds is None:
        _set(resource.RLIMIT_CPU, resource.RLIM_INFINITY)
    else:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _set(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)


def lift() -> None:
    """Take all limits off this process again."""
    if sys.platform != "win32":
        _set(resource.RLIMIT_AS, resource.RLIM_INFINITY)
        _set(resource.RLIMIT_CPU, resource.RLIM_INFINITY)


def _set(kind: int, soft: int) -> None:
    if sys.platform != "win32":
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _mapped() -> int:
    """The bytes of address space that this process has mapped; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()
