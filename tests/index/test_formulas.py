"""Formulas as words: what means the same is found by the same, and libraries made before keep their own terms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litdex.cli.main import run
from litdex.index.lexical.formulas import folded
from litdex.index.library import Library
from litdex.maintenance.rebuild import Wanted, rebuild
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import load


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"\left( \frac{a}{b} \times c \right)", "a b c"),
        (r"$N_{\rm eff}$ and $N_{\mathrm{eff}}$", "N eff and N eff"),
        (r"La$_{2-x}$Sr$_x$CuO$_4$", "La2 x Sr x CuO4"),
        ("La₂₋ₓSrₓCuO₄", "La2 x Sr x CuO4"),
        (r"x^{2}_{1} x_1^2", "x1 2 x1 2"),
        (r"10$^{5}$ and 10⁵", "10 5 and 10 5"),
        ("TGF-β1, 10 µm, ΔE", "TGF beta1 10 mu m delta E"),
        (r"\varepsilon \emph{in vivo}", "epsilon in vivo"),
        (r"\begin{equation}\label{eq:a} E = mc^2 \end{equation} \cite{b}", "E mc 2"),
        ("no formula: a-b (c)", "no formula a b c"),
    ],
)
def test_what_is_written(text: str, words: str) -> None:
    shown = "".join(char if char.isalnum() else " " for char in folded(text))
    assert shown.split() == words.split()


def test_odd_input_is_read_in_no_time() -> None:
    for text in ("{" * 100_000, "\\rm{" * 50_000, "_^" * 100_000, "\\" * 100_000, "α" * 100_000, "x_{" * 50_000):
        assert folded(text) is not None


def test_a_library_made_before_is_searched_as_it_was_made_until_it_is_rebuilt(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "papers.jsonl").write_text(json.dumps({"id": "0901.0001", "title": "Ice", "abstract": "Of H₂O."}))
    library.use_encoder(load())
    library.connection.execute("UPDATE generations SET settings = '{}' WHERE kind = 'lexical'")
    ingest(library, [tmp_path / "papers.jsonl"], load)
    with Searcher(library, load) as searcher:
        assert searcher.rank("H2O", limit=5, mode="lexical") == ["arXiv:0901.0001"]
        assert searcher.rank(r"H$_2$O", limit=5, mode="lexical") == []
    assert run(["status", "--library", str(library.folder)]) == 0
    assert "`litdex rebuild --analyzer english`" in capsys.readouterr().out
    rebuild(library, Wanted(analyzer="english"), load)
    with Searcher(library, load) as searcher:
        assert searcher.rank(r"H$_2$O", limit=5, mode="lexical") == ["arXiv:0901.0001"]
    assert run(["status", "--library", str(library.folder)]) == 0
    assert "when this was indexed" not in capsys.readouterr().out


def test_a_library_whose_index_has_no_pairs_of_characters_is_told_how_to_get_them(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "papers.jsonl").write_text(
        json.dumps({"id": "0901.0002", "title": "深度学习", "abstract": "在结构预测中的应用。"})
    )
    library.use_encoder(load())
    library.connection.execute("""UPDATE generations SET settings = '{"formulas": true}' WHERE kind = 'lexical'""")
    ingest(library, [tmp_path / "papers.jsonl"], load)
    with Searcher(library, load) as searcher:
        assert searcher.rank("结构预测", limit=5, mode="lexical") == []
    assert run(["status", "--library", str(library.folder)]) == 0
    assert "`litdex rebuild --analyzer english`" in capsys.readouterr().out
    rebuild(library, Wanted(analyzer="english"), load)
    with Searcher(library, load) as searcher:
        (hit,) = searcher.search("结构预测", mode="lexical").hits
        (snippet,) = [passage.snippet for passage in hit.passages]
        places = [(start - snippet.start, end - snippet.start) for start, end in snippet.marks]
        assert [snippet.text[start:end] for start, end in places] == ["结构预测"]
        assert searcher.rank("title:学习", limit=5, mode="lexical") == ["arXiv:0901.0002"]
