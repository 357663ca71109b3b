"""Papers as other programs read them: BibTeX, RIS, CSL-JSON, and JSON lines of our own form.

Every function yields pieces of text whose concatenation is the file, one piece a paper or so. What our own readers make
of it has the same metadata again; full text goes out in JSON lines only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from litdex.ingest.export_bibtex import citation_keys, family_and_suffix, joined, line, to_bibtex
from litdex.ingest.identity import paper_id
from litdex.ingest.kinds import DEGREES, KINDS, kind_to_write
from litdex.ingest.paper import Author, Paper
from litdex.ingest.serialise import to_json

__all__ = ["EXPORTERS", "citation_keys", "to_bibtex", "to_csl_json", "to_jsonl", "to_ris"]


def to_jsonl(papers: Iterable[Paper]) -> Iterator[str]:
    """One line of `litdex.ingest.serialise` a paper, full text included."""
    return (to_json(paper).decode() + "\n" for paper in papers)


def to_ris(papers: Iterable[Paper]) -> Iterator[str]:
    """RIS records."""
    for paper in papers:
        lines = (f"{tag}  - {text}\n" for tag, value in _ris_tags(paper) if (text := line(value)))
        yield "".join(lines) + "ER  - \n\n"


def to_csl_json(papers: Iterable[Paper]) -> Iterator[str]:
    """One JSON array of CSL items."""
    lead = "[\n"
    for paper in papers:
        item = {name: value for name, value in _csl_item(paper).items() if value}
        yield lead + json.dumps(item, ensure_ascii=False)
        lead = ",\n"
    yield "[]\n" if lead == "[\n" else "\n]\n"


EXPORTERS: dict[str, Callable[[Iterable[Paper]], Iterator[str]]] = {
    "jsonl": to_jsonl,
    "bibtex": to_bibtex,
    "ris": to_ris,
    "csl": to_csl_json,
}
"""Every form of export under the name that a user types."""


def _ris_tags(paper: Paper) -> Iterator[tuple[str, str]]:
    ids, kind = paper.identifiers, kind_to_write(paper)
    yield "TY", KINDS[kind].ris
    yield "M3", DEGREES.get(kind, "")
    yield "ID", paper_id(paper)
    yield "TI", paper.title
    for author in paper.authors if paper.authors != paper.editors else ():
        yield "AU", _ris_name(author)
    for editor in paper.editors:
        yield "A2", _ris_name(editor)
    yield "PY", paper.date[:4]
    yield "DA", paper.date.replace("-", "/") if len(paper.date) > 4 else ""
    start, _, end = paper.pages.partition("-") if re.fullmatch(r"[^-,]+-[^-,]+", paper.pages) else (paper.pages, "", "")
    yield from (("T2", paper.venue), ("VL", paper.volume), ("IS", paper.issue), ("SP", start), ("EP", end))
    yield from (
        ("PB", paper.publisher),
        ("SN", ids.get("isbn", "")),
        ("LA", paper.language),
        ("DO", ids.get("doi", "")),
    )
    yield from (("KW", keyword) for keyword in paper.keywords)
    yield "C2", ids.get("pmcid", "")
    for scheme, address in (("arxiv", "https://arxiv.org/abs/"), ("pmid", "https://pubmed.ncbi.nlm.nih.gov/")):
        yield "UR", address + ids[scheme] if scheme in ids else ""
    yield "AB", paper.abstract


def _ris_name(author: Author) -> str:
    family, suffix = family_and_suffix(author)
    return ", ".join(part for part in (family, author.given, suffix) if part)


def _csl_item(paper: Paper) -> dict[str, Any]:
    ids, kind = paper.identifiers, kind_to_write(paper)
    return {
        "id": paper_id(paper),
        "type": KINDS[kind].csl,
        "genre": DEGREES.get(kind, ""),
        "title": paper.title,
        "author": _csl_names(paper.authors if paper.authors != paper.editors else ()),
        "editor": _csl_names(paper.editors),
        "issued": {"date-parts": [[int(part) for part in paper.date.split("-")]]} if paper.date else None,
        "container-title": paper.venue,
        "volume": paper.volume,
        "issue": paper.issue,
        "page": paper.pages,
        "publisher": paper.publisher,
        "language": paper.language,
        "license": paper.license,
        "number": f"arXiv:{ids['arxiv']}" if "arxiv" in ids else "",
        "DOI": ids.get("doi"),
        "PMID": ids.get("pmid"),
        "PMCID": ids.get("pmcid"),
        "ISBN": ids.get("isbn"),
        "keyword": joined(paper.keywords),
        "abstract": paper.abstract,
    }


def _csl_names(authors: Iterable[Author]) -> list[Mapping[str, str]]:
    return [
        {"family": author.family, "given": author.given} if author.given else {"literal": author.family}
        for author in authors
    ]
