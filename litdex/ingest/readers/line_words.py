"""What the words of a printed line say about its part in a paper, as the features of a conditional random field."""

from __future__ import annotations

import re
from bisect import bisect_right

_STEMS: dict[str, tuple[str, ...]] = {
    "place": (
        "universi", "departement", "department", "departa", " dept", "dipartimento", "institut", "istituto",
        "laborator", " lab ", "college", "school", "facult", " center ", " centre ", "academy", "hospital",
        "division", "observator", "fakult", "physikalis", "section of", "ministry", "corporation", " gmbh ", " inc ",
        " ltd ", "research group", "polytechni", "politecnico", " box ", "street", "avenue", " road ", "campus",
        "foundation ",
    ),
    "land": (
        " usa ", " uk ", "united states", "united kingdom", "germany", "deutschland", "france", " italy ", "italia",
        "japan", " china ", "russia", " spain ", "canada", " india ", "netherlands", "switzerland", "sweden",
        "poland", "australia", "brazil", "israel", " korea ", "austria", "belgium", "denmark", "norway", "finland",
        "greece", "portugal", "mexico", " chile ", "argentina", "taiwan", "hungary", "czech republic", "ireland",
        "scotland", "england", "turkey", " iran ", "ukraine", "singapore", "new zealand", "pakistan", "bangladesh",
        "egypt", "saudi arabia", "malaysia", "thailand", "vietnam", "indonesia", "colombia", "slovenia", "croatia",
        "serbia", "romania", "bulgaria", "estonia", "latvia", "lithuania", "iceland", "luxembourg", "south africa",
    ),
    "mail": ("@", "e-mail", "email",),
    "url": ("http://", "https://", "www.",),
    "doi": (" doi ", "doi:", "doi.org", " 10.1",),
    "arxiv": ("arxiv",),
    "received": ("received", "accepted", "submitted", "revised", "published", " dated ", "available", " draft ",),
    "right": ("\xa9", "copyright", "all rights reserved", "license", "licence", "permission", " issn ", "(c)",),
    "journal": (
        " j ", "journal", "phys rev", "physical review", "letters", "transactions", "proceedings", " proc ", "annals",
        " vol ", " volume ", "preprint", "bulletin", "conference", "workshop", "symposium", "archive",
    ),
    "note": (
        "correspond", "present address", "deceased", "contributed equally", "supported by", "electronic address",
        "on leave", "to whom", " grant", "thank",
    ),
    "collab": ("collaboration", "consortium", " team ",),
    "etal": (" et al ",),
    "and": (" and ", "&",),
    "degree": (" phd ", " md ", " member ", " fellow ", " student ",),
}  # fmt: skip
"""Pieces of words (with their spaces, where a whole word is meant) of which one makes a test's answer yes."""

_TESTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("year", re.compile(r"\b(?:19|20)\d\d\b")),
    ("byear", re.compile(r"\((?:19|20)\d\d[a-z]?\)")),
    ("month", re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]{2,6}|\b)")),
    ("volume", re.compile(r"\b\d{1,4}\s?[(:,]\s?\d{1,5}|\bpp?\.\s?\d|\d\s?[-–]\s?\d{2,}")),
    ("math", re.compile(r"[=≤≥∑∫∂∇≈±×→∞√]")),
    ("initial", re.compile(r"\b[A-Z]\.")),
    ("cite", re.compile(r"\[\d+(?:[,–-]\s?\d+)*\]")),
)
_STOPS = str.maketrans(dict.fromkeys(".,;()[]{}*\u2020\u2021", " "))
_STARTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("abstract", re.compile(r"(?:abstract|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|zusammenfassung|résumé)\b", re.I)),
    ("keywords", re.compile(r"(?:key ?-?words?|index terms|subject headings|pacs|msc\b|ccs concepts|"
        r"categories and|general terms|jel\b|unified astronomy|classification)", re.I)),
    ("intro", re.compile(r"(?:[1I]\.?\s*)?introduction\b", re.I)),
    ("refs", re.compile(r"(?:\d+\.?\s*)?(?:references|bibliography|literature cited|works cited)\b", re.I)),
    ("back", re.compile(r"(?:\d+\.?\s*)?(?:acknowledge?ments?|funding|authors?['’]? contributions?|"
        r"data availability|conflicts? of|competing|supplementary|supporting information)\b", re.I)),
    ("caption", re.compile(r"(?:supplementary\s+)?(?:fig(?:ure|\.)|table|tab\.|scheme|plate|chart|algorithm|"
        r"box)\s*[A-Z]?[\dIVX]", re.I)),
    ("appendix", re.compile(r"appendix", re.I)),
    ("entry", re.compile(r"(?:\[\w{1,12}\]|\(?\d{1,3}[.)])\s+(?:[A-Z]\.|[A-Z][\w-]+,? )")),
    ("number1", re.compile(r"(?:\d{1,2}|[IVX]{1,5})[.)]?\s+[A-Z]")),
    ("number2", re.compile(r"(?:\d{1,2}\.\d{1,2}|[A-H])[.)]?\s+[A-Z]")),
    ("number3", re.compile(r"(?:\d{1,2}\.\d{1,2}\.\d{1,2}|[a-h]|\d)[.)]\s+[A-Z]")),
    ("mark", re.compile(r"[*†‡§¶∗⋆]|\d{1,2}\s?[A-Z][a-z]|[a-z]\s?[A-Z][a-z]|\(\d\)")),
    ("item", re.compile(r"[•●▪–—-]\s")),
    ("by", re.compile(r"by\b|and\b", re.I)),
    ("kind", re.compile(r"(?:research|original|regular|review)\s+(?:article|paper)|letter\b|open access|"
        r"article\b|preprint|draft|report", re.I)),
    ("structured", re.compile(r"(?:background|objectives?|aims?|methods?|results|conclusions?|context|purpose)\b\s*"
        r"[.:]?", re.I)),
)  # fmt: skip
_FUNCTION = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "that",
        "for",
        "with",
        "as",
        "on",
        "by",
        "we",
        "are",
        "this",
        "be",
        "from",
        "at",
        "or",
        "an",
        "which",
        "it",
        "was",
        "can",
        "not",
        "have",
        "has",
        "were",
        "these",
        "our",
        "where",
        "between",
        "all",
        "also",
        "been",
        "its",
        "such",
        "than",
        "using",
        "but",
        "more",
        "when",
        "a",
    ]
)
_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
_ENDS = {".": "stop", ",": "comma", ";": "semi", ":": "colon", "-": "hyphen", "\x02": "hyphen", ")": "bracket"}


