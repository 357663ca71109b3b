"""GROBID's annotated references (CC BY 4.0) as labelled tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from litdex.ingest.readers.reference_fields import Token, tokens

LEVELS = {"j": "venue", "a": "title", "m": "venue", "s": "venue"}
SCOPES = {
    "vol": "volume", "volume": "volume", "issue": "issue", "pp": "pages", "page": "pages", "pages": "pages",
}  # fmt: skip
TAGS = {
    "author": "author", "editor": "editor", "date": "year", "publisher": "publisher", "pubPlace": "publisher",
    "idno": "id", "ptr": "id", "web": "id", "note": "note", "orgName": "note", "tech": "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """An entry with the label of each token; `fields` holds the text of each field."""

    text: str
    tokens: list[Token]
    labels: list[str]
    fields: dict[str, str]


def entries(folder: Path) -> Iterator[tuple[str, Labelled]]:
    """Yield each entry of GROBID's citation corpus in `folder` with the name of its file."""
    for path in sorted(folder.glob("*.xml")):
        try:
            tree = etree.parse(path, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            continue
        for bibl in tree.iter("{*}bibl"):
            if (found := labelled(_pieces(bibl))) and len(found.tokens) > 5:
                yield path.name, found


def labelled(pieces: list[tuple[str, str]]) -> Labelled | None:
    """Return an entry made of (label, text) pieces; None where it has no author, title or venue."""
    text, marks = "", []
    for label, part in pieces:
        part = re.sub(r"\s+", " ", part)
        if text.endswith(" ") or not text:
            part = part.lstrip()
        marks.append((len(text), len(text) + len(part), label))
        text += part
    found = tokens(text)
    labels, place = [], 0
    for token in found:
        while place < len(marks) - 1 and marks[place][1] <= token.start:
            place += 1
        labels.append(marks[place][2])
    fields: dict[str, str] = {}
    for start, end, label in marks:
        if label == "author" and label in fields:
            fields[label] += f" {text[start:end]}"
        elif label != "other":
            fields.setdefault(label, text[start:end].strip())
    if not {"author", "title", "venue"} & fields.keys():
        return None
    return Labelled(text.rstrip(), found, labels, fields)


def _pieces(bibl: etree._Element) -> list[tuple[str, str]]:
    articles = any(title.get("level") == "a" for title in bibl.iter("{*}title"))
    found = [("other", bibl.text or "")]
    for child in bibl:
        if isinstance(child.tag, str):
            found.append((_label(child, articles), "".join(map(str, child.itertext()))))
        found.append(("other", child.tail or ""))
    return [(label, text) for label, text in found if text]


def _label(node: etree._Element, articles: bool) -> str:
    name = etree.QName(node).localname
    kind = node.get("type") or node.get("unit") or node.get("level") or ""
    if name == "title":
        level = node.get("level") or node.get("leve") or "a"
        return "title" if level == "m" and not articles else LEVELS.get(level, "title")
    if name == "biblScope":
        return SCOPES.get(kind, "other")
    return TAGS.get(name, "other")
