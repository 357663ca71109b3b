"""Labels for the lines of GROBID's annotated front matter, with as much of their look as its features tell.

Each paper is a TEI file, which says what is what, and a raw file of its tokens, one a line, with what was known of
their type. Tokens of both are matched in order; a line has the label of most of its tokens. The raw files know no
sizes and no places: such features are missing, and the field learns to do without them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from lxml import etree

from litdex.ingest.readers.line_features import Both
from litdex.ingest.readers.line_words import word_features

LABELS = {
    "docTitle": "title", "docAuthor": "author", "affiliation": "affiliation", "address": "affiliation",
    "email": "affiliation", "phone": "affiliation", "keyword": "keyword", "keywords": "keyword", "idno": "journal",
    "reference": "journal",
    "publisher": "journal", "meeting": "journal", "editor": "note", "date": "date", "page": "note", "ptr": "note",
}  # fmt: skip
NOTES = {"submission": "date", "doctype": "note", "copyright": "note", "funding": "note"}
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")


@dataclass
class RawLine:
    """A line of a raw file: its tokens, and its type as far as it is told."""

    tokens: list[str] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    block: str = "BLOCKIN"
    font: str = "SAMEFONT"
    size: str = "SAMEFONTSIZE"
    indent: bool = False
    raised: int = 0

    @property
    def text(self) -> str:
        text = re.sub(r"\s+([.,;:)\]])", r"\1", " ".join(self.tokens))
        text = re.sub(r"([(\[@/])\s+|\s+(?=[@/-])", r"\1", text)
        return re.sub(r"(?<=[a-z0-9])([.-])\s(?=[a-z0-9])", r"\1", text)


def read_raw(path: Path) -> list[RawLine]:
    """The lines of a raw file."""
    lines: list[RawLine] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        cells = row.split(" ")
        if len(cells) < 20:
            continue
        if cells[11] == "LINESTART" or not lines:
            lines.append(RawLine(block=cells[10], font=cells[13], size=cells[14], indent=cells[12] == "LINEINDENT"))
        line = lines[-1]
        line.tokens.append(cells[0])
        line.bold += cells[15] == "1"
        line.italic += cells[16] == "1"
        line.raised += cells[14] == "LOWERFONT" and len(line.tokens) > 1
    return [piece for line in lines for piece in _without_label(line)]


def _without_label(line: RawLine) -> list[RawLine]:
    """A line, the label "Abstract" at its end on a line of its own, as it is printed."""
    if (
        len(line.tokens) < 2
        or not re.fullmatch(r"abstract|summary|keywords", line.tokens[-1], re.I)
        or not line.tokens[-1][0].isupper()
    ):
        return [line]
    last = RawLine([line.tokens.pop()], block="BLOCKSTART", font="NEWFONT")
    return [line, last]


def look(lines: list[RawLine]) -> list[tuple[list[str], list[str]]]:
    """The features of the lines' look, named as `line_looks` names them."""
    result = []
    for place, line in enumerate(lines):
        bold = 2 * line.bold > len(line.tokens)
        italic = 2 * line.italic > len(line.tokens)
        new = line.font == "NEWFONT" or line.size != "SAMEFONTSIZE"
        size = {"HIGHERFONT": "s", "LOWERFONT": "l"}.get(line.size, "e")
        before = lines[place - 1] if place else None
        seen = ["bold"] if bold else []
        own = [
            "pg0",
            "same"
            if not new
            else f"was{size}{int(before is not None and 2 * before.bold > len(before.tokens))}{int(italic)}",
            *(["up4"] if line.block == "BLOCKSTART" and place else []),
            *(["in1"] if line.indent else []),
        ]
        result.append((own + seen, seen))
    return result


def features(lines: list[RawLine]) -> list[Both]:
    words = [word_features(line.text, line.raised) for line in lines]
    return [(w[0] + v[0], w[1] + v[1]) for w, v in zip(words, look(lines), strict=True)]


def tei_tokens(path: Path) -> list[tuple[str, str]]:
    """(token, label) of a TEI file in order."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, load_dtd=False)
    front = etree.fromstring(path.read_bytes(), parser).find(".//front")
    return list(_walk(front, "")) if front is not None else []


def _walk(node: etree._Element, label: str) -> Iterator[tuple[str, str]]:
    if not isinstance(node.tag, str):
        return
    own = label
    if node.tag == "div":
        own = {"abstract": "abstract", "introduction": "body"}.get(node.get("type", ""), label)
    elif node.tag == "note":
        own = NOTES.get(node.get("type", ""), "note")
    elif node.tag in LABELS:
        own = LABELS[node.tag]
    yield from ((token, own) for token in _TOKEN.findall(node.text or ""))
    for child in node:
        yield from _walk(child, own)
        yield from ((token, own) for token in _TOKEN.findall(child.tail or ""))


def labelled(raw: Path, tei: Path) -> tuple[list[RawLine], list[str]]:
    """The lines of a paper's front matter and their labels; nothing where the two files do not fit together."""
    lines, truth = read_raw(raw), tei_tokens(tei)
    words = [
        (token, number) for number, line in enumerate(lines) for whole in line.tokens for token in _TOKEN.findall(whole)
    ]
    matcher = SequenceMatcher(None, [token for token, _ in words], [token for token, _ in truth], autojunk=False)
    votes: list[Counter[str]] = [Counter() for _ in lines]
    matched = 0
    for block in matcher.get_matching_blocks():
        matched += block.size
        for step in range(block.size):
            votes[words[block.a + step][1]][truth[block.b + step][1]] += 1
    if matched < 0.85 * len(words) or not words:
        return [], []
    labels = [_decided(line, vote) for line, vote in zip(lines, votes, strict=True)]
    return lines, labels


def _decided(line: RawLine, votes: Counter[str]) -> str:
    text = line.text
    label = votes.most_common(1)[0][0] if votes else ""
    if re.match(r"(abstract|a b s t r a c t|summary)\W*$", text, re.I):
        return "abstract"
    if re.match(r"(key ?words?|index terms)\W*$", text, re.I):
        return "keyword"
    if not label and votes.total() and len(votes) > 1:
        label = votes.most_common(2)[1][0] if votes.most_common(2)[1][1] > 0.3 * votes.total() else ""
    if not label:
        return "h1" if re.match(r"(\d+\.?\s*|I\.?\s*)?introduction\W*$", text, re.I) else "note"
    return label


def papers(folder: Path) -> Iterator[tuple[str, list[RawLine], list[str]]]:
    """Name, lines and labels of every annotated front matter whose two files fit."""
    for tei in sorted((folder / "tei").glob("*.xml")):
        name = re.sub(r"\.tei\.xml$", "", tei.name)
        raw = folder / "raw" / name
        if not raw.exists():
            raw = folder / "raw" / name.replace(".header", ".training.header")
        if raw.exists():
            lines, labels = labelled(raw, tei)
            if lines:
                yield tei.name.split(".")[0], lines, labels
