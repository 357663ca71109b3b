"""Makes PDFs of journal articles for tests and benchmarks: typeset pages whose text is known.

The pages have what trips a reader of PDFs: full-width front matter over two columns, justified and hyphenated text,
running heads, page numbers, floating figures with labels inside, captions, a footnote, references in small type; and
the lines can be written to the file in another order than they are read.
"""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, field
from typing import Literal

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.pdf_article import Article

Order = Literal["reading", "shuffled", "interleaved"]

WIDTH, HEIGHT, MARGIN, GUTTER = 612.0, 792.0, 54.0, 18.0
TOP, BOTTOM = HEIGHT - 72, 66.0
SERIF, BOLD, ITALIC, SANS = "Times-Roman", "Times-Bold", "Times-Italic", "Helvetica"


@dataclass
class Style:
    """How the pages look. `numbered` puts numbers before headings, `order` says how lines follow in the file."""

    columns: int = 2
    order: Order = "reading"
    size: float = 10.0
    numbered: bool = False
    stamp: str = ""
    line_numbers: bool = False
    running_head: str = "Journal of Made-Up Results 12 (2009) 101"
    info_title: str = ""


@dataclass
class _Line:
    """One line of type; `fill` is the width that it is stretched to."""

    x: float
    y: float
    text: str
    font: str = SERIF
    size: float = 10.0
    fill: float = 0.0
    rotate: bool = False


@dataclass
class _Press:
    """Sets an article into pages of lines, then writes the lines in the order asked for."""

    style: Style
    pages: list[list[_Line]] = field(default_factory=list)
    boxes: list[tuple[int, float, float, float, float]] = field(default_factory=list)
    column: int = 0
    y: float = 0.0
    tops: float = TOP
    floats: list[tuple[str, str]] = field(default_factory=list)
    floors: dict[tuple[int, int], float] = field(default_factory=dict)

    @property
    def width(self) -> float:
        n = self.style.columns
        return (WIDTH - 2 * MARGIN - (n - 1) * GUTTER) / n

    @property
    def left(self) -> float:
        return MARGIN + self.column * (self.width + GUTTER)

    @property
    def floor(self) -> float:
        return self.floors.get((len(self.pages) - 1, self.column), BOTTOM)

    def new_page(self) -> None:
        self.pages.append([])
        self.column, self.tops, self.y = 0, TOP, TOP
        number = len(self.pages)
        head = self.style.running_head
        self.put(MARGIN, HEIGHT - 46, f"{head}{number - 1 if number > 1 else ''}", SERIF, 8)
        self.put(WIDTH / 2 - 3, 36, str(100 + number), SERIF, 9)

    def put(self, x: float, y: float, text: str, font: str = SERIF, size: float = 10, fill: float = 0) -> None:
        self.pages[-1].append(_Line(x, y, text, font, size, fill))

    def next_column(self) -> None:
        self.column += 1
        if self.column >= self.style.columns:
            self.new_page()
        self.y = self.tops
        if self.floats:
            self.figure(*self.floats.pop(0))

    def room(self, height: float) -> None:
        if self.y - height < self.floor:
            self.next_column()

    def figure(self, label: str, caption: str) -> None:
        """A box with axis labels in it, and the caption under it in small type, all in one column."""
        room = 116 + 10 * (len(_broken(f"{label}. {caption}", SERIF, 8.5, self.width, 0, 0)) + 1)
        if self.y - room < self.floor and self.y < self.tops:
            self.floats.insert(0, (label, caption))
            self.next_column()
            return
        self.y -= 100
        self.boxes.append((len(self.pages) - 1, self.left + 20, self.y, self.width - 40, 96))
        for step in range(5):
            self.put(self.left + 30 + step * 30, self.y + 8, f"{step * 0.5:.1f}", SANS, 6)
        self.put(self.left + 60, self.y + 40, "control group", SANS, 7)
        self.y -= 4
        self.text(f"{label}. {caption}", size=8.5, leading=10)
        self.y -= 12

    def text(
        self,
        text: str,
        size: float = 0,
        font: str = SERIF,
        indent: float = 0,
        hang: float = 0,
        leading: float = 0,
        inset: float = 0,
        full: bool = False,
    ) -> None:
        """A justified paragraph, broken over columns and pages."""
        size = size or self.style.size
        leading = leading or size * 1.17
        wide = (WIDTH - 2 * MARGIN if full else self.width) - 2 * inset
        for number, (line, last) in enumerate(_broken(text, font, size, wide, indent, hang)):
            self.room(leading)
            self.y -= leading
            shift = indent if number == 0 else hang
            base = (MARGIN if full else self.left) + inset
            self.put(base + shift, self.y, line, font, size, 0 if last else wide - shift)

    def centred(self, text: str, font: str, size: float) -> None:
        """Full-width centred lines, not hyphenated."""
        line = ""
        for word in [*text.split(), ""]:
            if not word or stringWidth(f"{line} {word}", font, size) > WIDTH - 2 * MARGIN - 60:
                self.y -= size * 1.2
                self.put((WIDTH - stringWidth(line, font, size)) / 2, self.y, line, font, size)
                line = word
            else:
                line = f"{line} {word}".strip()

    def authors(self, names: list[str]) -> None:
        """Names with raised marks, over as many centred lines as they need."""
        for start in range(0, len(names), 4):
            self.y -= 16
            row = names[start : start + 4]
            x = (WIDTH - sum(stringWidth(name, SERIF, 11) + 14 for name in row)) / 2
            for place, name in enumerate(row, start + 1):
                self.put(x, self.y, name, SERIF, 11)
                x += stringWidth(name, SERIF, 11)
                self.put(x, self.y + 4, "1,2" if place % 2 else "2", SERIF, 7)
                x += 10
                if place < len(names):
                    self.put(x, self.y, ",", SERIF, 11)
                x += 6

    def front(self, article: Article) -> None:
        self.new_page()
        self.y -= 10
        self.centred(article.title, BOLD, 17)
        self.authors(article.authors)
        self.y -= 4
        for affiliation in ("1 Department of Made-Up Results, University of Nowhere", "2 Institute of Typesetting"):
            self.y -= 11
            self.put((WIDTH - stringWidth(affiliation, ITALIC, 9)) / 2, self.y, affiliation, ITALIC, 9)
        self.y -= 16
        if article.abstract:
            self.y -= 10
            self.put((WIDTH - stringWidth("Abstract", BOLD, 9)) / 2, self.y, "Abstract", BOLD, 9)
            self.text(article.abstract, size=9, inset=30, full=True)
            self.y -= 18
        self.tops = self.y
        if article.footnote:
            self.floors[(0, 0)] = BOTTOM + 26
            self.put(MARGIN, BOTTOM + 10, "* " + article.footnote[:60], SERIF, 7.5)
            self.put(MARGIN, BOTTOM + 1, article.footnote[60:], SERIF, 7.5)

    def heading(self, level: int, title: str) -> None:
        self.room(4 * self.style.size)
        self.y -= 8
        size = self.style.size + (2 if level == 1 else 0)
        self.text(title, size=size, font=BOLD if level < 3 else ITALIC)
        self.y -= 3

    def article(self, article: Article) -> None:
        self.front(article)
        captions, counters = list(article.captions), [0, 0, 0, 0, 0, 0]
        for level, title, paragraphs in article.sections:
            if title:
                counters[level:] = [counters[level] + 1] + [0] * (len(counters) - level - 1)
                number = ".".join(str(n) for n in counters[1 : level + 1])
                self.heading(level, f"{number} {title}" if self.style.numbered else title)
            for place, paragraph in enumerate(paragraphs):
                self.text(paragraph, indent=10 if place else 0)
                if captions and not self.floats:
                    self.floats.append(captions.pop(0))
        while self.floats:
            self.next_column()
        for caption in captions:
            self.room(200)
            self.figure(*caption)
        if article.thanks:
            self.heading(1, "Acknowledgments")
            self.text(article.thanks)
        if article.references:
            self.heading(1, "References")
        for place, reference in enumerate(article.references, 1):
            self.text(f"{place}. {reference}", size=8, hang=12)

    def printed(self, info_title: str = "") -> bytes:
        """The PDF file."""
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
        if info_title:
            canvas.setTitle(info_title)
        chance = random.Random(7)
        for number, lines in enumerate(self.pages):
            if self.style.order == "shuffled":
                chance.shuffle(lines)
            elif self.style.order == "interleaved":
                lines.sort(key=lambda line: (-line.y, line.x))
            for page, *box in self.boxes:
                if page == number:
                    canvas.rect(*box)
            for line in lines:
                _draw(canvas, line)
            canvas.showPage()
        canvas.save()
        return out.getvalue()


