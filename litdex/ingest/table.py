"""Papers as a table, CSV, for spreadsheets; and every form of export by its name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from litdex.ingest.export import EXPORTERS
from litdex.ingest.identity import paper_id
from litdex.ingest.paper import Paper

COLUMNS: dict[str, Callable[[Paper], str]] = {
    "id": paper_id,
    "title": lambda paper: paper.title,
    "authors": lambda paper: "; ".join(author.name for author in paper.authors),
    "date": lambda paper: paper.date,
    "venue": lambda paper: paper.venue,
    "volume": lambda paper: paper.volume,
    "issue": lambda paper: paper.issue,
    "pages": lambda paper: paper.pages,
    "categories": lambda paper: " ".join(paper.categories),
    "keywords": lambda paper: "; ".join(paper.keywords),
    **{
        scheme: lambda paper, scheme=scheme: paper.identifiers.get(scheme, "")  # type: ignore[misc]
        for scheme in ("arxiv", "doi", "pmid", "pmcid")
    },
    "retracted": lambda paper: "yes" if paper.retracted else "",
    "abstract": lambda paper: paper.abstract,
}
"""What stands in each column."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, and would compute."""


def to_csv(papers: Iterable[Paper]) -> Iterator[str]:
    """A line of names, then a line a paper. A cell that a spreadsheet would compute has an apostrophe before it."""
    yield _line(COLUMNS)
    for paper in papers:
        yield _line(_harmless(column(paper)) for column in COLUMNS.values())


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _line(cells: Iterable[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


WRITERS: dict[str, Callable[[Iterable[Paper]], Iterator[str]]] = {**EXPORTERS, "csv": to_csv}
"""Every form of export under the name that a user types. Of CSV no reader of ours makes papers again."""
