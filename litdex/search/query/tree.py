"""The tree of a query. Each node can be written out again (`str`), and reading that gives the same tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters that is nothing else."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotation marks."""

    text: str

    def __str__(self) -> str:
        return f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Field:
    """`name:value`, `name:"value"`; `first` where the value has a "^" before it."""

    name: str  # in lower case
    value: str
    quoted: bool = False
    first: bool = False
    column: int = 1

    def __str__(self) -> str:
        value = f'"{self.value}"' if self.quoted else self.value
        return f"{self.name}:{'^' if self.first else ''}{value}"

    def __eq__(self, other: object) -> bool:
        """Where it stood in a text does not matter."""
        return isinstance(other, Field) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: Node

    def __str__(self) -> str:
        return f"-{self.part}"


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in brackets."""

    part: Node

    def __str__(self) -> str:
        return f"({self.part})"


@dataclass(frozen=True, slots=True)
class All:
    """Parts one after the other: each counts."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Any:
    """Parts with OR between them."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


Node = Union[Word, Phrase, Field, Not, Group, All, Any]  # noqa: UP007 - recursive, so it must be able to wait
EMPTY = All(())
