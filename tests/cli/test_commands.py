"""The commands as a user types them: output, JSON, exit codes, one line for each mistake."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from litdex.cli.main import COMMANDS, SUMMARIES, run
from tests.paths import ROOT

PAPERS = [
    {
        "id": "0901.1234",
        "title": "Spin squeezing of atoms",
        "abstract": "We study spin squeezing in a Bose-Einstein condensate. It is \x1b[31mstrong\x1b[0m.",
        "categories": ["quant-ph"],
        "authors": ["Anders Sørensen", "Klaus Mølmer"],
        "date": "2009-01-09",
    },
    {
        "id": "hep-th/9901001",
        "title": "Strings on orbifolds",
        "abstract": "Strings are studied.",
        "categories": ["hep-th"],
        "authors": ["Edward Witten"],
        "date": "1999-01-01",
    },
]

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command on a library of its own: exit code, output, errors."""
    monkeypatch.setenv("LITDEX_LIBRARY", str(tmp_path / "library"))

    def command(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def filled(call: Call, tmp_path: Path) -> Call:
    """The same, with two papers in the library."""
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)))
    assert call("ingest", str(tmp_path / "papers.jsonl"))[0] == 0
    return call


def test_search_prints_papers_that_fit_the_terminal(filled: Call) -> None:
    code, out, _ = filled("search", "spin", "squeezing")
    assert code == 0
    assert out.splitlines()[0] == "  1 Spin squeezing of atoms"
    assert "Anders Sørensen, Klaus Mølmer · 2009 · quant-ph · arXiv:0901.1234" in out
    assert "lexical #1 · dense #1" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_paper_cannot_steer_the_terminal(filled: Call) -> None:
    for words in (("search", "strong"), ("show", "0901.1234", "--full"), ("search", "strong", "--json")):
        assert "\x1b" not in filled(*words)[1]


def test_search_json_has_the_documented_fields(filled: Call) -> None:
    code, out, _ = filled("search", "spin squeezing", "--json", "--limit", "1")
    assert code == 0
    result = json.loads(out)
    assert set(result) == {"query", "hits", "ranking", "missing", "milliseconds"}
    (hit,) = result["hits"]
    documented = "id score title authors year date venue categories field identifiers retracted legs passages"
    assert set(hit) == set(documented.split())
    assert hit["id"] == hit["identifiers"]["arxiv"] == "arXiv:0901.1234"
    assert set(hit["passages"][0]) == {"section", "kind", "text", "start", "end", "snippet"}
    assert set(hit["passages"][0]["snippet"]) == {"text", "start", "end", "marks", "by"}
    assert set(hit["legs"]["lexical"]) == {"rank", "score", "share"}


