"""Checks every citation of a text without a language model.

A citation stands if its key is one of the context's, what the sentence quotes stands in the passage, and a sentence of
the passage supports it: similar enough, with the same numbers, neither negating the other. The rest is taken out, and a
sentence left without a citation is marked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from litdex.rag.citations import read_sentence
from litdex.rag.context import Source
from litdex.rag.evidence import Evidence, Support
from litdex.rag.wording import normalised

SUPPORTED = 0.56
"""The support from which a sentence counts as supported by a passage.

On SciFact's train claims 5 % of the passages that a search finds beside the right ones give as much.
"""

Verdict = Literal["supported", "no such key", "not in the passage", "not supported"]
Status = Literal["supported", "unsupported", "uncited"]
MARK = "[unsupported]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What came of one key. `start` and `end` are the supporting sentence in the paper's text, 0 and 0 without one."""

    key: int
    verdict: Verdict
    support: float = 0.0
    start: int = 0
    end: int = 0

    @property
    def stands(self) -> bool:
        """Whether the citation passed."""
        return self.verdict == "supported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence of an answer with its checked citations. `text` holds no keys."""

    text: str
    citations: tuple[Citation, ...] = ()
    quoted: bool = False  # the whole sentence is a quotation, exact to the character
    lead: str = ""  # a bullet or a number in front

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys of the citations that stand."""
        return tuple(citation.key for citation in self.citations if citation.stands)

    @property
    def status(self) -> Status:
        """ "supported" if a citation stands, "unsupported" if none of those given does, "uncited" if none was given."""
        if self.keys:
            return "supported"
        return "unsupported" if self.citations else "uncited"

    def __str__(self) -> str:
        """The sentence with the keys that stand, or with a mark."""
        text = f"“{self.text}”" if self.quoted else self.text
        shown = " ".join(f"[{key}]" for key in self.keys) or MARK
        return f"{self.lead}{text} {shown}"


def check_sentence(sentence: str, evidence: Evidence) -> Statement:
    """The sentence with the verdict on each of its citations."""
    written = read_sentence(sentence)
    known = [key for key in written.keys if evidence.context.source(key)]
    support = evidence.support(written.text, known)
    citations = tuple(_citation(key, written.quotations, support.get(key), evidence) for key in written.keys)
    return Statement(text=written.text, citations=citations, lead=written.lead)


def quote(sentence_text: str, source: Source, start: int, end: int, support: float) -> Statement:
    """A sentence quoted from a source. It is checked like any other: a wrong offset does not stand."""
    exact = source.text[start - source.start : end - source.start] == sentence_text
    verdict: Verdict = "supported" if exact else "not in the passage"
    citation = Citation(key=source.key, verdict=verdict, support=support, start=start, end=end)
    return Statement(text=sentence_text, citations=(citation,), quoted=True)


def find_quotation(quotation: str, source: Source) -> tuple[int, int] | None:
    """Where in the paper's text the source has this quotation, but for white space, quotation marks, dashes and case.

    A final comma or full stop may be the quoting sentence's own.
    """
    wanted, _ = _with_places(normalised(quotation).strip(" .,;:"))
    plain, places = _with_places(source.text)
    # Not inside a word or a number: "a mass of 1" does not stand in "a mass of 1.5".
    pattern = rf"(?<![\w.]){re.escape(wanted)}(?![.,]?\w)"
    match = re.search(pattern, plain, re.IGNORECASE) if wanted else None
    if match is None:
        return None
    return source.start + places[match.start()], source.start + places[match.end() - 1] + 1


def _with_places(text: str) -> tuple[str, list[int]]:
    """`text` in one spelling, character by character, and for each character the one in `text` that it comes from."""
    plain: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        for one in " " if char.isspace() else unicodedata.normalize("NFKD", normalised(char)):
            if one == " " and (not plain or plain[-1] == " "):
                continue
            plain.append(one)
            places.append(at)
    return "".join(plain), places


def _citation(key: int, quotations: tuple[str, ...], support: Support | None, evidence: Evidence) -> Citation:
    source = evidence.context.source(key)
    if source is None or support is None:
        return Citation(key=key, verdict="no such key")
    if any(find_quotation(quotation, source) is None for quotation in quotations):
        return Citation(key=key, verdict="not in the passage")
    if support.sentence is None or support.score < SUPPORTED:
        return Citation(key=key, verdict="not supported", support=support.score)
    where = support.sentence
    return Citation(key=key, verdict="supported", support=support.score, start=where.start, end=where.end)
