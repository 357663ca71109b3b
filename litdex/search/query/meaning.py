"""What a query means: the words that rank, and the conditions that every hit must satisfy.

A bare word never excludes a paper: it drives both legs. Quotations, fields and negations are conditions on the paper
as a whole, but for `in:` (caption, table, footnote), which lets such passages alone be found; the words of a quotation,
and of a text field like `title:`, rank as well. Inside a negation, and inside an OR of which one side is a condition, a
bare word is a condition too: the paper has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Protocol, get_args

from litdex.errors import UserError
from litdex.index.engine import Scope
from litdex.index.entities import field_of
from litdex.index.filters import KIND, Condition, Either, Filter, Papers, Terms
from litdex.ingest.author_keys import author_query_keys
from litdex.ingest.identifiers import format_id, normalise, parse_id
from litdex.ingest.names import PARTICLES
from litdex.search.filters import years
from litdex.search.query.prose import as_prose, is_plain, is_prose
from litdex.search.query.reading import Query
from litdex.search.query.tree import All, Any, Field, Group, Node, Not, Phrase, Word

MOST_NAMES = 4
"""How many words after author: may belong to the name."""


class Lookup(Protocol):
    """What of the library a query's conditions are looked up in."""

    def having(self, text: str, scope: Scope, exact: bool) -> Sequence[int]:
        """The papers that have the words, or the phrase, in a part of them."""

    def find(self, text: str) -> int | None:
        """The paper that goes by an id."""

    def named(self, text: str) -> Sequence[int] | None:
        """The papers that go by the identifier which is all of a text; None where it is no identifier."""

    def is_author(self, keys: Sequence[str]) -> bool:
        """Whether a paper here has an author with one of these keys of `litdex.ingest.author_keys`."""

    def citing(self, paper: int) -> Sequence[int]:
        """The papers here that cite this one."""

    def cited_by(self, paper: int) -> Sequence[int]:
        """The papers here that this one cites."""

    def names(self, field: str, value: str) -> Sequence[str]:
        """The names of the entities of an engines' field that go by `value`."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words for both legs ("" where the query has conditions only), conditions, and papers to be like.

    `free` are those of the words that are not a part of a condition: of these a paper that is counted has one.
    """

    words: str
    where: Filter
    similar: tuple[int, ...] = ()
    free: str = ""


def meaning(query: Query, lookup: Lookup) -> Meaning:
    """What the query asks for. Raises UserError, with the column, for a field's value that cannot be one."""
    named = lookup.named(query.text)
    if named is not None:
        return Meaning("", Filter((Papers(tuple(named)),)))
    root = as_prose(query.root) if is_prose(query.root) else query.root
    if is_plain(root):
        text = " ".join(query.text.split())
        return Meaning(text, Filter(), free=text)  # as it is written: an encoder reads brackets too
    compiler = _Compiler(lookup)
    where = compiler.loose(root)
    similar = tuple(compiler.similar)
    if similar:
        where &= Filter((Papers(similar, negated=True),))
    return Meaning(" ".join(compiler.words), where, similar, " ".join(compiler.free))


