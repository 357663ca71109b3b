"""The bibliography of a JATS article: element, mixed and NLM citations to `Reference`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.ingest.identifiers import find_identifiers, normalise
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Reference
from litdex.ingest.parsers.jats_text import JATS
from litdex.ingest.parsers.printed_references import printed_reference
from litdex.ingest.parsers.xml import Element
from litdex.ingest.parsers.xml_text import inline, tags

_CITATIONS = ("element-citation", "mixed-citation", "nlm-citation", "citation")
_TITLES = ("article-title", "chapter-title", "part-title", "data-title")
_PARTS = tags(
    "person-group name string-name collab article-title chapter-title part-title source year month volume issue fpage "
    "lpage elocation-id page-range publisher-name publisher-loc edition comment pub-id etal conf-name"
)
_PRINTED = replace(JATS, apart=JATS.apart | _PARTS)
_NOT_COMPOSED = tags(
    "person-group name string-name name-alternatives collab etal lpage label pub-id object-id ext-link"
)
_AUTHOR_GROUPS = (None, "author", "allauthors", "inventor", "compiler")
_SCHEMES = {"doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "pmc": "pmcid", "arxiv": "arxiv"}
_JOURNAL = frozenset({"", "journal", "other", "confproc", "conf-proc", "conference", "conf-paper", "preprint", "web"})


def person(name: Element) -> Author:
    """A `name` or `string-name` with its parts marked up; a `string-name` without is read as it is printed."""
    family, given = inline(name.find("surname"), JATS), inline(name.find("given-names"), JATS)
    suffix = inline(name.find("suffix"), JATS)
    if not family:
        return (
            parse_name(inline(name, JATS)) if name.tag == "string-name" else Author(family=given or inline(name, JATS))
        )
    return Author(family=f"{family} {suffix}".strip(), given=given)


def references(article: Element) -> Iterator[Reference]:
    """One `Reference` a citation; a `ref` that holds none is taken as its text."""
    for ref in article.iter("ref"):
        if any(True for _ in ref.iterancestors("sub-article", "response")):
            continue
        citations = list(_citations(ref))
        for mixed, marked in citations:
            yield _reference(mixed, marked)
        if not citations:
            text = " ".join(inline(child, JATS) for child in ref if child.tag != "label")
            yield printed_reference(text)


def _citations(ref: Element) -> Iterator[tuple[Element | None, Element]]:
    """Each citation as (the one to print from, if any; the one to take fields from)."""
    yield from _pairs([child for child in ref if child.tag in _CITATIONS])
    for child in ref:
        if child.tag == "citation-alternatives":
            forms = [form for form in child if form.tag in _CITATIONS]
            mixed = next((form for form in forms if form.tag == "mixed-citation"), None)
            marked = next((form for form in forms if form.tag != "mixed-citation"), mixed)
            if marked is not None:
                yield mixed, marked


def _pairs(citations: list[Element]) -> Iterator[tuple[Element | None, Element]]:
    """The citations that stand in a `ref` side by side: a printed and a marked one of the same year are one entry."""
    mixed = [each for each in citations if each.tag == "mixed-citation"]
    marked = [each for each in citations if each.tag != "mixed-citation"]
    if mixed and marked and all(map(_same_year, mixed, marked)):
        yield from zip(mixed, marked, strict=False)
        citations = [*mixed[len(marked) :], *marked[len(mixed) :]]
    for each in citations:
        yield (each if _is_printed(each) else None), each


def _same_year(printed: Element, marked: Element) -> bool:
    year = inline(marked.find("year"), JATS)[:4]
    text = inline(printed, JATS)
    return year in text or not re.search(r"(?:1[4-9]|20)\d\d", text)


def _is_printed(citation: Element) -> bool:
    """Whether what parts the pieces of an entry stands in the source, or is left to whoever prints it."""
    own = (citation.text, *(child.tail for child in citation))
    return not len(citation) or any(re.search(r"\w|[.,;:]", text or "") for text in own)


def _reference(mixed: Element | None, marked: Element) -> Reference:
    source, conference = inline(marked.find("source"), JATS), inline(marked.find("conf-name"), JATS)
    title = next((text for tag in _TITLES if (text := inline(marked.find(tag), JATS))), "")
    kind = marked.get("publication-type") or marked.get("citation-type") or ""
    book = marked.find("publisher-name") is not None and marked.find("volume") is None
    if not title and (book or kind not in _JOURNAL):
        title, source = source, ""
    authors = tuple(name for name in _authors(marked) if name)
    printed = inline(mixed, _PRINTED) if mixed is not None else _composed(marked, authors)
    year = re.search(r"(?:1[4-9]|20)\d\d", inline(marked.find("year"), JATS))
    year = year or re.search(r"(?<=\()(?:1[4-9]|20)\d\d(?=[a-z]?\))", printed)
    if mixed is marked and not (title or authors or source):
        return replace(printed_reference(printed), identifiers=_identifiers(marked, printed))
    return Reference(
        text=printed,
        title=title.rstrip(" ."),
        authors=authors,
        year=int(year[0]) if year else None,
        venue=source or conference,
        volume=inline(marked.find("volume"), JATS),
        pages=inline(marked.find("fpage"), JATS),
        identifiers=_identifiers(marked, printed),
    )


def _authors(citation: Element) -> Iterator[str]:
    groups = [group for group in citation.iterfind("person-group") if group.get("person-group-type") in _AUTHOR_GROUPS]
    for group in [*groups, citation]:
        for child in group:
            if child.tag in {"name", "string-name"}:
                yield person(child).name
            elif child.tag == "name-alternatives" and len(child):
                yield person(child[0]).name
            elif child.tag == "collab":
                yield inline(child, JATS)


def _composed(citation: Element, authors: tuple[str, ...]) -> str:
    """An entry that the source gives only in parts, written out in the order of the parts."""
    pages = inline(citation.find("fpage"), JATS)
    last = inline(citation.find("lpage"), JATS)
    parts = [", ".join(authors)] if authors else []
    for child in citation:
        if child.tag not in _NOT_COMPOSED:
            text = f"{pages}–{last}" if child.tag == "fpage" and last and last != pages else inline(child, JATS)
            parts.append(text.rstrip(" ."))
    return " ".join(part if part.endswith(("?", "!")) else f"{part}." for part in parts if part)


def _identifiers(citation: Element, printed: str) -> dict[str, str]:
    found = find_identifiers(printed)
    links = " ".join(str(value) for link in citation.iter("ext-link", "uri") for value in link.attrib.values())
    found = {**find_identifiers(links), **found}
    for element in citation.iter("pub-id", "object-id"):
        scheme = _SCHEMES.get(element.get("pub-id-type", "").lower())
        value = normalise(scheme, inline(element, JATS)) if scheme else ""
        if scheme and value:
            found[scheme] = value
    return found
