"""TEI documents: full text as GROBID writes it, and plain TEI with the same elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import collected, find_identifiers, normalise
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section, SectionKind
from litdex.ingest.parsers.printed_references import printed_reference
from litdex.ingest.parsers.tei_text import TEI
from litdex.ingest.parsers.xml import Element, read_papers
from litdex.ingest.parsers.xml_text import attribute, collect, each_once, finish, inline, table_text, tags, visit

_SCHEMES = {"doi": "doi", "pmid": "pmid", "pmcid": "pmcid", "pmc": "pmcid", "arxiv": "arxiv"}
_BACK_TYPES = tags(
    "acknowledgement acknowledgements acknowledgment acknowledgments funding availability contribution contributions "
    "conflict author-contribution"
)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """Yield the documents of a TEI file, in order: one, or those of a corpus."""
    return read_papers(blob, ("TEI", r"TEI\.2"), read_document)


def read_document(tei: Element) -> Paper:
    """The paper of a `TEI` element without namespaces. Raises `UnreadableFile` where it has no header."""
    header = tei.find("teiHeader")
    if header is None:
        raise UnreadableFile("its <TEI> has no <teiHeader>")
    source = header.find("fileDesc/sourceDesc//biblStruct")
    identifiers, version = _identifiers(header)
    return Paper(
        identifiers=identifiers,
        version=version,
        title=_title(header, source),
        abstract=_abstract(header, tei),
        authors=tuple(author for author in _authors(header, source) if author.name),
        date=_date(source) or _date(header.find("fileDesc/publicationStmt")),
        keywords=_keywords(header),
        venue=_first(source, "monogr/title[@level='j']", "monogr/title[@type='main']", "monogr/title"),
        volume=_scope(source, "volume"),
        issue=_scope(source, "issue"),
        pages=_scope(source, "page"),
        publisher=_first(source, "monogr/imprint/publisher") or _first(header, "fileDesc/publicationStmt/publisher"),
        language=_language(tei, header),
        license=_license(header),
        sections=tuple(_sections(tei)),
        captions=tuple(_apart(tei)),
        references=tuple(_references(tei)),
    )


def _first(element: Element | None, *paths: str) -> str:
    if element is None:
        return ""
    return next((text for path in paths if (text := inline(element.find(path), TEI))), "")


def _title(header: Element, source: Element | None) -> str:
    return _first(
        header, "fileDesc/titleStmt/title[@type='main']", "fileDesc/titleStmt/title", "fileDesc/titleStmt//title"
    ) or _first(source, "analytic/title", "monogr/title")


def _identifiers(header: Element) -> tuple[dict[str, str], int]:
    return collected(
        (_SCHEMES.get(idno.get("type", "").lower(), ""), inline(idno, TEI))
        for idno in header.iterfind("fileDesc//idno")
        if not any(True for _ in idno.iterancestors("author", "affiliation", "editor", "relatedItem", "notesStmt"))
        and not _is_of_another(idno)
    )


def _is_of_another(idno: Element) -> bool:
    """Whether it stands in a further entry of the source description: the first is the paper's."""
    entry = next(idno.iterancestors("biblStruct"), None)
    return entry is not None and next(entry.itersiblings("biblStruct", preceding=True), None) is not None


def _authors(header: Element, source: Element | None) -> Iterator[Author]:
    for element, path in (
        (source, "analytic/author"),
        (source, "monogr/author"),
        (header, "fileDesc/titleStmt/author"),
    ):
        authors = [] if element is None else element.findall(path)
        if authors:
            yield from (_person(author) for author in authors)
            return


def _person(author: Element) -> Author:
    name = author.find("persName")
    holder = author if name is None else name
    family = _first(holder, "surname")
    orcid = re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", " ".join(idno.text or "" for idno in author.iterfind("idno")))
    if not family:
        organisation = _first(author, "orgName") if author.find("affiliation") is None else ""
        return Author(family=organisation) if organisation else parse_name(_own_text(holder, author))
    given = " ".join(inline(forename, TEI) for forename in holder.iterfind("forename"))
    suffix = _first(holder, "genName")
    return Author(family=f"{family} {suffix}".strip(), given=given, orcid=orcid[0] if orcid else "")


