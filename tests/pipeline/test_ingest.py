"""Ingest as a user sees it: again and again, with bad files, vanished files, changed files, removed papers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from litdex.errors import EncoderMismatch, LibraryBusy, UserError
from litdex.index.library import Library
from litdex.pipeline.ingest import Silent, Summary, ingest
from tests.index.conftest import HashingEncoder, engines


def record(number: int, **fields: Any) -> dict[str, Any]:
    """A small paper."""
    return {
        "id": f"0901.{number:04d}",
        "title": f"Paper number {number}",
        "abstract": f"This is what paper {number} found about topic{number}.",
        "categories": ["quant-ph"],
        "authors": ["Ada Lovelace"],
        "date": "2009-01-01",
        **fields,
    }


def write(path: Path, *records: dict[str, Any], age: float = 60) -> Path:
    """Write a file of JSON lines that was last changed `age` seconds ago."""
    path.write_text("".join(json.dumps(item) + "\n" for item in records))
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with two files of two papers each."""
    folder = tmp_path / "papers"
    folder.mkdir()
    write(folder / "a.jsonl", record(1), record(2))
    write(folder / "b.jsonl", record(3), record(4))
    return folder


Run = Callable[..., Summary]


@pytest.fixture
def run(library: Library, encoder: HashingEncoder) -> Run:
    """Ingest into the library with the small encoder."""
    return lambda *roots, **options: ingest(library, roots, lambda: encoder, **options)


def names(library: Library) -> list[str]:
    """The public ids in the library."""
    return sorted(library.store.names(library.store.numbers()).values())


def searchable(library: Library) -> tuple[set[int], set[int]]:
    """The papers in each engine."""
    lexical, vectors = engines(library)
    try:
        return lexical.papers(), vectors.papers()
    finally:
        lexical.close()
        vectors.close()


def test_a_folder_becomes_searchable_in_both_engines(library: Library, papers: Path, run: Run) -> None:
    summary = run(papers)
    assert (summary.files, summary.records, summary.papers, summary.failed) == (2, 4, 4, 0)
    assert names(library) == [f"arXiv:0901.000{n}" for n in range(1, 5)]
    assert searchable(library) == (set(library.store.numbers()),) * 2
    assert library.outbox.counts() == {}


