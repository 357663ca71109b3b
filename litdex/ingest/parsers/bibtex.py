"""BibTeX and BibLaTeX entries as metadata of papers, with abstracts and keywords where they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date, iso_date
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers, normalise, normalise_arxiv, printed_arxiv
from litdex.ingest.journals import JOURNALS
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.bibtex_entries import UNCLOSED, Entry, read_entries
from litdex.ingest.parsers.bibtex_names import read_names
from litdex.ingest.parsers.records import read_records
from litdex.ingest.parsers.tex_text import plain_tex

__all__ = ["Entry", "parse", "read_entries"]

_ARCHIVES = ("journal", "journaltitle", "booktitle", "howpublished", "publisher", "institution", "number", "type")
"""Where an entry may name arXiv."""
_DOUBLED = re.compile(r"\{\\[{}]\}")  # Mendeley protects capitals by "{\{}DNA{\}}"
_NO_PAPERS = frozenset({"xdata", "set"})  # entries that only lend fields, or only name others
_DEEPEST = 4  # of entries that inherit from one another
_INHERITED = {"title": "booktitle"}  # what a field of a cross-referenced parent is called in the child


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a BibTeX file, an entry each."""
    entries = list(read_entries(decode(blob.read(), blob.name), {name: f"\\{name}" for name in JOURNALS}))
    parents = {entry.key.lower(): entry for entry in entries if entry.key}
    yield from read_records(blob, entries, lambda entry: _paper(entry, parents))


def _paper(entry: Entry, parents: Mapping[str, Entry]) -> Paper | None:
    called = f"@{entry.kind}{{{entry.key}}}"
    if entry.kind in _NO_PAPERS:
        return None
    if entry.fault and (entry.fault == UNCLOSED or not entry.fields.get("title")):
        raise ValueError(f"{called} {entry.fault}")
    fields = {name: _DOUBLED.sub("", value) for name, value in _inherited(entry, parents).items()}
    kind = kind_of(entry.kind)
    own = ("booktitle", "maintitle") if has_isbn_of_its_own(kind) else ()
    title = plain_tex(_any(fields, "title", *own))
    if not title:
        raise ValueError(f"{called} has no title")
    if "subtitle" in fields:
        title = f"{title}: {plain_tex(fields['subtitle'])}"
    identifiers = _identifiers(kind, fields)
    noted = _printed(fields, "note", "annote", "annotation", "addendum")
    authors, editors = read_names(fields.get("author", "")), read_names(fields.get("editor", ""))
    return Paper(
        identifiers=identifiers,
        claims={scheme: value for scheme, value in noted.items() if identifiers.get(scheme) != value},
        kind=kind,
        title=title,
        abstract=plain_tex(fields.get("abstract", "")),
        authors=authors or editors,
        editors=editors,
        date=_date(fields),
        categories=tuple(_any(fields, "primaryclass", "eprintclass").split()),
        keywords=_keywords(_any(fields, "keywords", "keyword")),
        venue=_venue(fields),
        volume=plain_tex(fields.get("volume", "")),
        issue=plain_tex(_any(fields, "number", "issue")),
        pages=re.sub(r"\s*[-–—]+\s*", "-", plain_tex(_any(fields, "pages", "eid"))),
        publisher=plain_tex(_any(fields, "publisher", "institution", "school", "organization")),
        language=plain_tex(_any(fields, "language", "langid")),
        license=plain_tex(_any(fields, "license", "copyright")),
    )


def _inherited(entry: Entry, parents: Mapping[str, Entry], depth: int = 0) -> dict[str, str]:
    """The entry's fields over those of its `xdata`, over those of the entry that it cross-references."""
    fields = dict(entry.fields)
    lent = [key.strip().lower() for key in fields.get("xdata", "").split(",")] if depth < _DEEPEST else []
    for key in lent:
        if key in parents:
            fields = {**_inherited(parents[key], parents, depth + 1), **fields}
    parent = parents.get(fields.get("crossref", "").strip().lower()) if depth < _DEEPEST else None
    if parent is None or parent is entry:
        return fields
    own = {"author", "doi", "abstract", "pages", "eprint", "url", "pmid", "crossref"}  # these tell of the parent only
    told = _inherited(parent, parents, depth + 1)
    given = {_INHERITED.get(name, name): value for name, value in told.items() if name not in own}
    return {**given, **fields}


