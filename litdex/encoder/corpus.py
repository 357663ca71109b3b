"""Training text: papers, citation edges and titles, read from the files that a config names.

Papers are JSON lines with id, title, abstract, categories and field (plain, .gz or .xz), or MEDLINE XML (.xml.gz).
Edges are lines of two ids (citing TAB cited), titles lines of id TAB title.
"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from litdex.errors import UserError
from litdex.ingest.paper import field_of

OPENERS: Mapping[str, Callable[..., IO[Any]]] = {".xz": lzma.open, ".gz": gzip.open}

# The 21 fields of PhysBERT's clustering task.
FIELDS = (
    "astro-ph",
    "cond-mat",
    "gr-qc",
    "hep",
    "math-ph",
    "nlin",
    "nucl",
    "quant-ph",
    "physics.acc-ph",
    "physics.app-ph",
    "physics.atom-ph",
    "physics.bio-ph",
    "physics.chem-ph",
    "physics.class-ph",
    "physics.comp-ph",
    "physics.flu-dyn",
    "physics.gen-ph",
    "physics.ins-det",
    "physics.optics",
    "physics.plasm-ph",
    "physics.soc-ph",
)


@dataclass(frozen=True, slots=True)
class Article:
    """What training needs of a paper."""

    id: str
    title: str
    abstract: str
    category: str = ""  # the primary category as it is
    field: str = ""  # the primary category with its sub-categories merged


def opened(path: Path, mode: str = "rt") -> IO[Any]:
    """Open a plain, .gz or .xz file; raises `UserError` where there is none."""
    if not path.is_file():
        raise UserError(f"{path} does not exist. Correct the path in the config.")
    encoding = None if "b" in mode else "utf-8"
    stream: IO[Any] = OPENERS.get(path.suffix, open)(path, mode, encoding=encoding)
    return stream


def read_articles(paths: Iterable[Path], *, without: Collection[str] = frozenset()) -> list[Article]:
    """All papers with a title and an abstract in `paths`, in order, but those whose id is in `without`."""
    found = (article for path in paths for article in _reader(path)(path))
    return [article for article in found if article.title and article.abstract and article.id not in without]


def read_ids(paths: Iterable[Path]) -> frozenset[str]:
    """The ids of all papers in `paths`: what must stay out of training."""
    return frozenset(article.id for path in paths for article in _reader(path)(path))


def read_edges(path: Path, *, without: Collection[str] = frozenset()) -> list[tuple[str, str]]:
    """Citing and cited ids, but edges that touch an id in `without`."""
    edges = [(citing, cited) for citing, cited in _columns(path)]
    return [edge for edge in edges if edge[0] not in without and edge[1] not in without]


def read_titles(path: Path) -> dict[str, str]:
    """The title of each paper that an edge names."""
    return dict(_columns(path))


def _columns(path: Path) -> Iterator[tuple[str, str]]:
    with opened(path) as lines:
        for number, line in enumerate(lines, 1):
            first, tab, second = line.rstrip("\n").partition("\t")
            if not tab:
                raise UserError(f"{path}, line {number}: expected two columns with a tab between them.")
            yield first, second


def _reader(path: Path) -> Callable[[Path], Iterator[Article]]:
    return _medline if ".xml" in path.suffixes else _json_lines


def _json_lines(path: Path) -> Iterator[Article]:
    with opened(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                yield _article(record)
            except (ValueError, KeyError, AttributeError) as error:
                raise UserError(f"{path}, line {number}: not a paper in JSON ({error}).") from None


def _article(record: Mapping[str, Any]) -> Article:
    category = (record.get("categories") or [""])[0]
    title, abstract = (" ".join(str(record.get(name, "")).split()) for name in ("title", "abstract"))
    return Article(str(record["id"]), title, abstract, category, record.get("field") or field_of(category))


def _medline(path: Path) -> Iterator[Article]:
    from xml.etree.ElementTree import iterparse

    with opened(path, "rb") as stream:
        for _, element in iterparse(stream):
            if element.tag != "MedlineCitation":
                continue
            found = element.find("Article/Abstract")
            parts: Sequence[Any] = [] if found is None else found.findall("AbstractText")
            abstract = " ".join("".join(part.itertext()) for part in parts)
            title = element.find("Article/ArticleTitle")
            yield Article(
                f"pmid:{element.findtext('PMID', '')}",
                " ".join("".join([] if title is None else title.itertext()).strip("[]").split()),
                " ".join(abstract.split()),
            )
            element.clear()
