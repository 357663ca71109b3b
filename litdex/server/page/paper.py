"""The page of one paper: its text with entities and found passages marked, and the papers that belong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from litdex.errors import LitdexError, NothingFound
from litdex.index.entities import short_type
from litdex.index.library import Library
from litdex.index.store import Card
from litdex.ingest.identifiers import format_id
from litdex.ingest.paper import Paper
from litdex.ner.mention import Mention
from litdex.search.hit import Hit
from litdex.server.page.pieces import Piece, Range, paragraphs, pieces, types
from litdex.server.page.render import page, paper_url
from litdex.server.page.shelf import EXPORTS
from litdex.server.readers import Reader
from litdex.server.state import Shared, State
from litdex.shelf.store import STARS, Collection, shelf

SIMILAR = 8
COLOURS = 20
"""Of types of entities: as many as the tagger that ships has types."""
MOST_LISTED = 200
"""References and citing papers shown at most."""
ADDRESSES = {
    "arxiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
}
"""Where the web has a paper with such an identifier."""
SHOWN_TYPES = {".pdf": "application/pdf", ".txt": "text/plain; charset=utf-8"}
"""Source files that a browser may show; others are saved."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of the paper, the offsets' pieces of what stands under it, and what a link calls it."""

    heading: Sequence[Piece]
    level: int
    paragraphs: Sequence[Sequence[Piece]]
    anchor: str


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry of the bibliography, and the paper here that it is, if it is here."""

    text: str
    card: Card | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """Everything that the page shows."""

    name: str
    paper: Paper
    title: Sequence[Piece]
    parts: Sequence[Part]
    types: Mapping[str, int]  # entity type -> mentions
    colours: Mapping[str, int]  # entity type -> number of its colour
    entities: Mapping[str, Sequence[tuple[str, int]]]  # entity type -> (name, mentions)
    identifiers: Sequence[tuple[str, str]]  # as printed, and its address on the web or ""
    references: Sequence[Cited]
    citing: Sequence[Card]
    similar: Sequence[Hit]
    files: Sequence[str]  # names of the source files that lie here, without their folders
    collections: Sequence[Collection]
    holding: frozenset[int]


def paper_view(reader: Reader, name: str, found: Sequence[Range] = (), *, local: bool = False) -> PaperView:
    """The view of the paper that goes by `name`; `found` are ranges of its text to mark. Raises NothingFound."""
    library, number = reader.library, number_of(reader, name)
    paper, mentions = library.store.paper(number), library.entities.of(number)
    own = library.store.names([number])[number]
    with shelf(library.folder) as kept:
        collections, holding = kept.collections(), frozenset(one.id for one in kept.holding(own))
    return PaperView(
        name=own,
        paper=paper,
        title=pieces(paper.title, 0, mentions, found) if paper.title else [Piece("(no title)")],
        parts=list(_parts(paper, mentions, found)),
        types=types(mentions),
        colours=_colours(library, mentions),
        entities=_entities(mentions),
        identifiers=[(format_id(scheme, value), address(scheme, value)) for scheme, value in paper.identifiers.items()],
        references=_references(reader, paper, number),
        citing=list(library.store.cards(library.citations.citing(number)[:MOST_LISTED]).values()),
        similar=_similar(reader, own),
        files=[path.name for path in source_files(reader, name)] if local else [],
        collections=collections,
        holding=holding,
    )


def number_of(reader: Reader, name: str) -> int:
    """The number of the paper that goes by `name`. Raises NothingFound."""
    number = reader.library.store.find(name)
    if number is None:
        raise NothingFound(f"no paper {name[:200]}")
    return number


def source_files(reader: Reader, name: str) -> list[Path]:
    """The files that a paper was read from, those that are still there. Raises NothingFound."""
    origins = reader.library.store.origins(number_of(reader, name))
    return [path for path in dict.fromkeys(Path(one.path) for one in origins) if path.is_file()]


def ranges(texts: Sequence[str]) -> list[Range]:
    """Ranges as a URL holds them, "120-340"; what is none is left out."""
    matches = [re.fullmatch(r"(\d{1,9})-(\d{1,9})", text) for text in texts]
    return [(int(one[1]), int(one[2])) for one in matches if one and int(one[1]) < int(one[2])]


def address(scheme: str, value: str) -> str:
    """Where the web has a paper with this identifier; "" where that is not known."""
    return ADDRESSES[scheme] + value if scheme in ADDRESSES else ""


def _parts(paper: Paper, mentions: Sequence[Mention], found: Sequence[Range]) -> Iterator[Part]:
    """The abstract if there is one, and each section, as `Paper.text` joins them."""
    at = len(paper.title) + 2 if paper.title else 0
    if paper.abstract:
        yield Part([Piece("Abstract")], 1, list(paragraphs(paper.abstract, at, mentions, found)), "abstract")
        at += len(paper.abstract) + 2
    for section in paper.sections:
        if not (section.title or section.text):
            continue
        body = at + len(section.title) + (1 if section.title and section.text else 0)
        heading = pieces(section.title, at, mentions, found)
        yield Part(heading, section.level, list(paragraphs(section.text, body, mentions, found)), f"at-{at}")
        at = body + len(section.text) + 2


def colours_of(library: Library) -> Mapping[str, int]:
    """The number of each type's colour, by the type as users write it: the same on every page."""
    return {kind: number % COLOURS for number, kind in enumerate(library.entities.types())}


