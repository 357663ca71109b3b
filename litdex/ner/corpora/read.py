"""Any corpus read: its format is found from its name and first lines, and a split from the files of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from litdex.errors import UserError
from litdex.ner.corpora.brat import read_brat, read_brat_file
from litdex.ner.corpora.columns import read_columns
from litdex.ner.corpora.document import Document, to_documents, to_sentences
from litdex.ner.corpora.lines import numbered, stem
from litdex.ner.corpora.pieces import cut
from litdex.ner.corpora.pubtator import TEXT_LINE, read_pubtator
from litdex.ner.corpora.sentence import Sentence, Span

SPLITS = {"train": ("train",), "devel": ("devel", "dev", "valid", "validation"), "test": ("test", "eval")}
"""Each split, and the names that its file or folder goes by."""
_OTHERS = "*"


def read_corpus(
    path: Path, split: str | None = None, types: Mapping[str, str] | None = None, longest: int = 0
) -> list[Sentence]:
    """The sentences of a corpus file, or of the file or folder of `split` inside a folder.

    `types` renames the corpus's types, see `renamed`. Sentences of more than `longest` words are cut at sentence ends
    unless it is 0. Raises UserError with file and line where something is wrong.
    """
    where = locate(path, split)
    kind = format_of(where)
    found: Iterable[Sentence]
    if kind in _STANDOFF:
        found = (sentence for document in _STANDOFF[kind](where) for sentence in to_sentences(document))
    else:
        found = read_columns(where)
    sentences = list(renamed(found, types or {}))
    if not sentences:
        raise UserError(f"{where} holds no sentences. A corpus has a token and its tag on each line.")
    return list(cut(sentences, longest)) if longest else sentences


def read_documents(path: Path, split: str | None = None) -> Iterator[Document]:
    """The same as documents with character offsets: overlapping annotations are all there."""
    where = locate(path, split)
    kind = format_of(where)
    return _STANDOFF[kind](where) if kind in _STANDOFF else to_documents(read_columns(where))


def locate(path: Path, split: str | None) -> Path:
    """The file, or the brat folder, that `path` and `split` name."""
    if not path.exists():
        raise UserError(f"{path} does not exist. Name a corpus file or folder.")
    if path.is_file() or split is None:
        return path
    matches = _matches(path, split)
    if not matches:
        there = ", ".join(sorted(child.name for child in path.iterdir())[:8]) or "nothing"
        raise UserError(f"{path} has no {split} split ({there} is there). Its file is called {split}.tsv, for example.")
    return matches[0]


def has_split(path: Path, split: str) -> bool:
    """Whether a folder has a file or folder of this split."""
    return path.is_dir() and bool(_matches(path, split))


def _matches(folder: Path, split: str) -> list[Path]:
    inside = sorted(child for child in folder.iterdir() if child.suffix != ".part")
    return [child for name in SPLITS.get(split, (split,)) for child in inside if child.name.partition(".")[0] == name]


def format_of(path: Path) -> str:
    """ "brat", "pubtator" or "columns", from the name and the first line that is not empty."""
    if path.is_dir():
        if any(path.glob("*.ann")):
            return "brat"
        raise UserError(
            f"{path} is a folder without .ann files. Name one of its files, or a split: train, devel, test."
        )
    if stem(path).endswith(".ann"):
        return "brat"
    first = next((line for _, line in numbered(path) if line.strip()), "")
    return "pubtator" if TEXT_LINE.fullmatch(first) else "columns"


def renamed(sentences: Iterable[Sentence], types: Mapping[str, str]) -> Iterator[Sentence]:
    """Sentences with their types renamed: {"GENE": "Gene"}. An empty new name drops the type's mentions.

    A type that is not named stays as it is, unless "*" says what happens to all others: {"Gene": "Gene", "*": ""}.
    """
    others = types.get(_OTHERS)
    for sentence in sentences:
        named = ((span, types.get(span.type, span.type if others is None else others)) for span in sentence.spans)
        yield replace(sentence, spans=tuple(Span(span.start, span.end, name) for span, name in named if name))


def _brat(path: Path) -> Iterator[Document]:
    return read_brat(path) if path.is_dir() else iter([read_brat_file(path)])


_STANDOFF: dict[str, Callable[[Path], Iterator[Document]]] = {"brat": _brat, "pubtator": read_pubtator}