def bucket(value: float, *edges: float) -> int:
    """How many of rising edges a value reaches."""
    return bisect_right(edges, value)


def shape(word: str) -> str:
    """A word's shape, repeated classes once: "Smith," -> "Xx,"."""
    result = ""
    for char in word[:12]:
        kind = "X" if char.isupper() else "x" if char.islower() else "d" if char.isdigit() else char
        if not result.endswith(kind):
            result += kind
    return result[:6]


def tests(text: str) -> list[str]:
    """The names of the lexical tests that a line passes."""
    low = text.lower()
    plain = f"{low} {' '.join(f' {low} '.translate(_STOPS).split())} "  # as it stands, and without stops
    found = []
    for name, stems in _STEMS.items():  # plain loops: this is the busiest place of the reader
        for stem in stems:
            if stem in plain:
                found.append(name)
                break
    found += [name for name, pattern in _TESTS if pattern.search(text)]
    found += [f"^{name}" for name, pattern in _STARTS if pattern.match(text)]
    return found


def word_features(text: str, raised: int) -> tuple[list[str], list[str]]:
    """A line's features by its words: all of them, and those that its neighbours see too.

    `raised` counts pieces of the line that stand above it: marks of authors, of notes, of places.
    """
    tokens = text.split()
    count = max(1, len(tokens))
    letters = len(_LETTER.findall(text))
    capital = len([token for token in tokens if token[0].isupper()]) / count
    digits = len(_DIGIT.findall(text)) / max(1, len(text))
    function = len([token for token in text.lower().split() if token.strip(".,;") in _FUNCTION])
    found = tests(text)
    seen = [
        *found,
        f"n{bucket(count, 2, 3, 5, 9, 15)}",
        f"fun{bucket(function, 1, 2, 4)}",
        f"cap{bucket(capital, 0.2, 0.5, 0.8, 1.0)}",
    ]
    own = [
        f"w0={tokens[0].lower()[:14]}" if tokens else "empty",
        f"w1={tokens[1].lower()[:14]}" if len(tokens) > 1 else "one",
        f"wl={tokens[-1].lower()[-14:]}" if tokens else "empty",
        f"s0={shape(tokens[0])}" if tokens else "empty",
        f"sl={shape(tokens[-1])}" if tokens else "empty",
        f"end={_ENDS.get(text[-1:], 'none')}",
        f"dig{bucket(digits, 0.01, 0.1, 0.25, 0.5)}",
        f"com{bucket(text.count(','), 1, 2, 4)}",
        f"rai{bucket(raised, 1, 2, 4)}",
        f"alp{bucket(letters / max(1, len(text)), 0.4, 0.6, 0.75)}",
        f"n{bucket(count, 2, 3, 5, 9, 15)}cap{bucket(capital, 0.2, 0.5, 0.8, 1.0)}fun{bucket(function, 1, 2, 4)}",
        *(["upper"] if text.isupper() and letters > 3 else []),
        *(["lower0"] if text[:1].islower() else []),
    ]
    return own + seen, seen
