"""Rebuilding while searches go on: never a failure, never a mix, resumed after a kill, and a way back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from litdex.errors import EncoderMismatch, SystemFault, UserError
from litdex.index.library import Library
from litdex.maintenance.rebuild import Rebuilt, Wanted, rebuild, roll_back
from litdex.pipeline import apply
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder, engines, load, small_papers
from tests.paths import ROOT

QUERIES = ["a paper on spinning topic3", "matter shared by topic5", "papers of topic1"]


class Tired(HashingEncoder):
    """Stops, as by Ctrl-C, before its second batch."""

    batches = 0

    def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Any:
        """One batch, no more."""
        if self.batches:
            raise KeyboardInterrupt
        self.batches += 1
        return super().encode_passages(texts, progress)


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    """Forty papers in both engines."""
    ingest(library, [small_papers(tmp_path / "papers.jsonl", range(40))], load)
    return library


def shown(searcher: Searcher, query: str) -> list[tuple[Any, ...]]:
    """Everything about a result list that depends on a generation."""
    hits = searcher.search(query, limit=10).hits
    return [(hit.id, *((leg, standing.rank, standing.score) for leg, standing in hit.legs.items())) for hit in hits]


def lists(library: Library) -> list[list[tuple[Any, ...]]]:
    """The result lists that a new searcher gives."""
    with Searcher(library, load) as searcher:
        return [shown(searcher, query) for query in QUERIES]


def whole(library: Library) -> bool:
    """Whether both engines hold exactly the library's passages."""
    lexical, vectors = engines(library)
    try:
        counts = {lexical.count(), vectors.count(), library.store.counts()[1]}
        return len(counts) == 1 and lexical.papers() == vectors.papers() == library.store.with_passages()
    finally:
        lexical.close()
        vectors.close()


def test_searches_go_on_and_never_mix_generations(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "BATCH_PASSAGES", 4)
    before = lists(filled)
    stop, seen, failures = threading.Event(), [], []

    def search_on() -> None:
        try:
            with Library.open(filled.folder) as library, Searcher(library, load) as searcher:
                while not stop.is_set():
                    seen.append([shown(searcher, query) for query in QUERIES])
                seen.append([shown(searcher, query) for query in QUERIES])
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=search_on)
    thread.start()
    try:
        while not seen and not failures:
            time.sleep(0.01)
        done = rebuild(filled, Wanted(encoder="other", analyzer="plain"), load)
    finally:
        stop.set()
        thread.join()
    after = lists(filled)
    assert failures == []
    assert set(done.active) == set(done.kept) == {"lexical", "vectors"}
    assert all(query != other for query, other in zip(before, after, strict=True))
    for found in seen:
        assert all(one in (before[n], after[n]) for n, one in enumerate(found))
    assert seen[0] == before
    assert seen[-1] == after


def test_a_rebuild_with_another_encoder_is_used_by_itself(filled: Library, tmp_path: Path) -> None:
    rebuild(filled, Wanted(encoder="other"), load)
    used = filled.generation("vectors")
    assert used is not None
    assert (used.settings["encoder"], used.settings["dimension"], used.source) == ("other", 16, "other")
    assert lists(filled)
    assert ingest(filled, [small_papers(tmp_path / "more.jsonl", range(40, 45))], load).embedded == 5
    assert whole(filled)
    with pytest.raises(EncoderMismatch, match="`litdex rebuild --encoder hashing`"):
        ingest(filled, [small_papers(tmp_path / "yet.jsonl", range(45, 46))], HashingEncoderAlways)


def HashingEncoderAlways(source: str | None = None) -> HashingEncoder:
    """A loader that gives the same encoder whatever it is asked for."""
    return HashingEncoder()


def test_an_interrupted_rebuild_goes_on_and_what_came_meanwhile_is_in_it(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "BATCH_PASSAGES", 25)
    tired = Tired()
    with pytest.raises(KeyboardInterrupt):
        rebuild(filled, Wanted(), lambda *source: tired)
    assert {one.state for one in filled.outbox.generations()} == {"active", "building"}
    ingest(filled, [small_papers(tmp_path / "more.jsonl", range(40, 45))], load)
    assert whole(filled)  # what is in use has the new papers at once
    counted: list[int] = []

    class Counting(HashingEncoder):
        def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Any:
            counted.append(len(texts))
            return super().encode_passages(texts, progress)

    rebuild(filled, Wanted(), Counting)
    assert sum(counted) == 45 - 25
    assert whole(filled)
    assert {one.id for one in filled.outbox.generations("active")} == {3, 4}


