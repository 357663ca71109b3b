"""Which paper a PDF is, as its own pages and its file tell: journal, volume, pages, year, DOI.

What is believed, and why (see docs/documents.md): a line of the first page's head, foot or front matter, or a running
head, that reads as journal, volume, page and year; a DOI in such a line or in the file's information, if there is only
one; never what stands in running text, in a reference, or behind words that announce another work.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from litdex.ingest.dates import find_date, month_number
from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.names import fold
from litdex.ingest.paper import Reference


@dataclass(frozen=True, slots=True)
class Imprint:
    """Where a paper appeared, as far as its pages tell."""

    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    year: str = ""


_OTHER_WORK = re.compile(
    r"comment on|corrects|correction to|erratum|reply to|corrigendum|companion|see also|"
    r"data ?set|data for|zenodo|dryad|"
    r"figshare|supplement|supporting|code (?:is|for)|available (?:at|from)|repository|version of record",
    re.I,
)
_NAME = r"(?P<venue>[A-Z][^\d;|•]{2,110}?)"
_YEAR = r"(?P<year>(?:18|19|20)\d\d)"
_VOLUME = r"(?P<volume>[A-Z]?\d{1,5}[A-Z]?)"
_ISSUE = r"(?:\s?\((?:No\.?\s?)?(?P<issue>[\w–-]{1,7})\))?"
_PAGES = (
    r"(?:pp?\.?\s*|pages?\s*|article\s*(?:id|number)?:?\s*)?(?P<pages>[A-Z]{0,3}"
    r"\d{1,8}[A-Z]?(?:\s?[-–—]\s?[A-Z]{0,3}\d{1,7})?)(?:\s?\(\d+\s?pp\.?\))?"
)
_OPEN, _CLOSE = r"[(\u5171\ufffd]", r"[)\u5172\ufffd]"  # some fonts give their brackets as other characters
_MONTH = r"(?:\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?)"
_FORMS = tuple(
    re.compile(form, re.I if flag else 0)
    for form, flag in (
        (rf"(?P<venue>JHEP|JCAP|JINST){_VOLUME}\({_YEAR}\)(?P<pages>\d+)", 0),
        (rf"{_NAME},?\s+(?:vol(?:ume|\.)?\s*)?{_VOLUME}{_ISSUE}\s*[,:]\s*{_PAGES}\s*,?\s*"
            rf"{_OPEN}(?:{_MONTH}\s)?{_YEAR}{_CLOSE}", 1),
        (rf"{_NAME},?\s+{_VOLUME}{_ISSUE}\s*\({_YEAR}\)\s*,?\s*{_PAGES}", 1),
        (rf"{_NAME}\s*,?\s+\(?{_YEAR}\)?\s*[,;:]?\s*(?:vol\.?\s*)?{_VOLUME}{_ISSUE}(?:\s*,\s*"
            rf"(?:no|iss)\.?\s*[\w–-]+)?\s*[:,]\s*(?:\d{{1,3}}\s?,\s*)?{_PAGES}", 1),
        (rf"{_NAME}\s*,?\s+{_VOLUME}\s*:\s*{_PAGES}\s*,\s*{_YEAR}", 1),
        (rf"{_NAME}\s*[,|]?\s+vol(?:ume|\.)?\s*{_VOLUME}\s*(?:,|\||\()?\s*(?:(?:no|issue|number|"
            rf"iss)\.?\s*(?P<issue>[\w–-]+)\s*\)?)?[\s,|]*(?:pp?\.?\s*"
            rf"(?P<pages>\d+\s?[-–]\s?\d+))?[\s,|]*(?:{_MONTH}[\s,/–-]*(?:\d{{1,2}},?\s)?){{0,2}}"
            rf"\(?{_YEAR}", 1),
        (rf"{_NAME}\s*,?\s+\(?{_YEAR}\)?\s*,\s*vol(?:ume|\.)?\s*{_VOLUME}{_ISSUE}(?:,\s*no\.?\s*"
            rf"(?P<number>\w+))?(?:\s*,?\s*{_PAGES})?", 1),
        (rf"{_NAME}\s+{_VOLUME}{_ISSUE}\s*[:,]\s*{_PAGES}\s*(?:$|[.;]|doi|https)", 1),
        (rf"(?P<year>(?:19|20)\d\d),?\s+vol\.\s*{_VOLUME}{_ISSUE}\s*{_PAGES}", 1),
        (rf"{_MONTH}\s+{_YEAR},\s+volume\s+{_VOLUME},\s+issue\s+(?P<issue>\w+)", 1),
        (rf"vol(?:ume|\.)\s*{_VOLUME}\s*(?:no\.?|,)\s*(?P<issue>\d+)\s+{_YEAR},?\s*(?:pages?\s*{_PAGES})?", 1),
        (rf"volume\s+{_YEAR},\s+article\s+id\s+(?P<pages>\w+)", 1),
    )
)  # fmt: skip
_VENUE_WORD = re.compile(
    r"journal|\bj\.|phys|astro|letters?\b|lett\.|transactions|proceedings|\bproc\b|annals|"
    r"acta|reviews?\b|\brev\.|bulletin|"
    r"research|science|sciences|nature|plos|bmc|ieee|acm|mnras|notices|medicine|archives?|"
    r"advances|international|biolog|chem|"
    r"math|engineering|psych|bioinformatics|quarterly|magazine|communications|europ|"
    r"zeitschrift|A&A|JHEP|JCAP|JINST|PNAS|"
    r"icarus|geo|materials|systems|theor|computer|econ|statist|genet|neuro|clinical|sensors|atoms|entropy|energies",
    re.I,
)
_LEAD = re.compile(
    r"^(?:.*\bet al\.?,?\s+|(?:published|appeared|printed|to appear|accepted|in press)\s+"
    r"(?:in|by)\s*:?\s*|citation:?\s+|cite (?:this|as):?\s+|"
    r"(?:research|original|review|regular) (?:article|paper)\s+|open access\s+|"
    r"contents lists.*direct\s+|in proceedings of |©\s*)",
    re.I,
)
_BYLINE = re.compile(
    r"^(?:[A-Z]\.\s?)+[A-Z][\w'’-]+(?:(?:,| and|, and| &)\s+"
    r"(?:[A-Z]\.\s?)+[A-Z][\w'’-]+)*,?\s+(?=\S)"
)
_PLACEHOLDER = re.compile(r"0+|x+", re.I)


def imprint(lines: Sequence[str], title: str = "") -> Imprint:
    """What lines that are no running text tell of where the paper appeared; the fullest of them is believed."""
    found = [seen for place, line in enumerate(lines) for seen in _read(line, lines[max(0, place - 2) : place])]
    found += [seen for line in _citations(lines, title) for seen in _read(line, ())]
    named = Counter(fold(seen.venue) for seen in found)
    return max(found, key=lambda seen: (_filled(seen), named[fold(seen.venue)]), default=Imprint())


def _filled(seen: Imprint) -> int:
    return sum(map(bool, (seen.venue, seen.volume, seen.pages, seen.year))) + bool(seen.venue)


def _read(line: str, above: Sequence[str]) -> Iterator[Imprint]:
    """The imprints that one line gives; the name of the journal may stand alone above it."""
    line = _LEAD.sub("", " ".join(line.split()))
    if _OTHER_WORK.search(line) or len(line) > 400:
        return
    for form in _FORMS:
        match = form.search(line)
        if match is None:
            continue
        told = {key: (value or "").strip(" ,:") for key, value in match.groupdict().items()}
        venue = (
            _venue(told.get("venue", "")) if "venue" in told else next(filter(None, map(_venue, reversed(above))), "")
        )
        if (not venue and "venue" in told) or _PLACEHOLDER.fullmatch(told.get("volume", "")):
            continue
        pages = re.sub(r"\s*[-–—]\s*", "-", told.get("pages", ""))
        year = told.get("year", "") or next(iter(re.findall(r"\(((?:19|20)\d\d)\)", line)), "")
        if told.get("volume") == year and year:
            told["volume"] = ""
        issue = told.get("issue") or told.get("number", "")
        yield Imprint(venue, told.get("volume", ""), issue, pages, year)
        return


def _venue(text: str) -> str:
    """A journal's name in a text, or "" where there is none: "4364-4374 Nucleic Acids" -> "Nucleic Acids"."""
    text = re.sub(r"^[\W\d_]+|[\s,;:|(]+$|\s+(?:original|research) (?:paper|article)$", "", text, flags=re.I)
    text = _BYLINE.sub("", _LEAD.sub("", text))
    text = re.split(r"\bdoi\b|https?:|\s{3,}", text)[0].strip(" ,;:|")
    words = text.split()
    if not 1 <= len(words) <= 14 or not text[0].isupper() or (not _VENUE_WORD.search(text) and len(words) > 3):
        return ""
    if re.search(
        r"\b(we|this|that|with|received|copyright|available|university|department|submitted|"
        r"accepted|revised|published|preprint|page|under|terms|week)\b",
        text,
        re.I,
    ):
        return ""
    if month_number(words[-1]) and len(words[-1]) > 2:
        return _venue(" ".join(words[:-1])) if len(words) > 1 else ""
    return text if text.count(".") > 1 else text.rstrip(".")


