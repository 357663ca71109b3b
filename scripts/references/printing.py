"""References printed in the styles of journals from what annotated ones say, so that every token's label is known.

Names, titles and venues are drawn from all the entries at hand and recombined: a style is learnt, no reference is. The
styles in `HELD_OUT` print test entries only.

A style is a pattern: `{title}` prints a field, `[30:…]` prints the inside in 30 of 100 entries.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

Piece = tuple[str, str]
"""A label of `litdex.ingest.readers.reference_fields.FIELDS`, and the text that has it."""


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to print. Names are (given names, family)."""

    names: tuple[tuple[str, str], ...]
    title: str
    journal: str
    short: str  # the journal, abbreviated
    volume: str
    issue: str
    first: str
    last: str
    year: str
    arxiv: str
    doi: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a journal prints: the form of a name ("I F" is A. Doe), what joins the last one, and how many there are."""

    pattern: str
    name: str = "I F"
    last: str = " and "
    most: int = 8


DOI = "[30: https://doi.org/{doi}]"
TRAIN: tuple[Style, ...] = (
    Style("{names}, [35:{title}, ]{short} {volume}, {first} ({year})[30:, {arxiv}].", most=12),
    Style("{names}, {short} {volume}, {first} ({year})[30: [{arxiv}]].", last=", and "),
    Style("{names}, [60:{title}, ]{arxiv} ({year}).", most=6),
    Style("{names} {year}, [15:{title}, ]{short}, {volume}, {first}", name="F, I", last=", & ", most=5),
    Style("{names} {year}, {arxiv}", name="F,I", last=", & ", most=5),
    Style("{names}, {year}, {short}, {volume}, {first}", name="F I.", last=", ", most=4),
    Style("{names} {year} [50:{title} ]{short} {volume} {first}[50:–{last}]", name="F I", most=6),
    Style("{names}, {title}, {short} {volume}[30: ({issue})] ({year}) {pages}." + DOI, name="IF", last=", "),
    Style("{names}, {title}. {short} {volume} ({year}) {pages}.", last=", "),
    Style("{names}: {title}. {short} {volume}[40:({issue})], {pages} ({year})" + DOI, name="F, I", last=", ", most=6),
    Style("{names}: {title}. {journal} {volume}, {pages} ({year})", name="F I", last=", ", most=6),
    Style("{names}. {title}. {short}[50:.] {year};{volume}[60:({issue})]:{pages}." + DOI, "F I", ", ", 6),
    Style("{names}, “{title},” {journal}, vol. {volume}, [60:no. {issue}, ]pp. {pages}, {year}.", last=", and "),
    Style("{names}. {title}. {journal}, {volume}[60:({issue})]:{pages}, {year}." + DOI, "G F", ", and ", 10),
    Style("{names}. {title}. {short}, {volume}:{pages}, {year}."),
    Style("{names} ({year}). {title}. {journal}, {volume}[60:({issue})], {pages}." + DOI, "F, I", ", & ", 7),
    Style("{names} ({year}) {title}. {short} {volume}: {pages}." + DOI, "F I", ", ", 7),
    Style("{names}. {year}. {title}. {journal} {volume}, {issue} ({year}), {pages}.", "G F", ", and ", 10),
    Style("{names}, {title} ({publisher}, {year}).", most=4),
    Style("{names}. {title}. {publisher}, {year}.", name="F, I", most=4),
)
HELD_OUT: Mapping[str, Style] = {
    "JHEP": Style("{names}, [70:{title}, ]{short} {volume} ({year}) {first}[60: [{arxiv}]].", name="IF"),
    "Nature": Style("{names} [85:{title}. ]{short} {volume}, {pages} ({year}).", name="F, I", last=" & ", most=5),
    "ACL": Style("{names}. {year}. {title}. {journal}, {volume}:{pages}.", "G F", ", and ", 10),
    "Harvard": Style("{names}, {year}. {title}. {journal} {volume}, {pages}.", name="F, I", last=", ", most=6),
}
"""Styles that training never sees."""
HOUSES = (
    "Springer, Berlin",
    "Cambridge University Press, Cambridge",
    "Wiley, New York",
    "Oxford University Press",
    "World Scientific, Singapore",
    "Academic Press, New York",
    "Elsevier, Amsterdam",
    "Princeton University Press",
)
LABELS = {
    "names": "author", "short": "venue", "journal": "venue", "first": "pages", "last": "pages", "arxiv": "id",
    "doi": "id",
}  # fmt: skip
"""The label of a field whose name is another one."""
_PART = re.compile(r"\{(\w+)\}")
_OPTION = re.compile(r"\[(\d+):((?:[^\[\]]|\[[^\[\]]*\])*)\]")


def printed(work: Work, style: Style, rng: random.Random) -> list[Piece]:
    """Return the entry in a style, with the number or bullet that a list may give it."""
    number = rng.randint(1, 99)
    pieces = [("other", rng.choice(("", "", f"[{number}] ", f"{number}. ", f"({number}) ")))]
    pattern = _OPTION.sub(lambda option: option[2] if rng.randrange(100) < int(option[1]) else "", style.pattern)
    at = 0
    for part in _PART.finditer(pattern):
        pieces.append(("other", pattern[at : part.start()]))
        pieces.append((LABELS.get(part[1], part[1]), _text(part[1], work, style, rng)))
        at = part.end()
    return [(label, text) for label, text in [*pieces, ("other", pattern[at:])] if text]


def _text(field: str, work: Work, style: Style, rng: random.Random) -> str:
    match field:
        case "names":
            return names(work, style, rng)
        case "pages":
            return work.first + rng.choice("-–") + work.last
        case "arxiv":
            return rng.choice((f"arXiv:{work.arxiv}", f"arXiv preprint arXiv:{work.arxiv}", work.arxiv))
        case "publisher":
            return rng.choice(HOUSES)
        case _:
            return str(getattr(work, field))


def names(work: Work, style: Style, rng: random.Random) -> str:
    """Return the names as a style has them, the first ones and "et al." where there are more than it prints."""
    written = [_name(given, family, style.name) for given, family in work.names[: style.most]]
    if len(work.names) > style.most:
        return ", ".join(written) + rng.choice((", et al.", " et al."))
    return ", ".join(written[:-1]) + (style.last if written[1:] else "") + written[-1]


def _name(given: str, family: str, form: str) -> str:
    letters = [part[0].upper() for part in re.split(r"[\s.-]+", given) if part]
    match form:
        case "I F":
            return f"{'. '.join(letters)}. {family}"
        case "IF":
            return f"{'.'.join(letters)}. {family}"
        case "F, I":
            return f"{family}, {'. '.join(letters)}."
        case "F,I":
            return f"{family}, {'.'.join(letters)}."
        case "F I":
            return f"{family} {''.join(letters)}"
        case "F I.":
            return f"{family} {'.'.join(letters)}."
        case _:
            return f"{given} {family}"
