"""A worker as the benchmark sees it: a process that is asked by JSON lines, and what the kernel says of it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.peers.systems import ROOT, python_of

OURS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NVPL_BLAS_DEBUG_CPU_TYPE", "PYTHONPATH")
SET = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "RUST_LOG": "error", "LANCE_LOG": "error"}


def _command(envs: Path, name: str, folder: Path, source: Path) -> list[str]:
    return [str(python_of(envs, name)), "-m", f"benchmarks.peers.workers.run_{name}", str(folder), str(source)]


def _environment() -> dict[str, str]:
    """Without what somebody set for numpy here; no system may ask a model hub."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | SET


class Worker:
    """One system's process, which ends with the block."""

    def __init__(self, envs: Path, name: str, folder: Path, source: Path, log: Path) -> None:
        self._process = subprocess.Popen(
            _command(envs, name, folder, source),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("a"),
            text=True,
            cwd=ROOT,
            env=_environment(),
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to a request; what went wrong is in it under "error"."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        return dict(json.loads(line)) if line else {"error": "the worker ended"}

    def memory(self) -> dict[str, float]:
        """Megabytes: the most that it had, what it has now, and how much of that are no mapped files."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in status.splitlines())
        wanted = {"peak": "VmHWM", "now": "VmRSS", "own": "RssAnon"}
        return {name: int(fields[field].split()[0]) / 1024 for name, field in wanted.items()}


def cold_seconds(envs: Path, name: str, folder: Path, source: Path) -> dict[str, float]:
    """A new process that opens an index and answers once: seconds of the clock and of the processor."""
    before, begun = os.times(), time.perf_counter()
    command = [*_command(envs, name, folder, source), "--cold"]
    subprocess.run(command, check=True, cwd=ROOT, env=_environment(), capture_output=True)
    wall, after = time.perf_counter() - begun, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {"wall": wall, "cpu": used}