def _citations(lines: Sequence[str], title: str) -> Iterator[str]:
    """What stands behind the paper's own title where its pages say how it is cited."""
    whole = " ".join(lines)
    words = re.findall(r"\w+", title)
    if len(words) < 3:
        return
    printed = re.compile(r"\W+".join(map(re.escape, words)), re.I)
    for match in printed.finditer(whole):
        yield re.sub(r"^[\W_]+(?:[Ii]n\b:?\s*)?", "", whole[match.end() : match.end() + 200])


def own_doi(lines: Sequence[str], information: Iterable[str]) -> str:
    """The paper's own DOI: the one that these lines or the file's information give, if there is but one."""
    told = [doi for text in information if (doi := find_identifiers(text).get("doi", ""))]
    printed: Counter[str] = Counter()
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else ""
        if not _OTHER_WORK.search(f"{before[-40:]} {line}"):
            printed.update(_dois(line))
    candidates = set(printed) | set(told)
    whole = {doi for doi in candidates if not any(other != doi and other.startswith(doi) for other in candidates)}
    if len(whole) == 1:
        return whole.pop()
    agreed = [doi for doi in told if doi in printed]
    return agreed[0] if len(set(agreed)) == 1 else ""


def _dois(line: str) -> list[str]:
    """The DOIs in a line, but none that the line's end may have cut."""
    found = []
    for match in re.finditer(r"(?:doi\.org/\s?|doi\s*[:=]?\s*)?10\.\d{4,9}/\S+", line, re.I):
        doi = find_identifiers(match[0].replace(" ", "")).get("doi", "")
        cut = match.end() == len(line) and not re.search(r"\d\.?$", match[0]) and match[0][-1] in "-/."
        if doi and not cut:
            found.append(doi)
    return found


