"""Markdown, with YAML front matter where there is some, and Nougat's .mmd, to a `Paper`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers, normalise
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section
from litdex.ingest.parsers.front_matter import split_front_matter
from litdex.ingest.parsers.headings import ABSTRACT, BACK, KNOWN, NUMBER, REFERENCES, bare, kind_of, unnumbered
from litdex.ingest.parsers.markdown_blocks import Block, blocks
from litdex.ingest.parsers.markdown_inline import inline
from litdex.ingest.parsers.printed_names import names_line
from litdex.ingest.parsers.printed_references import printed_reference, split_entries


@dataclass(slots=True)
class Part:
    """A heading with the blocks below it."""

    title: str = ""
    level: int = 0
    blocks: list[Block] = field(default_factory=list)

    def text(self) -> str:
        """Its paragraphs, parted by a blank line."""
        paragraphs = (block.text if block.kind == "code" else inline(block.text) for block in self.blocks)
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
    """The headings with the blocks below them; and captions, tables and footnotes, which stand apart."""
    found = list(blocks(text))
    parts, captions = [Part()], list[Caption]()
    for block in found if any(block.kind == "heading" for block in found) else _headed(found):
        if block.kind == "heading":
            parts.append(Part(inline(block.text), block.level))
        elif block.kind == "caption":
            _add_caption(captions, Caption(label=block.label, text=inline(block.text)))
        elif block.kind == "table":
            rows = "\n".join(inline(row) for row in block.text.split("\n"))
            above = captions[-1] if captions and captions[-1].kind == "caption" else None
            label = above.label if above and above.label.startswith("Table") else ""
            captions.append(Caption(label=label, text=rows, kind="table"))
        elif block.kind == "note" or (len(parts) > 2 and _RAISED.match(block.text)):
            captions.append(Caption(label="", text=inline(_RAISED.sub("", block.text)), kind="footnote"))
        else:
            parts[-1].blocks.append(block)
    return parts, tuple(caption for caption in captions if caption.text)


_RAISED = re.compile(
    r"(?:<span[^<>]{0,100}></span>)?\s*"
    r"(?:<sup>[\d*†‡]{1,2}</sup>|\$\^\{?\d{1,2}\}?\$|\\\(\^\{?\d{1,2}\}?\\\))\s*(?=[A-Z\[h(])"
)
"""The mark of a footnote that is printed as a paragraph of its own, as marker and olmOCR print it."""


def _add_caption(captions: list[Caption], caption: Caption) -> None:
    """Add a caption; the table above it that has no name yet goes by its label."""
    if caption.label.startswith("Table") and captions and captions[-1].kind == "table" and not captions[-1].label:
        captions[-1] = replace(captions[-1], label=caption.label)
    captions.append(caption)


def _headed(found: Iterable[Block]) -> Iterator[Block]:
    """The blocks of a text without headings (olmOCR's): the first line is the title, known or numbered lines head."""
    for at, block in enumerate(found):
        line = block.text.strip()
        number = NUMBER.match(line)
        known = any(kind.match(bare(line)) for kind in (ABSTRACT, REFERENCES, KNOWN, BACK))
        short = "\n" not in line and len(line) < MAX_HEADING and not line.endswith((".", ",", ":"))
        if at == 0 and block.kind == "text" and len(line) < MAX_TITLE and not line.endswith("."):
            yield Block("heading", line, level=1)
        elif block.kind == "text" and short and (known or (number and len(line.split()) < 12)):
            yield Block("heading", line, level=2 + (number[0].strip(" .").count(".") if number else 0))
        else:
            yield block


MAX_HEADING, MAX_TITLE = 100, 300  # characters


def _take_title(parts: list[Part]) -> str:
    """The first heading is the title, if none stands above it (docling has all on the second level); what stands below
    it stays, under no heading."""
    headed = [part for part in parts if part.title]
    if not headed or headed[0].level > min(part.level for part in headed):
        return ""
    first, name = headed[0], bare(headed[0].title)
    lower = first.level > 1 and (len(headed) == 1 or KNOWN.match(name) or NUMBER.match(first.title))
    if lower or ABSTRACT.match(name) or REFERENCES.match(name):
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
    entries = [entry for block in found.blocks for entry in split_entries(block.source)]
    return tuple(printed_reference(_NUMBERED.sub("", inline(entry), count=1)) for entry in entries)


_NUMBERED = re.compile(r"^(?:\[\w{1,4}\]|\(\d{1,3}\)|\d{1,3}\.)\s+(?=\S)")
"""The number that stands in front of a printed reference."""


def _sections(parts: list[Part]) -> tuple[Section, ...]:
    kept = [(part, text) for part in parts if (text := part.text()) or part.title]
    top = min((part.level for part, _ in kept if part.title), default=1)
    return tuple(
        Section(title=unnumbered(part.title), text=text, level=max(part.level - top, 0) + 1, kind=kind_of(part.title))
        for part, text in kept
    )
