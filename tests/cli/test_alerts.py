"""`litdex alerts` as a user types it: new papers are told once, of searches by words only the best ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from litdex.cli.main import run

ATOM = "{http://www.w3.org/2005/Atom}"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command on a library of two papers: exit code, what it printed, what it complained of."""

    def called(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*arguments, "--library", str(tmp_path / "library")])
        out, err = capsys.readouterr()
        return code, out, err

    add(called, tmp_path, {"0901.0001": "Spin squeezing of atoms", "0901.0002": "Dark matter halos"})
    return called


def add(call: Call, folder: Path, titles: Mapping[str, str]) -> None:
    """Ingest papers of 2001 in quant-ph with these titles."""
    records = [{"id": i, "title": t, "categories": ["quant-ph"], "date": "2001"} for i, t in titles.items()]
    (folder / f"{next(iter(titles))}.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert call("ingest", str(folder / f"{next(iter(titles))}.jsonl"))[0] == 0


def test_new_papers_are_told_once(call: Call, tmp_path: Path) -> None:
    assert call("alerts", "--save", "year:2001", "--name", "That year")[0] == 0
    code, out, err = call("alerts")
    assert (code, out) == (1, "")
    assert "nothing is new" in err
    add(call, tmp_path, {"0901.0003": "A new paper <script>", "0901.0004": "Another new paper"})
    code, out, _ = call("alerts")
    assert code == 0
    assert "That year · 2 new papers" in out
    assert "A new paper <script>" in out
    assert "Dark matter" not in out
    assert call("alerts")[0] == 1


def test_words_rank_and_a_phrase_decides(call: Call, tmp_path: Path) -> None:
    call("alerts", "--save", '"galaxy"')
    call("alerts", "--save", "author:Nobody")
    add(call, tmp_path, {"0901.0005": "A galaxy", "0901.0006": "A trap"})
    found = json.loads(call("alerts", "--json")[1])["searches"]
    assert [(one["name"], [paper["id"] for paper in one["new"]]) for one in found] == [
        ('"galaxy"', ["arXiv:0901.0005"])
    ]


def test_feeds_hold_all_that_came(call: Call, tmp_path: Path) -> None:
    call("alerts", "--save", "cat:quant-ph")
    add(call, tmp_path, {"0901.0007": "Tom & <Jerry> \x0b"})
    assert call("alerts", "--atom", str(tmp_path / "feeds"))[0] == 0
    assert call("alerts", "--atom", str(tmp_path / "feeds"))[0] == 1
    root = ET.parse(tmp_path / "feeds" / "1.atom").getroot()
    assert root.findtext(f"{ATOM}title") == "litdex: cat:quant-ph"
    assert [(entry.findtext(f"{ATOM}title") or "").strip() for entry in root.iter(f"{ATOM}entry")] == ["Tom & <Jerry>"]
    for element in ("id", "updated"):
        assert all(entry.findtext(f"{ATOM}{element}") for entry in [root, *root.iter(f"{ATOM}entry")])


def test_searches_are_listed_and_forgotten(call: Call) -> None:
    assert call("alerts")[0] == call("alerts", "--list")[0] == 1
    assert call("alerts", "--save", "year:abc")[0] == 2
    call("alerts", "--save", "spin", "--name", "Spins")
    assert "Spins" in call("alerts", "--list")[1]
    assert call("alerts", "--forget", "Spin")[0] == 1
    assert call("alerts", "--forget", "Spins")[0] == 0
    assert call("alerts", "--list")[0] == 1


def test_a_rebuild_leaves_the_shelf_alone(call: Call, tmp_path: Path) -> None:
    call("alerts", "--save", "cat:quant-ph")
    assert call("rebuild")[0] == 0
    assert call("alerts")[0] == 1
    add(call, tmp_path, {"0901.0008": "After the rebuild"})
    assert "After the rebuild" in call("alerts")[1]
