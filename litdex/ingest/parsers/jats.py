"""JATS and NLM articles, alone or in sets (`pmc-articleset`, OAI-PMH): full text, metadata, references.

Sub-articles (decision letters, replies) are not part of the paper and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import earliest, find_date, iso_date
from litdex.ingest.identifiers import collected
from litdex.ingest.paper import Author, Paper, Section
from litdex.ingest.parsers import jats_text
from litdex.ingest.parsers.jats_apart import apart, translations
from litdex.ingest.parsers.jats_references import person, references
from litdex.ingest.parsers.jats_text import JATS
from litdex.ingest.parsers.xml import Element, read_papers
from litdex.ingest.parsers.xml_text import attribute, each_once, flow, inline, tags

_SCHEMES = {"doi": "doi", "pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid", "arxiv": "arxiv"}
_NO_DATES = tags(
    "pmc-release nihms-submitted received accepted rev-recd rev-request retracted retraction corrected pre-print"
)
_OTHERS = re.compile(r"editor|review|translat|illustrat|transcri|compil|guarantor|research-assistant", re.IGNORECASE)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """Yield the articles of a document, in order."""
    return read_papers(blob, ("article",), read_article)


def read_article(article: Element) -> Paper:
    """The paper of an `article` element without namespaces. Raises `UnreadableFile` where it has no metadata."""
    meta = article.find("front/article-meta")
    if meta is None:
        meta = article.find("front-stub")
    if meta is None:
        raise UnreadableFile("its <article> has no <article-meta>")
    identifiers, version = _identifiers(meta)
    abstract, summaries = _abstracts(meta)
    return Paper(
        identifiers=identifiers,
        version=version,
        title=_title(meta),
        abstract=abstract,
        authors=tuple(author for author in _authors(meta) if author.name),
        date=_date(meta),
        keywords=_keywords(meta),
        venue=_venue(article),
        volume=inline(meta.find("volume"), JATS),
        issue=inline(meta.find("issue"), JATS),
        pages=_pages(meta),
        publisher=inline(article.find("front/journal-meta/publisher/publisher-name"), JATS)
        or inline(article.find("front/journal-meta/publisher-name"), JATS),
        language=attribute(article, "lang").lower(),
        license=_license(meta),
        retracted=_retracted(article, meta),
        sections=(*summaries, *translations(article, meta), *_sections(article, meta)),
        captions=tuple(apart(article)),
        references=tuple(references(article)),
    )


def _identifiers(meta: Element) -> tuple[dict[str, str], int]:
    return collected(
        (_SCHEMES.get(element.get("pub-id-type", "").lower(), ""), inline(element, JATS))
        for element in meta.iterfind("article-id")
    )


def _title(meta: Element) -> str:
    group = meta.find("title-group")
    holder = meta if group is None else group
    title, subtitle = inline(holder.find("article-title"), JATS), inline(holder.find("subtitle"), JATS)
    if title and subtitle:
        return f"{title}{' ' if title.endswith((':', '?', '!', '.')) else ': '}{subtitle}"
    return title or subtitle or inline(meta.find("product/source"), JATS)


def _authors(meta: Element) -> Iterator[Author]:
    for group in meta.iterfind("contrib-group"):
        if _OTHERS.search(group.get("content-type", "")):
            continue
        for contrib in group.iterfind("contrib"):
            if not _OTHERS.search(contrib.get("contrib-type", "")):
                yield from _contributor(contrib)


def _contributor(contrib: Element) -> Iterator[Author]:
    orcid = next(
        (
            match[0]
            for element in contrib.iterfind("contrib-id")
            if (match := re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", element.text or ""))
        ),
        "",
    )
    for forms in (
        *([name] for name in contrib.iterfind("name")),
        *(list(names) for names in contrib.iterfind("name-alternatives")),
        *([name] for name in contrib.iterfind("string-name")),
    ):
        author, *others = [named for form in forms if (named := person(form)).family] or [Author(family="")]
        also = (f"{other.family}, {other.given}".rstrip(", ") for other in others)
        yield replace(author, orcid=orcid, also=tuple(dict.fromkeys(also)))
    for collab in contrib.iterfind("collab"):
        yield Author(family=_collaboration(collab))


def _collaboration(collab: Element) -> str:
    """The name of a group; its members, addresses and marks stand in elements of their own."""
    institution = inline(collab.find("institution"), JATS)
    own = [collab.text or ""]
    for child in collab:
        own.append(
            "" if child.tag in {"contrib-group", "xref", "address", "fn", "aff", "email"} else inline(child, JATS)
        )
        own.append(child.tail or "")
    return " ".join("".join(own).split()).rstrip(" ,;") or institution


def _date(meta: Element) -> str:
    dates = [_date_of(each) for each in meta.iterfind("pub-date") if not _kinds(each) & _NO_DATES]
    return earliest(dates) or find_date(inline(meta.find("permissions/copyright-year"), JATS))


def _kinds(date: Element) -> set[str]:
    return {date.get("pub-type", ""), date.get("date-type", "")}


def _date_of(element: Element) -> str:
    year, month, day = (inline(element.find(part), JATS) for part in ("year", "month", "day"))
    month = month or inline(element.find("season"), JATS)
    return iso_date(year, month, day) or find_date(element.get("iso-8601-date", "") or inline(element, JATS))


def _venue(article: Element) -> str:
    places = ("journal-title-group/journal-title", "journal-title", "journal-title-group/abbrev-journal-title")
    found = (inline(article.find(f"front/journal-meta/{place}"), JATS) for place in (*places, "journal-id"))
    return next((venue for venue in found if venue), "")


def _pages(meta: Element) -> str:
    first, last = inline(meta.find("fpage"), JATS), inline(meta.find("lpage"), JATS)
    if first:
        return f"{first}-{last}" if last and last != first else first
    return inline(meta.find("elocation-id"), JATS) or inline(meta.find("page-range"), JATS)


def _license(meta: Element) -> str:
    """The address of the licence where one is given, else its text."""
    permissions = meta.find("permissions")
    if permissions is None:
        return ""
    links = [attribute(element, "href") for element in permissions.iter("license", "ext-link", "uri")]
    links += [inline(element, JATS) for element in permissions.iter("license_ref")]
    link = next((link for link in links if link.startswith("http")), "")
    return link or inline(permissions.find("license"), JATS) or inline(permissions.find("copyright-statement"), JATS)


def _keywords(meta: Element) -> tuple[str, ...]:
    """Author keywords, then the subjects that are no article type; each once."""
    groups = (group for group in meta.iterfind("kwd-group") if "abbrev" not in group.get("kwd-group-type", ""))
    found = [inline(kwd, JATS) for group in groups for kwd in group.iter("kwd", "compound-kwd")]
    for group in meta.iterfind("article-categories/subj-group"):
        if group.get("subj-group-type") not in {"heading", "article-type", None}:
            found += [inline(subject, JATS) for subject in group.iter("subject")]
    return each_once(found)


def _abstracts(meta: Element) -> tuple[str, list[Section]]:
    """The abstract, and the secondary ones (author summary, teaser) as sections; one of those serves if it is alone."""
    plain, others = "", list[Element]()
    for abstract in meta.iterfind("abstract"):
        if not plain and attribute(abstract, "abstract-type") in {"", "abstract", "section", "structured", "main"}:
            plain = jats_text.abstract_text(abstract)
        else:
            others.append(abstract)
    if not plain and others:
        plain = jats_text.abstract_text(others.pop(0))
    pairs = [(jats_text.summary_title(other), jats_text.abstract_text(other)) for other in others]
    return plain, [Section(title=title, text=text) for title, text in pairs if text]


def _sections(article: Element, meta: Element) -> Iterator[Section]:
    for body in article.iterfind("body"):
        yield from jats_text.sections(body)
    funding = meta.find("funding-group/funding-statement")
    if funding is not None and (text := flow(funding, JATS)):
        yield Section(title="Funding", text=text, kind="back")
    for back in article.iterfind("back"):
        yield from jats_text.back_sections(back)


def _retracted(article: Element, meta: Element) -> bool:
    """Whether the article itself was; a notice that retracts another one stands."""
    related = {element.get("related-article-type") for element in meta.iterfind("related-article")}
    return article.get("article-type") == "retracted-article" or "retraction-forward" in related
