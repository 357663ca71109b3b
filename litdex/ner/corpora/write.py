"""A corpus written in another format, or in another tagging scheme; nothing that is there is ever overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from litdex.errors import UserError
from litdex.ner.corpora.brat import annotation_lines
from litdex.ner.corpora.columns import write_columns
from litdex.ner.corpora.document import Document, to_sentences
from litdex.ner.corpora.pubtator import write_pubtator
from litdex.ner.corpora.read import SPLITS, format_of, has_split, locate, read_corpus, read_documents
from litdex.ner.corpora.schemes import Scheme
from litdex.ner.corpora.sentence import Sentence

COLUMNS = {"tsv": (".tsv", ()), "conll": (".conll", ("-X-", "O"))}
"""Column formats: the ending of the file, and what stands between token and tag."""
FORMATS = (*COLUMNS, "brat", "pubtator")


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written, and how many mentions were not: column files hold none that overlap."""

    path: Path
    mentions: int
    dropped: int = 0


def convert(
    path: Path, output: Path, form: str, scheme: Scheme = "IOB2", split: str | None = None
) -> Iterator[Converted]:
    """Write the corpus at `path` into the folder `output`: one split, or every split that the folder has.

    `form` is one of FORMATS; `scheme` matters to column files only. Raises UserError where a file is there already.
    """
    splits: list[str | None] = (
        [split] if split or path.is_file() else [name for name in SPLITS if has_split(path, name)]
    )
    for name in splits or [None]:
        where = locate(path, name)
        target = output / (name or where.name.partition(".")[0])
        if form in COLUMNS:
            yield _columns(where, target, form, scheme)
        else:
            documents = list(read_documents(where))
            count = sum(len(document.annotations) for document in documents)
            yield Converted(_STANDOFF[form](documents, target), count)


def write_column_file(sentences: Iterable[Sentence], target: Path, form: str, scheme: Scheme) -> Path:
    """Write sentences as "tsv" or "conll" at `target` and the format's ending."""
    ending, filler = COLUMNS[form]
    return _whole(target.with_name(target.name + ending), write_columns(sentences, scheme, filler))


def write_brat(documents: Iterable[Document], folder: Path) -> Path:
    """Write a .txt and an .ann file for each document into a new folder."""
    if folder.exists():
        raise _taken(folder)
    names: set[str] = set()
    for document in documents:
        name = _file_name(document.name, names)
        _whole(folder / f"{name}.txt", [document.text])
        _whole(folder / f"{name}.ann", annotation_lines(document))
    return folder


def write_pubtator_file(documents: Iterable[Document], target: Path) -> Path:
    """Write documents as one PubTator file at `target` and its ending."""
    return _whole(target.with_name(target.name + ".pubtator"), write_pubtator(documents))


_STANDOFF: dict[str, Callable[[Iterable[Document], Path], Path]] = {
    "brat": write_brat,
    "pubtator": write_pubtator_file,
}


def _columns(where: Path, target: Path, form: str, scheme: Scheme) -> Converted:
    if format_of(where) == "columns":
        sentences, there = read_corpus(where), None
    else:
        documents = list(read_documents(where))
        sentences = [sentence for document in documents for sentence in to_sentences(document)]
        there = sum(len(document.annotations) for document in documents)
    kept = sum(len(sentence.spans) for sentence in sentences)
    return Converted(write_column_file(sentences, target, form, scheme), kept, 0 if there is None else there - kept)


def _whole(path: Path, lines: Iterable[str]) -> Path:
    """Write a file that is there whole or not at all."""
    if path.exists():
        raise _taken(path)
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines)
        partial.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}. Name another folder.") from None
    finally:
        with suppress(OSError):  # most often it is not there any more
            partial.unlink()
    return path


def _taken(path: Path) -> UserError:
    return UserError(f"{path} is there already. Name another folder, or take it away.")


def _file_name(name: str, taken: set[str]) -> str:
    """A document's name as that of a file, which no other has."""
    plain = re.sub(r"[^\w.-]", "_", name).lstrip(".")[:100] or "document"
    number, unique = 1, plain
    while unique in taken:
        number += 1
        unique = f"{plain}-{number}"
    taken.add(unique)
    return unique
