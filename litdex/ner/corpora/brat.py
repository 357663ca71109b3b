"""brat stand-off: for each document a text file (.txt) and a file of annotations (.ann) beside it.

Entities are its lines `T1 TAB Type start end TAB text`; a mention of several fragments (`0 5;12 18`) becomes one from
the first character to the last. Normalisations (`N1 TAB Reference T1 Source:ID`) give identifiers; other lines are
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from litdex.errors import UserError
from litdex.ner.corpora.document import Annotation, Document
from litdex.ner.corpora.lines import at, numbered

_ENTITY = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_REFERENCE = re.compile(r"N\d+\tReference (T\d+) (\S+)(?:\t.*)?")


def read_brat(folder: Path) -> Iterator[Document]:
    """The documents of a folder, by name. Raises UserError with file and line of what is wrong."""
    for path in sorted(folder.glob("*.ann")):
        yield read_brat_file(path)


def read_brat_file(path: Path) -> Document:
    """One document: the annotations in `path`, the text beside it."""
    text_path = path.with_suffix(".txt")
    if not text_path.is_file():
        raise UserError(f"{path}: the text {text_path.name} is not beside it. brat keeps both in one folder.")
    try:
        text = text_path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{text_path} is not UTF-8. Save the file as UTF-8.") from None
    found: dict[str, Annotation] = {}
    for number, line in numbered(path):
        if line.startswith("T"):
            found.update([_entity(path, number, line, text)])
        elif (reference := _REFERENCE.fullmatch(line)) and reference[1] in found:
            found[reference[1]] = found[reference[1]]._replace(identifier=reference[2])
    return Document(path.stem, text, tuple(sorted(found.values())))


def annotation_lines(document: Document) -> Iterator[str]:
    """The lines, with their ends, of a document's .ann file. A line end inside a mention makes two fragments of it."""
    for number, (start, end, kind, identifier) in enumerate(document.annotations, start=1):
        pieces = list(re.finditer(r"[^\r\n]+", document.text[start:end]))
        places = ";".join(f"{start + piece.start()} {start + piece.end()}" for piece in pieces)
        yield f"T{number}\t{kind} {places}\t{' '.join(piece[0] for piece in pieces)}\n"
        if identifier:
            yield f"N{number}\tReference T{number} {identifier}\t{' '.join(piece[0] for piece in pieces)}\n"


def _entity(path: Path, number: int, line: str, text: str) -> tuple[str, Annotation]:
    match = _ENTITY.fullmatch(line)
    if match is None:
        raise at(path, number, f"no entity: {line[:40]!r}", "it is T1, a tab, type, start and end, a tab, the text")
    places = [int(place) for place in re.split("[ ;]", match[3])]
    fragments = " ".join(text[start:end] for start, end in zip(places[::2], places[1::2], strict=True))
    if fragments.split() != match[4].split():
        fault = f'characters {match[3]} are "{fragments[:40]}", not "{match[4][:40]}"'
        raise at(path, number, fault, "offsets count characters of the text file, line ends too")
    return match[1], Annotation(min(places), max(places), match[2])
