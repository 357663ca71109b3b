"""Conditions on papers, applied inside the engines: the same record for every engine."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Terms:
    """The field has at least one of `values` (none of them, where `negated`). Values are normalised already."""

    field: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Years:
    """The year lies in the range, ends included; an end that is None is open. Papers without a year fail."""

    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """The paper is one of these, by number (none of them, where `negated`)."""

    numbers: tuple[int, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the alternatives holds (none of them, where `negated`)."""

    alternatives: tuple[Filter, ...]
    negated: bool = False


Condition = Terms | Years | Papers | Either


@dataclass(frozen=True, slots=True)
class Filter:
    """All conditions must hold. An empty filter holds for every passage."""

    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def __and__(self, other: Filter) -> Filter:
        return Filter(self.conditions + other.conditions)


KIND, KINDS = "in", "has"
"""The fields that tell what kind of passage one is, and which kinds beside running text its paper has."""


def is_of_passages(where: Filter) -> bool:
    """Whether a condition asks for a kind of passage, not only for papers."""
    return any(
        (isinstance(one, Terms) and one.field == KIND)
        or (isinstance(one, Either) and any(map(is_of_passages, one.alternatives)))
        for one in where.conditions
    )


def of_papers(where: Filter) -> Filter:
    """The same for papers as a whole: one that has such a passage is asked for."""
    return Filter(tuple(map(_of_paper, where.conditions)))


def _of_paper(condition: Condition) -> Condition:
    if isinstance(condition, Terms) and condition.field == KIND:
        return replace(condition, field=KINDS)
    if isinstance(condition, Either):
        return replace(condition, alternatives=tuple(map(of_papers, condition.alternatives)))
    return condition


def is_negated(condition: Condition) -> bool:
    """Whether what the condition names must not hold."""
    return not isinstance(condition, Years) and condition.negated


def keyword(field: str, value: str) -> str:
    """The one term under which an embedded engine keeps `value` of `field`, so that one index serves all fields.

    A character that UTF-8 lacks becomes a question mark, in what is stored and in what is asked alike.
    """
    return f"{field}\x1f{value}".encode("utf-8", "replace").decode("utf-8")
