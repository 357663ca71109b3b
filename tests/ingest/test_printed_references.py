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
        "A. Childs, Commun. Math. Phys. 294, 581 (2010).",
        "A. Childs, Commun. Math. Phys. 294, 581 (2010); C. Roe, ibid. 295, 1 (2011).",
        "See the note (2004) of the editors.",
        "http://example.org, accessed 2020.",
    ],
)
def test_a_title_that_is_not_printed_is_not_made_up(text: str) -> None:
    found = printed_reference(text)
    assert (found.title, found.authors, found.venue) == ("", (), "")


@pytest.mark.parametrize("piece", ["Aa Bb Cc, ", "A B, ", "Smith AB, ", "(2004 ", "A. ", "“a ", "Aa Aa "])
def test_hostile_entries_take_little_time(piece: str) -> None:
    start = time.monotonic()
    printed_reference(piece * 10_000)
    assert time.monotonic() - start < 5
