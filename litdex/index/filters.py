"""Conditions on papers, applied inside the engines: the same record for every engine."""

from __future__ import annotations

from dataclasses import dataclass


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


def is_negated(condition: Condition) -> bool:
    """Whether what the condition names must not hold."""
    return not isinstance(condition, Years) and condition.negated


def keyword(field: str, value: str) -> str:
    """The one term under which an embedded engine keeps `value` of `field`, so that one index serves all fields.

    A character that UTF-8 lacks becomes a question mark, in what is stored and in what is asked alike.
    """
    return f"{field}\x1f{value}".encode("utf-8", "replace").decode("utf-8")
