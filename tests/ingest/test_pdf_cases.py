"""PDFs that were reported as read wrongly: front matter, the paper's own foot line, references without a heading."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.parsers_pdf import in_memory
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from tests.paths import SHARED

CASES = SHARED / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="needs the reported cases")


def read(pattern: str) -> Paper:
    (path,) = CASES.glob(pattern)
    (paper,) = parse(in_memory(Path(path).read_bytes()))
    assert isinstance(paper, Paper)
    return paper


@pytest.mark.parametrize("pattern", ["51-*/aastex.pdf", "52-*/ads_style.pdf", "52-*/revtex_style.pdf"])
def test_affiliations_are_neither_abstract_nor_body(pattern: str) -> None:
    paper = read(pattern)
    assert [author.name for author in paper.authors] == ["Laura Example", "Michael R. Sample", "Daniel Thorn"]
    assert paper.abstract.startswith("We report the first atmospheric study of a warm Neptune")
    assert paper.abstract.endswith("this planet.")
    assert paper.sections[0].title == "INTRODUCTION"
    assert "Universit" not in paper.text
    assert "Department" not in paper.text


def test_the_foot_of_the_first_page_is_the_papers_own() -> None:
    paper = read("52-*/ads_style.pdf")
    assert (paper.venue, paper.volume, paper.year) == ("J. Chem. Phys.", "153", 2020)
    assert paper.identifiers["doi"].startswith("10.1063/")


def test_references_in_small_type_without_a_heading_are_references() -> None:
    paper = read("10-*/*.pdf")
    assert len(paper.references) == 12
    assert paper.references[11].text.startswith("A. Doel and B. Roe")


def test_a_glyph_without_meaning_is_no_hyphen() -> None:
    text = read("11-*/*.pdf").text
    assert "at half maximum of the line" in text
    assert "maximum-" not in text


def test_the_foot_of_proceedings_is_not_in_the_text() -> None:
    assert "Nowhere, Imaginia" not in read("12-*/*.pdf").text


def test_mathematics_above_ffff_is_read() -> None:
    assert "\U0001d453" in read("50-*/*.pdf").text
