"""What the README tells a user to type works as it is written."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from litdex.cli.main import run
from tests.paths import ROOT

README = (ROOT / "README.md").read_text()
PAPERS = [
    {
        "id": "0901.1234",
        "title": "Spin squeezing of atoms by the dipole interaction",
        "abstract": "We study spin squeezing in a Bose-Einstein condensate of trapped atoms.",
        "categories": ["quant-ph"],
        "authors": ["Anders Sørensen", "Klaus Mølmer"],
        "date": "2009-01-09",
    },
    {
        "id": "0902.5678",
        "title": "Squeezed states of light",
        "abstract": "Squeezed states are reviewed, with their uses in interferometry.",
        "categories": ["quant-ph"],
        "authors": ["Anders Sørensen"],
        "date": "2012-02-01",
    },
]


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home with a folder of papers and nothing else."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("LITDEX_LIBRARY", raising=False)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "arxiv.jsonl").write_text("\n".join(json.dumps(paper) for paper in PAPERS))
    return tmp_path


def test_the_readme_commands_work(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ litdex")]
    assert len(commands) >= 6
    for command in commands:
        words = [word.replace("~", str(home), 1) if word.startswith("~") else word for word in shlex.split(command)]
        assert run(words[1:]) == 0, f"{command}: {capsys.readouterr().err}"
    assert "Spin squeezing" in (home / "papers.bib").read_text()
    assert "Squeezed states of light" in capsys.readouterr().out


def test_the_readme_python_works(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ingest", str(home / "papers"), "--library", str(home / "library")]) == 0
    capsys.readouterr()
    (program,) = blocks("python")
    exec(compile(program, "README.md", "exec"), {})
    assert "arXiv:0901.1234 Spin squeezing" in capsys.readouterr().out


def test_the_readme_names_real_make_targets() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)\n", README)) <= targets
