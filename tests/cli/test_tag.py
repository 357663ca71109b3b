"""`litdex tag`, and entities in ingest, search, facets, show and status, as a user types them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.cli.main import run

LIST = "D1\tcystic fibrosis\tmucoviscidosis\tDisease\nT1\tAtacama Large Millimeter Array\tALMA\tTelescope\n"
TEXT = "Cystic fibrosis (CF) is old. CF was not seen by ALMA."
PAPERS = [
    {"id": "0901.0001", "title": "On CF", "abstract": TEXT, "date": "2009-01-01"},
    {"id": "0901.0002", "title": "On discs", "abstract": "ALMA saw discs with old gaps.", "date": "2010-01-01"},
    {"id": "0901.0003", "title": "On nothing", "abstract": "Nothing old was seen.", "date": "2011-01-01"},
]

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in a folder with a list of entities: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LITDEX_LIBRARY", str(tmp_path / "library"))
    (tmp_path / "list.tsv").write_text(LIST)
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)))
    (tmp_path / "text.txt").write_text(TEXT)

    def command(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def filled(call: Call) -> Call:
    """The same, with three papers in the library."""
    assert call("ingest", "papers.jsonl", "--tagger", "list.tsv")[0] == 0
    return call


def test_tag_prints_tables_lines_and_columns(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = call("tag", "text.txt", "--tagger", "list.tsv")
    assert code == 0
    assert out.splitlines()[0] == "text.txt"
    assert " ".join(out.splitlines()[1].split()) == "0–15 Disease 1.00 Cystic fibrosis = cystic fibrosis [D1]"
    _, out, _ = call("tag", "text.txt", "papers.jsonl", "--tagger", "list.tsv", "--format", "jsonl")
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["id"] for record in records] == ["text.txt", *(f"arXiv:{paper['id']}" for paper in PAPERS)]
    for record in records:
        assert all(record["text"][one["start"] : one["end"]] == one["text"] for one in record["entities"])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    _, out, _ = call("tag", "-", "--tagger", "list.tsv", "--format", "tsv")
    assert out.splitlines()[-1].split("\t") == [
        *("stdin", "48", "52", "Telescope", "ALMA", "Atacama Large Millimeter Array", "T1", "1.0000")
    ]
    assert "ALMA" in call("tag", "text.txt", "--tagger", "list.tsv", "--format", "text")[1]


def test_tag_writes_brat(call: Call, tmp_path: Path) -> None:
    assert call("tag", "text.txt", "--tagger", "list.tsv", "--format", "brat", "-o", "brat")[0] == 0
    (file,) = (tmp_path / "brat").glob("*.ann")
    assert file.read_text().splitlines()[0] == "T1\tDisease 0 15\tCystic fibrosis"
    assert file.with_suffix(".txt").read_text() == TEXT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tag", "text.txt", "--tagger", "nowhere"), "no tagger nowhere"),
        (("tag", "nowhere.pdf", "--tagger", "list.tsv"), "nowhere.pdf"),
        (("tag", "nowhere.txt", "--tagger", "list.tsv"), "nowhere.txt"),
        (("tag", "text.txt", "--tagger", "list.tsv", "--format", "brat"), "--output"),
        (("ingest", "papers.jsonl", "--no-entities", "--retag"), "--no-entities"),
        (("ingest", "papers.jsonl", "--tagger", "list.tsv", "--vocabulary", "nowhere.tsv"), "nowhere.tsv"),
    ],
)
def test_mistakes_are_one_line(call: Call, words: tuple[str, ...], said: str) -> None:
    code, _, errors = call(*words)
    assert code == 2
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_nothing_found_is_exit_code_1(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    assert call("tag", "empty.txt", "--tagger", "list.tsv")[0] == 1


def ids(out: str) -> set[str]:
    """The papers of a result list in JSON."""
    return {hit["id"] for hit in json.loads(out)["hits"]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("old", "--entity", "disease:Cystic  Fibroses"), {"1"}),
        (("old", "--entity", "disease:CF"), {"1"}),
        (("old", "--entity", "telescope:alma"), {"1", "2"}),
        (("old", "--entity", "telescope:ALMA", "--entity", "disease:mucoviscidosis"), {"1"}),
        (('disease:"cystic fibrosis"',), {"1"}),
        (("old -telescope:ALMA",), {"3"}),
        (("entity.telescope:alma OR disease:cf",), {"1", "2"}),
        (("species:mouse old",), {"1", "2", "3"}),  # no type of this library: words
    ],
)
def test_search_by_entity(filled: Call, words: tuple[str, ...], found: set[str]) -> None:
    for mode in ("lexical", "hybrid"):
        _, out, _ = filled("search", *words, "--mode", mode, "--json")
        assert ids(out) == {f"arXiv:0901.000{number}" for number in found}


def test_entities_are_counted(filled: Call) -> None:
    _, out, _ = filled("facets", "old", "--by", "entity,year", "--json")
    facets = json.loads(out)["facets"]
    assert facets["disease"] == [["cystic fibrosis", 1]]
    assert facets["telescope"] == [["Atacama Large Millimeter Array", 2]]
    assert "cystic fibrosis" in filled("facets", "old", "--by", "disease")[1]
    for words in (("facets", "old", "--by", "species"), ("search", "old", "--entity", "species:mouse")):
        code, _, errors = filled(*words)
        assert code == 2
        assert "species" in errors
    assert "disease, telescope" in filled("search", "old", "--entity", "species:mouse")[2]


def test_show_and_status_tell_of_entities(filled: Call) -> None:
    _, out, _ = filled("show", "0901.0001", "--json")
    paper = json.loads(out)
    assert [one["text"] for one in paper["entities"]][-1] == "ALMA"
    assert all(paper["text"][one["start"] : one["end"]] == one["text"] for one in paper["entities"])
    assert "cystic fibrosis" in filled("show", "0901.0001")[1]
    assert json.loads(filled("status", "--json")[1])["entities"]["papers"] == 3
    assert "by list.tsv: Disease, Telescope" in filled("status")[1]


def test_without_a_tagger_ingest_says_so_and_goes_on(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from litdex.runtime.weights import models_folder

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "litdex-small").symlink_to(models_folder() / "litdex-small")
    monkeypatch.setenv("LITDEX_MODELS", str(tmp_path / "models"))
    code, _, errors = call("ingest", "papers.jsonl")
    assert code == 0
    assert errors.count("No tagger") == 1
    code, _, errors = call("search", "old", "--entity", "disease:cf")
    assert code == 2
    assert "no entities" in errors
