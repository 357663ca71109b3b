"""BibTeX files to entries: macros and concatenations resolved, values as they stand (TeX and braces kept).

Tolerant as BibTeX files need it: missing commas, comments anywhere between entries, entries in parentheses, a field
given twice (the first counts). An entry whose braces do not close ends before the next line that begins an entry; one
that is no BibTeX somewhere inside goes on with the next line that begins a field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_ODD = r"(?:(?<=\n)|\A)[ \t]*@(?P<odd>[^\n@={}\"]{0,200})\{(?=[^\s,={}()\"]*\s*,)"  # @['JournalArticle']{key,
_START = re.compile(rf"@[ \t]*(?P<kind>[A-Za-z]+)\s*(?P<open>[{{(])|{_ODD}")
_NEXT = re.compile(
    r"^[ \t]*@(?:[ \t]*[A-Za-z]+[ \t]*[{(][^\s,={}()\"]*\s*[,=]|[^\n@={}\"]{0,200}\{[^\s,={}()\"]*\s*,)", re.MULTILINE
)
_KEY = re.compile(r"\s*([^\s,={}\"]*(?:[ \t]+[^\s,={}\"]+){0,5}(?=[ \t]*,)|[^\s,={}\"]*)\s*(?:,|(?=[\s})]))")
_FIELD = re.compile(r"[\s,]*(?:%[^\n]*\n[\s,]*)*([A-Za-z][\w:.+-]*(?:[ \xa0][\w-]+){0,2})\s*=\s*")
_NEXT_FIELD = re.compile(r"^[ \t]*(?=[A-Za-z][\w-]*\s*=\s*[{\"])", re.MULTILINE)
_BETWEEN = re.compile(r"[\s,]*(?:%[^\n]*\n[\s,]*)*")
_BARE = re.compile(r"[^\s,#{}()\"=]+")
_BRACES = re.compile(r"[{}]")  # escaped ones too: that is how BibTeX counts
_QUOTE = re.compile(r"[{}\"]")
_JOINT = re.compile(r"\s*#\s*")

_MONTHS = (
    "January February March April May June July August September October November December"  # spelled out by "jan" &c.
)
MONTHS = {name[:3].lower(): name for name in _MONTHS.split()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its kind and field names in lower case. `fault` tells why it could not be read to its end."""

    kind: str
    key: str
    fields: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


UNCLOSED = "has no closing brace"
"""The fault of an entry whose last value may hold what should stand behind it."""


class _Broken(ValueError):
    """The text is not BibTeX from `at` on."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def read_entries(text: str, macros: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """The entries of a BibTeX text in order; `macros` are abbreviations known besides the months.

    @string, @preamble and @comment are obeyed and passed over.
    """
    known = {**MONTHS, **(macros or {})}
    at, limit = 0, -1
    while start := _START.search(text, at):
        kind = (start["kind"] or start["odd"]).strip().lower()
        at = start.end()
        if kind in ("comment", "preamble"):
            continue  # what is inside may hold entries that someone commented out: they are real in most files
        if limit < at:  # looked for once per entry, however many there are in a line
            following = _NEXT.search(text, at)
            limit = following.start() if following else len(text)
        key = "" if kind == "string" else _key(text, at)
        at = at if kind == "string" else _after_key(text, at)
        fields: dict[str, str] = {}
        fault = ""
        while True:
            try:
                at = _fields(text, at, limit, known, fields)
                break
            except _Broken as broken:
                fault = fault or str(broken)
                again = _NEXT_FIELD.search(text, broken.at, limit)
                at = again.end() if again else limit
                if not again:
                    break
        if kind == "string":
            known |= {name: value for name, value in fields.items() if name not in MONTHS}
        else:
            yield Entry(kind, key, fields, fault)


def _key(text: str, at: int) -> str:
    match = _KEY.match(text, at)
    return match[1] if match else ""


def _after_key(text: str, at: int) -> int:
    match = _KEY.match(text, at)
    return match.end() if match and not _FIELD.match(text, at) else at


def _fields(text: str, at: int, limit: int, known: Mapping[str, str], fields: dict[str, str]) -> int:
    """Read "name = value" up to the entry's end into `fields`; returns the position behind the entry."""
    while match := _FIELD.match(text, at, limit):
        value, at = _value(text, match.end(), limit, known)
        fields.setdefault(match[1].lower(), value)
    end = _BETWEEN.match(text, at)
    at = end.end() if end else at
    if at < limit and text[at] in "})":
        return at + 1
    if at >= limit:
        raise _Broken(UNCLOSED, limit)
    raise _Broken(f"is no BibTeX from {text[at : at + 20].splitlines()[0]!r} on", at)


def _value(text: str, at: int, limit: int, known: Mapping[str, str]) -> tuple[str, int]:
    """A value with its concatenations (#), and the position behind it."""
    pieces = []
    while True:
        if text[at : at + 1] == "{":
            end = _balanced(text, at + 1, limit, _BRACES, "}")
            pieces.append(text[at + 1 : end])
            at = end + 1
        elif text[at : at + 1] == '"':
            end = _balanced(text, at + 1, limit, _QUOTE, '"')
            pieces.append(text[at + 1 : end])
            at = end + 1
        else:
            match = _BARE.match(text, at, limit)
            if not match:
                return "".join(pieces), at
            pieces.append(known.get(match[0].lower(), match[0]))
            at = match.end()
        joint = _JOINT.match(text, at, limit)
        if not joint:
            return "".join(pieces), at
        at = joint.end()


def _balanced(text: str, at: int, limit: int, marks: re.Pattern[str], closer: str) -> int:
    """The position of the `closer` that stands outside of inner braces. Raises `_Broken` where there is none."""
    depth = 0
    for mark in marks.finditer(text, at, limit):
        char = mark[0]
        if char == closer and depth == 0:
            return mark.start()
        depth += (char == "{") - (char == "}")
    raise _Broken("has a value without end: a brace or quote is not closed", limit)
