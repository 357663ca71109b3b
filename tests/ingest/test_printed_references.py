"""References as they are printed: what each style of print tells, and what is not guessed."""

from __future__ import annotations

import time

import pytest

from litdex.ingest.parsers.printed_references import printed_reference

STYLES = [
    'A. B. Smith and C. de Roe, "Cold atoms in a trap," Phys. Rev. A 12, 345 (2004).',
    "Smith AB, de Roe C (2004) Cold atoms in a trap. Phys Rev A 12: 345–351. doi:10.1103/abc",
    "Smith, A. B., & de Roe, C. (2004). Cold atoms in a trap. Phys Rev A, 12, 345–351.",
    "Smith AB, de Roe C. Cold atoms in a trap. Phys Rev A. 2004;12:345-51.",
]


@pytest.mark.parametrize("text", STYLES)
def test_authors_title_venue_and_year(text: str) -> None:
    found = printed_reference(text)
    assert [name.split()[-1] for name in found.authors] == ["Smith", "Roe"]
    assert (found.title, found.year) == ("Cold atoms in a trap", 2004)
    assert found.venue.replace(".", "") == "Phys Rev A"


@pytest.mark.parametrize(
    "text",
    [
        "See the note (2004) of the editors.",
        "http://example.org, accessed 2020.",
    ],
)
def test_what_is_no_reference_tells_nothing(text: str) -> None:
    found = printed_reference(text)
    assert (found.title, found.authors, found.venue) == ("", (), "")


@pytest.mark.parametrize(
    ("text", "authors", "title", "venue", "place", "year"),
    [
        ("A. Childs, Commun. Math. Phys. 294, 581 (2010).", "Childs", "", "Commun. Math. Phys.", ("294", "581"), 2010),
        ("Ward, K., & Holm, B. 2016, AJ, 152, 203", "Ward Holm", "", "AJ", ("152", "203"), 2016),
        ("Ward K., Holm B., 2017, MNRAS, 464, 4601", "Ward Holm", "", "MNRAS", ("464", "4601"), 2017),
        (
            "K. Ward and B. Holm, Cold gadgets in deep lattices, Phys. Lett. B 77 (2001) 123 [hep-th/0101001].",
            "Ward Holm",
            "Cold gadgets in deep lattices",
            "Phys. Lett. B",
            ("77", "123"),
            2001,
        ),
        (
            "Kim Ward, Bo Holm, and Ann Lee. 2011. Gadgets of the north. Journal of Gadgets, 12(1):223–230.",
            "Ward Holm Lee",
            "Gadgets of the north",
            "Journal of Gadgets",
            ("12", "223–230"),
            2011,
        ),
        (
            "Ward, K., Holm, B. & Lee, A. Gadgets in the cold. Nature 412, 1980–1985 (2001).",
            "Ward Holm Lee",
            "Gadgets in the cold",
            "Nature",
            ("412", "1980–1985"),
            2001,
        ),
    ],
)
def test_the_styles_of_physics_and_others(
    text: str, authors: str, title: str, venue: str, place: tuple[str, str], year: int
) -> None:
    found = printed_reference(text)
    assert [name.split()[-1] for name in found.authors] == authors.split()
    assert (found.title, found.venue) == (title, venue)
    assert ((found.volume, found.pages), found.year) == (place, year)


def test_the_year_is_no_part_of_an_identifier_or_a_page() -> None:
    found = printed_reference("Gandhi, S., & Holm, B. 2017, ArXiv e-prints, arXiv:1701.03776")
    assert (found.year, found.identifiers) == (2017, {"arxiv": "1701.03776"})
    assert printed_reference("K. Ward, Gadgets at sea, J. Gadg. 12, 1920 (1987).").year == 1987


@pytest.mark.parametrize("piece", ["Aa Bb Cc, ", "A B, ", "Smith AB, ", "(2004 ", "A. ", "“a ", "Aa Aa "])
def test_hostile_entries_take_little_time(piece: str) -> None:
    start = time.monotonic()
    printed_reference(piece * 10_000)
    assert time.monotonic() - start < 5
