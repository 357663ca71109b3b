"""`litdex doctor` finds what is wrong, says how to mend it, and changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from litdex import doctor as examinations
from litdex.cli.main import run
from litdex.index.library import Library
from tests.index.conftest import small_papers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small library by the shipped encoder."""
    assert run(["ingest", str(small_papers(tmp_path / "papers.jsonl", range(3))), "-L", str(tmp_path / "library")]) == 0
    return tmp_path / "library"


def examined(folder: Path, capsys: pytest.CaptureFixture[str], code: int) -> dict[str, dict[str, Any]]:
    """What the command finds, by what it looked at."""
    capsys.readouterr()
    assert run(["doctor", "--json", "--library", str(folder)]) == code
    found = json.loads(capsys.readouterr().out)
    assert found["well"] == (code == 0)
    return {one["what"]: one for one in found["findings"]}


def test_a_whole_library_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = examined(folder, capsys, 0)
    assert found["library"]["found"].startswith("3 papers")
    assert {found[what]["state"] for what in ("encoder", "lexical engine", "vectors engine", "lock")} == {"ok"}
    assert run(["doctor", "--library", str(folder)]) == 0
    assert "Everything works." in capsys.readouterr().out


def test_no_library_is_a_note_that_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = examined(tmp_path / "none", capsys, 0)
    assert found["library"]["state"] == "warning"
    assert "litdex ingest" in found["library"]["remedy"]
    assert not (tmp_path / "none").exists()


def test_a_lost_engine_is_a_fault_with_its_remedy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / "vectors" / "2")
    found = examined(folder, capsys, 3)
    assert found["vectors engine"]["state"] == "fault"
    assert "check --repair" in found["vectors engine"]["remedy"]
    assert found["lexical engine"]["state"] == "ok"


def test_who_writes_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Library.open(folder) as library, library.writing():
        found = examined(folder, capsys, 0)
    assert found["lock"]["state"] == "warning"
    assert "process" in found["lock"]["found"]


def test_a_broken_config_and_a_newer_library_are_faults(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Library.open(folder) as library:
        library.connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    (tmp_path / "config.toml").write_text("[")
    monkeypatch.setenv("LITDEX_CONFIG", str(tmp_path / "config.toml"))
    found = examined(folder, capsys, 3)
    assert found["configuration"]["state"] == "fault"
    assert found["library"] == {
        "what": "library",
        "state": "fault",
        "found": f"{folder} has library format 99, this litdex knows 2",
        "remedy": "upgrade litdex",
    }


def test_a_full_disk_and_open_tokens_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tokens.json").write_text("[]")
    (folder / "tokens.json").chmod(0o644)
    monkeypatch.setattr(examinations, "SCANT", 1 << 62)
    found = examined(folder, capsys, 3)
    assert found["disk"]["state"] == "fault"
    assert found["tokens"]["remedy"].startswith("chmod 600")
