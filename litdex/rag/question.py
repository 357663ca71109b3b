"""What a question asks in words, without the conditions that the query language lets it hold."""

from __future__ import annotations

from collections.abc import Sequence

from litdex.index.engine import Scope
from litdex.search.query.meaning import meaning
from litdex.search.query.reading import parse


def words_of(question: str) -> str:
    """The words of `question` that rank; "" where it has conditions only.

    "Is it flat? year:2015" gives "Is it flat?". Raises UserError where a condition is wrong, as a search does.
    """
    return meaning(parse(question), _Nowhere()).words


class _Nowhere:
    """A library without papers: what conditions hold for is not asked here."""

    def having(self, text: str, scope: Scope, exact: bool) -> Sequence[int]:
        return ()

    def find(self, text: str) -> int | None:
        return 0

    def named(self, text: str) -> None:
        return None

    def is_author(self, keys: Sequence[str]) -> bool:
        return False

    def citing(self, paper: int) -> Sequence[int]:
        return ()

    def cited_by(self, paper: int) -> Sequence[int]:
        return ()

    def names(self, field: str, value: str) -> Sequence[str]:
        return ()
