"""The lexical engines against the contract, and what is particular to each."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from litdex.errors import LibraryBusy, SystemFault
from litdex.index.engine import IndexedPassage, LexicalIndex
from litdex.index.tantivy.engine import TantivyIndex
from tests.index.engine_contract import PASSAGES, LexicalContract, Opener, closing, document, numbers


@pytest.fixture(scope="class")
def opener(tmp_path_factory: pytest.TempPathFactory) -> Opener[LexicalIndex]:
    return Opener(
        fresh=lambda: str(tmp_path_factory.mktemp("tantivy")),
        writer=lambda place: TantivyIndex.open(Path(place)),
        reader=lambda place: TantivyIndex.open(Path(place), writable=False),
    )


class TestTantivy(LexicalContract):
    """The embedded engine keeps the contract."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TantivyIndex]:
    with closing(TantivyIndex.open(tmp_path)) as opened:
        yield opened


def test_replacing_the_same_again_leaves_scores_as_they_were(index: TantivyIndex) -> None:
    index.replace([1, 2, 3, 4], PASSAGES)
    before = index.search("spin glass condensate", limit=5)
    for _ in range(5):
        index.replace([1, 2, 3, 4], PASSAGES)
    assert index.search("spin glass condensate", limit=5) == before


def test_results_do_not_depend_on_how_passages_were_batched(tmp_path: Path) -> None:
    passages = [document(n, f"spin {'wave ' * (n % 7)} in sample {n % 13} of run {n % 3}") for n in range(300)]
    found = []
    for batch in (300, 60, 7):
        with closing(TantivyIndex.open(tmp_path / str(batch))) as index:
            for start in range(0, 300, batch):
                part = passages[start : start + batch]
                kept = [one for one in passages[:start] if one.paper in {p.paper for p in part}]
                index.replace({one.paper for one in part}, [*kept, *part])
            found.append(numbers(index.search("spin wave sample run", limit=20)) if batch != 7 else None)
    assert found[0] == found[1]


def test_a_reader_needs_no_lock_and_a_second_writer_is_refused(tmp_path: Path, index: TantivyIndex) -> None:
    index.replace([1, 2, 3, 4], PASSAGES)
    with closing(TantivyIndex.open(tmp_path, writable=False)) as reader:
        assert reader.count() == 5
        with pytest.raises(SystemFault, match="reading only"):
            reader.replace([1], [])
    with closing(TantivyIndex.open(tmp_path)) as second, pytest.raises(LibraryBusy, match="another process"):
        second.replace([1], [])


def test_opening_for_reading_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemFault, match="no lexical index"):
        TantivyIndex.open(tmp_path / "absent", writable=False)


def test_a_folder_with_a_broken_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(SystemFault, match="cannot be opened"):
        TantivyIndex.open(tmp_path)


WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from litdex.index.tantivy.engine import TantivyIndex
from tests.index.engine_contract import PASSAGES
index = TantivyIndex.open(Path(sys.argv[1]))
index.replace([1, 2, 3, 4], PASSAGES)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_replace_returned_from_survives_a_kill(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(tmp_path)], check=False).returncode == -9
    with closing(TantivyIndex.open(tmp_path)) as index:
        assert index.count() == 5
        index.replace([1], [])  # the dead writer's lock is free
        assert index.count() == 3


def test_a_pasted_page_is_answered_quickly(index: TantivyIndex) -> None:
    passages = [document(n, " ".join(f"w{(n * k) % 997}" for k in range(60))) for n in range(2000)]
    index.replace(range(200), passages)
    page = " ".join(f"w{n % 997} x{n}" for n in range(10_000))
    start = time.perf_counter()
    assert index.search(page, limit=10)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(("name", "split", "known"), [("scifact", "test", 0.679), ("cranfield", "test", 0.385)])
def test_ranks_as_well_as_bm25_is_known_to(
    shared_data: Path, tmp_path: Path, name: str, split: str, known: float
) -> None:
    from benchmarks.engines import beir

    corpus, queries, relevant = beir(shared_data / "retrieval" / name, split)
    documents = [
        IndexedPassage(number=n, paper=n, title=one["title"], text=one["text"]) for n, one in enumerate(corpus)
    ]
    with closing(TantivyIndex.open(tmp_path)) as index:
        index.replace(range(len(documents)), documents)
        gains = []
        for query, judged in relevant.items():
            found = [corpus[n]["_id"] for n in numbers(index.search(queries[query], limit=10))]
            gained = sum(judged.get(one, 0) / math.log2(rank + 2) for rank, one in enumerate(found))
            best = sorted(judged.values(), reverse=True)[:10]
            gains.append(gained / sum(gain / math.log2(rank + 2) for rank, gain in enumerate(best)))
    assert sum(gains) / len(gains) > known - 0.01
