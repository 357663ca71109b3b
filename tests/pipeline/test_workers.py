"""Several processes make the same library as one; killed and interrupted ones lose and double nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder, engines, load, small_papers
from tests.paths import ROOT

QUERIES = ["a paper on spinning topic3", "matter shared by topic5"]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Six files of papers that overlap, and three that cannot be read."""
    folder = tmp_path / "papers"
    folder.mkdir()
    for file in range(6):
        small_papers(folder / f"{file}.jsonl", range(file * 8, file * 8 + 12))
    (folder / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "b.bin").write_bytes(bytes(range(256)) * 9)
    (folder / "2a.md").write_text("# A title\n\nSome text on topic3 and how it spins.\n")
    return folder


def contents(folder: Path) -> list[Any]:
    """Everything in the database that searches use, by number, the engines' numbers, and what searches answer."""
    with Library.open(folder) as library, Searcher(library, load) as searcher:
        tables = [
            library.connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in (
                ("papers", "*"),
                ("passages", "*"),
                ("sources", "*"),
                ("citations", "*"),
                ("files", "id, path, digest, formats, state, reason"),
                ("faults", "*"),
            )
        ]
        lexical, vectors = engines(library)
        held = [lexical.passages(), vectors.passages(), vectors.stored(3).tobytes()]
        lexical.close()
        vectors.close()
        hits = [searcher.search(query).hits for query in QUERIES]
    return [tables, held, hits]


class Mortal(HashingEncoder):
    """Kills the worker that it is in, once: the file that it is told to take with it says whether it did."""

    def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Any:
        """Vectors, or death."""
        marker = Path(os.environ["LITDEX_TEST_DEATH"])
        if os.environ.get("LITDEX_THREADS") == "1" and marker.exists():
            marker.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_passages(texts, progress)


def test_several_workers_make_the_same_library(papers: Path, tmp_path: Path) -> None:
    with Library.open_or_create(tmp_path / "one") as library:
        one = ingest(library, [papers], load)
    with Library.open_or_create(tmp_path / "three") as library:
        three = ingest(library, [papers], load, workers=3)
        assert ingest(library, [papers], load, workers=3).unchanged == 9
    assert (one.files, one.records, one.failed, one.embedded) == (
        three.files,
        three.records,
        three.failed,
        three.embedded,
    )
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_a_killed_worker_costs_nothing(papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "death"
    marker.touch()
    monkeypatch.setenv("LITDEX_TEST_DEATH", str(marker))
    with Library.open_or_create(tmp_path / "one") as library:
        ingest(library, [papers], load)
    with Library.open_or_create(tmp_path / "two") as library:
        ingest(library, [papers], Mortal, workers=2)
    assert not marker.exists()
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


PROGRAM = """
import sys
from pathlib import Path
from litdex.pipeline import isolated
from litdex.pipeline.ingest import ingest
from litdex.index.library import Library
from tests.index.conftest import load

if __name__ == "__main__":
    isolated.PRELOAD = "tests.pipeline.poison"
    with Library.open_or_create(Path(sys.argv[2])) as library:
        ingest(library, [Path(sys.argv[1])], load, workers=2)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_go_with_their_writer(papers: Path, tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    for folder in ("one", "two"):
        (papers / folder).mkdir()
        small_papers(papers / folder / "sleeps.jsonl", [100])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LITDEX_TEST_STARTED": str(tmp_path / "started")}
    command = [sys.executable, str(script), str(papers), str(tmp_path / "library")]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        while len(pids := read_pids(tmp_path / "started")) < 2 and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, how) if how == signal.SIGINT else process.kill()
        _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert errors.count(b"Traceback") <= 1  # the writer's own, which the command line turns into one line
    deadline = time.monotonic() + 30
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(is_alive(pid) for pid in pids)
    with Library.open(tmp_path / "library") as library:
        assert ingest(library, [papers], load).papers == 54


def read_pids(path: Path) -> list[int]:
    """The workers that have begun."""
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def is_alive(pid: int) -> bool:
    """Whether a process is there; one that has ended and was not waited for is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
