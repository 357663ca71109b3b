"""An ingest on a Ray cluster: the same library, killed workers lose and double nothing.

The cluster is the one at LITDEX_TEST_RAY_ADDRESS, else one that is started here.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from litdex.index.library import Library
from litdex.maintenance.check import check
from litdex.pipeline import apply
from litdex.pipeline.ingest import ingest
from tests.index.conftest import HashingEncoder, load, small_papers
from tests.pipeline.test_workers import contents

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: pip install 'litdex[ray]'"),
]


CLUSTER = os.environ.get("LITDEX_TEST_RAY_ADDRESS", "local")


class Mortal(HashingEncoder):
    """Ends the worker that it is in, once: a file says whether it did."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Any:
        """Vectors, or death."""
        if self._marker.exists():
            self._marker.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_passages(texts, progress)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Four files of papers that overlap, and one that cannot be read."""
    folder = tmp_path / "papers"
    folder.mkdir()
    for file in range(4):
        small_papers(folder / f"{file}.jsonl", range(file * 8, file * 8 + 12))
    (folder / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    return folder


def test_a_cluster_makes_the_same_library_though_a_worker_is_killed(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "BATCH_PASSAGES", 9)
    marker = tmp_path / "death"
    marker.touch()
    with Library.open_or_create(tmp_path / "one") as library:
        one = ingest(library, [papers], load)
    with Library.open_or_create(tmp_path / "cluster") as library:
        many = ingest(library, [papers], partial(Mortal, marker), cluster=CLUSTER)
        assert library.outbox.counts() == {}
    assert not marker.exists()
    assert (one.records, one.failed, one.embedded) == (many.records, many.failed, many.embedded)
    assert contents(tmp_path / "one") == contents(tmp_path / "cluster")


def test_the_cluster_s_workers_write_to_elasticsearch(papers: Path, tmp_path: Path, elasticsearch: str) -> None:
    with Library.open_or_create(tmp_path / "library") as library:
        library.choose_engines(lexical=f"{elasticsearch}/ray-{uuid4().hex}")
        assert ingest(library, [papers], load, cluster=CLUSTER).missing == {}
        assert library.outbox.counts() == {}
        report = check(library, load)
        assert report.good, [line for line in report.lines if not line.good]
