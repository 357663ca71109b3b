"""What a file, or a paper in it, does to litdex is that file's fault: one line of status, and all others are read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from litdex.index.library import Library
from litdex.ner.mention import Mention
from litdex.pipeline import isolated, tagging
from litdex.pipeline.ingest import ingest
from litdex.pipeline.limits import Limits
from litdex.pipeline.tagging import EntityOptions
from tests.index.conftest import HashingEncoder, engines, small_papers

LIMITS = Limits(memory=1 << 28, seconds=2, small_seconds=1)
POISONS = {
    "crash.jsonl": "ends the process",
    "memory.jsonl": "too much memory",
    "computes.jsonl": "more than 1 s",
    "surrogates.jsonl": "its parser failed (ValueError",
}


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Good files between, before and after each poison."""
    monkeypatch.setattr(isolated, "PRELOAD", "tests.pipeline.poison")
    folder = tmp_path / "papers"
    folder.mkdir()
    for number, name in enumerate(["a.jsonl", "co.jsonl", "d.jsonl", "n.jsonl", "z.jsonl"]):
        small_papers(folder / name, range(number * 2, number * 2 + 2))
    for name in POISONS:
        small_papers(folder / name, [900])
    return folder


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_breaks_its_parser_is_one_line_and_the_others_are_found(
    papers: Path, library: Library, workers: int
) -> None:
    summary = ingest(library, [papers], HashingEncoder, limits=LIMITS, workers=workers)
    reasons = {fault.path.name: fault.reason for fault in library.catalogue.faults()}
    assert set(reasons) == set(POISONS)
    for name, reason in POISONS.items():
        assert reason in reasons[name]
        assert "\n" not in reasons[name]
    assert (summary.failed, summary.papers) == (4, 10)
    lexical, vectors = engines(library)
    assert lexical.papers() == vectors.papers() == set(library.store.numbers())


def test_a_file_that_failed_is_not_tried_again_until_it_changes(papers: Path, library: Library) -> None:
    for path in papers.iterdir():
        os.utime(path, (1e9, 1e9))  # so old that the next change is sure to be seen
    ingest(library, [papers], HashingEncoder, limits=LIMITS)
    again = ingest(library, [papers], HashingEncoder, limits=LIMITS)
    assert (again.failed, again.unchanged) == (0, 9)
    (papers / "crash.jsonl").rename(papers / "mended.jsonl")
    assert ingest(library, [papers], HashingEncoder, limits=LIMITS).papers == 11


@pytest.mark.parametrize("ocr", [False, True])
def test_the_limits_of_a_file_are_not_for_ocr_whose_engines_are_large(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch, ocr: bool
) -> None:
    monkeypatch.setattr(isolated, "PRELOAD", "tests.pipeline.poison")
    monkeypatch.setattr(isolated, "can_read", lambda: ocr)
    small_papers(tmp_path / "large.jsonl", [1])
    assert ingest(library, [tmp_path / "large.jsonl"], HashingEncoder, limits=LIMITS).papers == ocr


def test_what_cannot_be_stored_is_mended_at_one_gate(tmp_path: Path, library: Library) -> None:
    title = "The \ud835\udc53 of a lone \ud835 and a \x00 NUL"
    (tmp_path / "odd.jsonl").write_text(json.dumps({"id": "0901.0001", "title": title, "abstract": "Words\x07 ring."}))
    ingest(library, [tmp_path / "odd.jsonl"], HashingEncoder)
    number = library.store.find("arXiv:0901.0001")
    assert number is not None
    paper = library.store.paper(number)
    assert paper.title.startswith("The \U0001d453 of a lone ")
    assert paper.abstract == "Words ring."


class Choosy(HashingEncoder):
    """Fails over one paper."""

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Any:
        """As the encoder, with one exception."""
        if any("Paper 3 " in text for text in texts):
            raise ValueError("no vector for this")
        return super().encode_passages(texts, progress)


class ChoosyTagger:
    """Finds nothing, and fails over one paper."""

    name, fingerprint, types = "choosy", "choosy-1", ("Star",)

    def tag(self, texts: Sequence[str]) -> list[list[Mention]]:
        """Nothing, with one exception."""
        if any("Paper 5 " in text for text in texts):
            raise RuntimeError("no entities for this")
        return [[] for _ in texts]


def test_a_paper_over_which_encoder_or_tagger_fails_is_its_files_fault(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagging, "load_tagger", lambda source=None: ChoosyTagger())
    for number in range(8):
        small_papers(tmp_path / f"{number}.jsonl", [number])
    options = EntityOptions(tagger="choosy")
    monkeypatch.setattr(tagging, "source_of", lambda tagger=None: "choosy")
    summary = ingest(library, [tmp_path], Choosy, entities=options)
    faults = {(fault.path.name, fault.place): fault.reason for fault in library.catalogue.faults()}
    assert set(faults) == {("3.jsonl", "meaning"), ("5.jsonl", "entities")}
    assert "ValueError: no vector for this" in faults["3.jsonl", "meaning"]
    assert "RuntimeError: no entities for this" in faults["5.jsonl", "entities"]
    assert (summary.tagged, summary.papers) == (8, 8)
    lexical, vectors = engines(library)
    assert (len(lexical.papers()), len(vectors.papers())) == (8, 7)
    assert not library.outbox.counts()
