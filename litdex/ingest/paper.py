"""The `Paper` record: what every parser produces and every later stage reads.

A paper's *text* is one string, made by `Paper.text` from its title, abstract and sections, and after all of these its
captions, tables and footnotes. Every offset in litdex (passages, mentions, highlights) counts characters of that
string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from litdex.ingest.identifiers import format_id

_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SectionKind = Literal["body", "back"]
CaptionKind = Literal["caption", "table", "table-note", "footnote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One author. A collaboration has its whole name in `family` and nothing in `given`."""

    family: str
    given: str = ""
    orcid: str = ""
    also: tuple[str, ...] = ()  # the same name in other scripts or spellings: "Yamada, Hanako"

    @property
    def name(self) -> str:
        """The name as it is read: given name first, but in the scripts of East Asia."""
        return f"{self.family}{self.given}" if _EAST_ASIAN.match(self.family) else f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A headed piece of full text, in reading order; nesting is told by `level` (1 is outermost).

    `text` holds only what stands directly under this heading, paragraphs parted by a blank line, formulas as TeX
    where the source gives it. Captions, tables, references, footnotes and running heads are not in it.
    """

    title: str
    text: str
    level: int = 1
    kind: SectionKind = "body"  # "back": acknowledgements, funding, contributions: kept, never embedded


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stands apart from the running text: the caption of a figure or a table, a table's cells, a note.

    Each is searched as passages of its own kind. The cells of a table stand a row in a line, parted by " | ".
    """

    label: str  # as printed: "Figure 3", "Table 1"; "" of a footnote
    text: str
    kind: CaptionKind = "caption"

    @property
    def name(self) -> str:
        """What the passages of it show as their section."""
        return self.label or self.kind.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of the bibliography. `text` is the entry as printed, where the source has it so."""

    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    volume: str = ""
    pages: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)

    def as_printed(self) -> str:
        """The entry for reading: as it was printed, else put together from what is known."""
        authors = ", ".join(self.authors[:3]) + (" et al." if len(self.authors) > 3 else "")
        told = (authors, self.title, self.venue, str(self.year or ""))
        text = self.text or ". ".join(part for part in told if part)
        return text or ", ".join(format_id(scheme, value) for scheme, value in self.identifiers.items())


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One paper as one source tells it, or as several sources tell it together (see `litdex.ingest.merge`).

    `identifiers` maps a scheme in lower case to a normalised value: "arxiv" (without version), "doi" (lower case),
    "pmid", "pmcid", or any other scheme that a source uses ("bibcode", "isbn", "beir"). `claims` holds identifiers that
    are only printed somewhere in the text and so may be another paper's; identity believes them on agreement only.
    """

    identifiers: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    version: int = 0  # arXiv version, 0 where unknown
    kind: str = ""  # "article", "inproceedings", "phdthesis", …: a name of `litdex.ingest.kinds`, "" where unknown
    title: str = ""
    abstract: str = ""
    authors: tuple[Author, ...] = ()  # the editors, where there are no others
    editors: tuple[Author, ...] = ()  # of a chapter's or paper's book too
    date: str = ""  # ISO 8601, as precise as the source is: "2008", "2008-09" or "2008-09-19"
    categories: tuple[str, ...] = ()  # arXiv categories, the primary one first
    keywords: tuple[str, ...] = ()  # author keywords, MeSH headings
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    language: str = ""  # ISO 639-1 or 639-2, as given
    license: str = ""
    retracted: bool = False
    sections: tuple[Section, ...] = ()
    captions: tuple[Caption, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of `date`."""
        match = re.match(r"\d{4}", self.date)
        return int(match[0]) if match else None

    @property
    def field(self) -> str:
        """The primary category with its sub-categories merged, as the PhysBERT evaluation merges them."""
        return field_of(self.categories[0]) if self.categories else ""

    @cached_property
    def text(self) -> str:
        """Title, abstract, sections and captions as one string: the one that every offset in litdex refers to."""
        return "".join(piece for piece, _, _ in self.pieces())

    @property
    def running_text(self) -> str:
        """`text` without the captions, tables and footnotes at its end."""
        return "".join(piece for piece, _, _ in _joined(self._running()))

    def pieces(self) -> list[tuple[str, str, str]]:
        """The consecutive pieces of `text`: (characters, role, name of the section).

        Roles are "title", "heading", "prose" (what passages are cut from), "back" (kept, never embedded), the kinds of
        captions (cut into passages of their own kinds; their section is their label) and "gap".
        """
        captions = (_headed(caption.label, caption.text, caption.kind, caption.name) for caption in self.captions)
        return _joined([*self._running(), *(block for block in captions if block)])

    def _running(self) -> list[list[tuple[str, str, str]]]:
        """The blocks of the running text, each in pieces."""
        blocks: list[list[tuple[str, str, str]]] = []
        if self.title:
            blocks.append([(self.title, "title", "Title")])
        if self.abstract:
            blocks.append([(self.abstract, "prose", "Abstract")])
        for section in self.sections:
            role = "prose" if section.kind == "body" else "back"
            blocks.append(_headed(section.title, section.text, role, section.title))
        return [block for block in blocks if block]


def _headed(heading: str, text: str, role: str, name: str) -> list[tuple[str, str, str]]:
    """A heading and what stands under it, as pieces; either may be missing."""
    block = [(heading, "heading", name)] if heading else []
    if heading and text:
        block.append(("\n", "gap", name))
    return [*block, (text, role, name)] if text else block


def _joined(blocks: Iterable[list[tuple[str, str, str]]]) -> list[tuple[str, str, str]]:
    """Blocks one after another, an empty line between them."""
    joined: list[tuple[str, str, str]] = []
    for block in blocks:
        if joined:
            joined.append(("\n\n", "gap", ""))
        joined.extend(block)
    return joined


def field_of(category: str) -> str:
    """An arXiv category with astro-ph.*, cond-mat.*, hep-*, nucl-* and nlin.* merged; others as they are.

    Source: the clustering task of PhysBERT (Hellert et al., 2024), and `shared/data/README.md`.
    """
    head = category.split(".")[0]
    if head in {"astro-ph", "cond-mat", "nlin"}:
        return head
    for stem in ("hep", "nucl"):
        if head.startswith(stem + "-"):
            return stem
    return category
