"""`litdex search` with what it tells beside the papers: explanation, counts, settings, a second stage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.cli.main import run

PAPERS = [
    {
        "id": f"0901.000{n}",
        "title": f"Squeezed light {n}",
        "abstract": "We squeeze light.",
        "authors": ["Ann Adams"],
        "categories": ["quant-ph"],
        "date": f"{2001 + n % 2}",
    }
    for n in range(1, 5)
]

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of four papers."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)))
    assert run(["ingest", str(folder / "papers.jsonl"), "--library", str(folder / "library")]) == 0
    return folder / "library"


@pytest.fixture
def search(library: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a search: exit code, output, errors."""
    capsys.readouterr()

    def command(*words: str) -> tuple[int, str, str]:
        code = run(["search", *words, "--library", str(library)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def test_explain_tells_scores_words_and_passages(search: Call, tmp_path: Path) -> None:
    (tmp_path / "rrf.toml").write_text('fusion = "rrf"\n')
    code, out, _ = search("squeezing photons", "--explain", "--ranking", str(tmp_path / "rrf.toml"))
    assert code == 0
    whole = " ".join(out.split())
    assert "score 0.0328 = lexical 0.0164 + dense 0.0164 (rrf with k 60, weights 1 : 1, best passage)" in whole
    assert "squeez (Squeezed, squeeze); not here: photon" in whole
    assert "lexical #1, its score" in whole
    hit = json.loads(search("squeezing photons", "--explain", "--json")[1])["hits"][0]
    assert hit["score"] == sum(leg["share"] for leg in hit["legs"].values())
    assert hit["explanation"]["terms"] == {"squeez": ["Squeezed", "squeeze"], "photon": []}
    (counted,) = hit["explanation"]["counted"]["lexical"]
    assert set(counted) == {"section", "start", "end", "score"}


def test_facets_count_all_matches_beside_the_page(search: Call) -> None:
    found = json.loads(search("light", "-n", "1", "--facets", "category,year", "--json")[1])
    assert len(found["hits"]) == 1
    assert found["papers"] == 4
    assert found["facets"] == {"category": [["quant-ph", 4]], "year": [["2001", 2], ["2002", 2]]}
    assert "4 papers match" in search("light", "--facets", "year")[1]
    code, _, err = search("light", "--facets", "colour")
    assert code == 2
    assert "--facets colour" in err


def test_settings_come_from_a_file(search: Call, tmp_path: Path) -> None:
    file = tmp_path / "ranking.toml"
    file.write_text('fusion = "minmax"\ndense_weight = 2\n')
    found = json.loads(search("light", "--ranking", str(file), "--json")[1])
    assert found["ranking"]["fusion"] == "minmax"
    assert found["hits"][0]["legs"]["dense"]["share"] == 2
    file.write_text('fusion = "best"\n')
    code, _, err = search("light", "--ranking", str(file))
    assert code == 2
    assert f"{file}: fusion = 'best': give one of rrf, minmax, dbsf" in err


@pytest.mark.train
def test_a_second_stage_that_is_not_there_is_a_users_mistake(
    search: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code, _, err = search("light", "--rerank", str(tmp_path / "none"))
    assert code == 2
    assert err.startswith(f"litdex: --rerank {tmp_path / 'none'}:")


def test_a_snippet_by_meaning_is_marked(search: Call) -> None:
    code, out, _ = search("optics", "-n", "1")
    assert code == 0
    assert "≈ " in out
