"""Identifiers of papers: normalised, read from what a user types, found in running text, and written for display.

A scheme is a word in lower case. Four are known by their shape ("arxiv", "doi", "pmid", "pmcid"); any other is kept
as the source gives it, with space folded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"]+", re.IGNORECASE)
_DOI_SHORT = re.compile(r"10\.\d[\d.]*/[^\s\"]+")  # what follows "doi:" needs less to be believed
_DOI_LEAD = re.compile(r"^(?:doi\s*[:=]?\s*)?(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/)?(?:doi\s*:\s*)?", re.IGNORECASE)
_PAGE = re.compile(  # what publishers' addresses have behind a DOI
    r"(?:(?:v\d+)?\.(?:full|abstract|short)(?:[.-]text)?(?:\.pdf)?|\.pdf|(?<=\d)v\d+"
    r"|/(?:full|pdf|epdf|abstract|html|fulltext|full/html|meta|summary|references|pdfft?))/?$",
    re.IGNORECASE,
)
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "econ|eess|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|"
    "plasm-ph|q-alg|q-bio|q-fin|quant-ph|solv-int|stat|supr-con"
)
_NEW = r"(?P<month>\d{2}(?:0[1-9]|1[0-2]))\.(?P<number>\d{4,6})"
_OLD = rf"(?P<archive>{_ARCHIVES})(?:\.[a-z]{{2,3}}|\.[a-z]+(?:-[a-z]+)+)?/(?P<serial>\d{{7}})"
_ARXIV = re.compile(rf"(?:{_NEW}|{_OLD})(?:\s?v(?P<version>\d{{1,3}}))?(?![\w/]|\.\d)", re.IGNORECASE)
_ARXIV_LEAD = re.compile(
    r"(?:arxiv\s*[:\s]\s*(?:abs/)?|abs/|oai:arxiv\.org:|(?:https?://)?(?:[\w-]+\.)*arxiv\.org/(?:abs|pdf|html|e-print|format|src)/|"
    r"(?:https?://)?(?:dx\.)?doi\.org/10\.48550/arxiv\.|(?:doi:\s*)?10\.48550/arxiv\.)",
    re.IGNORECASE,
)
_PMID = re.compile(
    r"(?:pmid\s*:?\s*|(?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/"
    r"|europepmc\.org/(?:article|abstract)/med/))?0*(\d{1,9})/?",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?:pmcid\s*:?\s*|(?:https?://)?(?:[\w.]*ncbi\.nlm\.nih\.gov/(?:pmc/)?|europepmc\.org/)articles?/(?:pmc/)?)?(?:pmc)?0*(\d{1,9})(?:\.\d+)?/?",
    re.IGNORECASE,
)


def normalise_doi(text: str) -> str:
    """A DOI in lower case, without URL, "doi:" or what punctuation follows it; "" if `text` is none."""
    text = text.strip()[:2000]
    is_url = re.match(r"https?://", text, re.IGNORECASE)
    rest = _DOI_LEAD.sub("", unquote(text) if is_url else text, count=1)
    match = _DOI_SHORT.match(rest)
    if match is None and is_url and (inside := _DOI.search(rest)):
        match = _DOI_SHORT.match(_PAGE.sub("", re.split(r"[?&#]", inside[0])[0]))
    doi = _trimmed(match[0]).lower() if match else ""
    return "" if doi.endswith("/") and doi.count("/") == 1 else doi  # nothing but punctuation behind the prefix


def _trimmed(doi: str) -> str:
    """A DOI without the punctuation of the sentence around it: brackets that it does not open itself go too."""
    while doi:
        last = doi[-1]
        opening = _CLOSING.get(last)
        if opening and doi.count(last) <= doi.count(opening):
            return doi
        if not opening and last not in ".,;:'\"’”»*?!&|":
            return doi
        doi = doi[:-1]
    return doi


def normalise_arxiv(text: str) -> tuple[str, int] | None:
    """(identifier without version, version or 0), or None. Sub-classes go: "math.GT/0309136" -> "math/0309136".

    The zeros that some lists put before a number are taken off: up to 2014 it has four digits, since then five.
    """
    text = text.strip()
    lead = _ARXIV_LEAD.match(text)
    rest = re.sub(r"\.pdf$", "", text[lead.end() :] if lead else text, flags=re.IGNORECASE)
    match = _ARXIV.match(rest)
    if match is None or not re.fullmatch(r"\s*(?:\[[\w.-]+\])?[\s.,;]*", rest[match.end() :]):
        return None
    value = _arxiv_value(match)
    return (value, int(match["version"] or 0)) if value else None


def _arxiv_value(match: re.Match[str]) -> str:
    if match["archive"]:
        return f"{match['archive'].lower()}/{match['serial']}"
    month, number = match["month"], match["number"]
    digits = 4 if month < "1501" else 5
    surplus, number = number[:-digits], number[-digits:]
    possible = "0704" <= month < "9100" and not surplus.strip("0") and len(number) == digits
    return f"{month}.{number}" if possible else ""


def printed_arxiv(venue: str, *places: str) -> str:
    """The arXiv number that an entry prints as if arXiv were a journal; "" if there is none.

    In the name, as "arXiv preprint arXiv:2005.14167", or where such a journal has its volume, number or pages:
    "ArXiv", "abs/2005.14170". A bare number counts beside arXiv's name only.
    """
    named = re.search(r"\barxiv\b|\bcorr\b|computing research repository", venue, re.IGNORECASE) is not None
    for text in (venue, *places):
        for match in _ARXIV.finditer(text):
            before = text[: match.start()].rstrip(" :").lower()
            labelled = before.endswith(("arxiv", "abs/", "arxiv.org/pdf/", "arxiv."))
            apart = not before or not text[match.start() - 1].isalnum()
            if (labelled or (named and apart)) and (value := _arxiv_value(match)):
                return value
    return ""


def normalise_pmid(text: str) -> str:
    """The digits of a PubMed identifier, without leading zeros; "" if `text` is none."""
    match = _PMID.fullmatch(text.strip())
    return match[1] if match and match[1] != "0" else ""


def normalise_pmcid(text: str) -> str:
    """A PubMed Central identifier as "PMC123"; "" if `text` is none."""
    match = _PMCID.fullmatch(text.strip())
    return f"PMC{match[1]}" if match else ""


def _arxiv_id(text: str) -> str:
    found = normalise_arxiv(text)
    return found[0] if found else ""


_SCHEMES: dict[str, Callable[[str], str]] = {
    "arxiv": _arxiv_id,
    "doi": normalise_doi,
    "pmid": normalise_pmid,
    "pmcid": normalise_pmcid,
}
_ALIASES = {"pmc": "pmcid", "pubmed": "pmid", "medline": "pmid"}


def normalise(scheme: str, value: str) -> str:
    """The one spelling of `value` in a scheme; "" where the value cannot belong to it."""
    scheme = scheme.lower()
    known = _SCHEMES.get(_ALIASES.get(scheme, scheme))
    return known(value) if known else " ".join(value.split())


def collected(told: Iterable[tuple[str, str]]) -> tuple[dict[str, str], int]:
    """Of schemes ("" for one that is not known) and texts, the first identifier of each scheme, and arXiv's version."""
    found: dict[str, str] = {}
    version = 0
    for scheme, text in told:
        value = normalise(scheme, text) if scheme else ""
        if value:
            found.setdefault(scheme, value)
        if scheme == "arxiv" and (arxiv := normalise_arxiv(text)):
            version = arxiv[1]
    return found, version


