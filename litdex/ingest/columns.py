"""Columns of tables of papers, as PubMed, Zotero, Scopus, Web of Science, Lens, OpenAlex, Embase and others name them.

Only names are known here, so that a table is told from another one by its first line; what the columns hold is read in
`litdex.ingest.parsers.csv_table`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence

DELIMITERS = ",;\t|"
LONGEST_HEADER = 8192

COLUMNS: dict[str, tuple[str, ...]] = {  # what a column holds -> its names, without case and signs, the better first
    "title": (
        "title", "article title", "document title", "item title", "primary title", "display name", "paper title",
    ),
    "authors": (
        "author full names", "authors", "author", "author names", "author s", "first authors",
        "authorships author display name", "all authors", "author list",
    ),
    "editors": ("editors", "editor", "secondary authors", "book editors"),
    "abstract": ("abstract", "abstract note", "abstracts", "notes abstract"),
    "date": (
        "date", "publication date", "date published", "year", "publication year", "pub year", "published", "cover date",
    ),
    "venue": (
        "source title", "publication title", "journal book", "journal", "journal title", "venue", "publication",
        "source", "primary location source display name", "container title", "booktitle", "book title",
        "conference name",
    ),
    "volume": ("volume", "journal volume"),
    "issue": ("issue", "issue number", "number", "journal issue"),
    "start": ("pages", "page start", "start page", "art no", "article number", "page"),
    "end": ("page end", "end page"),
    "doi": ("doi", "item doi", "document doi", "doi link"),
    "pmid": ("pmid", "pubmed id", "ids pmid", "medline pmid", "pubmed"),
    "pmcid": ("pmcid", "pmc", "pmc id", "ids pmcid"),
    "arxiv": ("arxiv", "arxiv id", "eprint"),
    "url": ("url", "urls", "external url", "web link"),
    "keywords": (
        "author keywords", "keywords", "manual tags", "mesh terms", "automatic tags", "emtree medical index terms",
    ),
    "kind": (
        "item type", "document type", "publication type", "type of reference", "content type", "type", "reference type",
    ),
    "publisher": ("publisher",),
    "language": ("language", "language of original document", "languages"),
    "isbn": ("isbn", "isbns"),
    "extra": ("extra",),
    "notes": ("notes", "note"),
    "categories": ("categories",),
    "citation": ("citation",),
    "id": ("id", "key", "eid", "ut unique wos id", "lens id", "record id"),
    "retracted": ("retracted", "is retracted"),
}  # fmt: skip
_FIELDS = {name: field for field, names in COLUMNS.items() for name in names}
WOS_TAGS = frozenset({"PT", "AU", "TI", "SO"})
"""Columns of the tab-delimited table of Web of Science, which are the tags of its text."""


def fields_of(header: Sequence[str]) -> dict[str, list[int]]:
    """For each field the columns that hold it, the better first; columns that nobody knows are left out."""
    named = [" ".join(re.sub(r"[^0-9a-z]+", " ", name.casefold()).split()) for name in header]
    return {
        field: [named.index(name) for name in names if name in named]
        for field, names in COLUMNS.items()
        if any(name in named for name in names)
    }


def delimiter_of(line: str) -> str:
    """What parts the columns of a table's first line."""
    return max(DELIMITERS, key=lambda one: len(_cells(line, one)))


def is_table_of_papers(text: str) -> bool:
    """Whether a text begins with the names of a table's columns, among them a title and what papers have besides."""
    line = text[:LONGEST_HEADER].split("\n", 1)[0]
    header = _cells(line, delimiter_of(line))
    fields: Mapping[str, object] = fields_of(header)
    told = {"authors", "abstract", "doi", "pmid", "date"} & fields.keys()
    return {*header} >= WOS_TAGS or ("title" in fields and bool(told) and len(fields) >= (2 if len(header) == 2 else 3))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
