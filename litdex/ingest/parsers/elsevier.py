"""Elsevier's article XML: ConSyn documents, the article retrieval API's responses, bare articles and book chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import find_identifiers, normalise
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section
from litdex.ingest.parsers.mathml import to_tex
from litdex.ingest.parsers.printed_references import printed_reference
from litdex.ingest.parsers.tagged import pages_of
from litdex.ingest.parsers.xml import Element, read_papers
from litdex.ingest.parsers.xml_text import Dialect, attribute, each_once, flow, inline, subscript, superscript, tags

_ARTICLES = ("article", "simple-article", "converted-article", "book-review", "chapter", "introduction", "book")
_ROOTS = ("document", "full-text-retrieval-response", "doc", *_ARTICLES[:5])
_BACK = {"acknowledgment": "Acknowledgements", "conflict-of-interest": "Conflicts of interest"}


def _math(element: Element, out: list[str], dialect: Dialect) -> None:
    out.append(f"${to_tex(element)}$")


ELSEVIER = Dialect(
    dropped=tags("footnote table figure textbox section-title alt-text e-component label contributor-role e-address"),
    paragraphs=tags("para simple-para list-item note-para"),
    handlers={"sup": superscript, "inf": subscript, "math": _math},
)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The articles of a file; there is one as a rule."""
    return read_papers(blob, _ROOTS, read_document)


def read_document(document: Element) -> Paper:
    """The paper of a document. Raises `UnreadableFile` where it has no title."""
    article = document if document.tag in _ARTICLES else next(document.iter(*_ARTICLES), document)
    meta = _Meta(document)
    head = next(article.iter("head", "simple-head", "book-review-head"), article)
    title = inline(head.find("title"), ELSEVIER) or meta.first("title")
    if not title:
        raise UnreadableFile("its article has no title")
    authors = tuple(_authors(head)) or tuple(parse_name(name) for name in meta.all("creator"))
    abstracts = (_abstract(each) for each in head.iterfind("abstract") if attribute(each, "class") in ("", "author"))
    words = (inline(word, ELSEVIER) for word in head.iterfind("keywords/keyword/text"))
    first = meta.first("startingPage", "pageRange", "first-fp", "articleNumber")
    return Paper(
        identifiers=_identifiers(article, meta),
        kind="incollection" if article.tag == "chapter" else "article",
        title=title,
        abstract=next(filter(None, abstracts), "") or meta.first("description", but=r"doi:"),
        authors=authors,
        date=_date(article, meta),
        keywords=each_once(words) or each_once(meta.all("li", "subject")),
        venue=meta.first("publicationName", "srctitle"),
        volume=meta.first("volume", "vol-first"),
        issue=meta.first("issueIdentifier", "number", "iss-first"),
        pages=pages_of(first, meta.first("endingPage", "last-lp")),
        publisher=meta.first("publisher"),
        language=attribute(article, "lang").lower(),
        license=meta.first("userLicense", "openaccessUserLicense"),
        sections=tuple(_sections(article)),
        captions=tuple(_captions(article)),
        references=tuple(reference for entry in article.iter("bib-reference") for reference in _references(entry)),
    )


class _Meta:
    """What a document says of its article outside of it, under names that differ from one wrapper to the next."""

    def __init__(self, document: Element) -> None:
        parts = [part for name in ("RDF", "coredata", "meta") for part in document.iter(name)]
        self._elements = [element for part in parts for element in part.iter() if isinstance(element.tag, str)]

    def all(self, *names: str) -> list[str]:
        """The texts of the elements under the first of the names that has any."""
        for name in names:
            if found := [text for one in self._elements if one.tag == name and (text := inline(one, ELSEVIER))]:
                return found
        return []

    def first(self, *names: str, but: str = "") -> str:
        """The first such text, unless `but` is found in it."""
        text = next(iter(self.all(*names)), "")
        return "" if but and re.search(but, text) else text


def _identifiers(article: Element, meta: _Meta) -> dict[str, str]:
    """The article's own; those of its references, and of data sets that it names, stand elsewhere."""
    info = next(article.iter("item-info", "chapter-info"), article)
    told = [inline(info.find("doi"), ELSEVIER), *meta.all("doi"), *meta.all("identifier")]
    doi = next(filter(None, (normalise("doi", text) for text in told)), "")
    pmid = normalise("pmid", meta.first("pubmed-id"))
    return {scheme: value for scheme, value in (("doi", doi), ("pmid", pmid)) if value}


