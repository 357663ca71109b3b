r"""The bibliography of a LaTeX document: \bibitem in all styles, and biblatex's .bbl."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from litdex.ingest.identifiers import find_identifiers, normalise_doi
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Reference
from litdex.ingest.parsers.latex_tokens import LINK, PARAGRAPH, URL, VERBATIM, join, tokenise
from litdex.ingest.parsers.printed_references import (
    printed_authors,
    printed_reference,
    printed_year,
    quoted_title,
)

Render = Callable[[list[str]], str]
_YEAR_AT_END = re.compile(r"[\s,]*\(?(?:18|19|20)\d\d[a-z]?\)?[\s.,]*$")
_ITEMS = {"\\bibitem", "\\reference", "\\refitem"}


@dataclass(frozen=True, slots=True)
class Entry:
    r"""One \bibitem: its key, its optional label and what is printed."""

    key: str
    label: list[str]
    body: list[str]


def entries(tokens: list[str]) -> Iterable[Entry]:
    r"""The entries of a thebibliography environment, in order; what stands before the first is left out."""
    starts = [at for at, token in enumerate(tokens) if token in _ITEMS]
    for start, end in pairwise([*starts, len(tokens)]):
        at = start + 1
        label, at = _group(tokens, at, "[", "]", end)
        key, at = _group(tokens, at, "{", "}", end)
        yield Entry("".join(key).strip(), label, tokens[at:end])


def _group(tokens: list[str], at: int, opener: str, closer: str, end: int) -> tuple[list[str], int]:
    """The group that starts at `at`, white space skipped, and the position after it; ([], at) where none does."""
    start = at
    while start < end and tokens[start].isspace():
        start += 1
    if start >= end or tokens[start] != opener:
        return [], at
    depth = 0
    for position in range(start, end):
        token = tokens[position]
        if token == closer and depth <= (opener == "{"):
            return tokens[start + 1 : position], position + 1
        depth += (token == "{") - (token == "}")
    return [], start + 1


def reference(body: list[str], render: Render) -> Reference:
    r"""What an entry's text and markup tell (\bibinfo, \newblock, quotes around the title)."""
    text = " ".join(render(body).split())
    marked = _marked(body, render)
    blocks = [block.rstrip(" .,") for block in map(render, _blocks(body))]
    title = marked.get("title", "") or quoted_title(text)
    authors = tuple(marked.get("authors", "").split("\n")) if marked.get("authors") else ()
    if len(blocks) >= 3 and not title:
        title = " ".join(blocks[1].split())
    if not authors and (len(blocks) >= 3 or title):
        head = blocks[0] if len(blocks) >= 3 else text.partition("“")[0] if "“" in text else ""
        authors = printed_authors(_YEAR_AT_END.sub("", head))
    read = printed_reference(text)
    if not marked:
        authors = authors or read.authors
        title = title or read.title
    addresses = " ".join(token[1:] for token in body if token[0] in (LINK, URL))
    return Reference(
        text=text,
        title=title.rstrip(" .,"),
        authors=authors,
        year=printed_year(marked.get("year", "")) or read.year,
        venue=marked.get("journal", "") or read.venue,
        volume=marked.get("volume", "") or read.volume,
        pages=marked.get("pages", "") or read.pages,
        identifiers=_identifiers(text, addresses, marked),
    )


def _identifiers(text: str, addresses: str, marked: dict[str, str]) -> dict[str, str]:
    found = find_identifiers(f"{text} {addresses}")
    if "arxiv" not in found and (match := re.search(r"\b[a-z-]+(?:\.[A-Z]{2})?/\d{7}\b|\[(\d{4}\.\d{4,5})\]", text)):
        found |= find_identifiers(f"arXiv:{match[1] or match[0]}")
    if doi := normalise_doi(marked.get("doi", "")):
        found.setdefault("doi", doi)
    return found


def _marked(body: list[str], render: Render) -> dict[str, str]:
    r"""The fields that \bibinfo names, and authors by \bibnamefont."""
    fields: dict[str, list[str]] = {}
    for at, token in enumerate(body):
        if token == "\\bibinfo":
            name, after = _group(body, at + 1, "{", "}", len(body))
            value, _ = _group(body, after, "{", "}", len(body))
            fields.setdefault("".join(name).strip(), []).append(" ".join(render(value).split()))
    found = {name: values[0] for name, values in fields.items()}
    if fields.get("author"):
        names = [name for value in fields["author"] for name in split_names(value)]
        found["authors"] = "\n".join(parse_name(name).name for name in names)
    return found


