"""The front matter of a PDF, from its lines and the part that each of them plays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from litdex.ingest.names import fold
from litdex.ingest.paper import Author
from litdex.ingest.parsers.pdf_authors import authors_in
from litdex.ingest.parsers.pdf_blocks import LARGE, Measures
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_text import Vocabulary, joined, mended, paragraphs
from litdex.ingest.readers.zones import FRONT_PAGES

_ABSTRACT = re.compile(r"(?:\d\.?\s+)?(?:abstract|a b s t r a c t|summary)\b\s*[.:—–-]*\s*", re.I)
_KEYWORDS = re.compile(
    r"(?:key\s?-?words?( and phrases)?|index terms|subject headings|subject terms)\b\s*[.:—–-]*\s*", re.I
)
_NO_TITLE = re.compile(
    r"(untitled.*|microsoft word.*|.*\.(docx?|tex|dvi|pdf|ps|indd|qxd)|title|paper|.*\bet al\.?|\W*)", re.I
)


_LONE_DOI = re.compile(r"(?:doi|https?)\s*:?\s*\S*10\.\d{4,9}/\S+", re.I)


@dataclass(slots=True)
class Front:
    """What the first pages tell of the paper."""

    title: str = ""
    authors: tuple[Author, ...] = ()
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    dates: list[str] = field(default_factory=list)  # lines that tell when it was received, accepted, published
    telling: list[Line] = field(default_factory=list)  # lines that may tell where it appeared


def read_front(lines: Sequence[Line], zones: Sequence[str], usual: Measures, words: Vocabulary, info: str) -> Front:
    """The front matter of a document; `info` is the title that the file's information gives."""
    parts = list(zip(lines, zones, strict=True))
    title = _title(parts, words, info, usual)
    abstract = _first_stretch(parts, "abstract")
    return Front(
        title=joined([line.text for line in title], words) or (info if plausible_title(info) else ""),
        authors=_authors(parts, title),
        abstract=_without_label("\n\n".join(paragraphs(abstract, words, usual.leading))),
        keywords=_keywords(joined([line.text for line in _first_stretch(parts, "keyword")], words)),
        dates=[mended(line.text) for line in _of(parts, "date")],
        telling=[line for line, zone in parts if line.page < FRONT_PAGES and _may_tell(line, zone)],
    )


Parts = Sequence[tuple[Line, str]]


def _of(parts: Parts, zone: str) -> list[Line]:
    """The lines of a zone on the first pages, from the first page that has any."""
    found = [line for line, own in parts if own == zone and line.page < FRONT_PAGES]
    return [line for line in found if line.page <= found[0].page + 1]


def _authors(parts: Parts, title: Sequence[Line]) -> tuple[Author, ...]:
    """Who the lines between title and body name; else other lines of authors, of addresses, of the title."""
    begun = next((n for n, (_, zone) in enumerate(parts) if zone in ("abstract", "body", "h1")), len(parts))
    after = next((n + 1 for n, (line, _) in enumerate(parts) if title and line is title[-1]), 0)
    return (
        authors_in(_of(_continued(parts[after:begun]), "author"))
        or authors_in(_of(parts, "author"))
        or authors_in(_of(parts[after:begun], "affiliation"))
        or authors_in(_of(parts[:begun], "title")[1:])
    )


def _continued(parts: Parts) -> Parts:
    """The lines, those that go on a list of names in the same type as author lines, whatever they were taken for."""
    result: list[tuple[Line, str]] = []
    for line, zone in parts:
        before, kind = result[-1] if result else (line, "")
        open_end = re.search(r"(?:,|\band|&|;)\W*\d*$", before.text)
        goes_on = kind == "author" and open_end and abs(line.size - before.size) < 0.3 and line.bold == before.bold
        result.append((line, "author" if goes_on and zone in ("affiliation", "note", "journal") else zone))
    return result