def test_a_few_papers_open_the_vector_engine_once(
    library: Library, papers: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = Mock(side_effect=library.vectors)
    monkeypatch.setattr(library, "vectors", vectors)
    run(papers)
    assert vectors.call_count == 1


def test_unchanged_files_cost_nothing(library: Library, papers: Path, run: Run) -> None:
    run(papers)

    def never() -> HashingEncoder:
        raise AssertionError("the encoder was loaded for nothing")

    summary = ingest(library, [papers], never)
    assert (summary.unchanged, summary.records, summary.embedded) == (2, 0, 0)


def test_a_touched_file_with_the_same_content_is_not_parsed(library: Library, papers: Path, run: Run) -> None:
    run(papers)
    os.utime(papers / "a.jsonl", (1e9, 1e9))
    assert run(papers).unchanged == 2


def test_a_changed_file_replaces_what_it_told(library: Library, papers: Path, run: Run) -> None:
    run(papers)
    write(papers / "a.jsonl", record(1), record(2, abstract="Something new altogether."), record(5), age=30)
    summary = run(papers)
    assert summary.embedded == 2  # the changed paper and the new one: the unchanged record is left alone
    assert len(names(library)) == 5
    write(papers / "a.jsonl", record(5), age=20)
    run(papers)
    assert names(library) == ["arXiv:0901.0003", "arXiv:0901.0004", "arXiv:0901.0005"]
    assert searchable(library) == (set(library.store.numbers()),) * 2


def test_a_file_changed_within_the_clocks_tick_is_seen(library: Library, papers: Path, run: Run) -> None:
    path = write(papers / "a.jsonl", record(1), age=0)
    run(papers)
    stat = path.stat()
    path.write_text(path.read_text().replace("found", "found"[::-1]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert run(papers).embedded == 1


def test_a_vanished_file_is_reported_and_pruned_only_on_request(library: Library, papers: Path, run: Run) -> None:
    run(papers)
    gone = (papers / "a.jsonl").resolve()
    gone.unlink()
    summary = run(papers)
    assert summary.vanished == [gone]
    assert len(names(library)) == 4
    assert run(papers, prune=True).pruned == 1
    assert names(library) == ["arXiv:0901.0003", "arXiv:0901.0004"]
    assert searchable(library) == (set(library.store.numbers()),) * 2


def test_a_vanished_root_can_be_pruned_and_an_unknown_one_is_an_error(library: Library, papers: Path, run: Run) -> None:
    run(papers)
    (papers / "b.jsonl").unlink()
    assert run(papers / "b.jsonl", prune=True).papers == 2
    with pytest.raises(UserError, match=r"nowhere\.jsonl"):
        run(papers / "nowhere.jsonl")


def test_one_bad_file_never_stops_the_others(library: Library, papers: Path, run: Run) -> None:
    (papers / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    (papers / "aa.xml").write_text("<article><front>")
    (papers / "c.bin").write_bytes(bytes(range(256)) * 40)
    (papers / "d.jsonl").write_text(json.dumps(record(9)) + "\n{broken\n" + json.dumps(record(10)) + "\n")
    summary = run(papers)
    assert summary.papers == 6
    assert summary.failed == 3
    assert summary.faults == 1
    faults = {fault.path.name: fault for fault in library.catalogue.faults()}
    assert set(faults) == {"a.pdf", "aa.xml", "c.bin", "d.jsonl"}
    assert "record 2" in faults["d.jsonl"].place
    assert all(fault.reason and "\n" not in fault.reason for fault in faults.values())


def test_a_mended_file_is_read_again_and_its_failure_forgotten(library: Library, papers: Path, run: Run) -> None:
    (papers / "c.jsonl").write_text("{broken")
    assert run(papers).failed == 1
    write(papers / "c.jsonl", record(7))
    assert run(papers).failed == 0
    assert library.catalogue.faults() == []
    assert "arXiv:0901.0007" in names(library)


def test_a_file_that_breaks_keeps_what_it_told_before(library: Library, papers: Path, run: Run) -> None:
    run(papers)
    (papers / "a.jsonl").write_bytes(b"\xfd7zXZ\x00 broken")
    run(papers)
    assert len(names(library)) == 4


def test_again_brings_removed_papers_back(library: Library, papers: Path, run: Run) -> None:
    from litdex.index.sources import Sources

    run(papers)
    number = library.store.find("0901.0001")
    assert number is not None
    Sources(library.connection).remove([number])
    assert run(papers).papers == 3
    assert searchable(library) == (set(library.store.numbers()),) * 2
    assert run(papers, again=True).papers == 4


def test_an_interrupted_ingest_goes_on(library: Library, papers: Path, encoder: HashingEncoder) -> None:
    class Tired(HashingEncoder):
        def encode_passages(self, texts: Any, progress: Any = None) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(library, [papers], Tired)
    assert library.outbox.passages() == 4
    summary = ingest(library, [papers], lambda: encoder)
    assert (summary.records, summary.embedded) == (0, 4)
    assert searchable(library) == (set(library.store.numbers()),) * 2


def test_the_first_papers_can_be_found_before_the_last_are_read(
    library: Library, papers: Path, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litdex.pipeline.ingest.WORDS_EVERY", 0.0)
    found: list[int] = []

    class Watch(Silent):
        def read(self, unit: Path, records: int) -> None:
            generation = library.generation("lexical")
            assert generation
            waiting = library.outbox.counts().get(generation.id, 0)
            found.append(library.store.counts()[0] - waiting)

    ingest(library, [papers], lambda: encoder, progress=Watch())
    assert len(found) > 1  # files
    assert found[0] > 0


def test_another_encoder_is_refused(library: Library, papers: Path, run: Run) -> None:
    class Other(HashingEncoder):
        fingerprint = "other"

    run(papers)
    write(papers / "new.jsonl", record(8))
    with pytest.raises(EncoderMismatch, match="hashing"):
        ingest(library, [papers], Other)


def test_a_second_writer_gets_one_clear_line(library: Library, papers: Path, run: Run) -> None:
    other = Library.open(library.folder)
    with library.writing(), pytest.raises(LibraryBusy, match=str(os.getpid())), other.writing(wait=0):
        pass
    other.close()


def test_the_library_in_the_folder_is_not_read_as_papers(library: Library, run: Run) -> None:
    write(library.folder.parent / "a.jsonl", record(1))
    assert run(library.folder.parent).files == 1


def test_opening_what_is_no_library_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="litdex ingest"):
        Library.open(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="is a file"):
        Library.open_or_create(tmp_path / "file")


def test_a_newer_format_is_refused(library: Library) -> None:
    library.connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    with pytest.raises(UserError, match="upgrade litdex"):
        Library.open(library.folder)