def _own_text(holder: Element, author: Element) -> str:
    """A name without marked parts; what only holds an affiliation or an address is none."""
    return inline(holder, TEI) if holder is not author or not len(author) else " ".join((author.text or "").split())


def _abstract(header: Element, tei: Element) -> str:
    abstract = header.find("profileDesc/abstract")
    if abstract is None:
        abstract = tei.find("text/front//div[@type='abstract']")
    if abstract is None:
        return ""
    parts: list[str] = []
    for section in _divisions(abstract, 1):
        titled = section.title and section.text and not re.fullmatch(r"(?i)abstract\.?", section.title)
        parts.append(f"{section.title.rstrip(':.')}: {section.text}" if titled else section.text)
    return "\n\n".join(part for part in parts if part)


def _date(element: Element | None) -> str:
    if element is None:
        return ""
    dates = sorted(element.iter("date"), key=lambda date: date.get("type") != "published")
    found = (find_date(date.get("when", "")) or find_date(inline(date, TEI)) for date in dates)
    return next((date for date in found if date), "")


def _keywords(header: Element) -> tuple[str, ...]:
    words: list[str] = []
    for group in header.iterfind("profileDesc/textClass/keywords"):
        terms = [inline(term, TEI) for term in group.iter("term", "item") if term.find("term") is None]
        words += terms or re.split(r"\s*[;,•·]\s*", inline(group, TEI))
    return each_once(words)


def _scope(source: Element | None, unit: str) -> str:
    scope = None if source is None else source.find(f".//biblScope[@unit='{unit}']")
    if scope is None:
        return ""
    first, last = scope.get("from", ""), scope.get("to", "")
    return inline(scope, TEI) or (f"{first}-{last}" if first and last and first != last else first)


def _language(tei: Element, header: Element) -> str:
    text, used = tei.find("text"), header.find("profileDesc/langUsage/language")
    found = (attribute(text, "lang") if text is not None else "", "" if used is None else used.get("ident", ""))
    return next((language.lower() for language in (*found, attribute(header, "lang")) if language), "")


def _license(header: Element) -> str:
    licence = header.find("fileDesc/publicationStmt/availability/licence")
    return "" if licence is None else licence.get("target", "") or inline(licence, TEI)


def _sections(tei: Element) -> Iterator[Section]:
    for body in tei.iterfind("text/body"):
        yield from _divisions(body, 1)
    for back in tei.iterfind("text/back"):
        for division in back.iterfind("div"):
            kind = division.get("type", "")
            if kind != "references":
                yield from _divisions(division, 1, "back" if kind in _BACK_TYPES else "body", _heading(division))


def _divisions(container: Element, level: int, kind: SectionKind = "body", title: str = "") -> Iterator[Section]:
    """The text of a container and its divisions, in order. GROBID's flat divisions have their level in their number."""
    loose: list[str] = []
    for child in container:
        if re.fullmatch(r"div\d?", child.tag):
            yield from _flushed(loose, title, level, kind)
            number = _number(child)
            deeper = level + (container.tag not in {"body", "abstract", "back"} and bool(title))
            deeper = number.count(".") + 1 if number else deeper
            back = child.get("type", "") in _BACK_TYPES
            yield from _divisions(child, deeper, "back" if back else kind, _heading(child))
            title = ""
        elif child.tag != "head":
            visit(child, loose, TEI)
    yield from _flushed(loose, title, level, kind)


def _flushed(loose: list[str], title: str, level: int, kind: SectionKind) -> Iterator[Section]:
    text = finish(loose)
    loose.clear()
    if text or title:
        yield Section(title=title, text=text, level=level, kind=kind)


def _heading(division: Element) -> str:
    return inline(division.find("head"), TEI)


def _number(division: Element) -> str:
    head = division.find("head")
    return "" if head is None else head.get("n", "").strip(" .")


