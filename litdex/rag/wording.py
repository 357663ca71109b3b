"""What a sentence is made of, as far as it can be told without a model: content words, numbers, what it negates.

Everything here is a pure function of the text, so that what a check said once it says again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import tantivy

SAME = 0.7
"""Two texts say the same if the shorter shares this part of its runs of three words with the longer."""
SCOPE = 6
"""How many content words a negation reaches, unless its clause ends before."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER = re.compile(r"\d+(?:[,\u2009\u202f]\d{3}(?!\d))*(?:\.\d+)?")
_CLAUSE = re.compile(r"[,;:.!?()]|\b(?:but|however|although|though|whereas|while|yet|instead)\b", re.IGNORECASE)
_FUNCTION_WORDS = frozenset(
    """
    a about above across after again all also although among an and any are as at be because been before being below
    between both but by can could did do does doing done during each either for from further had has have having he her
    here hers him his how however i if in into is it its itself just may me might most much must my of off on once
    only onto or other our out over own per rather same she should so some such than that the their them then there
    these they this those through thus to too toward towards under until up upon us very via was we were what when
    where whether which while who whom whose why will with within would you your
    any anything something please tell explain describe give list say says said know known mean means
    show shows showed shown find finds found
    """.split()  # noqa: SIM905 - a wall of quotes would hide the words
)
_NEGATIONS = frozenset(
    """
    no not never neither nor none nothing without cannot lack lacks lacked lacking fail fails failed absence absent
    unable unlikely hardly barely
    """.split()  # noqa: SIM905 - as above
)
_COUNTS = {
    word: str(value)
    for value, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=2
    )
} | {"twice": "2", "twofold": "2", "threefold": "3", "fourfold": "4", "double": "2", "half": "0.5", "zero": "0"}
_UP = "increase enhance elevate high higher rise raise promote upregulate stimulate greater more improve activate"
_DOWN = "decrease reduce lower low diminish suppress inhibit downregulate less fewer impair attenuate block prevent"


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence's index terms, the numbers in it, those of its terms that a negation reaches, and whether any does."""

    terms: frozenset[str]
    numbers: frozenset[str]
    negated: frozenset[str]
    negates: bool


def wording(text: str) -> Wording:
    """What `text` is made of."""
    plain = normalised(text)
    negated = frozenset(term for scope in _scopes(plain) for term in scope)
    return Wording(terms(plain), numbers(plain), negated, any(_is_negation(word) for word in _words(plain)))


def terms(text: str) -> frozenset[str]:
    """The content words of `text` without their English endings. Numbers are none: see `numbers`."""
    return frozenset(stem for word in _words(normalised(text)) for stem in _stems(word))


def numbers(text: str) -> frozenset[str]:
    """Every number in `text`, also within a name such as IL-6, written one way: "1,000" and "1000.0" are "1000"."""
    plain = normalised(text)
    digits = (_canonical(match[0]) for match in _NUMBER.finditer(plain))
    return frozenset(digits) | {_COUNTS[word] for word in _words(plain) if word in _COUNTS}


def contradicts(claim: Wording, evidence: Wording) -> bool:
    """Whether one of the two negates what the other states, or says "more" where the other says "less"."""
    shared = claim.terms & evidence.terms
    differing = (claim.negated ^ evidence.negated) & shared
    if differing and not claim.negated & evidence.negated:
        return True
    if claim.negates and not evidence.negates:
        return True
    up, down = _poles()
    return any(
        claim.terms & one and not claim.terms & other and evidence.terms & other and not evidence.terms & one
        for one, other in ((up, down), (down, up))
    )


def same_text(one: str, other: str) -> bool:
    """Whether two passages say the same, word for word, but for a little."""
    first, second = _runs(one), _runs(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) >= SAME * shorter


def normalised(text: str) -> str:
    """`text` with one kind of white space, quotation mark, dash and digit, so that spellings compare."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_MARKS).split())


def _words(plain: str) -> list[str]:
    return [match[0].lower() for match in _WORD.finditer(plain)]


def _is_negation(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def _scopes(plain: str) -> Iterator[list[str]]:
    """For each negation, the content words that it reaches."""
    for clause in _CLAUSE.split(plain):
        words = _words(clause)
        for at, word in enumerate(words):
            if _is_negation(word):
                yield [stem for later in words[at + 1 :] for stem in _stems(later)][:SCOPE]


@lru_cache(50_000)
def _stems(word: str) -> tuple[str, ...]:
    if word in _FUNCTION_WORDS or _is_negation(word) or word.isdigit():
        return ()
    return tuple(_analyser().analyze(word))


@lru_cache(500)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _words(normalised(text))
    return frozenset(tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))) if words else frozenset()


@cache
def _poles() -> tuple[frozenset[str], frozenset[str]]:
    return terms(_UP), terms(_DOWN)


def _canonical(number: str) -> str:
    digits = re.sub(r"[,\u2009\u202f ]", "", number)
    whole, _, part = digits.partition(".")
    part = part.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{'.' if part else ''}{part}"


@cache
def _analyser() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english")):
        builder = builder.filter(one)
    return builder.build()


_MARKS = {ord(mark): '"' for mark in "“”„«»″"} | {ord(mark): "'" for mark in "‘’‚′`"}
_MARKS |= dict.fromkeys(map(ord, "‐‑‒–—−"), "-") | dict.fromkeys((0xAD, 0x200B, 0xFEFF), "")
