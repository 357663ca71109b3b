"""By what papers can be counted: what a user calls each facet, and the engines' field behind it."""

from __future__ import annotations

from litdex.errors import UserError
from litdex.index.library import Library
from litdex.search.entities import entity_facets

FACETS = {"category": "category", "year": "year", "author": "name", "venue": "venue", "field": "field"}
"""The facets that every library has. The types of entities that a library has are facets too."""


def facet_fields(names: str, option: str, library: Library) -> dict[str, str]:
    """The facets in a list parted by commas, each with the engines' field; "entity" stands for all types of entities.

    Raises UserError, which names `option`, for a name that is no facet of the library.
    """
    wanted = [name for name in (part.strip() for part in names.split(",")) if name]
    found: dict[str, str] = {}
    for name in wanted:
        own = {name: FACETS[name]} if name in FACETS else entity_facets(library.entities, [name], option)
        if not own:
            raise UserError(f"{option} {name}: give some of {', '.join(FACETS)}, entity, or a type of entities")
        found |= own
    return found