_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright|\u00a9)\D{0,40}((?:19|20)\d\d)", re.I)
_KINDS = (
    re.compile(r"published(?: online)?:?", re.I),
    re.compile(r"dated:?|this version|draft|available online|posted", re.I),
    re.compile(r"accepted:?", re.I),
    re.compile(r"revised|received|submitted", re.I),
)


def printed_date(dates: Sequence[str], others: Sequence[str]) -> str:
    """When the paper came out by its front matter: published before accepted before received; then the copyright."""
    for kind in _KINDS:
        for line in dates:
            for match in kind.finditer(line):
                if date := find_date(line[match.end() : match.end() + 40]):
                    return date
    if owned := next((found[1] for line in others if (found := _COPYRIGHT.search(line))), ""):
        return owned
    if alone := next((date for line in dates if len(line) < 40 and (date := find_date(line))), ""):
        return alone
    years = (bare[0] for line in others if len(line) < 160 and (bare := _BARE_YEAR.findall(line)))
    return next(years, "")


_BARE_YEAR = re.compile(r"\b(?:19[6-9]|20[0-3])\d\b")


def agreed_date(year: str, printed: str) -> str:
    """The year in which the journal says that the paper appeared, more precisely where a printed date agrees."""
    return printed if not year or printed.startswith(year) else year


def plausible_year(created: str, references: Sequence[Reference]) -> str:
    """The year in which the file was made, where it is the newest reference's or at most two years later."""
    newest = max((reference.year or 0 for reference in references), default=0)
    return created if created and newest <= int(created) <= newest + 2 else ""