def parse_id(text: str) -> tuple[str, str] | None:
    """(scheme, value) of what a user types, or None where it is no identifier.

    Reads "arXiv:0901.1234v2", "0901.1234", "hep-th/9901001", "doi:10.1/x", a bare DOI, URLs of arXiv, DOI and PubMed,
    "pmid:123", "PMC123", "litdex:0123456789abcdef" and "scheme:value" of any other scheme.
    """
    text = text.strip()
    if found := normalise_arxiv(text):
        return "arxiv", found[0]
    if doi := normalise_doi(text):
        return "doi", doi
    if re.match(r"(?:https?://|www\.|pmc\d)", text, re.IGNORECASE):
        return _from_url(text)
    scheme, colon, value = text.partition(":")
    scheme = scheme.strip().lower()
    scheme = _ALIASES.get(scheme, scheme)
    prose = value[:1].isspace() and scheme not in _SCHEMES  # "Inflation: a review" is a title
    if not colon or prose or not re.fullmatch(r"[a-z][a-z0-9._-]*", scheme):
        return None
    value = normalise(scheme, value)
    return (scheme, value) if value else None


def typed_id(text: str) -> tuple[str, str] | None:
    """(scheme, value) of a text that is nothing but an identifier that everybody knows; None for any other.

    In whatever way people write it: besides what `parse_id` reads "PMID 123", "pmc: 5000001", "<https://doi.org/10.1/x>".
    """
    text = " ".join(text.split()).strip("<>\"'“”‘’ ").rstrip(".,;")
    text = _LABELLED.sub(lambda match: f"{match[1]}:", text)
    if " " in re.sub(r" (?=v\d+$|\[[\w.-]+\]$)", "", text):  # "0901.1234 v2", "0901.1234 [hep-th]"
        return None
    found = parse_id(re.sub(r"(arxiv\.org/[^?#]+)[?#].*|/$", r"\1", text))
    return found if found and found[0] in _SCHEMES else None


