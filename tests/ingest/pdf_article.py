"""What a PDF for a test is made from: an article read from JATS, and how much of it was found again."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree

Node = etree._Element


@dataclass
class Article:
    """What is typeset: the truth that the parser's output is held against."""

    title: str
    authors: list[str]
    abstract: str
    sections: list[tuple[int, str, list[str]]]  # level, heading, paragraphs
    captions: list[tuple[str, str]]  # label, text
    references: list[str]
    thanks: str = ""
    footnote: str = "Present address: Institute of Imaginary Footnotes, Nowhere."

    @property
    def words(self) -> list[str]:
        """The words of abstract and body, in reading order."""
        paragraphs = [self.abstract] + [text for _, _, texts in self.sections for text in texts]
        return words_of(" ".join(paragraphs))


def words_of(text: str) -> list[str]:
    """Lower-case runs of letters and digits."""
    return re.findall(r"\w+", text.lower())


def recovered(truth: list[str], found: list[str], n: int = 5) -> float:
    """The share of the truth's word n-grams, counted with repetition, that the found words have too."""
    want, have = (Counter(zip(*(words[i:] for i in range(n)), strict=False)) for words in (truth, found))
    return (want & have).total() / max(1, want.total())


def _plain(node: Node | None) -> str:
    """The text of an element, spaces normalised, limited to what the standard PDF fonts can show."""
    text = " ".join("".join(str(piece) for piece in node.itertext()).split()) if node is not None else ""
    text = text.replace("−", "-").replace("\u2009", " ").replace("\u2010", "-").replace("\u00ad", "")
    return " ".join(text.encode("cp1252", "ignore").decode("cp1252").split())


def read_jats(path: Path) -> Article:
    """The parts of a JATS article that are typeset. Cross-references stay as printed."""
    root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, load_dtd=False)).getroot()
    for node in _found(root, "//table-wrap|//disp-formula|//supplementary-material"):
        _remove(node)
    captions = [(_plain(fig.find("label")).rstrip("."), _plain(fig.find("caption"))) for fig in root.iter("fig")]
    for fig in _found(root, "//fig"):
        _remove(fig)
    names = _found(root, "//article-meta//contrib[@contrib-type='author']/name")
    return Article(
        title=_plain(root.find(".//article-meta//article-title")),
        authors=[f"{_plain(name.find('given-names'))} {_plain(name.find('surname'))}" for name in names],
        abstract=_plain(next(iter(_found(root, "//article-meta/abstract[not(@abstract-type)]")), None)),
        sections=_sections(root.find(".//body"), 0),
        captions=[(label, text) for label, text in captions if label],
        references=[_plain(ref) for ref in root.iter("ref")],
        thanks=_plain(root.find(".//back/ack/p")),
    )


def _found(root: Node, path: str) -> list[Node]:
    return cast("list[Node]", root.xpath(path))


def _remove(node: Node) -> None:
    """Take an element out; the text behind it stays."""
    parent, before = node.getparent(), node.getprevious()
    assert parent is not None
    if before is not None:
        before.tail = (before.tail or "") + (node.tail or "")
    else:
        parent.text = (parent.text or "") + (node.tail or "")
    parent.remove(node)


def _sections(node: Node | None, level: int) -> list[tuple[int, str, list[str]]]:
    if node is None:
        return []
    paragraphs = [text for text in (_plain(p) for p in node if p.tag in ("p", "list")) if text]
    own = [(level, _plain(node.find("title")), paragraphs)] if paragraphs or node.tag == "sec" else []
    return own + [item for sec in node.findall("sec") for item in _sections(sec, level + 1)]