def test_other_wishes_start_an_interrupted_rebuild_afresh(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "BATCH_PASSAGES", 25)
    tired = Tired()
    with pytest.raises(KeyboardInterrupt):
        rebuild(filled, Wanted(), lambda *source: tired)
    rebuild(filled, Wanted(analyzer="plain"), load)
    assert {(one.kind, one.state) for one in filled.outbox.generations("building", "active", "retired")} == {
        ("lexical", "active"),
        ("lexical", "retired"),
        ("vectors", "active"),
    }
    assert sorted(folder.name for folder in (filled.folder / "vectors").iterdir()) == ["2"]


def test_rolling_back_returns_to_the_old_lists_and_forward_again(filled: Library, tmp_path: Path) -> None:
    before = lists(filled)
    rebuild(filled, Wanted(encoder="other", analyzer="plain"), load)
    after = lists(filled)
    done = roll_back(filled, load)
    assert isinstance(done, Rebuilt)
    assert lists(filled) == before
    roll_back(filled, load)
    assert lists(filled) == after
    ingest(filled, [small_papers(tmp_path / "more.jsonl", range(40, 45))], load)
    roll_back(filled, load)  # takes over what it missed before it is used
    assert whole(filled)


def test_only_one_generation_is_kept_and_none_vanishes_under_a_reader(filled: Library) -> None:
    with pytest.raises(UserError, match="nothing to return to"):
        roll_back(filled, load)
    first = filled.generation("vectors")
    assert first is not None
    reader = filled.vectors(first)
    count = reader.count()
    rebuild(filled, Wanted(), load)
    rebuild(filled, Wanted(), load)
    assert filled.home(first).is_dir()  # still read
    assert reader.count() == count
    reader.close()
    rebuild(filled, Wanted(), load)
    assert not filled.home(first).exists()
    assert len(list((filled.folder / "lexical").iterdir())) == len(list((filled.folder / "vectors").iterdir())) == 2


def test_a_generation_that_lacks_something_is_never_used(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lists(filled)
    monkeypatch.setattr(apply, "documents", lambda card, passages, *more: [])
    with pytest.raises(SystemFault, match="the old one stays in use"):
        rebuild(filled, Wanted(), load)
    monkeypatch.undo()
    assert lists(filled) == before
    rebuild(filled, Wanted(), load)
    assert whole(filled)


@pytest.mark.parametrize(
    ("wanted", "hint"), [(Wanted(analyzer="klingon"), "english"), (Wanted(encoder="none"), "none")]
)
def test_what_cannot_be_built_leaves_no_trace(filled: Library, wanted: Wanted, hint: str) -> None:
    with pytest.raises(UserError, match=hint):
        rebuild(filled, wanted, load)
    assert filled.outbox.generations("building") == []


@pytest.mark.xdist_group("elasticsearch")
def test_a_library_moves_to_a_server_and_back(filled: Library, elasticsearch: str) -> None:
    address = f"{elasticsearch}/moved-{uuid4().hex}"
    before = lists(filled)
    with Searcher(filled, load) as searcher:
        rebuild(filled, Wanted(lexical=address), load)
        assert {hit.id for hit in searcher.search(QUERIES[0]).hits} == {one[0] for one in before[0]}
        rebuild(filled, Wanted(analyzer="plain"), load)
        served = filled.outbox.generations("active", "retired")
        assert [one.state for one in served if one.engine == "elasticsearch"] == ["retired", "active"]
        assert whole(filled)
        roll_back(filled, load)
        assert {hit.id for hit in searcher.search(QUERIES[0]).hits} == {one[0] for one in before[0]}
    rebuild(filled, Wanted(lexical="embedded"), load)
    assert lists(filled) == before
    rebuild(filled, Wanted(lexical="embedded"), load)  # and nothing is left on the server
    assert all(one.engine != "elasticsearch" for one in filled.outbox.generations("active", "building", "retired"))


@pytest.mark.slow
def test_a_rebuild_killed_again_and_again_ends_as_an_undisturbed_one(filled: Library) -> None:
    command = [sys.executable, "-m", "tests.maintenance.killed_rebuild", str(filled.folder)]
    kills = 0
    for batches in range(1, 20):
        done = subprocess.run([*command, str(batches % 3)], cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        kills += 1
        assert lists(filled)
    assert kills >= 3
    assert whole(filled)
    assert {one.id for one in filled.outbox.generations("active")} == {3, 4}
    assert json.loads(done.stdout) == {"active": {"lexical": 3, "vectors": 4}}
