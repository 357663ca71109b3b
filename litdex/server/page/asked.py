"""A query as the page changes it: conditions added, excluded and taken out one by one, always in the query language.

So the whole state of a search is one text, which the URL holds, a saved search keeps, and the command line takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from litdex.search.query.reading import parse
from litdex.search.query.tree import All, Any, Field, Group, Node, Not, Phrase, Word

TOGETHER = frozenset({"cat", "field", "venue", "year"})
"""Fields of which a second value is an alternative; of others, authors and entities, a paper has both."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition of the query, and the query without it."""

    label: str
    without: str
    excluded: bool


def chips(query: str, types: Collection[str]) -> list[Chip]:
    """The conditions of a query, each as one that can be taken out. `types` are entity types as users write them."""
    parts = _parts(query, types)
    return [
        Chip(_label(part), _written([other for other in parts if other is not part]), isinstance(part, Not))
        for part in parts
        if not isinstance(part, Word)
    ]


def words(query: str, types: Collection[str]) -> str:
    """The query without its conditions: what stands in the box."""
    return _written([part for part in _parts(query, types) if isinstance(part, Word)])


def conditions(query: str, types: Collection[str]) -> str:
    """The query without its words."""
    return _written([part for part in _parts(query, types) if not isinstance(part, Word)])


def fields_of(query: str, types: Collection[str]) -> frozenset[str]:
    """The fields that a query has conditions on, whether they must hold or must not."""
    return frozenset(name for part in _parts(query, types) for name in _fields(part))


def narrowed(query: str, types: Collection[str], field: str, value: str) -> str:
    """The query with one more condition, or without it where it is there already.

    A second value of a field of `TOGETHER` is an alternative to the first.
    """
    parts, new = _parts(query, types), condition(field, value)
    if is_chosen(query, types, field, value):
        return _written([kept for part in parts for kept in _without(part, field, new)])
    if field in TOGETHER:
        for at, part in enumerate(parts):
            values = _alternatives(part, field)
            if values:
                parts[at] = Group(Any((*values, new)))
                return _written(parts)
    return _written([*parts, new])


def is_chosen(query: str, types: Collection[str], field: str, value: str) -> bool:
    """Whether the query asks for that value, alone or among others."""
    new = str(condition(field, value))
    return any(str(one) == new for part in _parts(query, types) for one in _alternatives(part, field))


def widened(query: str, types: Collection[str], field: str) -> str:
    """The query without what it asks of a field of `TOGETHER`: its other values are counted among these papers."""
    if field not in TOGETHER:
        return query
    parts = _parts(query, types)
    kept = [part for part in parts if not _alternatives(part, field)]
    return query if len(kept) == len(parts) else _written(kept)


def excluded(query: str, types: Collection[str], field: str, value: str) -> str:
    """The query with one condition that must not hold."""
    return _written([*_parts(query, types), Not(condition(field, value))])


def within_years(query: str, types: Collection[str], first: str, last: str) -> str:
    """The query with these years, an open end where one is "", instead of those that it asks for."""
    parts = [part for part in _parts(query, types) if not _alternatives(part, "year")]
    years = first if first == last else f"{first}..{last}"
    return _written([*parts, Field("year", years)])


def condition(field: str, value: str) -> Field:
    """`field:"value"`."""
    is_plain = (
        value.replace(".", "").replace("-", "").isalnum() if field in ("cat", "field", "year") else value.isalnum()
    )
    return Field(field, value.replace('"', ""), quoted=not is_plain)


@lru_cache(maxsize=64)  # a page asks for links of hundreds of values, all from one query
def _root(query: str, types: tuple[str, ...]) -> Node:
    return parse(query, types).root


def _parts(query: str, types: Collection[str]) -> list[Node]:
    root = _root(query, tuple(types))
    if isinstance(root, Any):  # beside another part it would lose its last alternative to it
        return [Group(root)]
    return list(root.parts) if isinstance(root, All) else [root]


def _written(parts: list[Node]) -> str:
    return str(All(tuple(parts))).strip()


def _alternatives(part: Node, field: str) -> tuple[Node, ...]:
    """The values of one field that are alternatives in a part; none where it is another part."""
    found = (part,)
    if isinstance(part, Group) and isinstance(part.part, Any):
        found = part.part.parts  # type: ignore[assignment]
    return tuple(found) if all(isinstance(one, Field) and one.name == field for one in found) else ()


def _fields(part: Node) -> Iterator[str]:
    if isinstance(part, Field):
        yield part.name.removeprefix("entity.")
    elif isinstance(part, Not | Group):
        yield from _fields(part.part)
    elif isinstance(part, All | Any):
        for one in part.parts:
            yield from _fields(one)


def _without(part: Node, field: str, gone: Field) -> list[Node]:
    """A part without one of its alternatives: nothing, the only one left, or a group."""
    values = _alternatives(part, field)
    left = [one for one in values if str(one) != str(gone)]
    if len(left) == len(values):
        return [part]
    return left if len(left) < 2 else [Group(Any(tuple(left)))]


def _label(part: Node) -> str:
    if isinstance(part, Not):
        return f"not {_label(part.part)}"
    if isinstance(part, Group):
        return _label(part.part)
    if isinstance(part, Any):
        return " or ".join(_label(one) for one in part.parts)
    if isinstance(part, Field):
        return f"{part.name.removeprefix('entity.')}: {'^' if part.first else ''}{part.value}"
    return str(part) if isinstance(part, Phrase | Word | All) else ""
