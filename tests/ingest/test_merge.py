"""Several sources of one paper: each field from the better source, in whatever order they come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litdex.ingest.merge import merge
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section
from tests.ingest.papers import PAPERS

FORMATS = [
    "litdex",
    "jats",
    "pubmed",
    "oai",
    "arxiv",
    "csl",
    "ris",
    "bibtex",
    "tei",
    "latex",
    "markdown",
    "pdf",
    "text",
]
BODY = (Section(title="I", text="body"),)


def authors(*names: str) -> tuple[Author, ...]:
    return tuple(map(parse_name, names))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(FORMATS), PAPERS), min_size=1, max_size=4).flatmap(
        lambda sources: st.tuples(st.just(sources), st.permutations(sources))
    )
)
def test_the_order_of_sources_does_not_matter(
    drawn: tuple[list[tuple[str, Paper]], list[tuple[str, Paper]]],
) -> None:
    assert merge(drawn[0]) == merge(drawn[1])


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(FORMATS), PAPERS)
def test_one_source_comes_back_as_it_is(form: str, paper: Paper) -> None:
    assert merge([(form, paper)]) is paper


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="at least one source"):
        merge([])


@pytest.mark.parametrize(("better", "worse"), [pair for pair in pairwise(FORMATS) if pair != ("oai", "arxiv")])
def test_metadata_come_from_the_better_format(better: str, worse: str) -> None:
    merged = merge([(worse, Paper(title="worse", abstract="w", keywords=("w",))), (better, Paper(title="better"))])
    assert (merged.title, merged.abstract, merged.keywords) == ("better", "w", ("w",))


def test_full_text_comes_whole_from_one_source() -> None:
    latex = Paper(title="t", sections=BODY, captions=(Caption(label="Figure 1", text="c"),))
    pdf = Paper(title="t", sections=(Section(title="A", text="a" * 900), Section(title="B", text="b")))
    arxiv = Paper(title="Title", abstract="abstract")
    merged = merge([("pdf", pdf), ("arxiv", arxiv), ("latex", latex)])
    assert merged.sections == BODY
    assert merged.captions == latex.captions
    assert (merged.title, merged.abstract) == ("Title", "abstract")


def test_a_source_with_back_matter_only_does_not_hide_the_full_text() -> None:
    jats = Paper(title="t", sections=(Section(title="Thanks", text="to all", kind="back"),))
    assert merge([("jats", jats), ("pdf", Paper(sections=BODY))]).sections == BODY


def test_the_journal_is_not_mixed_from_two_sources() -> None:
    bib = Paper(venue="Phys. Rev. A", volume="77")
    arxiv = Paper(venue="Phys.Rev.A77:013009,2008", pages="9")
    merged = merge([("arxiv", arxiv), ("bibtex", bib)])
    assert (merged.venue, merged.volume, merged.pages) == ("Phys. Rev. A", "77", "")


def test_categories_are_arxivs() -> None:
    merged = merge([("litdex", Paper(categories=("old",))), ("oai", Paper(categories=("quant-ph",)))])
    assert merged.categories == ("quant-ph",)


def test_structured_references_are_preferred() -> None:
    printed, structured = (Reference(text="[1] A. Bee, 2008"),), (Reference(title="T", year=2008),)
    assert merge([("jats", Paper(references=printed)), ("tei", Paper(references=structured))]).references == structured
    assert merge([("jats", Paper()), ("pdf", Paper(references=printed))]).references == printed


def test_identifiers_and_claims_are_united() -> None:
    pdf = Paper(claims={"doi": "10.1/x", "pmid": "5"}, identifiers={})
    arxiv = Paper(identifiers={"arxiv": "0901.1234", "doi": "10.48550/arxiv.0901.1234"})
    merged = merge([("pdf", pdf), ("arxiv", arxiv), ("csl", Paper(identifiers={"doi": "10.1/x"}))])
    assert merged.identifiers == {"arxiv": "0901.1234", "doi": "10.1/x"}
    assert merged.claims == {"pmid": "5"}


def test_given_names_are_spelled_out_by_another_source() -> None:
    jats = Paper(authors=authors("S. W. Hawking", "R. Penrose"))
    spelled = Paper(authors=(Author(family="Hawking", given="Stephen W.", orcid="0"), parse_name("Roger Penrose")))
    merged = merge([("jats", jats), ("arxiv", spelled)])
    assert merged.authors == spelled.authors


@pytest.mark.parametrize("others", [("Lucy Hawking",), ("Stephen Hawkins",), ("Stephen Hawking", "Roger Penrose")])
def test_given_names_of_other_people_are_not_taken(others: tuple[str, ...]) -> None:
    own = authors("S. W. Hawking")
    assert merge([("jats", Paper(authors=own)), ("arxiv", Paper(authors=authors(*others)))]).authors == own


def test_the_date_is_the_best_sources_as_precise_as_anyone_has_it() -> None:
    assert merge([("jats", Paper(date="2008")), ("arxiv", Paper(date="2008-09-19"))]).date == "2008-09-19"
    assert merge([("jats", Paper(date="2009")), ("arxiv", Paper(date="2008-09-19"))]).date == "2009"
    assert merge([("jats", Paper()), ("arxiv", Paper(date="2008-09"))]).date == "2008-09"


def test_within_a_format_the_later_version_wins() -> None:
    first = Paper(title="first", abstract="a" * 99, version=1)
    merged = merge([("arxiv", first), ("arxiv", Paper(title="second", version=2))])
    assert (merged.title, merged.version) == ("second", 2)


def test_retracted_if_any_source_says_so() -> None:
    assert merge([("jats", Paper()), ("pubmed", Paper(retracted=True))]).retracted