def _blocks(body: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for token in body:
        if token == "\\newblock":
            blocks.append([])
        else:
            blocks[-1].append(token)
    return [block for block in blocks if block]


def printed_label(label: str, found: Reference) -> str:
    """How \\citet prints: natbib's label "Smith et al.(2010)Smith, Jones" as "Smith et al. (2010)"."""
    match = re.match(r"(.+?)\s*\((\d{4}[a-z]?)\)", label)
    if match and re.search(r"[^\W\d_]{2}", match[1]):
        return f"{match[1].strip()} ({match[2]})"
    families = [parse_name(author).family for author in found.authors]
    if not families or not found.year:
        return ""
    who = (
        families[0] if len(families) == 1 else " and ".join(families) if len(families) == 2 else f"{families[0]} et al."
    )
    return f"{who} ({found.year})"


def biblatex_reference(tokens: list[str], render: Render) -> Reference:
    r"""An \entry … \endentry of biblatex's .bbl; `text` is put together from its fields."""
    fields: dict[str, str] = {}
    authors: tuple[str, ...] = ()
    for at, token in enumerate(tokens):
        if token in ("\\field", "\\strng", "\\list"):
            name, after = _group(tokens, at + 1, "{", "}", len(tokens))
            if token == "\\list":
                _, after = _group(tokens, after, "{", "}", len(tokens))
            value, _ = _group(tokens, after, "{", "}", len(tokens))
            fields.setdefault("".join(name), " ".join(render(value).split()))
        elif token == "\\name" and not authors:
            authors = _biblatex_names(tokens, at, render)
        elif token == "\\verb" and at + 1 < len(tokens) and tokens[at + 1] == "{":
            name, after = _group(tokens, at + 1, "{", "}", len(tokens))
            fields.setdefault("".join(name), _verb(tokens, after))
    found = find_identifiers(f"{fields.get('url', '')} doi:{fields.get('doi', '')}")
    if fields.get("eprinttype", "").lower() == "arxiv" or re.match(r"\d{4}\.\d{4,5}", fields.get("eprint", "")):
        found = find_identifiers(f"arXiv:{fields.get('eprint', '')}") | found
    venue = fields.get("journaltitle") or fields.get("booktitle") or fields.get("publisher") or ""
    year = printed_year(fields.get("year", "") or fields.get("date", "")[:4])
    parts = [", ".join(authors), fields.get("title", ""), venue, fields.get("volume", ""), str(year or "")]
    text = ". ".join(part for part in parts if part)
    return Reference(
        text=text,
        title=fields.get("title", ""),
        authors=authors,
        year=year,
        venue=venue,
        volume=fields.get("volume", ""),
        pages=fields.get("pages", ""),
        identifiers=found,
    )


def _biblatex_names(tokens: list[str], at: int, render: Render) -> tuple[str, ...]:
    """The names of \\name{author}{n}{…}{{{hash=…}{family={…},given={…}}}…}, in the new and the old form."""
    after = at + 1
    kind, after = _group(tokens, after, "{", "}", len(tokens))
    if "".join(kind) != "author":
        return ()
    group: list[str] = []
    for _ in range(3):
        group, after = _group(tokens, after, "{", "}", len(tokens))
        if len(group) > 8:
            break
    people = [_person(person) for _, person in _braced(join(group))]
    return tuple(" ".join(render(list(tokenise(part))) for part in parts if part) for parts in people if any(parts))


def _person(text: str) -> tuple[str, str, str]:
    """Given name, prefix and family name as TeX, out of `{hash=…}{family={…},given={…}}` or the older `{}{F}{}{G}`."""
    parts = [content for _, content in _braced(text)]
    if parts and "family=" in parts[-1]:
        fields = {before.rpartition(",")[2].strip(" =\n"): content for before, content in _braced(parts[-1])}
        return fields.get("given", ""), fields.get("prefix", ""), fields.get("family", "")
    return (parts[3], "", parts[1]) if len(parts) > 3 else ("", "", "")


def _braced(text: str) -> Iterable[tuple[str, str]]:
    """(what stands before it, content) of each group in braces of the outermost level."""
    depth = start = before = 0
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if match[0] == "{":
            if depth == 0:
                head, start = text[before : match.start()], match.end()
            depth += 1
        elif match[0] == "}" and depth:
            depth -= 1
            if depth == 0:
                yield head, text[start : match.start()]
                before = match.end()


def _verb(tokens: list[str], at: int) -> str:
    pieces: list[str] = []
    for token in tokens[at : at + 60]:
        if token == "\\endverb":
            break
        if token != "\\verb" and token != PARAGRAPH and token[0] != VERBATIM:
            pieces.append(token)
    return "".join(pieces).strip()