def _apart(tei: Element) -> Iterator[Caption]:
    """Captions, tables, notes under tables, and footnotes, in document order."""
    for element in tei.iterfind("text//*"):
        if element.tag == "figure":
            yield from _float(element)
        elif element.tag == "table" and not any(True for _ in element.iterancestors("figure")):
            yield from _table(element, element.find("head"))
        elif element.tag == "note" and _is_footnote(element) and (text := inline(element, TEI)):
            yield Caption(label="", text=text, kind="footnote")


def _is_footnote(note: Element) -> bool:
    placed = note.get("place", "") in _FOOT_PLACES or note.get("type", "") in _FOOT_PLACES
    return placed and not any(True for _ in note.iterancestors("figure", "listBibl", "note"))


_FLOAT = re.compile(r"((?:fig(?:ure|\.)?|table|tab\.|scheme|box)\s*[\w.]*\w)[\s.:|-]*", re.IGNORECASE)
_FOOT_PLACES = tags("foot footnote end endnote bottom")


def _float(figure: Element) -> Iterator[Caption]:
    """The caption of a figure or table; what it prints of its label goes, which GROBID repeats. A table's cells."""
    head, label = inline(figure.find("head"), TEI), inline(figure.find("label"), TEI)
    text = inline(figure.find("figDesc"), TEI)
    printed = _FLOAT.match(head)
    name = "Table" if figure.get("type") == "table" else "Figure"
    label = printed[1] if printed else f"{name} {label}".strip() if label else ""
    rest = head[printed.end() :] if printed else head
    if label and (again := re.match(rf"{re.escape(label)}(?!\w)[\s.:|-]*", text, re.IGNORECASE)):
        text = text[again.end() :]
    text = " ".join(part for part in (rest, text) if part and not (part == rest and text.startswith(rest)))
    if text or label:
        yield Caption(label=label, text=text)
    for table in figure.iterfind("table"):
        yield from _table(table, None, label)
    if notes := "\n\n".join(note for each in figure.iterfind("note") if (note := inline(each, TEI))):
        yield Caption(label=label, text=notes, kind="table-note")


def _table(table: Element, head: Element | None, label: str = "") -> Iterator[Caption]:
    printed = _FLOAT.match(inline(head, TEI))
    label = label or (printed[1] if printed else "")
    if cells := table_text(table, TEI):
        yield Caption(label=label, text=cells, kind="table")


def _references(tei: Element) -> Iterator[Reference]:
    for listing in tei.iterfind("text//listBibl"):
        for entry in listing:
            if entry.tag == "biblStruct":
                yield _structured(entry)
            elif entry.tag == "bibl":
                text = " ".join(finish(collect(entry, TEI)).split())
                title = _first(entry, "title")
                yield replace(printed_reference(text), title=title) if title else printed_reference(text)


def _structured(entry: Element) -> Reference:
    article = _first(entry, "analytic/title[@type='main']", "analytic/title")
    host = _first(entry, "monogr/title")
    people = entry.findall("analytic/author") or entry.findall("monogr/author")
    authors = tuple(name for person in people if (name := _person(person).name))
    date = _date(entry)
    raw = next((inline(note, TEI) for note in entry.iterfind("note[@type='raw_reference']")), "")
    pieces = (", ".join(authors), article, host, _scope(entry, "volume"), _scope(entry, "page"), date)
    printed = raw or " ".join(f"{piece.rstrip('.')}." for piece in pieces if piece)
    identifiers = find_identifiers(raw)
    for idno in entry.iter("idno"):
        scheme = _SCHEMES.get(idno.get("type", "").lower())
        if scheme and (value := normalise(scheme, inline(idno, TEI))):
            identifiers[scheme] = value
    return Reference(
        text=printed,
        title=article or host,
        authors=authors,
        year=int(date[:4]) if date else None,
        venue=host if article else "",
        volume=_scope(entry, "volume"),
        pages=_scope(entry, "page"),
        identifiers=identifiers,
    )