def _any(fields: Mapping[str, str], *names: str) -> str:
    """The first of the fields that is filled."""
    return next((fields[name] for name in names if fields.get(name)), "")


def _date(fields: Mapping[str, str]) -> str:
    date = find_date(fields.get("date", ""))
    year = re.search(r"\d{4}", fields.get("year", ""))
    if date or not year:
        return date
    month = plain_tex(fields.get("month", ""))
    day = re.search(r"\b\d{1,2}\b", month) if not month.isdigit() else None  # some write "month = jun # {~12}"
    return iso_date(year[0], re.sub(r"[\d~,.]", " ", month).strip() or month, fields.get("day", day[0] if day else ""))


def _venue(fields: Mapping[str, str]) -> str:
    venue = _any(fields, "journal", "journaltitle", "booktitle", "howpublished").strip()
    return JOURNALS.get(venue.removeprefix("\\").rstrip("{} ").lower()) or plain_tex(venue)


def _keywords(text: str) -> tuple[str, ...]:
    words = re.split(r"\s*[;\n]\s*" if ";" in text else r"\s*,\s*", plain_tex(text))
    return tuple(dict.fromkeys(word for word in words if word))


def _identifiers(kind: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The entry's own: out of fields that are for them, and its address. A note speaks of other works."""
    found = {scheme: normalise(scheme, _verbatim(fields.get(scheme, ""))) for scheme in ("doi", "pmid", "pmcid")}
    found["arxiv"] = _arxiv(fields)
    if has_isbn_of_its_own(kind):
        found["isbn"] = re.sub(r"[^\dXx]", "", fields.get("isbn", "")).upper()
    bibcode = re.search(r"abs/(\d{4}[\w.%&]{15})", fields.get("adsurl", ""))
    found["bibcode"] = bibcode[1].replace("%26", "&") if bibcode else ""
    found = {scheme: value for scheme, value in found.items() if value}
    return {**_printed(fields, "url", "howpublished"), **found}


def _verbatim(text: str) -> str:
    r"""A field that biblatex takes as it stands; older programs write it as TeX: "10.1/a\_b", "{\textless}43::AID"."""
    text = re.sub(r"\{?\\text(less|greater)(?:\{\}|\s|\b)\}?", lambda match: "<" if match[1] == "less" else ">", text)
    return re.sub(r"\$([<>])\$", r"\1", re.sub(r"\{?\\([_%&#$])\}?", r"\1", text)).strip("{} ")


def _printed(fields: Mapping[str, str], *names: str) -> dict[str, str]:
    return find_identifiers(" ".join(fields.get(name, "") for name in names).replace("\\_", "_"))


def _arxiv(fields: Mapping[str, str]) -> str:
    """The arXiv number: in `eprint` unless that is said to be another archive's, else where arXiv is the journal."""
    archive = _any(fields, "archiveprefix", "eprinttype").strip(" {}").lower()
    candidates = [fields.get(name, "") for name in ("arxiv", "arxivid", "doi")]
    eprint = fields.get("eprint", "").strip(" {}")
    if archive in ("", "arxiv"):
        old = fields.get("primaryclass", "").strip(" {}").split(".")[0]
        candidates += [eprint, f"{old}/{eprint}"]
    found = next((found[0] for text in candidates if (found := normalise_arxiv(text.strip(" {}")))), "")
    venue = " ".join(fields.get(name, "") for name in _ARCHIVES)
    return found or printed_arxiv(venue, *(fields.get(name, "") for name in ("volume", "number", "pages", "eid")))
