"""OAI-PMH answers and bare records, with metadata in the forms `arXiv`, `arXivRaw`, `oai_dc`, and JATS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import earliest, find_date
from litdex.ingest.identifiers import normalise, normalise_arxiv, normalise_doi, parse_id
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.arxiv_authors import printed_authors
from litdex.ingest.parsers.jats import read_article
from litdex.ingest.parsers.tex_text import plain_tex
from litdex.ingest.parsers.xml import Element, read_papers
from litdex.ingest.parsers.xml_text import Dialect, each_once, inline, tags

_PLAIN = Dialect()
_ERROR = re.compile(rb"<(?:[\w.-]+:)?error\s+code\s*=\s*[\"'](\w+)[\"'][^>]*>([^<]*)<")


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """Yield the records of an answer, in order, without the deleted ones."""
    error = _ERROR.search(blob.head())
    if error and b"<record" not in blob.head():
        code, text = error[1].decode(), " ".join(error[2].decode("utf-8", "replace").split())
        raise UnreadableFile(f"{blob.name}: the archive answered {code}" + (f": {text}" if text else ""))
    yield from read_papers(blob, ("record", *_FORMS), read_record)


def read_record(record: Element) -> Paper | None:
    """The paper of a `record`, or of bare metadata; None if it is deleted. Raises `UnreadableFile` on other forms."""
    if record.tag in _FORMS:
        return _FORMS[record.tag](record, "")
    header = record.find("header")
    if header is not None and header.get("status") == "deleted":
        return None
    metadata = record.find("metadata")
    for form in () if metadata is None else metadata:
        if form.tag in _FORMS:
            return _FORMS[form.tag](form, _text(header, "identifier"))
    found = "no metadata" if metadata is None or not len(metadata) else f"metadata in the form <{metadata[0].tag}>"
    raise UnreadableFile(f"its <record> has {found}; litdex reads {', '.join(_FORMS)}")


def _text(element: Element | None, path: str) -> str:
    return "" if element is None else inline(element.find(path), _PLAIN)


def _arxiv(form: Element, identifier: str) -> Paper:
    names = form.iterfind("authors/author")
    arxiv = _text(form, "id") or identifier
    return _arxiv_paper(form, arxiv, tuple(_person(name) for name in names), find_date(_text(form, "created")))


def _person(name: Element) -> Author:
    family = f"{_text(name, 'keyname')} {_text(name, 'suffix')}".strip()
    return Author(family=plain_tex(family), given=plain_tex(_text(name, "forenames")))


def _arxiv_raw(form: Element, identifier: str) -> Paper:
    versions = [(each.get("version", "").lstrip("v"), _text(each, "date")) for each in form.iterfind("version")]
    number = max((int(version) for version, _ in versions if version.isdecimal()), default=0)
    names = printed_authors(_text(form, "authors"))
    date = earliest(find_date(date) for _, date in versions)
    return _arxiv_paper(form, f"{_text(form, 'id') or identifier}{f'v{number}' if number else ''}", names, date)


def _arxiv_paper(form: Element, arxiv: str, authors: tuple[Author, ...], date: str) -> Paper:
    known = normalise_arxiv(arxiv)
    if known is None:
        raise UnreadableFile(f"its <{form.tag}> has no arXiv identifier")
    doi = normalise_doi(_text(form, "doi").partition(" ")[0])
    return Paper(
        identifiers={"arxiv": known[0]} | ({"doi": doi} if doi else {}),
        version=known[1],
        title=plain_tex(_text(form, "title")),
        abstract=_abstract(form.findtext("abstract") or "", plain_tex),
        authors=tuple(author for author in authors if author.name),
        date=date,
        categories=tuple(_text(form, "categories").split()),
        venue=plain_tex(_text(form, "journal-ref")),
        license=_text(form, "license"),
        retracted=_text(form, "comments").lower().startswith("this paper has been withdrawn"),
    )


def _abstract(text: str, read: Callable[[str], str] = str) -> str:
    """Lines joined; a line that is set in begins a paragraph, as arXiv writes them."""
    paragraphs = re.split(r"\n\s*\n|\n[ \t]{2,}", text.strip())
    return "\n\n".join(read(" ".join(paragraph.split())) for paragraph in paragraphs if paragraph.strip())


def _dublin_core(form: Element, identifier: str) -> Paper:
    values = {name: [text for each in form.iterfind(name) if (text := inline(each, _PLAIN))] for name in _DC_NAMES}
    other_forms = [_OTHER_FORM.sub("", text) for text in values["relation"] if _OTHER_FORM.match(text)]
    descriptions = [text for text in values["description"] if not re.match(r"Comments?:", text)]
    identifiers, version = _dc_identifiers([*values["identifier"], *other_forms, identifier])
    claims, _ = _dc_identifiers(values["relation"])
    read = plain_tex if "arxiv" in identifiers else str
    title = read(values["title"][0]) if values["title"] else ""
    if not title and not descriptions:
        raise UnreadableFile(f"its <{form.tag}> has neither title nor description")
    first = next(iter(form.iterfind("description")), None)
    return Paper(
        identifiers=identifiers,
        claims={scheme: value for scheme, value in claims.items() if identifiers.get(scheme) != value},
        version=version,
        title=title,
        abstract=_abstract(first.text or "", read) if descriptions and first is not None and first.text else "",
        authors=tuple(author for name in values["creator"] if (author := parse_name(read(name))).name),
        date=earliest(find_date(date) for date in values["date"]),
        keywords=each_once(values["subject"]),
        venue=next(iter(values["source"]), ""),
        publisher=next(iter(values["publisher"]), ""),
        language=next(iter(values["language"]), "").lower(),
        license=next(iter(values["rights"]), ""),
    )


_OTHER_FORM = re.compile(r"info:eu-repo/semantics/altIdentifier/\w+/", re.IGNORECASE)  # of the paper: HAL, DSpace
_DC_NAMES = tags("title creator subject description publisher date identifier source language relation rights")


def _dc_identifiers(texts: list[str]) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    version = 0
    for text in texts:
        known = parse_id(text)
        scheme, value = known if known else ("", "")
        if scheme in {"arxiv", "doi", "pmid", "pmcid"}:
            found.setdefault(scheme, normalise(scheme, value))
            arxiv = normalise_arxiv(text)
            version = max(version, arxiv[1] if arxiv else 0)
    return found, version


def _jats(form: Element, _: str) -> Paper:
    return read_article(form)


_FORMS: dict[str, Callable[[Element, str], Paper]] = {
    "arXiv": _arxiv,
    "arXivRaw": _arxiv_raw,
    "dc": _dublin_core,
    "article": _jats,
}
"""Metadata element -> what reads it, given the element and the identifier of the record."""
