"""What users write of entities, `disease:"cystic fibrosis"`, as the names under which the library has them."""

from __future__ import annotations

from collections.abc import Sequence

from litdex.errors import UserError
from litdex.index.entities import Entities, field_of, short_type
from litdex.index.filters import Filter, Terms


def entity_names(entities: Entities, field: str, value: str) -> tuple[str, ...]:
    """The names that entities of a field have which go by `value`: folded as mentions are, and what that stands for."""
    from litdex.ner.naming import canonical

    return entities.names(field, canonical(value))


def entity_filter(entities: Entities, wanted: Sequence[str]) -> Filter:
    """Conditions from `TYPE:NAME`, of which all must hold. Raises UserError for a type that the library lacks."""
    conditions = []
    for text in wanted:
        kind, colon, value = text.partition(":")
        kind = short_type(kind.removeprefix("entity."))
        if not colon or not value.strip():
            raise UserError(f'--entity {text}: give a type and a name, like disease:"cystic fibrosis"')
        if kind not in entities.types():
            raise UserError(f"--entity {text}: {_known(entities)}")
        conditions.append(Terms(field_of(kind), entity_names(entities, field_of(kind), value)))
    return Filter(tuple(conditions))


def entity_facets(entities: Entities, names: Sequence[str], option: str) -> dict[str, str]:
    """Facets by what each is called, with the engines' field: of "entity" those of all types, of a type its own.

    Names that have nothing to do with entities are left out. Raises UserError where the library has no such type.
    """
    known = entities.types()
    found: dict[str, str] = {}
    for name in names:
        kind = short_type(name.removeprefix("entity."))
        if name == "entity" and known:
            found |= known
        elif kind in known:
            found[name] = known[kind]
        elif name == "entity" or name.startswith("entity."):
            raise UserError(f"{option} {name}: {_known(entities)}")
    return found


def _known(entities: Entities) -> str:
    known = entities.types()
    if not known:
        return "this library has no entities: `litdex ingest PATHS --retag` finds them (see `litdex help entities`)"
    return f"this library's types are {', '.join(sorted(known))}"