def _authors(head: Element) -> Iterator[Author]:
    for group in head.iterfind("author-group"):
        for person in group.iterfind("author"):
            family, given = inline(person.find("surname"), ELSEVIER), inline(person.find("given-name"), ELSEVIER)
            suffix = inline(person.find("suffix"), ELSEVIER)
            orcid = re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", attribute(person, "orcid"))
            if family or given:
                name = f"{family or given} {suffix}".strip()
                yield Author(family=name, given=given if family else "", orcid=orcid[0] if orcid else "")
        for group_name in group.iterfind("collaboration/text"):
            yield Author(family=inline(group_name, ELSEVIER))


def _abstract(abstract: Element) -> str:
    """The parts of an abstract, each with its heading, parted by a blank line."""
    parts = []
    for part in abstract.iterfind("abstract-sec"):
        heading, text = inline(part.find("section-title"), ELSEVIER).rstrip(":"), flow(part, ELSEVIER)
        parts.append(f"{heading}: {text}" if heading else text)
    return "\n\n".join(part for part in parts if part)


def _date(article: Element, meta: _Meta) -> str:
    printed = (*meta.all("coverDate"), *meta.all("cover-date-start"), *meta.all("coverDisplayDate"))
    copyright_year = next((attribute(element, "year") for element in article.iter("copyright")), "")
    return next(filter(None, map(find_date, printed)), "") or find_date(copyright_year)


def _sections(article: Element) -> Iterator[Section]:
    for body in article.iter("body"):
        for sections in body.iter("sections"):
            yield from _inside(sections, 1)
    for appendix in article.iter("appendices"):
        yield from _inside(appendix, 1)
    for tag, title in _BACK.items():
        for element in article.iter(tag):
            text = "\n\n".join(filter(None, (flow(child, ELSEVIER) for child in element.iterfind("para"))))
            yield Section(title=inline(element.find("section-title"), ELSEVIER) or title, text=text, kind="back")


def _inside(element: Element, level: int) -> Iterator[Section]:
    """The sections in an element, the text that stands before them as one without a title."""
    own = [child for child in element if child.tag not in ("section", "section-title", "label")]
    text = "\n\n".join(filter(None, (flow(child, ELSEVIER) for child in own if child.tag in ELSEVIER.paragraphs)))
    if element.tag == "section":
        yield Section(title=inline(element.find("section-title"), ELSEVIER), text=text, level=level)
        level += 1
    elif text:
        yield Section(title="", text=text, level=level)
    for section in element.iterfind("section"):
        yield from _inside(section, level)


def _captions(article: Element) -> Iterator[Caption]:
    for element in article.iter("figure", "table"):
        text = "" if (caption := element.find("caption")) is None else flow(caption, ELSEVIER)
        if text:
            yield Caption(label=inline(element.find("label"), Dialect()), text=text)


def _references(entry: Element) -> Iterator[Reference]:
    """The works of one entry of the bibliography, in their parts or as they are printed."""
    printed = inline(entry.find("source-text"), ELSEVIER)
    parts = list(entry.iterfind("reference"))
    for part in parts:
        text = printed if len(parts) == 1 else ""
        yield _reference(part, text or inline(part.find("source-text"), ELSEVIER))
    for other in entry.iterfind("other-ref/textref") if not parts else ():
        yield printed_reference(inline(other, ELSEVIER))


def _reference(part: Element, printed: str) -> Reference:
    title = inline(part.find("contribution/title/maintitle"), ELSEVIER)
    hosts = [inline(found, ELSEVIER) for found in part.iterfind("host//title/maintitle")]
    names = (
        f"{inline(one.find('given-name'), ELSEVIER)} {inline(one.find('surname'), ELSEVIER)}".strip()
        for one in part.iterfind("contribution/authors/author")
    )
    year = re.search(r"(?:1[4-9]|20)\d\d", " ".join(inline(date, ELSEVIER) for date in part.iterfind("host//date")))
    doi = next((value for found in part.iter("doi") if (value := normalise("doi", found.text or ""))), "")
    return Reference(
        text=printed,
        title=title or next(iter(hosts), ""),
        authors=tuple(filter(None, names)),
        year=int(year[0]) if year else None,
        venue=next(iter(hosts), "") if title else "",
        identifiers={"doi": doi} if doi else find_identifiers(printed),
    )
