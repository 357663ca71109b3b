"""`check` finds what was broken on purpose, and `repair` mends it: searches are afterwards what they were."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from litdex.cli.main import run
from litdex.errors import SystemFault
from litdex.index.engine import IndexedPassage
from litdex.index.library import Library
from litdex.maintenance.backup import backup
from litdex.maintenance.check import Report, check
from litdex.maintenance.repair import repair
from litdex.pipeline.ingest import ingest
from litdex.pipeline.tagging import EntityOptions
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder, load, small_papers

QUERIES = ["a paper on spinning topic3", "matter shared by topic5"]


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    """Thirty papers in both engines."""
    ingest(library, [small_papers(tmp_path / "papers.jsonl", range(30))], load)
    return library


def lists(library: Library) -> list[list[str]]:
    """The result lists that a new searcher gives, in each mode."""
    with Searcher(library, load) as searcher:
        return [searcher.rank(query, limit=10, mode=mode) for query in QUERIES for mode in ("lexical", "dense")]


def bad(report: Report) -> set[tuple[str, str]]:
    """What is wrong."""
    return {(line.part, line.what) for line in report.lines if not line.good}


def home(library: Library, kind: str) -> Path:
    """The folder of an engine."""
    (folder,) = (library.folder / kind).iterdir()
    return folder


def flip(path: Path) -> None:
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def forget_passages(library: Library) -> None:
    """Delete a paper's passages from the database."""
    library.connection.execute("DELETE FROM passages WHERE paper = 3")


def forget_paper(library: Library) -> None:
    """Delete a paper, and leave what belongs to it."""
    library.connection.execute("PRAGMA foreign_keys = OFF")
    library.connection.execute("DELETE FROM papers WHERE id = 4")
    library.connection.execute("PRAGMA foreign_keys = ON")


def change_card(library: Library) -> None:
    """Change a paper without its sources."""
    library.connection.execute("UPDATE passages SET text = 'nonsense' WHERE paper = 5")


def orphan(library: Library) -> None:
    """Let both engines hold a paper that the library does not have."""
    words, meanings = library.generation("lexical"), library.generation("vectors")
    assert words is not None
    assert meanings is not None
    documents = [IndexedPassage(number=9999, paper=999, title="Ghost", text="A spinning topic3 ghost")]
    lexical, vectors = library.lexical(words, writable=True), library.vectors(meanings, writable=True)
    lexical.replace([999, 7], documents)  # and lack one that it has
    vectors.replace([999, 7], documents, HashingEncoder().encode_passages(["ghost"]))
    lexical.close()
    vectors.close()


def turn_vectors(library: Library) -> None:
    """Store other vectors than the encoder's."""
    meanings = library.generation("vectors")
    assert meanings is not None
    vectors = library.vectors(meanings, writable=True)
    (number, _), *_ = library.store.passages(1)
    turned = np.roll(HashingEncoder().encode_passages(["a"]), 5, axis=1)
    vectors.replace([1], [IndexedPassage(number=number, paper=1, title="", text="")], turned)
    vectors.close()


def flip_lexical(library: Library) -> None:
    """One byte of the words' engine."""
    flip(next(iter(sorted(home(library, "lexical").glob("*.idx")))))


def lose_lexical(library: Library) -> None:
    """No words' engine at all."""
    shutil.rmtree(home(library, "lexical"))


def lose_vectors(library: Library) -> None:
    """No vectors at all."""
    shutil.rmtree(home(library, "vectors"))


def scramble_vectors(library: Library) -> None:
    """A file over which Qdrant's engine ends the process."""
    (path,) = home(library, "vectors").rglob("mutable_id_tracker.mappings")
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()))


DAMAGES: dict[Callable[[Library], None], set[tuple[str, str]]] = {
    forget_passages: {("papers", "differ from their sources")},
    forget_paper: {("database", "sources of a paper that is not there"), ("database", "rows whose parent is gone")},
    change_card: {("papers", "differ from their sources")},
    orphan: {
        (part, what) for part in ("lexical", "vectors") for what in ("passages missing", "checksum of all numbers")
    },
    turn_vectors: {("vectors", "papers with other vectors than the encoder's")},
    flip_lexical: {("lexical", "tantivy opens")},
    lose_lexical: {("lexical", "tantivy opens")},
    lose_vectors: {("vectors", "qdrant-edge opens")},
    scramble_vectors: {("vectors", "qdrant-edge opens")},
}


