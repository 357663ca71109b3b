"""Markdown, with YAML front matter where there is some, and Nougat's .mmd, to a `Paper`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers, normalise
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section
from litdex.ingest.parsers.front_matter import split_front_matter
from litdex.ingest.parsers.headings import ABSTRACT, REFERENCES, bare, kind_of, unnumbered
from litdex.ingest.parsers.markdown_blocks import Block, blocks
from litdex.ingest.parsers.markdown_inline import inline
from litdex.ingest.parsers.printed_names import names_line
from litdex.ingest.parsers.printed_references import printed_reference, split_entries


def _table(text: str) -> str:
    """A table's rows, a line each."""
    return "\n".join(inline(row) for row in text.split("\n"))


_WRITERS: dict[str, Callable[[str], str]] = {"code": str, "table": _table}
"""How a block becomes text, where it is not as a paragraph does."""


@dataclass(slots=True)
class Part:
    """A heading with the blocks below it."""

    title: str = ""
    level: int = 0
    blocks: list[Block] = field(default_factory=list)

    def text(self) -> str:
        """Its paragraphs, parted by a blank line."""
        paragraphs = (_WRITERS.get(block.kind, inline)(block.text) for block in self.blocks)
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The one paper of a Markdown file. Raises `UnreadableFile` where it has no text."""
    fields, text = split_front_matter(decode(blob.read(), blob.name))
    parts, captions = _parts(text)
    title = inline(_first(fields, "title")) or _take_title(parts)
    authors = _front_authors(fields) or _take_authors(parts)
    abstract = inline(" ".join(fields.get("abstract", []))) or _take_abstract(parts)
    references = _take_references(parts)
    paper = Paper(
        claims=_claims(fields, text),
        title=title,
        abstract=abstract,
        authors=authors,
        date=find_date(_first(fields, "date", "year", "published")),
        keywords=tuple(fields.get("keywords") or fields.get("tags") or ()),
        sections=_sections(parts),
        captions=captions,
        references=references,
    )
    if not re.search(r"[^\W\d_]", paper.text):
        raise UnreadableFile(f"{blob.name}: no text in this Markdown file")
    yield paper


def _first(fields: dict[str, list[str]], *keys: str) -> str:
    return next((fields[key][0] for key in keys if fields.get(key)), "")


def _claims(fields: dict[str, list[str]], text: str) -> dict[str, str]:
    head = find_identifiers(re.split(r"\n#{1,6} .*(?:Introduction|INTRODUCTION)", text[:4000])[0])
    given = {scheme: normalise(scheme, _first(fields, scheme)) for scheme in ("doi", "arxiv", "pmid")}
    return head | {scheme: value for scheme, value in given.items() if value}


def _parts(text: str) -> tuple[list[Part], tuple[Caption, ...]]:
    parts, captions = [Part()], []
    for block in blocks(text):
        if block.kind == "heading":
            parts.append(Part(inline(block.text), block.level))
        elif block.kind == "caption":
            captions.append(Caption(label=block.label, text=inline(block.text)))
        else:
            parts[-1].blocks.append(block)
    return parts, tuple(caption for caption in captions if caption.text)


def _take_title(parts: list[Part]) -> str:
    """The first heading of the first level is the title; what stands below it stays, under no heading."""
    first = next((part for part in parts if part.title), None)
    if first is None or first.level > 1 or ABSTRACT.match(first.title):
        return ""
    title, first.title, first.level = first.title, "", 0
    return title


def _front_authors(fields: dict[str, list[str]]) -> tuple[Author, ...]:
    values = fields.get("authors") or fields.get("author") or []
    names = [name for value in values for name in (split_names(value) if len(values) == 1 else [value])]
    return tuple(author for author in map(parse_name, names) if author.family)


def _take_authors(parts: list[Part]) -> tuple[Author, ...]:
    """Names printed between the title and the first heading. Before an abstract, affiliations go with them."""
    lead = next((part for part in parts if part.blocks), None)
    if lead is None or lead.title:
        return ()
    following = next((part.title for part in parts[parts.index(lead) + 1 :] if part.title), "")
    authors: list[Author] = []
    abstract_follows = bool(ABSTRACT.match(bare(following)))
    for block in lead.blocks[:8]:
        names = names_line(block.text)
        if not names and not (abstract_follows and authors):
            break
        authors += [author for author in names if author not in authors]
        lead.blocks.remove(block)
    if abstract_follows and authors:
        lead.blocks.clear()  # affiliations, addresses, dates
    return tuple(authors)


def _take_abstract(parts: list[Part]) -> str:
    for part in parts:
        if ABSTRACT.match(bare(part.title)):
            parts.remove(part)
            return part.text()
        for block in part.blocks[:3] if not part.title else ():
            match = re.match(r"[*_]*abstract[*_]*\s*[.:—–-]+[*_]*\s*(?=\S)", block.text, re.IGNORECASE)
            if match:
                part.blocks.remove(block)
                return inline(block.text[match.end() :])
    return ""


def _take_references(parts: list[Part]) -> tuple[Reference, ...]:
    found = next((part for part in parts if REFERENCES.match(bare(part.title))), None)
    if found is None:
        return ()
    parts.remove(found)
    entries = [entry for block in found.blocks if block.kind != "table" for entry in split_entries(block.source)]
    return tuple(printed_reference(inline(entry)) for entry in entries)


def _sections(parts: list[Part]) -> tuple[Section, ...]:
    kept = [(part, text) for part in parts if (text := part.text()) or part.title]
    top = min((part.level for part, _ in kept if part.title), default=1)
    return tuple(
        Section(title=unnumbered(part.title), text=text, level=max(part.level - top, 0) + 1, kind=kind_of(part.title))
        for part, text in kept
    )
