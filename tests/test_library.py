"""litdex as a library: its public names, what importing it costs, and that docs/python.md works as written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import litdex
from tests.paths import ROOT
from tests.test_readme import PAPERS

PUBLIC = [
    "Answer",
    "Author",
    "Context",
    "Facets",
    "Hit",
    "Library",
    "LitdexError",
    "NothingFound",
    "Paper",
    "Reference",
    "Results",
    "Section",
    "SystemFault",
    "UserError",
    "__version__",
    "open",
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home with a folder of papers."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "arxiv.jsonl").write_text("\n".join(json.dumps(paper) for paper in PAPERS))
    return tmp_path


def test_the_public_names_are_these_and_all_are_there() -> None:
    assert sorted(litdex.__all__) == PUBLIC
    assert all(getattr(litdex, name) for name in litdex.__all__)
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        _ = litdex.opne


def test_importing_litdex_imports_nothing_else() -> None:
    program = "import sys, litdex; print([m for m in sys.modules if m.startswith('litdex') or m == 'numpy'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['litdex']"


def test_the_page_on_python_works(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(), flags=re.DOTALL)
    assert len(blocks) >= 5
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"python.md block {number}", "exec"), names)
        if number == 0:  # its `with` closed the library
            names["library"] = litdex.open("~/papers.library")
    library = names["library"]
    assert isinstance(library, litdex.Library)
    library.close()
    said = capsys.readouterr().out
    assert "2 papers" in said
    assert "arXiv:0901.1234 Spin squeezing of atoms" in said
    assert "@article{" in said or "@misc{" in said
    assert said.rstrip().endswith("True")


def test_a_library_that_is_not_there_is_made_by_ingest_only(home: Path) -> None:
    with litdex.open(home / "library") as library:
        with pytest.raises(litdex.UserError, match="no library at"):
            library.search("squeezing")
        assert not (home / "library").exists()
        assert library.ingest(home / "papers").papers == 2
        assert len(library.search("squeezing")) == 2


def test_mistakes_are_one_line_that_says_what_to_do(home: Path) -> None:
    with litdex.open(home / "library") as library:
        library.ingest(home / "papers", entities=False)
        with pytest.raises(litdex.UserError, match=r"yaer: give some of author, category"):
            library.search("squeezing", yaer="2009")
        with pytest.raises(litdex.UserError, match="give a year or a range"):
            library.search("squeezing", year="soon")
        with pytest.raises(litdex.NothingFound, match="no paper arXiv:1"):
            library.show("arXiv:1")
        with pytest.raises(litdex.UserError, match="form word: give one of"):
            library.export(form="word")


def test_what_is_ingested_later_is_found_by_the_same_library(home: Path) -> None:
    with litdex.open(home / "library") as library:
        library.ingest(home / "papers", entities=False)
        assert len(library.search("neutrino")) in (0, 2)  # by meaning alone
        more = {**PAPERS[0], "id": "1001.0001", "title": "Neutrino masses"}
        (home / "papers" / "more.jsonl").write_text(json.dumps(more))
        library.ingest(home / "papers", entities=False)
        assert next(iter(library.search("neutrino"))).title == "Neutrino masses"


def test_a_search_says_what_is_still_pending(home: Path) -> None:
    with litdex.open(home / "library") as library:
        library.ingest(home / "papers", words_only=True)
        found = library.search("squeezing", mode="lexical")
        assert len(found) == 2
        assert str(found.pending) == "meaning for 0 %, entities for 0 % of 2 papers"
        library.ingest(home / "papers")
        assert library.search("squeezing").pending is None
