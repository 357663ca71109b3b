"""Does a reference mean a paper? Misprints are forgiven, another word or another part of a series is not."""

from __future__ import annotations

import pytest

from litdex.ingest.cited import likeness, paper_keys, reference_keys
from litdex.ingest.paper import Author, Paper, Reference

PAPER = Paper(
    title=r"Superconductivity in the iron arsenides: effects of $\alpha$ disorder",
    authors=(Author(family="García-Hernández", given="Ana"), Author(family="Li", given="Bo")),
    date="2009-05-01",
    identifiers={"arxiv": "0901.0001", "doi": "10.1/x"},
)
PLAIN = "Superconductivity in the iron arsenides: effects of α disorder"


def cited(title: str = PLAIN, *authors: str, year: int | None = 2009, text: str = "", **ids: str) -> Reference:
    return Reference(title=title, authors=authors or ("A. Garcia-Hernandez",), year=year, text=text, identifiers=ids)


@pytest.mark.parametrize(
    "reference",
    [
        cited(),
        cited("Superconductivty in iron arsenides: effects of alpha disorder"),
        cited("Super-conductivity in the iron arsenides: effects of alpha disorder"),
        cited(PLAIN, "A. García-Hernándes"),
        cited(PLAIN, year=2010),
        cited(PLAIN, "B. Li"),
        cited("", arxiv="0901.0001"),
        cited(
            "Superconductivity in the iron arsenides",
            text=f"A. Garcia-Hernandez (2009) {PLAIN.replace(': ', '. ').replace('effects', 'Effects')}. PRB 1.",
        ),
    ],
)
def test_misprints_are_forgiven(reference: Reference) -> None:
    assert likeness(reference, PAPER) > 0.7
    assert reference.identifiers or reference_keys(reference) & paper_keys(PAPER)


@pytest.mark.parametrize(
    "reference",
    [
        cited("Superconductivity in the iron selenides: effects of alpha disorder"),
        cited(PLAIN, "C. Jones"),
        cited(PLAIN, year=2013),
        cited(PLAIN, year=None, doi="10.1/another"),
        cited(PLAIN + " II"),
        cited(PLAIN, text=f"A. Garcia-Hernandez (2009) {PLAIN}. II. PRB 1."),
        cited("Superconductivity"),
        cited(""),
    ],
)
def test_another_paper_is_told(reference: Reference) -> None:
    assert likeness(reference, PAPER) == 0


def test_a_title_that_fits_any_paper_has_no_keys() -> None:
    assert not reference_keys(cited("Introduction"))
    assert not paper_keys(Paper(title="Erratum"))
