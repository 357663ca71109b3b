"""Which paper a reference means: keys under which the two find each other, and the decision.

Identifiers decide where both sides have one of a scheme. Else title, first author and year do: misprints, markup and a
dropped article are forgiven, another word is not, for one group's next paper often differs from the last one in a word.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from litdex.ingest.identity import strong_ids
from litdex.ingest.names import family_key, fold, parse_name
from litdex.ingest.paper import Paper, Reference
from litdex.ingest.titles import SMALL_WORDS, is_telling, title_key

YEARS_APART = 1  # between a preprint and its print
FEWEST_WORDS = 3  # of a title that need not be the same letter by letter
LONG = 10  # letters of a word that may have two misprints
_KEYED_WORDS = 3
_NUMBER = re.compile(r"\d\w*|[ivx]{1,4}")


def work_keys(title: str, family: str) -> set[int]:
    """Numbers of which a paper and a reference to it share one, in spite of a misprint. `family` is the first author's.

    They are made of the title's first words and the name, two together, so that any one of them may be misspelt.
    """
    words = [word for word in title_key(title).split() if word not in SMALL_WORDS][:_KEYED_WORDS]
    if len(words) < 2:
        words *= 2  # else nothing would be paired with the name's absence
    pairs = [*combinations(words, 2), *((fold(family), word) for word in words if family)]
    return {_hash("\x1f".join(pair)) for pair in pairs}


def paper_keys(paper: Paper) -> set[int]:
    """The keys of a paper in a library; none where its title fits any paper."""
    family = family_key(paper.authors[0]) if paper.authors else ""
    titled = work_keys(paper.title, family) if is_telling(paper.title) else set()
    return titled | _place_keys(paper.volume, paper.pages)


def reference_keys(reference: Reference) -> set[int]:
    """The keys of a reference: of its title, unless that fits any paper, and of its place in a journal."""
    titled = work_keys(reference.title, _family(reference)) if is_telling(reference.title) else set()
    return titled | _place_keys(reference.volume, reference.pages)


def _place_keys(volume: str, pages: str) -> set[int]:
    """A number made of volume and first page, by which a reference without a title finds its paper."""
    first = _first_page(pages)
    return {_hash(f"place\x1f{volume.strip().lower()}\x1f{first}")} if volume.strip() and first else set()


def _first_page(pages: str) -> str:
    """ "L12" of "L12-L15", "45" of "0045"."""
    match = re.match(r"\s*([a-z]*)0*(\d+)", pages.lower())
    return match[1] + match[2] if match else ""


def _same_place(reference: Reference, paper: Paper) -> bool:
    """Return True if volume, first page, year and first author are the same: two papers never share all of these."""
    place = _place_keys(reference.volume, reference.pages)
    if not place or place != _place_keys(paper.volume, paper.pages):
        return False
    if reference.year is None or paper.year is None or abs(reference.year - paper.year) > YEARS_APART:
        return False
    return _authors_alike(reference, paper, clear=False) > 0


def likeness(reference: Reference, paper: Paper) -> float:
    """How surely the reference means the paper: 0 if it does not, up to 1.

    Needs the paper's title, authors, date and identifiers only.
    """
    ids = strong_ids(Paper(identifiers=reference.identifiers))
    shared = {scheme: ids[scheme] == value for scheme, value in strong_ids(paper).items() if scheme in ids}
    if shared:
        return 1.0 if all(shared.values()) else 0.0
    title = _titles_alike(reference, paper.title) if is_telling(reference.title) else 0.0
    if not title:
        return 0.95 if not reference.title and _same_place(reference, paper) else 0.0
    known = reference.year is not None and paper.year is not None
    years = abs((reference.year or 0) - (paper.year or 0)) if known else 0
    clear = title == 1.0 and known and years == 0 and len(title_key(paper.title).split()) > 4
    author = _authors_alike(reference, paper, clear)
    if not author or years > (YEARS_APART if title < 1.0 else 2 * YEARS_APART) or (not known and title < 1.0):
        return 0.0
    return title * author * (1.0 if known else 0.9) * (1.0 - 0.05 * years)


def _family(reference: Reference) -> str:
    return family_key(parse_name(reference.authors[0])) if reference.authors else ""


def _authors_alike(reference: Reference, paper: Paper, clear: bool) -> float:
    """Whether the first authors are one, from 0 to 1. Where the rest is `clear`, one may be missing or another one."""
    cited, own = _family(reference), family_key(paper.authors[0]) if paper.authors else ""
    if not cited or not own:
        return 0.8 if clear else 0.0
    if cited == own or cited.replace(" ", "") == own.replace(" ", "") or {*cited.split()} <= {*own.split()}:
        return 1.0
    if _misprinted(cited, own) or (clear and _edits(cited, own) < 2):
        return 0.9
    return 0.8 if clear and cited in map(family_key, paper.authors[1:]) else 0.0


def _titles_alike(reference: Reference, title: str) -> float:
    """Whether two titles are one: 1 where their letters are, less for each misprint, 0 where a word is another one."""
    a, b = title_key(reference.title).split(), title_key(title).split()
    if not a or not b:
        return 0.0
    if "".join(a) == "".join(b):
        return 0.0 if _is_of_series(reference.text, b) else 1.0
    if min(len(a), len(b)) < FEWEST_WORDS:
        return 0.0
    if b[: len(a)] == a and " ".join(b) in title_key(reference.text):  # a title of two sentences, read as one
        return 0.0 if _is_of_series(reference.text, b) else 1.0
    left, right = list((Counter(a) - Counter(b)).elements()), list((Counter(b) - Counter(a)).elements())
    if "".join(left) == "".join(right):  # a hyphen that one has
        return 0.99
    odd = 0
    for word in left:
        match = next((other for other in right if _misprinted(word, other)), None)
        if match is not None:
            right.remove(match)
            odd += 1
        elif word not in SMALL_WORDS:
            return 0.0
    if any(word not in SMALL_WORDS for word in right) or odd > max(1, len(b) // 3):
        return 0.0
    return 0.98 - 0.03 * odd


def _is_of_series(printed: str, title: Sequence[str]) -> bool:
    """Whether the print has a number after the title, so that it is of another part: "Title. II. …"."""
    _, found, after = f" {title_key(printed)} ".partition(f" {' '.join(title)} ")
    words = after.split()
    return bool(found and words) and bool(re.fullmatch(r"part|[ivx]{1,4}", words[0]))


def _misprinted(word: str, other: str) -> bool:
    """Whether one may be the other with a misprint. Numbers, and short words that say something, are told exactly."""
    if _NUMBER.fullmatch(word) or _NUMBER.fullmatch(other):
        return False
    shorter = min(len(word), len(other))
    most = 2 if shorter >= LONG else 1 if shorter > 3 or word in SMALL_WORDS or other in SMALL_WORDS else 0
    return abs(len(word) - len(other)) <= most and _edits(word, other) <= most


def _edits(word: str, other: str) -> int:
    """How many letters have to be put in, taken out, replaced or exchanged with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(word, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and word[i - 2] == b:
                least = min(least, above[j - 2] + 1)
            row.append(least)
    return row[-1]


def _hash(text: str) -> int:
    """63 bits, which SQLite keeps as a number."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1
