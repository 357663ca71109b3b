"""Sequences of words looked up at a place in a text, all at once: one step of the tree for each word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Node(Generic[T]):
    next: dict[str, _Node[T]] = field(default_factory=dict)
    values: list[T] = field(default_factory=list)


class Trie(Generic[T]):
    """Keys of one word or more, each with a value; of equal keys the first counts."""

    def __init__(self, items: Iterable[tuple[Sequence[str], T]]) -> None:
        self._root: _Node[T] = _Node()
        for key, value in items:
            node = self._root
            for word in key:
                node = node.next.setdefault(word, _Node())
            if not node.values:
                node.values.append(value)

    def matches(self, words: Sequence[str], at: int) -> Iterator[tuple[int, T]]:
        """The keys that stand in `words` from place `at` on, as (length, value), the shortest first."""
        node: _Node[T] | None = self._root
        for place in range(at, len(words)):
            node = node.next.get(words[place]) if node else None
            if node is None:
                return
            for value in node.values:
                yield place + 1 - at, value
