"""`litdex facets` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litdex.cli.main import run

PAPERS = [
    {
        "id": f"0901.{n:04d}",
        "title": f"Spin {n}",
        "authors": ["Ann Adams"],
        "categories": ["hep-th"],
        "date": f"{2001 + n % 2}",
    }
    for n in range(1, 6)
]


@pytest.fixture
def library(tmp_path: Path) -> str:
    """A library of five papers."""
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)))
    assert run(["ingest", str(tmp_path / "papers.jsonl"), "--library", str(tmp_path / "library")]) == 0
    return str(tmp_path / "library")


def test_facets_count_papers(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["facets", "spin -title:3", "--by", "year,author", "--library", library, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"papers": 4, "facets": {"year": [["2001", 2], ["2002", 2]], "author": [["Adams, A", 4]]}}
    assert run(["facets", "spin", "--library", library]) == 0
    assert "5 papers" in capsys.readouterr().out


def test_an_unknown_facet_and_an_empty_answer_are_told(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["facets", "spin", "--by", "colour", "--library", library]) == 2
    assert "--by colour" in capsys.readouterr().err
    assert run(["facets", "year:1800", "--library", library]) == 1
