"""Backup and restore: while being written to, bit for bit, and never over something that is there."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from litdex.cli.main import run
from litdex.errors import LitdexError, UserError
from litdex.index.library import Library
from litdex.maintenance.backup import backup, restore
from litdex.maintenance.check import check
from litdex.maintenance.rebuild import Wanted, rebuild
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from litdex.shelf.store import STARS, shelf
from tests.index.conftest import HashingEncoder, load, small_papers
from tests.paths import ROOT

QUERIES = ["a paper on spinning topic3", "matter shared by topic5", "author:Lovelace topic1", "year:2003"]


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    """Sixty papers in both engines."""
    ingest(library, [small_papers(tmp_path / "papers.jsonl", range(60))], load)
    return library


def answers(folder: Path) -> list[Any]:
    """Everything that searches answer, to the last bit of the scores."""
    with Library.open(folder) as library, Searcher(library, load) as searcher:
        return [
            [(hit.id, hit.score.hex(), hit.paper, dict(hit.legs), hit.passages) for hit in searcher.search(query).hits]
            for query in QUERIES
        ]


def test_a_restored_library_answers_bit_for_bit(filled: Library, tmp_path: Path) -> None:
    rebuild(filled, Wanted(encoder="other", analyzer="plain"), load)  # and the generations before it are left out
    copied = backup(filled, tmp_path / "backup.zip")
    restored = restore(tmp_path / "backup.zip", tmp_path / "deep" / "restored")
    assert (copied.papers, copied.pending) == (restored.papers, restored.pending) == (60, 0)
    assert answers(tmp_path / "deep" / "restored") == answers(filled.folder)
    with Library.open(tmp_path / "deep" / "restored") as opened:
        assert check(opened, load, everything=True).good
        assert [one.state for one in opened.outbox.generations("building", "active", "retired")] == ["active"] * 2
        assert ingest(opened, [small_papers(tmp_path / "more.jsonl", range(60, 70))], load).papers == 70


def test_what_users_collected_is_in_the_backup(filled: Library, tmp_path: Path) -> None:
    with shelf(filled.folder, write=True) as kept:
        kept.add(STARS, ["arXiv:0901.0001"])
    backup(filled, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", tmp_path / "restored")
    with shelf(tmp_path / "restored") as kept:
        assert kept.starred(["arXiv:0901.0001", "arXiv:0901.0002"]) == {"arXiv:0901.0001"}


def test_nothing_is_overwritten(filled: Library, tmp_path: Path) -> None:
    target = tmp_path / "backup.zip"
    backup(filled, target)
    with pytest.raises(UserError, match="--overwrite"):
        backup(filled, target)
    backup(filled, target, overwrite=True)
    with pytest.raises(UserError, match="never overwrites"):
        restore(target, filled.folder)
    (tmp_path / "empty").mkdir()
    assert restore(target, tmp_path / "empty").papers == 60
    with pytest.raises(UserError, match="no/such"):
        backup(filled, tmp_path / "no" / "such" / "folder.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "empty", "library", "papers.jsonl"]


def refusal(source: Path, target: Path) -> str:
    """Why a backup is not restored; nothing where it is."""
    try:
        restore(source, target)
    except LitdexError as error:
        return str(error)
    return ""


def test_a_damaged_backup_is_refused_and_leaves_nothing(filled: Library, tmp_path: Path) -> None:
    backup(filled, tmp_path / "backup.zip")
    whole, chance = (tmp_path / "backup.zip").read_bytes(), random.Random(5)
    for how in range(24):
        broken = bytearray(whole)
        at = chance.randrange(len(broken))
        if how % 6:
            broken[at] ^= 1 << chance.randrange(8)
        else:
            del broken[at:]
        (tmp_path / "broken.zip").write_bytes(broken)
        target = tmp_path / f"restored{how}"
        reason = refusal(tmp_path / "broken.zip", target)
        if reason:
            assert "broken.zip" in reason
            assert "\n" not in reason
            assert not target.exists()
        else:  # the bit was one that carries nothing, such as a date
            assert answers(target) == answers(filled.folder)
    assert not list(tmp_path.glob(".*"))


def test_other_archives_are_no_backups(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    manifest = {"litdex backup": 1, "format": 1, "papers": 0, "pending": 0}
    outside = {"library.db": {"bytes": 1, "blake2b": "x"}, "lexical/../../evil": {"bytes": 1, "blake2b": "x"}}
    for name, contents in (("plain.zip", None), ("evil.zip", outside), ("empty.zip", {})):
        with zipfile.ZipFile(tmp_path / name, "w") as pack:
            pack.writestr("lexical/../../evil", "x")
            if contents is not None:
                pack.writestr("manifest.json", json.dumps({**manifest, "files": contents}))
    for name in ("text.zip", "plain.zip", "evil.zip", "empty.zip"):
        with pytest.raises(UserError, match="no backup of a library"):
            restore(tmp_path / name, tmp_path / "restored")
    assert not (tmp_path / "evil").exists()


@pytest.mark.slow
def test_a_backup_while_being_written_to_is_whole(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for file in range(5):
        small_papers(papers / f"{file}.jsonl", range(file * 40, file * 40 + 40))
    with Library.open_or_create(tmp_path / "undisturbed") as library:
        ingest(library, [papers], load)
    command = [sys.executable, "-m", "tests.pipeline.killed_ingest", str(papers), str(tmp_path / "library")]
    taken, last = 0, 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while process.poll() is None:
            if taken < 4 and (tmp_path / "library" / "library.db").exists():
                with Library.open(tmp_path / "library") as library:
                    if library.store.counts()[0] > last:
                        last = backup(library, tmp_path / f"{taken}.zip").papers
                        taken += 1
            time.sleep(0.01)
    assert process.returncode == 0
    assert taken >= 2
    seen = set()
    for number in range(taken):
        seen.add(restore(tmp_path / f"{number}.zip", tmp_path / f"restored{number}").papers)
        with Library.open(tmp_path / f"restored{number}") as library:
            report = check(library, load)
            assert report.good, [line for line in report.lines if not line.good]
            ingest(library, [papers], HashingEncoder)
        assert answers(tmp_path / f"restored{number}") == answers(tmp_path / "undisturbed")
    assert any(0 < count < 200 for count in seen)  # some in the middle


def test_the_commands_tell_what_they_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITDEX_LIBRARY", str(tmp_path / "library"))
    run(["ingest", str(small_papers(tmp_path / "papers.jsonl", range(3)))])
    capsys.readouterr()
    assert run(["backup", str(tmp_path / "b.zip"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["papers"], told["bytes"]) == (3, (tmp_path / "b.zip").stat().st_size)
    assert run(["restore", str(tmp_path / "b.zip"), "--library", str(tmp_path / "other")]) == 0
    assert "3 papers in" in capsys.readouterr().out
    assert run(["restore", str(tmp_path / "b.zip")]) == 2
    assert run(["search", "topic1", "--library", str(tmp_path / "other")]) == 0
