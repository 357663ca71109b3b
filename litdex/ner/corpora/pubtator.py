"""PubTator: `ID|t|title`, `ID|a|abstract`, then a line for each annotation: ID, start, end, text, type, identifier.

Offsets count characters of title, one character, abstract. Lines of relations (ID, name, two identifiers) are passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from litdex.ner.corpora.document import Annotation, Document
from litdex.ner.corpora.lines import at, numbered

TEXT_LINE = re.compile(r"([^|\t]+)\|([a-z])\|(.*)")


def read_pubtator(path: Path) -> Iterator[Document]:
    """The documents of a file. Raises UserError with the number of a line that is wrong."""
    name, parts = "", list[str]()
    annotations: list[Annotation] = []
    for number, line in numbered(path):
        text_line = TEXT_LINE.fullmatch(line)
        if text_line:
            if name and text_line[1] != name:
                yield _document(name, parts, annotations)
                parts, annotations = [], []
            name = text_line[1]
            parts.append(text_line[3])
        elif line.strip():
            annotations += _annotations(path, number, line, " ".join(parts))
    if name:
        yield _document(name, parts, annotations)


def write_pubtator(documents: Iterable[Document]) -> Iterator[str]:
    """The lines, with their ends, of a file of these documents."""
    for document in documents:
        text = re.sub(r"[\r\n\t\v\f\x85\u2028\u2029]", " ", document.text)  # one character for one: offsets hold
        cut = document.title or len(text)
        name = re.sub(r"[|\s]", "_", document.name)
        yield f"{name}|t|{text[:cut]}\n{name}|a|{text[cut + 1 :]}\n"
        for start, end, kind, identifier in document.annotations:
            yield "\t".join([name, str(start), str(end), text[start:end], kind, identifier]).rstrip("\t") + "\n"
        yield "\n"


def _document(name: str, parts: list[str], annotations: list[Annotation]) -> Document:
    return Document(name, " ".join(parts), tuple(annotations), title=len(parts[0]))


def _annotations(path: Path, number: int, line: str, text: str) -> Iterator[Annotation]:
    cells = line.split("\t")
    if len(cells) == 4 and not cells[1].isdigit():
        return  # a relation
    if len(cells) < 5 or not (cells[1].isdigit() and cells[2].isdigit()):
        raise at(path, number, f"no annotation: {line[:40]!r}", "ID, start, end, text and type are parted by tabs")
    start, end = int(cells[1]), int(cells[2])
    if text[start:end] != cells[3] or start >= end:
        fault = f'characters {start} to {end} are "{text[start:end][:40]}", not "{cells[3][:40]}"'
        raise at(path, number, fault, "offsets count characters of title, one character, abstract")
    yield Annotation(start, end, cells[4].strip(), cells[5].strip() if len(cells) > 5 else "")
