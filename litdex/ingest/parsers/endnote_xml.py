"""EndNote's XML export (`xml/records/record`), which Zotero and databases write too."""

from __future__ import annotations

from collections.abc import Iterator

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import find_identifiers, printed_arxiv
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.tagged import authors_of, identifiers_of, isbn_of, pages_of, unless_own
from litdex.ingest.parsers.xml import Element, read_papers
from litdex.ingest.parsers.xml_text import Dialect, each_once, flow, inline

_ENDNOTE = Dialect()  # text stands in <style> elements that only say how it looks


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of an export, a record each."""
    return read_papers(blob, ("record",), read_record)


def read_record(record: Element) -> Paper:
    """The paper of one record. Raises `UnreadableFile` where it has no title."""
    title = _text(record, "titles/title")
    if not title:
        raise UnreadableFile("its <record> has no <title>")
    kind = _kind(record)
    identifiers = _identifiers(record, kind)
    notes = " ".join(_texts(record, "notes", "research-notes"))
    authors, editors = (
        authors_of(_texts(record, f"contributors/{role}/author")) for role in ("authors", "secondary-authors")
    )
    series = ("titles/secondary-title", "periodical/full-title", "alt-periodical/full-title", "periodical/abbr-1")
    return Paper(
        identifiers=identifiers,
        claims=unless_own(find_identifiers(notes), identifiers),
        kind=kind,
        title=title,
        abstract="" if (abstract := record.find("abstract")) is None else flow(abstract, _ENDNOTE),
        authors=authors or editors,
        editors=editors,
        date=_date(record),
        keywords=each_once(_texts(record, "keywords/keyword")),
        venue=next((text for text in _texts(record, *series) if text != title), ""),
        volume=_text(record, "volume"),
        issue=_text(record, "number") or _text(record, "issue"),
        pages=pages_of(_text(record, "pages")),
        publisher=_text(record, "publisher"),
        language=_text(record, "language"),
    )


def _text(record: Element, path: str) -> str:
    return inline(record.find(path), _ENDNOTE)


def _texts(record: Element, *paths: str) -> list[str]:
    """What stands under the paths, without what is empty."""
    return [text for path in paths for element in record.iterfind(path) if (text := inline(element, _ENDNOTE))]


def _kind(record: Element) -> str:
    """The kind; EndNote has one for all theses, and says in <work-type> which it is."""
    element = record.find("ref-type")
    kind = kind_of("" if element is None else element.get("name", ""))
    work = kind_of(_text(record, "work-type"))
    return work if "thesis" in kind and "thesis" in work else kind


def _date(record: Element) -> str:
    """The year, or the day in it that <pub-dates> gives, with or without that year."""
    year = find_date(_text(record, "dates/year"))
    for printed in _texts(record, "dates/pub-dates/date"):
        for text in (printed, f"{printed} {year[:4]}"):
            if (date := find_date(text)) and len(date) > len(year) and date.startswith(year):
                return date
    return year


def _identifiers(record: Element, kind: str) -> dict[str, str]:
    """The record's own: its number, where it is found, and PubMed's number where it comes from there."""
    found = identifiers_of({"doi": _texts(record, "electronic-resource-num"), "pmcid": _pmcids(record)})
    if (
        "pubmed" in _text(record, "remote-database-name").lower()
        or "nlm" in _text(record, "remote-database-provider").lower()
    ):
        found |= identifiers_of({"pmid": _texts(record, "accession-num")})
    venue = " ".join(_texts(record, "titles/secondary-title", "periodical/full-title", "publisher"))
    if arxiv := printed_arxiv(venue, *_texts(record, "volume", "number", "pages", "electronic-resource-num")):
        found["arxiv"] = arxiv
    if has_isbn_of_its_own(kind):
        found |= isbn_of(_text(record, "isbn"))
    return {**find_identifiers(" ".join(_texts(record, "urls/related-urls/url", "urls/web-urls/url"))), **found}


def _pmcids(record: Element) -> list[str]:
    """EndNote puts PubMed Central's number into a field for anything."""
    return [text for text in _texts(record, "custom2") if text.upper().startswith("PMC")]
