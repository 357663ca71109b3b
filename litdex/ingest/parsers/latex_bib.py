r"""The .bib files of a LaTeX project, for a document without .bbl: the entries that it cites, in its order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from litdex.errors import UnreadableFile
from litdex.ingest.decoding import decode
from litdex.ingest.paper import Paper, Reference
from litdex.ingest.parsers import bibtex
from litdex.ingest.parsers.latex_source import Project


def cited_references(project: Project, names: Iterable[str], cited: Iterable[str]) -> Iterator[tuple[str, Reference]]:
    r"""(key, reference) of each key in `cited` that the .bib files `names` have; all of them for \nocite{*}."""
    known: dict[str, Reference] = {}
    for name in names:
        known |= {key: found for key, found in _entries(project, f"{name}.bib") if key not in known}
    keys = list(cited)
    for key in known if "*" in keys else keys:
        if key in known:
            yield key, known[key]


def _entries(project: Project, path: str) -> Iterator[tuple[str, Reference]]:
    """(key, reference) of each good entry of a .bib file; none where it is missing or unreadable."""
    blob = project.blob.sibling(path)
    if blob is None or project.read(path) is None:
        return
    try:
        keys = [entry.key for entry in bibtex.read_entries(decode(blob.read(), blob.name))]
        for key, paper in zip(keys, bibtex.parse(blob), strict=False):
            if isinstance(paper, Paper):
                yield key, _reference(paper)
    except UnreadableFile:
        return


def _reference(paper: Paper) -> Reference:
    authors = tuple(author.name for author in paper.authors)
    year = str(paper.year or "")
    parts = (", ".join(authors), paper.title, paper.venue, paper.volume, paper.pages, year)
    return Reference(
        text=". ".join(part for part in parts if part),
        title=paper.title,
        authors=authors,
        year=paper.year,
        venue=paper.venue,
        identifiers=paper.identifiers,
    )