class _Compiler:
    """Walks one tree. `words`, `free` and `similar` are filled on the way."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.words: list[str] = []
        self.free: list[str] = []
        self.similar: list[int] = []

    def loose(self, node: Node) -> Filter:
        """The conditions of a node at the top, where bare words only rank."""
        if isinstance(node, Word):
            self.words.append(node.text)
            self.free.append(node.text)
            return Filter()
        if isinstance(node, Group):
            return self.loose(node.part)
        if isinstance(node, All) or (isinstance(node, Any) and not _has_condition(node)):
            parts = self._whole_names(node.parts) if isinstance(node, All) else node.parts
            found = [self.loose(part) for part in parts]
            return Filter(tuple(condition for one in found for condition in one.conditions))
        if isinstance(node, Field) and node.name == "similar":
            self.similar.append(self._paper(node))
            return Filter()
        self._collect(node)
        return self.strict(node)

    def _whole_names(self, parts: Sequence[Node]) -> list[Node]:
        """The parts, with author:Ann B. Clearwater as one: a shell takes quotation marks away.

        An author's name goes on over the words after it that may be parts of a name, as far as it is an author's here.
        """
        whole: list[Node] = []
        at = 0
        while at < len(parts):
            part, at = parts[at], at + 1
            if isinstance(part, Field) and part.name == "author" and not part.quoted:
                values = list(accumulate(_names(parts[at : at + MOST_NAMES]), "{} {}".format, initial=part.value))
                longer = next((i for i in range(len(values) - 1, 0, -1) if self._is_author(values[i])), 0)
                part, at = replace(part, value=values[longer], quoted=longer > 0), at + longer
            whole.append(part)
        return whole

    def _is_author(self, name: str) -> bool:
        return self._lookup.is_author(author_query_keys(name.lstrip("^")))

    def strict(self, node: Node) -> Filter:
        """The conditions of a node where every word counts as one."""
        if isinstance(node, Word | Phrase):
            return self._text(node.text, "text", isinstance(node, Phrase))
        if isinstance(node, Group):
            return self.strict(node.part)
        if isinstance(node, Not):
            return Filter((Either((self.strict(node.part),), negated=True),))
        if isinstance(node, Any):
            return Filter((Either(tuple(self.strict(part) for part in node.parts)),))
        if isinstance(node, All):
            return Filter(tuple(condition for part in node.parts for condition in self.strict(part).conditions))
        return self._field(node)

    def _collect(self, node: Node) -> None:
        """The words that rank, of a node that is a condition."""
        if isinstance(node, Word | Phrase):
            self.words.append(node.text)
        elif isinstance(node, Field) and node.name in _TEXT_FIELDS:
            self.words.append(node.value)
        elif isinstance(node, Group):
            self._collect(node.part)
        elif isinstance(node, All | Any):
            for part in node.parts:
                self._collect(part)

    def _text(self, text: str, scope: Scope, exact: bool) -> Filter:
        if not any(char.isalnum() for char in text):
            return Filter()
        return Filter((Papers(tuple(self._lookup.having(text, scope, exact))),))

    def _field(self, field: Field) -> Filter:
        if field.name in get_args(Scope):
            scope: Scope = field.name  # type: ignore[assignment]
            return self._text(field.value, scope, field.quoted)
        if field.name == "similar":
            raise _problem(field, "it ranks, so it cannot stand after a minus sign or beside OR")
        if field.name in ("citing", "citedby"):
            ask = self._lookup.citing if field.name == "citing" else self._lookup.cited_by
            return Filter((Papers(tuple(ask(self._paper(field)))),))
        if field.name not in _CONDITIONS:
            kind = field_of(field.name.removeprefix("entity."))
            return Filter((Terms(kind, tuple(self._lookup.names(kind, field.value))),))
        return Filter((_CONDITIONS[field.name](field),))

    def _paper(self, field: Field) -> int:
        paper = self._lookup.find(field.value)
        if paper is None:
            raise _problem(field, "the library has no such paper; give an id as a search prints it")
        return paper


def _names(parts: Sequence[Node]) -> Iterator[str]:
    """The words with which `parts` begin that may be parts of a name."""
    for part in parts:
        if not isinstance(part, Word) or not (part.text[:1].isupper() or part.text in PARTICLES):
            return
        yield part.text


def _has_condition(node: Node) -> bool:
    if isinstance(node, All | Any):
        return any(map(_has_condition, node.parts))
    return _has_condition(node.part) if isinstance(node, Group) else not isinstance(node, Word)


def _year(field: Field) -> Condition:
    try:
        return years(field.value)
    except UserError:
        raise _problem(field, "give a year or a range, like 2015, 2005..2015, 2005.. or ..2015") from None


def _author(field: Field) -> Condition:
    first = field.first or field.value.startswith("^")
    keys = author_query_keys(field.value.lstrip("^"))
    return Terms("author", tuple(f"^{key}" if first else key for key in keys))


def _category(field: Field) -> Condition:
    """Categories have their letters in one case each: "cs.CL", "cond-mat.soft"."""
    head, dot, rest = field.value.partition(".")
    spellings = (field.value, field.value.lower(), f"{head.lower()}{dot}{rest.upper()}")
    return Terms("category", tuple(dict.fromkeys(spellings)))


def _identifier(field: Field) -> Condition:
    parsed = parse_id(field.value) if field.name == "id" else (field.name, normalise(field.name, field.value))
    if parsed is None or not parsed[1]:
        raise _problem(field, "that is no identifier of this kind")
    return Terms("id", (format_id(*parsed),))


def _kind(field: Field) -> Condition:
    kinds = _KINDS.get(field.value.lower().rstrip("s"))
    if kinds is None:
        raise _problem(field, "passages are looked for in:caption, in:table, in:footnote, or everywhere without it")
    return Terms(KIND, kinds)


def _problem(field: Field, remedy: str) -> UserError:
    return UserError(f"column {field.column}: {field}: {remedy}")


_KINDS = {"caption": ("caption",), "table": ("table", "table-note"), "footnote": ("footnote", "table-note")}
"""Where passages may be looked for -> their kinds. A note under a table is a part of the table, and a footnote."""
_TEXT_FIELDS = ("title", "abstract", "keyword")
_CONDITIONS: dict[str, Callable[[Field], Condition]] = {
    "year": _year,
    "author": _author,
    "cat": _category,
    "category": _category,
    "field": lambda field: Terms("field", (field.value,)),
    "in": _kind,
    **dict.fromkeys(("doi", "arxiv", "pmid", "pmcid", "id"), _identifier),
}
