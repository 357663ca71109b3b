"""XML formats told by the root element and its namespace. Nothing is parsed, so nothing declared is expanded."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)([^<>]*)")
_DOCTYPE_PART = re.compile(r"<!--|<\?|[\"'\[\]>]")
_CLOSING = {"<!--": "-->", "<?": "?>", '"': '"', "'": "'"}

FORMATS = {
    "article": "jats",
    "pmc-articleset": "jats",
    "PubmedArticleSet": "pubmed",
    "PubmedBookArticleSet": "pubmed",
    "PubmedBookArticle": "pubmed",
    "MedlineCitationSet": "pubmed",
    "PubmedArticle": "pubmed",
    "MedlineCitation": "pubmed",
    "TEI": "tei",
    "TEI.2": "tei",
    "teiCorpus": "tei",
    "OAI-PMH": "oai",
    "ListRecords": "oai",
    "GetRecord": "oai",
    "arXiv": "oai",
    "arXivRaw": "oai",
    "dc": "oai",
    "leader": "marcxml",
    "controlfield": "marcxml",
    "source-app": "endnotexml",
    "database": "endnotexml",
    "ref-type": "endnotexml",
    "rec-number": "endnotexml",
    "contributors": "endnotexml",
    "full-text-retrieval-response": "elsevier",
    "converted-article": "elsevier",
    "simple-article": "elsevier",
}
NAMESPACES = {"loc.gov/MARC21/slim": "marcxml", "elsevier.com/xml/": "elsevier"}
"""Of what stands in these, whatever its name."""
WRAPPERS = frozenset({"articles", "records", "record", "metadata", "collection", "xml"})
"""Elements that say nothing by themselves: the first one inside of them counts."""

MAX_DEPTH = 5

_FOREIGN = ("docbook", "w3.org/1999/xhtml", "w3.org/2005/Atom")
"""Words in the namespace or document type of other formats with an <article>."""

_INLINE = frozenset({"div", "p", "h1", "h2", "h3", "img", "a", "center", "details", "br", "table", "b", "i", "sup"})
"""HTML with which a Markdown file may begin."""


@dataclass(frozen=True, slots=True)
class _Element:
    name: str
    namespace: str
    end: int


def xml_format(text: str) -> tuple[bool, str | None]:
    """(whether the text is XML or HTML at all, its format if litdex reads it). `text` begins with "<"."""
    at, doctype = _skip_prolog(text, 0)
    if doctype.lower().startswith("html"):
        return True, None
    declared = text.startswith(("<?xml", "<!DOCTYPE"))
    for _ in range(MAX_DEPTH):
        element = _element(text, at)
        if element is None:
            return declared, None
        if any(word in element.namespace + doctype for word in _FOREIGN):
            return True, None
        named = (form for word, form in NAMESPACES.items() if word in element.namespace + doctype)
        form = next(named, None) or FORMATS.get(element.name)
        if form:
            return True, form
        if element.name == "searchRetrieveResponse":  # of SRU, which wraps whatever a catalogue has
            return True, "marcxml" if re.search(r"<(?:\w+:)?leader>", text) else None
        if element.name not in WRAPPERS:
            closed = re.search(rf"</(?:[\w.-]+:)?{element.name}\s*>", text) is not None
            return declared or (closed and element.name.lower() not in _INLINE), None
        at, _ = _skip_prolog(text, _past_header(text, element.end))
    return True, None


def _skip_prolog(text: str, at: int) -> tuple[int, str]:
    """The position after declarations, comments and white space, and what the document type says."""
    doctype = ""
    while True:
        match = _PROLOG.match(text, at)
        if match:
            at = match.end()
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, at + 9)
            doctype, at = text[at + 9 : end].strip(), end
        else:
            return at, doctype


def _doctype_end(text: str, at: int) -> int:
    """The position after a document type declaration, with its internal subset in brackets."""
    depth = 0
    while part := _DOCTYPE_PART.search(text, at):
        at = part.end()
        if part[0] in _CLOSING:
            at = text.find(_CLOSING[part[0]], at) + len(_CLOSING[part[0]])
            if at < part.end():  # it is not closed
                break
        depth += {"[": 1, "]": -1}.get(part[0], 0)
        if part[0] == ">" and depth <= 0:
            return at
    return len(text)


def _element(text: str, at: int) -> _Element | None:
    match = _TAG.match(text, at)
    if match is None:
        return None
    prefix, name, attributes = (match[1] or "").rstrip(":"), match[2], match[3]
    declared = re.search(rf"\bxmlns{':' + prefix if prefix else ''}\s*=\s*[\"']([^\"']*)", attributes)
    return _Element(name, declared[1] if declared else "", text.find(">", match.end()) + 1 or len(text))


def _past_header(text: str, at: int) -> int:
    """The position after an OAI record's <header>, which stands before its metadata."""
    at, _ = _skip_prolog(text, at)
    if not re.compile(r"<(\w+:)?header\b").match(text, at):
        return at
    end = re.compile(r"</(\w+:)?header\s*>").search(text, at)
    return end.end() if end else len(text)