def _draw(canvas: Canvas, line: _Line) -> None:
    text = canvas.beginText(line.x, line.y)
    if line.rotate:
        text.setTextTransform(0, 1, -1, 0, line.x, line.y)
    text.setFont(line.font, line.size)
    gaps = line.text.count(" ")
    if line.fill and gaps:
        text.setWordSpace((line.fill - stringWidth(line.text, line.font, line.size)) / gaps)
    text.textOut(line.text)
    canvas.drawText(text)


def _broken(text: str, font: str, size: float, wide: float, indent: float, hang: float) -> list[tuple[str, bool]]:
    """Lines of a paragraph, each with whether it is the last. Long words are hyphenated where they do not fit."""
    lines: list[tuple[str, bool]] = []
    line = ""
    for word in text.split():
        room = wide - (hang if lines else indent)
        longer = f"{line} {word}".strip()
        if stringWidth(longer, font, size) <= room:
            line = longer
            continue
        start, rest = _hyphenated(line, word, font, size, room)
        lines.append((start, False))
        line = rest
    return [*lines, (line, True)]


def _hyphenated(line: str, word: str, font: str, size: float, room: float) -> tuple[str, str]:
    if re.fullmatch(r"[A-Za-z]{7,}[.,;]?", word):
        for cut in range(len(word) - 3, 2, -1):
            start = f"{line} {word[:cut]}-".strip()
            if word[cut - 1] not in "aeiou" and stringWidth(start, font, size) <= room:
                return start, word[cut:]
    hyphen = word.find("-", 3)
    if 0 < hyphen < len(word) - 1:
        start = f"{line} {word[: hyphen + 1]}".strip()
        if stringWidth(start, font, size) <= room:
            return start, word[hyphen + 1 :]
    return (line, word) if line else (word, "")


def make_pdf(article: Article, style: Style | None = None) -> bytes:
    """The article as a PDF file."""
    style = style or Style()
    press = _Press(style)
    press.article(article)
    if style.stamp:
        press.pages[0].append(_Line(24, 230, style.stamp, SERIF, 18, rotate=True))
    if style.line_numbers:
        for page in press.pages:
            page.extend(_Line(30, TOP - 12 * n, str(n), SERIF, 6) for n in range(1, 53))
    return press.printed(style.info_title)