def _stretches(parts: Parts, zone: str) -> Iterator[list[Line]]:
    """Lines of a zone that follow one another."""
    run: list[Line] = []
    for line, own in parts:
        if own == zone:
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _title(parts: Parts, words: Vocabulary, info: str, usual: Measures) -> list[Line]:
    """The lines that the file's information names, where the page prints them; else the largest that are a title."""
    front = [(line, zone) for line, zone in parts if line.page < FRONT_PAGES]
    wanted = fold(info) if plausible_title(info) else ""
    if wanted and (printed := _printed(front, wanted, words)):
        return printed
    runs = [part for run in _stretches(front, "title") for part in _of_one_type(run)]
    runs = [run for run in runs if sum(map(str.isalpha, "".join(line.text for line in run))) > 3]
    if not runs and not wanted:  # the largest type of the first page, be it taken for a journal's name
        runs = [[line] for line, _ in front if line.page == 0 and line.size > LARGE * usual.size and " " in line.text]
    best = max(runs, key=lambda run: (round(run[0].size), -run[0].page, len(run)), default=[])
    return _whole_title(best, [line for line, _ in front])


def _whole_title(run: list[Line], lines: Sequence[Line]) -> list[Line]:
    """A title with the lines above and below that are set just like it, whatever they were taken for."""
    if not run:
        return run
    start, end = lines.index(run[0]), lines.index(run[-1])
    while start > 0 and _is_set_like(lines[start - 1], lines[start]):
        start -= 1
    while end + 1 < len(lines) and _is_set_like(lines[end + 1], lines[end]):
        end += 1
    return list(lines[start : end + 1])


def _is_set_like(line: Line, other: Line) -> bool:
    near = line.page == other.page and abs(line.y - other.y) < 1.5 * other.size
    return near and abs(line.size - other.size) < 0.02 * other.size and line.bold == other.bold and other.size > 13


def _of_one_type(run: Sequence[Line]) -> list[list[Line]]:
    """A stretch of lines cut where the type changes: names under a title may look like a second line of it."""
    result = [[run[0]]]
    for line in run[1:]:
        last = result[-1][-1]
        if abs(line.size - last.size) <= 0.08 * last.size and line.bold == last.bold:
            result[-1].append(line)
        else:
            result.append([line])
    return result


def _printed(parts: Parts, wanted: str, words: Vocabulary) -> list[Line]:
    """The lines that together are the title wanted."""
    for start in range(min(len(parts), 60)):
        for end in range(start + 1, min(start + 7, len(parts) + 1)):
            text = joined([line.text for line, _ in parts[start:end]], words)
            if fold(text) == wanted:
                return [line for line, _ in parts[start:end]]
            if len(text) > len(wanted) + 40:
                break
    return []


def plausible_title(title: str) -> bool:
    """Whether the title in a file's information is one, and not what some program left there."""
    return bool(len(title.split()) >= 3 and len(title) < 400 and not _NO_TITLE.fullmatch(title))


def _may_tell(line: Line, zone: str) -> bool:
    """Whether a line may tell where the paper appeared: by its zone, or as a DOI that stands alone on page one."""
    return zone in ("journal", "date", "note") or (
        line.page == 0 and zone != "references" and bool(_LONE_DOI.fullmatch(line.text))
    )


def _first_stretch(parts: Parts, zone: str) -> list[Line]:
    """The first lines of a zone and what goes on after notes and the end of a column, but not after the body began."""
    result: list[Line] = []
    between = 0
    for line, own in parts:
        if line.page >= FRONT_PAGES + 1 or (result and (own.startswith("h") or between > 40)):
            break
        if own == zone:
            result.append(line)
            between = 0
        else:
            between += bool(result)
    return result


def _without_label(text: str) -> str:
    match = _ABSTRACT.match(text)
    return text[match.end() :] if match and not text.lower().startswith("summary of") else text


def _keywords(text: str) -> tuple[str, ...]:
    """The keywords in the text of their lines."""
    text = mended(text)
    match = _KEYWORDS.match(text)
    text = text[match.end() :] if match else text
    pieces = re.split(r"\s*[;·•]\s*|\s+[-–—]+\s+" if re.search(r"[;·•]|\s[-–—]+\s", text) else r",\s*", text[:2000])
    return tuple(piece for piece in (piece.strip(" .,\x02") for piece in pieces) if 1 < len(piece) < 80)[:40]
