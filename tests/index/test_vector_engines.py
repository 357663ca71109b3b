"""The vector engines against the contract, and what is particular to each."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from litdex.errors import LibraryBusy, SystemFault
from litdex.index.edge.engine import EdgeIndex
from litdex.index.engine import VectorIndex
from litdex.index.filters import Filter, Terms
from tests.index.engine_contract import (
    DIMENSION,
    PASSAGES,
    Opener,
    VectorContract,
    closing,
    document,
    numbers,
    words_vectors,
)


@pytest.fixture(scope="class")
def opener(tmp_path_factory: pytest.TempPathFactory) -> Opener[VectorIndex]:
    return Opener(
        fresh=lambda: str(tmp_path_factory.mktemp("edge")),
        writer=lambda place: EdgeIndex.open(Path(place), DIMENSION),
        reader=lambda place: EdgeIndex.open(Path(place), DIMENSION, writable=False),
    )


class TestEdge(VectorContract):
    """The embedded engine keeps the contract."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EdgeIndex]:
    with closing(EdgeIndex.open(tmp_path, DIMENSION)) as opened:
        yield opened


def test_a_writer_keeps_others_out_and_readers_keep_writers_out(tmp_path: Path) -> None:
    with closing(EdgeIndex.open(tmp_path, DIMENSION)):
        for writable in (True, False):
            with pytest.raises(LibraryBusy, match="another process"):
                EdgeIndex.open(tmp_path, DIMENSION, writable=writable, patience=0)
    with (
        closing(EdgeIndex.open(tmp_path, DIMENSION, writable=False)),
        pytest.raises(LibraryBusy, match="another process"),
    ):
        EdgeIndex.open(tmp_path, DIMENSION, patience=0)


def test_a_reader_may_not_write_and_a_closed_index_says_so(tmp_path: Path, index: EdgeIndex) -> None:
    index.close()
    with pytest.raises(SystemFault, match="closed"):
        index.count()
    with closing(EdgeIndex.open(tmp_path, DIMENSION, writable=False)) as reader:
        with pytest.raises(SystemFault, match="reading only"):
            reader.replace([1], [], np.zeros((0, DIMENSION), np.float32))
        with pytest.raises(SystemFault, match="reading only"):
            reader.optimise()


def test_another_dimension_or_nothing_at_all_is_told(tmp_path: Path, index: EdgeIndex) -> None:
    index.close()
    with pytest.raises(SystemFault, match="cannot be opened"):
        EdgeIndex.open(tmp_path, DIMENSION + 1)
    with pytest.raises(SystemFault, match="no vector index"):
        EdgeIndex.open(tmp_path / "absent", DIMENSION, writable=False)


def test_optimising_changes_no_result(tmp_path: Path) -> None:
    many = [document(n, f"text {n}", author="rare" if n % 100 == 7 else "common") for n in range(2000)]
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((2000, 768)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    query = vectors[5] + 0.1 * vectors[6]
    query /= np.linalg.norm(query)
    wheres = (Filter(), Filter((Terms("author", ("rare",)),)), Filter((Terms("author", ("rare",), negated=True),)))
    with closing(EdgeIndex.open(tmp_path, 768)) as index:
        index.replace(range(200), many, vectors)
        index.replace([3], [], np.zeros((0, 768), np.float32))
        before = [index.search(query, limit=10, where=where) for where in wheres]
        assert index.optimise()
        after = [index.search(query, limit=10, where=where) for where in wheres]
        assert (index.count(), len(index.papers())) == (1990, 199)
    assert [numbers(found) for found in after] == [numbers(found) for found in before]
    for found, expected in zip(after, before, strict=True):  # rescored: not the scores of int8 vectors
        assert [one.score for one in found] == pytest.approx([one.score for one in expected], abs=1e-5)


WRITE = """
import os, signal, sys
from pathlib import Path
import numpy as np
from litdex.index.edge.engine import EdgeIndex
from tests.index.engine_contract import DIMENSION, document, words_vectors
index = EdgeIndex.open(Path(sys.argv[1]), DIMENSION)
passages = [document(n, f"text {n}") for n in range(500)]
vectors = words_vectors(passages)
index.replace(range(10), passages[:100], vectors[:100])
print("first", flush=True)
if sys.argv[2] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
while True:
    index.replace(range(10, 50), passages[100:], vectors[100:])
    if sys.argv[2] == "optimise":
        index.optimise()
"""


def test_what_replace_returned_from_survives_a_kill(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", WRITE, str(tmp_path), "die"], check=False).returncode == -9
    with closing(EdgeIndex.open(tmp_path, DIMENSION)) as index:
        assert index.count() == 100


@pytest.mark.parametrize("moment", range(4))
def test_a_kill_in_the_middle_is_mended_by_doing_it_again(tmp_path: Path, moment: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", WRITE, str(tmp_path), "optimise"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"first\n"
    deadline = time.monotonic() + 0.013 * moment
    while time.monotonic() < deadline:
        pass
    child.kill()
    child.wait()
    child.stdout.close()
    passages = [document(n, f"text {n}") for n in range(500)]
    vectors = words_vectors(passages)
    with closing(EdgeIndex.open(tmp_path, DIMENSION)) as index:
        assert index.papers() >= set(range(10))
        index.replace(range(10, 50), passages[100:], vectors[100:])
        assert index.count() == 500
        best = index.search(vectors[250], limit=5)
        assert best[0].number == 250
        expected = np.argsort(-(vectors @ vectors[250]), kind="stable")[:5]
        assert numbers(best) == expected.tolist()


def test_documents_keep_their_payload_in_every_passage_of_the_contract(index: EdgeIndex) -> None:
    index.replace([1, 2, 3, 4], PASSAGES, words_vectors(PASSAGES))
    assert {(one.number, one.paper) for one in index.search(VectorContract.query, limit=9)} == {
        (one.number, one.paper) for one in PASSAGES
    }


def test_readers_that_come_and_go_do_not_keep_a_writer_out(tmp_path: Path) -> None:
    EdgeIndex.open(tmp_path, DIMENSION).close()
    held = EdgeIndex.open(tmp_path, DIMENSION, writable=False)
    assert not held.wanted()
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(EdgeIndex.open, tmp_path, DIMENSION, patience=10)
        while not held.wanted():
            pass
        with pytest.raises(LibraryBusy):  # behind the writer, although readers could share
            EdgeIndex.open(tmp_path, DIMENSION, writable=False, patience=0.05)
        held.close()
        writer.result().close()
