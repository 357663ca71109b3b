"""Abbreviations: real definitions from articles, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.ingest.parsers.jats import parse
from litdex.ner.abbreviations import abbreviations
from tests.ingest.xml_blob import papers


def forms(text: str) -> dict[str, str]:
    return {short: found.long for short, found in abbreviations(text).items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the adenomatous polyposis coli (APC) tumour", {"APC": "adenomatous polyposis coli"}),
        ("isocitrate dehydrogenase-1 (IDH1) mutations", {"IDH1": "isocitrate dehydrogenase-1"}),
        ("Programmed death-ligand 1 (PD-L1)", {"PD-L1": "Programmed death-ligand 1"}),
        ("avoidant/restrictive food intake disorder (ARFID)", {"ARFID": "avoidant/restrictive food intake disorder"}),
        ("cystic fibrosis (CF; MIM 219700)", {"CF": "cystic fibrosis"}),
        ("the James Webb Space Telescope [JWST]", {"JWST": "James Webb Space Telescope"}),
        ("With HST (Hubble Space Telescope) we", {"HST": "Hubble Space Telescope"}),
        ("non-small cell lung cancer (NSCLC)", {"NSCLC": "non-small cell lung cancer"}),
        ("Quasiperiodic oscillations (QPOs) are", {"QPOs": "Quasiperiodic oscillations"}),
        ("We saw it. Cosmic rays (CRs) came", {"CRs": "Cosmic rays"}),
        ("heat shock protein (HSP) and heat shock proteins 2 (HSP)", {"HSP": "heat shock protein"}),
    ],
)
def test_definitions(text: str, expected: dict[str, str]) -> None:
    assert forms(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "five patients (12)",
        "as shown (Fig. 2)",
        "criteria: (iii) indications, information (i.e. text)",
        "graphs in which nodes represent objects (genes)",
        "the rate rose (see below)",
        "a group (XYZ) of cells",
        "Nothing before. (ABC) is here",
        "unclosed (ABC",
        "()",
        "",
    ],
)
def test_what_is_no_definition(text: str) -> None:
    assert forms(text) == {}


def test_a_long_form_does_not_reach_into_the_sentence_before() -> None:
    assert forms("All died in Hubble. Space telescopes (HST) are") == {}


@pytest.mark.parametrize(
    ("article", "some"),
    [
        ("journal.pbio.0030408.xml", {"fMRI": "functional magnetic resonance imaging"}),
        ("journal.pbio.0020188.xml", {"IVF": "in vitro fertilization"}),
        (
            "journal.pbio.1001289.xml",
            {"PTSD": "post-traumatic stress disorder", "DARPA": "Defense Advanced Research Projects Agency"},
        ),
    ],
)
def test_real_articles(shared_data: Path, article: str, some: dict[str, str]) -> None:
    data = (shared_data / "papers" / "jats" / article).read_bytes()
    (paper,) = papers(parse, data)
    found = abbreviations(paper.text)
    assert {short: found[short].long for short in some} == some
    assert all(paper.text[one.start : one.end] == one.long for one in found.values())


@given(st.text(alphabet="aAbB1 ().;[]-\n", max_size=80))
def test_any_text_is_read_and_offsets_hold(text: str) -> None:
    assert all(text[one.start : one.end] == one.long for one in abbreviations(text).values())
