"""From text to tree: a tokenizer that loses no character, and a parser of four small rules.

    any    = all { "OR" all }            all  = part { part }
    part   = [ "-" ] atom                atom = "(" any ")" | field | phrase | word

A bracket, quotation mark, minus sign or OR that does not fit these rules is a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from litdex.search.query.tree import EMPTY, All, Any, Field, Group, Node, Not, Phrase, Word

FIELDS = (
    *("title", "abstract", "venue", "keyword", "author", "year", "cat", "category", "field", "in"),
    *("doi", "arxiv", "pmid", "pmcid", "id", "similar", "citing", "citedby"),
)
MAX_DEPTH = 20  # brackets inside brackets; deeper ones are words

_QUOTED = r'["“”]([^"“”]*[^\W_][^"“”]*)["“”]'
# A word may hold brackets that close in it, as "SU(2)" and "(E)-stilbene" do, and quotation marks that do not begin it.
_BARE = r'(?:[^\s()"“”]|\([^\s()"“”]*\)(?=[^\s()"“”]))(?:[^\s()]|\([^\s()]*\))*'
_SPACE = re.compile(r"\s+")
_PHRASE = re.compile(_QUOTED)
_WORD = re.compile(_BARE)
_FIELD = re.compile(rf"([A-Za-z][\w.]*):(\^?)(?:{_QUOTED}|({_BARE}))")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: `text[start:end]`. `node` is what it is alone; for signs it is a word."""

    kind: str  # "space", "(", ")", "-", "OR", "part"
    start: int
    end: int
    node: Node


@dataclass(frozen=True)
class Query:
    """A query as it was read. Its tokens, joined, are its text."""

    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def root(self) -> Node:
        """The tree."""
        return _Reader([token for token in self.tokens if token.kind != "space"]).read()


def parse(text: str, entities: Collection[str] = ()) -> Query:
    """Read a query. `entities` are types of entities whose names may stand before a colon. Never raises."""
    names = frozenset(FIELDS) | {name.lower() for name in entities}
    tokens, at = [], 0
    while at < len(text):
        token = _next(text, at, names)
        tokens.append(token)
        at = token.end
    return Query(text, tuple(tokens))


def _next(text: str, at: int, names: frozenset[str]) -> Token:
    if match := _SPACE.match(text, at):
        return Token("space", at, match.end(), EMPTY)
    if text[at] in "()" and not _WORD.match(text, at):
        return Token(text[at], at, at + 1, Word(text[at]))
    if match := _PHRASE.match(text, at):
        return Token("part", at, match.end(), Phrase(" ".join(match[1].split())))
    if _opens_negation(text, at):
        return Token("-", at, at + 1, Word("-"))
    if (match := _FIELD.match(text, at)) and _is_name(match[1].lower(), names):
        value = " ".join((match[3] or match[4]).split())
        node = Field(match[1].lower(), value, bool(match[3]), bool(match[2]), at + 1)
        return Token("part", at, match.end(), node)
    match = _WORD.match(text, at)
    end = match.end() if match else at + 1
    word = text[at:end]
    return Token("OR" if word == "OR" else "part", at, end, Word(word))


def _is_name(name: str, names: frozenset[str]) -> bool:
    return name in names or name.startswith("entity.")


def _opens_negation(text: str, at: int) -> bool:
    """A minus sign that begins a word, quotation or bracket: not that of "-5", "- " or "x-ray"."""
    after = text[at + 1 : at + 2]
    return text[at] == "-" and (after.isalpha() or after in ('"', "“", "("))


class _Reader:
    """Reads the tokens of one query, spaces left out."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._closing = _pairs(tokens)

    def read(self) -> Node:
        return self._any(len(self._tokens))

    def _any(self, end: int) -> Node:
        parts = [self._all(end)]
        while self._at < end:  # `_all` stops at an OR that has something on both sides
            self._at += 1
            parts.append(self._all(end))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self, end: int) -> Node:
        begun, parts = self._at, []
        while self._at < end:
            if self._tokens[self._at].kind == "OR" and begun < self._at < end - 1:
                break
            parts.append(self._part(end))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self, end: int) -> Node:
        token = self._tokens[self._at]
        if token.kind == "-" and self._at + 1 < end and self._negatable(self._at + 1):
            self._at += 1
            return Not(self._atom())
        return self._atom()

    def _negatable(self, index: int) -> bool:
        """Whether what follows a minus sign is an atom: a bracket must have its partner, and no sign is one."""
        token = self._tokens[index]
        return token.kind in ("part", "OR") or index in self._closing

    def _atom(self) -> Node:
        index = self._at
        self._at += 1
        closing = self._closing.get(index)
        if closing is None:
            return self._tokens[index].node
        inside = self._any(closing)
        self._at = closing + 1
        return Group(inside)


def _pairs(tokens: list[Token]) -> dict[int, int]:
    """Each opening bracket that has a partner and something in between, and the partner."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "(":
            opened.append(index)
        elif token.kind == ")" and opened:
            opening = opened.pop()
            if index > opening + 1 and len(opened) < MAX_DEPTH:
                pairs[opening] = index
    return pairs