_LABELLED = re.compile(
    r"^(doi|pmid|pmcid|pmc|arxiv|pubmed)(?: id)?(?: ?[:#=] ?| |(?<=pmid)(?=\d))(?=\S)", re.IGNORECASE
)


def _from_url(text: str) -> tuple[str, str] | None:
    """The identifier in the address of a page of PubMed, of Europe PMC, or of a service that numbers as arXiv does."""
    asked = re.search(r"pubmed[^?]*\?(?:.*&)?term=(\d+)(?:&|$)", text, re.IGNORECASE)
    path = re.split(r"[?#]", text)[0].rstrip("/")
    inside = re.search(r"(?:ncbi\.nlm\.nih\.gov|europepmc\.org)/.*/(PMC\d+)(?=/|$)", path, re.IGNORECASE)
    if pmcid := normalise_pmcid(inside[1] if inside else path):
        return "pmcid", pmcid
    if pmid := normalise_pmid(asked[1] if asked else path):
        return "pmid", pmid
    arxiv = normalise_arxiv(path.rpartition("/")[2])
    return ("arxiv", arxiv[0]) if arxiv and not path.isdecimal() else None


def format_id(scheme: str, value: str) -> str:
    """An identifier as it is shown, and as `parse_id` reads it: "arXiv:0901.1234", "doi:10.1/x", "pmid:123"."""
    return f"{'arXiv' if scheme == 'arxiv' else scheme}:{value}"


_PRINTED: dict[str, re.Pattern[str]] = {
    "arxiv": re.compile(
        rf"(?:arxiv\s*:\s*|arxiv\.org/(?:abs|pdf)/|10\.48550/arxiv\.)(?={_ARXIV.pattern})", re.IGNORECASE
    ),
    "doi": re.compile(rf"(?:\bdoi\s*[:=]?\s*|doi\.org/)(?={_DOI_SHORT.pattern})|(?<![\w/.])(?={_DOI.pattern})", re.I),
    "pmid": re.compile(r"\b(?:pmid|pubmed\s+id)\s*[:#]?\s*(?=\d)|pubmed\.ncbi\.nlm\.nih\.gov/(?=\d)", re.IGNORECASE),
    "pmcid": re.compile(r"\b(?:pmcid\s*:?\s*)?(?=pmc\d{3,9}\b)", re.IGNORECASE),
}


def _ends(scheme: str, word: str) -> str:
    """A printed word without what belongs to the sentence, or "[q-bio.MN]" behind an arXiv number."""
    if scheme == "arxiv":
        word = word.partition("[")[0]
    return word if scheme == "doi" else word.rstrip(".,;:)]}")


def find_identifiers(text: str) -> dict[str, str]:
    """The first identifier of each known scheme that running text prints with its label (DOIs also without)."""
    found: dict[str, str] = {}
    for scheme, printed in _PRINTED.items():
        for match in printed.finditer(text):
            word = re.match(r"(?:(?!</)\S)+", text[match.end() : match.end() + 300])
            value = normalise(scheme, _ends(scheme, word[0])) if word else ""
            if value and not value.startswith("10.48550/"):
                found[scheme] = value
                break
    return found
