"""The authors of a paper as arXiv prints them in one line: affiliations in brackets go, groups stay."""

from __future__ import annotations

import re

from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author
from litdex.ingest.parsers.tex_text import plain_tex

_GROUP_WORD = r"(?:collaborations?|consortium|team|group|project|network|survey)"
_GROUP = re.compile(
    rf"(?:(?:for|on behalf of|representing)\s+)?(?:the\s+)?(?P<name>[^,;()]{{0,200}}\b{_GROUP_WORD})", re.IGNORECASE
)
_LEAD = re.compile(rf"^([^,;:()]{{0,200}}\b{_GROUP_WORD})\s*:", re.IGNORECASE)
_FOR = re.compile(
    r"\s+(?:for|on behalf of|representing)\s+(?:the\s+)?(?=[^,;]{0,200}\b(?:collab|consort|team|group))", re.IGNORECASE
)


def printed_authors(text: str) -> tuple[Author, ...]:
    r"""The authors of a line like `Ann Doe (1), Bob R\"oe (for the X Collaboration) ((1) Nowhere)`, TeX decoded."""
    text = _FOR.sub(", ", _LEAD.sub(r"\1,", plain_tex(text)))
    names = [author for name in split_names(_without_brackets(text)) if (author := _author(name)).family]
    return tuple(names)


def _author(name: str) -> Author:
    group = _GROUP.fullmatch(name)
    return Author(family=group["name"]) if group else parse_name(name)


def _without_brackets(text: str) -> str:
    """A line of names without what stands in brackets, but for groups, which become names of the list."""
    kept: list[str] = []
    depth = begun = 0
    for at, mark in [(match.start(), match[0]) for match in re.finditer(r"[()]", text)]:
        if mark == "(":
            if not depth:
                kept.append(text[begun:at])
                begun = at + 1
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                group = _GROUP.fullmatch(text[begun:at].strip())
                kept.append(f", {group['name']}, " if group else " ")
                begun = at + 1
    kept.append("" if depth else text[begun:])
    return re.sub(r"\s*,(?:\s*,)+", ", ", " ".join("".join(kept).split())).strip(" ,")
