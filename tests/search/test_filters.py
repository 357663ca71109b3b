"""What a user writes after --year and --author."""

from __future__ import annotations

import pytest

from litdex.errors import UserError
from litdex.index.filters import Terms, Years
from litdex.search.filters import build_filter, years


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015", Years(2015, 2015)),
        ("2005..2015", Years(2005, 2015)),
        ("2005..", Years(2005, None)),
        ("..2015", Years(None, 2015)),
    ],
)
def test_years(text: str, expected: Years) -> None:
    assert years(text) == expected


@pytest.mark.parametrize("text", ["..", "15", "2005-2015", "abc", "2015..2005", "20155"])
def test_what_is_no_year_says_how_to_write_one(text: str) -> None:
    with pytest.raises(UserError, match=r"--year"):
        years(text)


def test_authors_must_all_match_and_categories_any() -> None:
    where = build_filter(author=["Stephen Hawking", "Penrose"], category=["gr-qc", "hep-th"])
    assert where.conditions == (
        Terms("author", ("stephen hawking", "hawking, stephen", "hawking, s.")),
        Terms("author", ("penrose",)),
        Terms("category", ("gr-qc", "hep-th")),
    )