def _colours(library: Library, mentions: Sequence[Mention]) -> Mapping[str, int]:
    known = colours_of(library)
    return {kind: known.get(short_type(kind), 0) for kind in types(mentions)}


def _entities(mentions: Sequence[Mention]) -> Mapping[str, Sequence[tuple[str, int]]]:
    counts: dict[str, dict[str, int]] = {kind: {} for kind in types(mentions)}
    for one in mentions:
        counts[one.type][one.name] = counts[one.type].get(one.name, 0) + 1
    return {kind: sorted(names.items(), key=lambda item: (-item[1], item[0])) for kind, names in counts.items()}


def _references(reader: Reader, paper: Paper, number: int) -> list[Cited]:
    here = reader.library.citations.resolved(number)
    cards = reader.library.store.cards([cited for place, cited in here.items() if place < MOST_LISTED])
    return [
        Cited(reference.as_printed(), cards.get(here.get(place, 0)))
        for place, reference in enumerate(paper.references[:MOST_LISTED])
    ]


def _similar(reader: Reader, name: str) -> Sequence[Hit]:
    """Papers like this one; none where the engines are busy, for the page does without."""
    try:
        return reader.searcher.search('similar:"{}"'.format(name.replace('"', "")), limit=SIMILAR).hits
    except LitdexError:
        return ()


router = APIRouter(include_in_schema=False)


@router.get("/paper/{name:path}", response_class=HTMLResponse)
async def paper_page(
    request: Request,
    shared: Shared,
    name: str,
    at: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006
    file: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """A paper; `at` are ranges of its text to mark, and `file` asks for one of its source files instead."""
    local = shared.settings.is_local
    if file is not None:
        return await _source_file(shared, name, file)
    found = ranges(at)
    view = await shared.read(lambda reader: paper_view(reader, name, found, local=local))
    return page(
        request,
        "paper.html",
        view=view,
        colours=view.colours,
        ranges=found,
        exports=EXPORTS,
        starred=any(one.name == STARS and one.id in view.holding for one in view.collections),
        facts=_facts(view.paper),
        here=f"{paper_url(view.name)}?{request.url.query}".rstrip("?"),
    )


async def _source_file(shared: State, name: str, number: int) -> Response:
    """A source file, on this machine only; a browser shows it where it can do no harm, and saves it else."""
    files = await shared.read(lambda reader: source_files(reader, name)) if shared.settings.is_local else []
    if number >= len(files):
        raise NothingFound("there is no such file")
    path = files[number]
    shown = SHOWN_TYPES.get(path.suffix.lower())
    kind = "inline" if shown else "attachment"
    return FileResponse(
        path, media_type=shown or "application/octet-stream", filename=path.name, content_disposition_type=kind
    )


def _facts(paper: Paper) -> list[str]:
    volume = " ".join(part for part in (paper.volume, paper.issue and f"({paper.issue})") if part)
    venue = ", ".join(part for part in (paper.venue, volume, paper.pages) if part)
    return [part for part in (paper.date, venue, paper.publisher if not paper.venue else "") if part]
