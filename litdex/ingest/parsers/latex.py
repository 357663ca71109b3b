r"""LaTeX source to a `Paper`: a document with the files that it reads in (\input, .bbl, .bib, styles of its own)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.paper import Paper, Reference, Section
from litdex.ingest.parsers.latex_draft import Draft
from litdex.ingest.parsers.latex_reader import Reader
from litdex.ingest.parsers.latex_source import Project


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The one paper of a LaTeX document. Raises `UnreadableFile` where it holds no text, or more than `MAX_SOURCE`."""
    project = Project(blob)
    reader = Reader(project)
    reader.read()
    paper = _paper(reader)
    if not re.search(r"[^\W\d_]", paper.text):
        raise UnreadableFile(f"{blob.name}: no text in this LaTeX source; name the main file of the project instead")
    yield paper


def _paper(reader: Reader) -> Paper:
    draft, front = reader.draft, reader.front
    sections = draft.finished_sections()
    abstract = draft.finish("".join(draft.abstract))
    title = draft.finish(": ".join(front.titles[:2]) if len(front.titles) == 2 else "".join(front.titles[:1]))
    if not abstract:
        abstract, sections = _printed_abstract(sections)
    if not title:
        title, sections = _printed_title(sections)
    return Paper(
        claims=front.claims,
        title=" ".join(title.split()),
        abstract=re.sub(r"^abstract\s*[.:—–-]\s*", "", abstract, flags=re.IGNORECASE),
        authors=tuple(front.authors),
        date=front.date,
        keywords=tuple(front.keywords),
        sections=sections,
        captions=tuple(replace(item, text=draft.finish(item.text)) for item in draft.captions),
        references=tuple(_references(reader, draft)),
    )


def _printed_abstract(sections: tuple[Section, ...]) -> tuple[str, tuple[Section, ...]]:
    r"""The abstract of a paper that has no environment for it: a section or a centred line says "Abstract"."""
    for at, section in enumerate(sections[:3]):
        if section.title.lower().strip(" .:") == "abstract":
            return section.text, sections[:at] + sections[at + 1 :]
    if not sections or sections[0].title:
        return "", sections
    lead, paragraphs = sections[0], sections[0].text.split("\n\n")
    for at, paragraph in enumerate(paragraphs[:12]):
        match = re.match(r"(?i)abstract\b\s*[.:—–-]*\s*", paragraph)
        rest = paragraph[match.end() :] if match else ""
        if match and (rest or at + 1 < len(paragraphs)):
            abstract = rest or paragraphs[at + 1]
            kept = paragraphs[:at] + paragraphs[at + 1 + (not rest) :]
            return abstract, _with_lead(lead, "\n\n".join(kept), sections)
    return "", sections


def _printed_title(sections: tuple[Section, ...]) -> tuple[str, tuple[Section, ...]]:
    r"""The title of a paper without \title: its first paragraph, where that is short."""
    if not sections or sections[0].title:
        return "", sections
    first, _, rest = sections[0].text.partition("\n\n")
    if not 1 <= len(first.split()) <= 25 or first.endswith((".", ":")) or not (rest or sections[1:]):
        return "", sections
    return first, _with_lead(sections[0], rest, sections)


def _with_lead(lead: Section, text: str, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    changed = (Section(title="", text=text, level=lead.level, kind=lead.kind),) if text else ()
    return changed + sections[1:]


def _references(reader: Reader, draft: Draft) -> list[Reference]:
    return [replace(found, text=draft.finish(found.text)) for found in draft.references]
