"""From the lines of a PDF to a `Paper`: front matter, sections, captions, references, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from litdex.ingest.paper import Caption, Paper, Section, SectionKind
from litdex.ingest.parsers.pdf_blocks import (
    BACK,
    REFERENCES,
    SMALL,
    Block,
    Measures,
    bare_title,
    blocks_of,
    caption_label,
    heading_level,
    is_footnote,
    is_heading,
    is_prose,
    is_scrap,
    measure,
)
from litdex.ingest.parsers.pdf_front import read_front
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_references import references_of, unheaded
from litdex.ingest.parsers.pdf_text import Vocabulary, joined, mended, paragraphs, vocabulary


@dataclass(slots=True)
class _Draft:
    """A section whose lines are still being gathered."""

    title: str
    level: int = 1
    kind: SectionKind = "body"
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Goes through the blocks after the front matter and puts each where it belongs."""

    blocks: Sequence[Block]
    usual: Measures
    words: Vocabulary
    drafts: list[_Draft] = field(default_factory=lambda: [_Draft("")])
    captions: list[Caption] = field(default_factory=list)
    references: list[Line] = field(default_factory=list)
    in_references: bool = False
    in_table: bool = False

    def read(self, start: int) -> None:
        headed = any(REFERENCES.fullmatch(bare_title(b.text)[1]) and is_heading(b, self.usual) for b in self.blocks)
        bibliography = -1 if headed else unheaded(self.blocks)
        place = start
        while place < len(self.blocks):
            self.in_references = self.in_references or place == bibliography
            place = self.step(place)

    def step(self, place: int) -> int:
        """Put one block away, or several that belong together; the place after them."""
        block, usual = self.blocks[place], self.usual
        if caption_label(block, usual):
            return self.caption(place)
        if is_heading(block, usual) and self.may_head(block):
            self.heading(block)
        elif self.in_references:
            if not (is_scrap(block, usual) and block.fill < 0.3):
                self.references += block.lines
        elif is_footnote(place, self.blocks, usual) or is_scrap(block, usual) or self.is_cell(block):
            pass
        else:
            self.in_table = False
            self.drafts[-1].lines += block.lines
        return place + 1

    def may_head(self, block: Block) -> bool:
        """Among references, only what is known to follow them, or is larger than they are, is a heading."""
        if self.in_table and not (block.first.bold or block.first.size >= self.usual.size):
            return False
        if not self.in_references:
            return True
        title = bare_title(block.text)[1]
        known = BACK.fullmatch(title) or title.lower().startswith(("appendix", "figure legends", "supplement"))
        return bool(known) or (block.first.size >= SMALL * self.usual.size and block.first.bold and block.gap != 0)

    def is_cell(self, block: Block) -> bool:
        """Whether a block after a table's caption still belongs to the table."""
        return self.in_table and not is_prose(block)

    def heading(self, block: Block) -> None:
        number, title = bare_title(joined([line.text for line in block.lines], self.words))
        self.in_table = False
        self.in_references = bool(REFERENCES.fullmatch(title))
        if self.in_references:
            return
        title = f"{number} {title}" if number.lower().startswith("appendix") else title
        kind: SectionKind = "back" if BACK.fullmatch(title) else "body"
        level = heading_level(block, self.usual)
        if kind == "body" and self.drafts[-1].kind == "back" and level > self.drafts[-1].level:
            kind = "back"
        self.drafts.append(_Draft(title.strip(" :.") if kind == "back" else title.strip(" :"), level, kind))

    def caption(self, place: int) -> int:
        """The caption that begins at a place: its block, and blocks below in the same or regular type."""
        block = self.blocks[place]
        match = caption_label(block, self.usual)
        assert match is not None
        lines = list(block.lines)
        alone = match.end() == len(block.first.text) and len(lines) == 1
        place += 1
        while place < len(self.blocks) and self.continues(self.blocks[place], lines, alone):
            lines += self.blocks[place].lines
            alone = False
            place += 1
        label = mended(match["label"])
        if label.lower().startswith("tab"):  # cells may follow without space
            cells = next(
                (
                    n
                    for n, line in enumerate(lines)
                    if n and line.gap > 1.0 and line.x1 - line.x0 < 0.8 * (line.right - line.left)
                ),
                len(lines),
            )
            lines = lines[:cells]
        text = joined([lines[0].text[match.end() :], *(line.text for line in lines[1:])], self.words)
        self.captions.append(Caption(label=label, text=text))
        self.in_table = label.lower().startswith("tab")
        return place

    def continues(self, block: Block, lines: list[Line], alone: bool) -> bool:
        last = lines[-1]
        if block.first.column != last.column or caption_label(block, self.usual):
            return False
        if alone:
            return block.gap < 1.8
        same = abs(block.first.size - last.size) < 0.05 * last.size
        # A title in bold is followed by text in regular type; a sentence that was not finished runs on.
        return same and block.gap < 1.3 and (lines[0].bold or not last.text.rstrip().endswith("."))


def structured(lines: Sequence[Line], info_title: str) -> Paper:
    """The paper that the lines of a document make, without claims and date of a stamp."""
    usual, words = measure(lines), vocabulary(lines)
    blocks = blocks_of(lines, usual)
    front = read_front(blocks, usual, words, info_title)
    reader = _Reader(blocks, usual, words)
    for place in front.captions:
        reader.caption(place)
    reader.in_table = False
    reader.read(front.end)
    return Paper(
        title=front.title,
        abstract=front.abstract,
        authors=front.authors,
        keywords=front.keywords,
        date=front.date,
        sections=tuple(_sections(reader)),
        captions=tuple(reader.captions),
        references=references_of(reader.references, words),
    )


def _sections(reader: _Reader) -> list[Section]:
    result = []
    for draft in reader.drafts:
        text = "\n\n".join(paragraphs(draft.lines, reader.words, reader.usual.leading))
        if draft.title or text:
            result.append(Section(title=draft.title, text=text, level=draft.level, kind=draft.kind))
    return result