def test_a_whole_library_is_whole_also_while_something_waits(filled: Library, tmp_path: Path) -> None:
    assert check(filled, load).good

    class Never(HashingEncoder):
        def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(filled, [small_papers(tmp_path / "more.jsonl", range(30, 40))], Never)
    report = check(filled, load)
    assert report.good
    assert [line.result for line in report.lines if "wait" in line.what] == ["0", "10"]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_broken_is_found_and_mended(filled: Library, damage: Callable[[Library], None]) -> None:
    before = lists(filled)
    damage(filled)
    report = check(filled, load, everything=True)
    assert bad(report) >= DAMAGES[damage]
    assert repair(filled, report, load)
    after = check(filled, load, everything=True)
    assert after.good, bad(after)
    assert lists(filled) == before


def test_entities_are_checked_and_found_again(library: Library, tmp_path: Path) -> None:
    (tmp_path / "list.tsv").write_text("id\tname\tsynonyms\ttype\nT1\tspinning topic3\t\tTopic\n")
    wish = EntityOptions(tagger=str(tmp_path / "list.tsv"))
    ingest(library, [small_papers(tmp_path / "papers.jsonl", range(20))], load, entities=wish)
    before = library.entities.counts()
    assert before[1] > 0
    assert check(library, load).good
    (paper,) = library.connection.execute("SELECT max(paper) FROM mentions").fetchone()
    library.connection.execute("UPDATE mentions SET text = 'nowhere' WHERE paper = ?", (paper,))
    library.connection.execute("UPDATE passages SET text = 'nonsense' WHERE paper = 1")
    report = check(library, load)
    assert report.stale == {1, paper}
    repair(library, report, load)
    assert check(library, load).good
    assert library.entities.counts() == before


def test_a_damaged_record_is_read_again_from_its_file(filled: Library, tmp_path: Path) -> None:
    before = lists(filled)
    filled.connection.execute("UPDATE sources SET record = x'00' WHERE id = 6")
    report = check(filled, load, everything=True)
    assert repair(filled, report, load)
    assert check(filled, load).good
    assert filled.store.counts()[0] == 29
    ingest(filled, [tmp_path / "papers.jsonl"], load)
    assert lists(filled) == before


def test_a_damaged_database_is_not_mended_but_named(filled: Library) -> None:
    pages = filled.connection.execute("PRAGMA page_count").fetchone()[0]
    filled.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filled.close()
    database = filled.folder / "library.db"
    data = bytearray(database.read_bytes())
    data[4096 * (pages // 2) : 4096 * (pages // 2 + 3)] = b"\xff" * 4096 * 3
    database.write_bytes(data)
    with Library.open(filled.folder) as opened:
        report = check(opened, load)
        assert report.lost
        with pytest.raises(SystemFault, match="restore"):
            repair(opened, report, load)


def test_the_command_tells_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITDEX_LIBRARY", str(tmp_path / "library"))
    assert run(["ingest", str(small_papers(tmp_path / "papers.jsonl", range(3)))]) == 0
    assert run(["check"]) == 0
    shutil.rmtree(tmp_path / "library" / "vectors" / "2")
    capsys.readouterr()
    assert run(["check", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["good"]
    assert [line["part"] for line in found["checks"] if not line["good"]] == ["vectors"]
    assert run(["ingest", str(tmp_path / "papers.jsonl")]) == 0
    assert run(["check", "--repair"]) == 0
    out = capsys.readouterr().out
    assert "mended: vectors: built again" in out
    assert "The library is whole." in out


@pytest.mark.parametrize("kind", ["lexical", "vectors"])
def test_an_engine_of_which_a_kill_left_only_the_folder_is_empty_not_damaged(
    library: Library, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "none").mkdir()
    ingest(library, [tmp_path / "none"], load)  # the engines are named, and not made yet
    generation = next(one for one in library.outbox.generations("active") if one.kind == kind)
    library.home(generation).mkdir(parents=True)
    assert check(library, load).good
    backup(library, tmp_path / "backup.zip")
    with Searcher(library, load) as searcher:
        assert searcher.rank(QUERIES[0], limit=3) == []
    ingest(library, [small_papers(tmp_path / "papers.jsonl", range(9))], load)
    assert check(library, load, everything=True).good
    assert len(lists(library)[0]) == 9
