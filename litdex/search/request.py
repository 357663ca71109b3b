"""The conditions of a search as a user gives them beside the query: one table for the command, the API and Python.

Every door takes the same filters: `CONDITIONS` says what each is called and what it means, `conditions` makes of them
what the engines filter by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from litdex.errors import UserError

if TYPE_CHECKING:
    from litdex.index.filters import Filter
    from litdex.index.library import Library


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: its name, how a user writes its value, what it does, and if it may be given again."""

    name: str
    metavar: str
    help: str
    several: bool = True


CONDITIONS: Sequence[Condition] = (
    Condition("year", "YEARS", "A year or a range: 2015, 2005..2015, 2005.. or ..2015.", several=False),
    Condition("author", "NAME", 'An author, like "Hawking" or "Hawking, S". May be given again: all match.'),
    Condition("category", "NAME", "An arXiv category, like quant-ph. May be given again: any matches."),
    Condition("field", "NAME", "A field, like hep or physics.optics. May be given again: any matches."),
    Condition(
        "entity",
        "TYPE:NAME",
        'An entity of which the paper speaks, like disease:"cystic fibrosis". May be given again: all match.',
    ),
)


def conditions(library: Library, given: Mapping[str, str | Sequence[str]]) -> Filter:
    """Return the filter of the conditions `given` by name, each one value or several; empty ones ask for nothing.

    Raises UserError for a name that is none, a year that is none, and a type of entity that the library lacks.
    """
    from litdex.search.entities import entity_filter
    from litdex.search.filters import build_filter

    known = {one.name for one in CONDITIONS}
    for name in given:
        if name not in known:
            raise UserError(f"{name}: give some of {', '.join(sorted(known))}")
    values = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in given.items() if value}
    year = values.pop("year", ("",))
    if len(year) > 1:
        raise UserError("year: give one year or range")
    entities = values.pop("entity", ())
    where = build_filter(year=str(year[0]), **{name: values.get(name, ()) for name in ("author", "category", "field")})
    return where & entity_filter(library.entities, entities) if entities else where
