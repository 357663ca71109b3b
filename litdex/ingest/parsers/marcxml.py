"""MARCXML, as libraries' catalogues give it: books, theses, and articles with the work that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import find_identifiers, normalise
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.tagged import isbn_of
from litdex.ingest.parsers.xml import Element, read_papers
from litdex.ingest.parsers.xml_text import each_once

_PEOPLE = ("100", "110", "111", "700", "710", "711")
_EDITORS = re.compile(r"\b(?:edt|ed|eds|editors?|hrsg|herausgeber\w*|hg|directeur de publication)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:trl|trans\w*|illustr\w*|ill|ths|dgs|supervis\w*|advisor|narrat\w*|prf|dnr|pbl|publisher|fmo)\b",
    re.IGNORECASE,
)
_SCHEMES = {"doi": "doi", "arxiv": "arxiv", "pmid": "pmid", "pmcid": "pmcid"}


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The works of a file, a record each."""
    return read_papers(blob, ("record",), read_record)


def read_record(record: Element) -> Paper:
    """The work of one record. Raises `UnreadableFile` where it has no title."""
    record = next((inner for inner in record.iter("record") if inner.find("datafield") is not None), record)
    title = _title(record)
    if not title:
        raise UnreadableFile("its <record> has no title (245 $a)")
    kind = _kind(record)
    authors, editors = _people(record)
    place = _place(_first(record, "773", "g"))
    return Paper(
        identifiers=_identifiers(record, kind),
        kind=kind,
        title=title,
        abstract="\n\n".join(_values(record, "520", "a")),
        authors=authors or editors,
        editors=editors,
        date=_date(record),
        keywords=_keywords(record),
        venue=_bare(_first(record, "773", "t") or _first(record, "773", "a") or _first(record, "490", "a")),
        volume=place["volume"],
        issue=place["issue"],
        pages=place["pages"],
        publisher=_bare(_first(record, "264", "b") or _first(record, "260", "b") or _first(record, "502", "c")),
        language=_first(record, "041", "a")[:3] or _control(record, "008")[35:38].strip(" |"),
    )


def _fields(record: Element, tag: str) -> Iterator[Element]:
    return (field for field in record.iterfind("datafield") if field.get("tag") == tag)


def _values(record: Element, tag: str, *codes: str) -> list[str]:
    """The subfields of all fields of a tag, in order."""
    return [
        " ".join((part.text or "").split())
        for field in _fields(record, tag)
        for part in field.iterfind("subfield")
        if part.get("code") in codes and (part.text or "").strip()
    ]


def _first(record: Element, tag: str, code: str) -> str:
    return next(iter(_values(record, tag, code)), "")


def _control(record: Element, tag: str) -> str:
    return next((field.text or "" for field in record.iterfind("controlfield") if field.get("tag") == tag), "")


def _bare(text: str) -> str:
    """A value without the marks that cataloguers put between the parts of an entry."""
    text = re.sub(r"[\x98\x9c\u0098\u009c]", "", text)  # around an article that is passed over in sorting
    text = re.sub(r"\s*[/:;,=]+\s*$", "", text.strip())
    return re.sub(r"(?<=\w{3})\.$|^\[(.*)\]$", r"\1", text).strip()


def _title(record: Element) -> str:
    field = next(_fields(record, "245"), None)
    if field is None:
        return ""
    parts = [(part.get("code"), _bare(part.text or "")) for part in field.iterfind("subfield")]
    title = next((text for code, text in parts if code == "a"), "")
    for code, text in parts:
        if code in ("b", "n", "p") and text:
            title += f"{': ' if code == 'b' else '. '}{text}"
    return title


def _kind(record: Element) -> str:
    thesis = " ".join(_values(record, "502", "a", "b"))
    if thesis:
        return kind if (kind := kind_of(thesis)) in ("phdthesis", "mastersthesis") else "thesis"
    leader = record.findtext("leader") or ""
    if any(True for _ in _fields(record, "773")):
        host = " ".join(_values(record, "773", "g", "x"))
        meeting = any(True for tag in ("111", "711") for _ in _fields(record, tag))
        return "inproceedings" if meeting else "article" if host else "incollection"
    return "book" if leader[6:8] in ("am", "tm", "ac", "em") else "misc" if leader else ""


def _people(record: Element) -> tuple[tuple[Author, ...], tuple[Author, ...]]:
    """Authors and editors; translators, supervisors and the like are neither. Roles are told by $e and $4."""
    authors, editors = list[Author](), list[Author]()
    for tag in _PEOPLE:
        for field in _fields(record, tag):
            parts = {part.get("code"): (part.text or "").strip() for part in field.iterfind("subfield")}
            name = re.sub(r"(?<=\w{2})\.$", "", parts.get("a", "").strip(" ,;"))
            role = f"{parts.get('e', '')} {parts.get('4', '')}"
            if not name or _OTHERS.search(role) or "t" in parts:
                continue
            person = parse_name(name) if tag in ("100", "700") else Author(family=_bare(name))
            (editors if _EDITORS.search(role) else authors).append(person)
    return tuple(dict.fromkeys(authors)), tuple(dict.fromkeys(editors))


def _date(record: Element) -> str:
    printed = [*_values(record, "264", "c"), *_values(record, "260", "c"), *_values(record, "773", "g", "d")]
    return next(filter(None, map(find_date, printed)), "") or find_date(_control(record, "008")[7:11])


def _keywords(record: Element) -> tuple[str, ...]:
    found = [_bare(word) for tag in ("650", "653", "651", "600") for word in _values(record, tag, "a")]
    return each_once(found)


def _place(text: str) -> dict[str, str]:
    """Volume, issue and pages of an article in "Vol. 7, no. 2 (2009), p. 11-19"."""
    found = {
        "volume": re.search(r"(?:vol|bd|v|jg)\w*\.?\s*(\d+)|^(\d+)(?=[(:.])", text, re.IGNORECASE),
        "issue": re.search(r"(?:no|nr|iss|heft|h)\w*\.?\s*(\d+)|^\d+\((\d+)\)", text, re.IGNORECASE),
        "pages": re.search(r"(?:pp?|pages?|s)\.?\s*(\w*\d+(?:\s*[-–]\s*\w*\d+)?)", text, re.IGNORECASE),
    }
    given = {name: next(filter(None, match.groups()), "") if match else "" for name, match in found.items()}
    return {name: re.sub(r"\s*[-–]\s*", "-", value) for name, value in given.items()}


def _identifiers(record: Element, kind: str) -> dict[str, str]:
    """Standard numbers (024), and the address of the work itself; related works have other fields."""
    found: dict[str, str] = {}
    for field in _fields(record, "024"):
        parts = {part.get("code"): (part.text or "").strip() for part in field.iterfind("subfield")}
        scheme = _SCHEMES.get(parts.get("2", "").lower(), "")
        if scheme and (value := normalise(scheme, parts.get("a", ""))):
            found.setdefault(scheme, value)
    own = [field for field in _fields(record, "856") if field.get("ind2") in ("0", " ", None)]
    links = " ".join(part.text or "" for field in own for part in field.iterfind("subfield") if part.get("code") == "u")
    if has_isbn_of_its_own(kind) or "thesis" in kind:
        found |= isbn_of(" ".join(_values(record, "020", "a")))
    return {**find_identifiers(links), **found}
