"""Identifiers as they are typed, linked and printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.ingest.identifiers import (
    find_identifiers,
    format_id,
    normalise,
    normalise_arxiv,
    normalise_doi,
    normalise_pmcid,
    normalise_pmid,
    parse_id,
)


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1038/248030A0", "10.1038/248030a0"),
        ("https://doi.org/10.1016/S0140-6736(05)12345-6", "10.1016/s0140-6736(05)12345-6"),
        ("http://dx.doi.org/10.1/x%28y%29", "10.1/x(y)"),
        ("doi: 10.1103/PhysRevLett.100.1).", "10.1103/physrevlett.100.1"),
        ("doi:10.1002/(SICI)1097(1999)50:1<1::AID>3.0.CO;2-X", "10.1002/(sici)1097(1999)50:1<1::aid>3.0.co;2-x"),
        ("https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.1.1?x=1", "10.1103/physrevlett.1.1"),
        ("11.1038/x", ""),
        ("10.1038", ""),
        ("", ""),
    ],
)
def test_doi(text: str, doi: str) -> None:
    assert normalise_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0901.1234", ("0901.1234", 0)),
        ("arXiv:0901.1234v2", ("0901.1234", 2)),
        ("arXiv:0901.1234v2 [hep-th]", ("0901.1234", 2)),
        ("2101.00001", ("2101.00001", 0)),
        ("0901.01234", ("0901.1234", 0)),
        ("hep-th/9901001v3", ("hep-th/9901001", 3)),
        ("math.GT/0309136", ("math/0309136", 0)),
        ("cond-mat.stat-mech/9901001", ("cond-mat/9901001", 0)),
        ("https://arxiv.org/abs/hep-th/9901001", ("hep-th/9901001", 0)),
        ("https://arxiv.org/pdf/0901.1234v1.pdf", ("0901.1234", 1)),
        ("oai:arXiv.org:0704.0001", ("0704.0001", 0)),
        ("10.48550/arXiv.2101.00001", ("2101.00001", 0)),
        ("0901.12345", None),  # four digits until 2014
        ("2101.0001", None),  # five since 2015
        ("2113.00001", None),  # no such month
        ("0001.1234", None),  # the new style began in April 2007
        ("12345", None),
        ("foo/9901001", None),
        ("", None),
    ],
)
def test_arxiv(text: str, expected: tuple[str, int] | None) -> None:
    assert normalise_arxiv(text) == expected


def test_pubmed() -> None:
    assert normalise_pmid("PMID: 0123") == normalise_pmid("https://pubmed.ncbi.nlm.nih.gov/123/") == "123"
    assert normalise_pmcid("pmc123") == normalise_pmcid("123") == "PMC123"
    assert normalise_pmcid("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/") == "PMC123"
    assert normalise_pmid("x") == normalise_pmcid("x") == normalise_pmid("0") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arXiv:0901.1234v2", ("arxiv", "0901.1234")),
        ("0901.1234", ("arxiv", "0901.1234")),
        ("https://doi.org/10.48550/arXiv.2101.00001", ("arxiv", "2101.00001")),
        ("10.1/x", ("doi", "10.1/x")),
        ("DOI:10.1/X", ("doi", "10.1/x")),
        ("pmid:123", ("pmid", "123")),
        ("PMC123", ("pmcid", "PMC123")),
        ("https://pubmed.ncbi.nlm.nih.gov/123/?x=1", ("pmid", "123")),
        ("litdex:0123456789abcdef", ("litdex", "0123456789abcdef")),
        ("local:5", ("local", "5")),
        ("Inflation: a review", None),
        ("black holes", None),
        ("https://example.org/", None),
        ("", None),
    ],
)
def test_what_a_user_types(text: str, expected: tuple[str, str] | None) -> None:
    found = parse_id(text)
    assert found == expected
    if found:
        assert parse_id(format_id(*found)) == found


def test_identifiers_are_found_in_running_text() -> None:
    assert find_identifiers(
        "Phys. Rev. D (doi:10.1103/PhysRevD.1.2). arXiv:0901.1234v2 [hep-th] 1 Jan 2009. PMID: 1234; PMC5678."
    ) == {"arxiv": "0901.1234", "doi": "10.1103/physrevd.1.2", "pmid": "1234", "pmcid": "PMC5678"}
    assert find_identifiers("see https://doi.org/10.1/x, and http://arxiv.org/abs/hep-th/9901001.") == {
        "doi": "10.1/x",
        "arxiv": "hep-th/9901001",
    }


def test_numbers_that_are_no_identifiers_are_left_alone() -> None:
    assert find_identifiers("a ratio of 10.5/3 at 1234.5678 K, and 0901.1234 seconds") == {}


@given(st.sampled_from(["arxiv", "doi", "pmid", "pmcid", "bibcode"]), st.text(max_size=40))
def test_normalising_twice_is_normalising_once(scheme: str, text: str) -> None:
    value = normalise(scheme, text)
    assert normalise(scheme, value) == value
    assert isinstance(find_identifiers(text), dict)
    assert parse_id(text) is None or parse_id(text)


@given(st.from_regex(r"10\.\d{4}/[a-z0-9.()<>;:/-]{1,20}", fullmatch=True))
def test_dois_of_any_shape_settle(text: str) -> None:
    assert normalise_doi(normalise_doi(text)) == normalise_doi(text)