def test_filters_narrow_the_search_and_nothing_found_is_exit_code_1(filled: Call) -> None:
    assert "Strings" in filled("search", "studied", "--author", "Witten", "--year", "..2000")[1]
    code, out, err = filled("search", "studied", "--author", "Nobody")
    assert (code, out) == (1, "")
    assert err.startswith("litdex: no paper found")
    code, out, _ = filled("search", "studied", "--author", "Nobody", "--json")
    assert code == 1
    assert json.loads(out)["hits"] == []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("search", "x", "--year", "soon"), "--year"),
        (("search", ""), "empty"),
        (("search",), "QUERY"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("serch", "x"), "serch"),
        (("ingest", "/no/such/place"), "/no/such/place"),
        (("export", "--format", "docx"), "docx"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(filled: Call, words: tuple[str, ...], hint: str) -> None:
    code, out, err = filled(*words)
    assert (code, out) == (2, "")
    assert hint in err
    assert "Traceback" not in err


def test_without_a_library_every_command_says_how_to_make_one(call: Call) -> None:
    for words in (("search", "x"), ("show", "x"), ("status",), ("remove", "x"), ("export",)):
        code, _, err = call(*words)
        assert code == 2
        assert "litdex ingest PATH" in err


def test_a_damaged_library_is_exit_code_3(filled: Call, tmp_path: Path) -> None:
    database = tmp_path / "library" / "library.db"
    database.write_bytes(b"not a database at all" * 100)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    code, _, err = filled("search", "x")
    assert code == 3
    assert str(tmp_path / "library") in err
    assert len(err.splitlines()) == 1


def test_show_tells_metadata_sections_and_where_it_came_from(filled: Call, tmp_path: Path) -> None:
    code, out, _ = filled("show", "hep-th/9901001")
    assert code == 0
    for piece in ("Strings on orbifolds", "Edward Witten", "1999-01-01", "hep-th", "1 passages"):
        assert piece in out
    assert "papers.jsonl" in "".join(out.split())  # a long path is wrapped
    shown = json.loads(filled("show", "arXiv:0901.1234v3", "--json")[1])
    assert shown["id"] == "arXiv:0901.1234"
    assert shown["text"].startswith("Spin squeezing of atoms\n\nWe study")
    for passage in shown["passages"]:
        assert shown["text"][passage["start"] : passage["end"]] == passage["text"]
    assert filled("show", "arXiv:0000.0000")[0] == 1


def test_status_lists_what_failed_and_why(filled: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing")
    assert filled("ingest", str(tmp_path))[0] == 0
    code, out, _ = filled("status")
    assert code == 0
    assert "2 in 2 passages" in out
    assert "bad.pdf" in out
    facts: dict[str, Any] = json.loads(filled("status", "--json")[1])
    assert facts["papers"] == 2
    assert [Path(failure["file"]).name for failure in facts["failures"]] == ["bad.pdf"]
    assert {engine["kind"]: engine["pending"] for engine in facts["engines"]} == {"lexical": 0, "vectors": 0}


def test_remove_takes_a_paper_out_of_every_answer(filled: Call, tmp_path: Path) -> None:
    assert filled("remove", "arXiv:0901.1234", "arXiv:0000.0000")[0] == 1
    assert filled("show", "arXiv:0901.1234")[0] == 0
    assert filled("remove", "0901.1234")[:2] == (0, "1 paper removed\n")
    assert filled("show", "arXiv:0901.1234")[0] == 1
    assert "Spin squeezing" not in filled("search", "spin squeezing")[1]
    assert filled("ingest", str(tmp_path / "papers.jsonl"))[0] == 0
    assert filled("show", "arXiv:0901.1234")[0] == 1
    assert filled("ingest", "--again", str(tmp_path / "papers.jsonl"))[0] == 0
    assert filled("show", "arXiv:0901.1234")[0] == 0


@pytest.mark.parametrize("form", ["jsonl", "bibtex", "ris", "csl"])
def test_what_is_exported_can_be_ingested_again(
    filled: Call, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "exported"
    assert filled("export", "--format", form, "--output", str(target))[0] == 0
    monkeypatch.setenv("LITDEX_LIBRARY", str(tmp_path / "other"))
    assert filled("ingest", str(target))[0] == 0
    shown = json.loads(filled("show", "arXiv:0901.1234", "--json")[1])
    assert shown["title"] == "Spin squeezing of atoms"
    assert [author["family"] for author in shown["authors"]] == ["Sørensen", "Mølmer"]


def test_export_of_one_paper_goes_to_the_screen(filled: Call) -> None:
    code, out, _ = filled("export", "hep-th/9901001", "--format", "bibtex")
    assert code == 0
    assert out.count("@") == 1
    assert "Witten" in out


def test_packed_files_are_read_whatever_they_are_called(call: Call, tmp_path: Path) -> None:
    (tmp_path / "papers.dat").write_bytes(gzip.compress("\n".join(map(json.dumps, PAPERS)).encode()))
    assert "The library holds 2 papers." in call("ingest", str(tmp_path / "papers.dat"))[1]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(call: Call, command: str) -> None:
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"litdex {command} " in out
    assert SUMMARIES.keys() == COMMANDS.keys()


def test_a_search_in_a_new_process_imports_no_torch(filled: Call, tmp_path: Path) -> None:
    program = (
        "import sys; from litdex.cli.main import run; code = run(['search', 'spin squeezing']);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'lxml', 'rich', 'pypdfium2', 'elasticsearch'};"
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    environment = {**os.environ, "LITDEX_LIBRARY": str(tmp_path / "library")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "0 []"
