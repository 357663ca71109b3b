"""The conditions that search, facets and context take alike, as parameters of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from litdex.index.filters import Filter, Years
from litdex.index.library import Library
from litdex.search.entities import entity_filter
from litdex.search.filters import build_filter
from litdex.server.schemas import Year

MOST = 50  # values of one condition
Names = Annotated[list[Annotated[str, Query(min_length=1, max_length=500)]], Query(max_length=MOST)]


class Conditions:
    """What a paper must satisfy."""

    def __init__(
        self,
        from_year: Annotated[Year | None, Query(description="The first year.")] = None,
        to_year: Annotated[Year | None, Query(description="The last year.")] = None,
        author: Annotated[Names, Query(description='Authors, like "Hawking, S"; all must match.')] = [],  # noqa: B006
        category: Annotated[Names, Query(description="arXiv categories; one is enough.")] = [],  # noqa: B006
        field: Annotated[Names, Query(description="Fields, like hep; one is enough.")] = [],  # noqa: B006
        entity: Annotated[Names, Query(description="Entities as TYPE:NAME; all must match.")] = [],  # noqa: B006
    ) -> None:
        years = (Years(from_year, to_year),) if (from_year, to_year) != (None, None) else ()
        self._where = Filter(years) & build_filter(author=author, category=category, field=field)
        self._entities = entity

    def where(self, library: Library) -> Filter:
        """As conditions on the engines. Raises UserError for a type of entities that the library lacks."""
        return self._where & entity_filter(library.entities, self._entities)


Conditioned = Annotated[Conditions, Depends()]
