"""Where sentences end in scientific prose: offsets, never changed text.

A rule-based splitter, since passages only need ends that are safe: a missed end makes a longer sentence, a false one
cuts inside "Fig. 3" or "et al. 2004", so the rules lean towards missing.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

# A full stop (or ! ?), what may close after it, white space, and what may open the next sentence; or a full stop of
# scripts without blanks.
_END = re.compile(
    r"[.!?][\"'”’)\]}]*\s+(?=[\"'“‘(\[{]*[A-Z0-9$\\\u0370-\u03ff\u00c0-\u00de])|[。！？｡]+[」』”’）)]*\s*"
)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LAST_WORD = re.compile(r"[\w.&'-]+$")
_ABBREVIATIONS = frozenset(
    """
    al approx assoc ca cf ch chap co corp def dept dr ed eds eq eqn eqs eqns est etc ex exp fig figs gen i.e e.g
    inc jr lett ltd mr mrs ms mt no nos nr obs op p phys pp prof prop proc ref refs rev resp sci sec sect sects sr
    st suppl tab tabs theor thm univ viz vol vols vs v.s w.r.t
    """.split()  # noqa: SIM905 - a wall of quotes would hide the words
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]` as (start, end) offsets into `text`, without surrounding white space.

    Together they cover everything that is not white space. A blank line always ends a sentence.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    at = start
    for match in _PARAGRAPH.finditer(text, start, end):
        spans.extend(_in_paragraph(text, at, match.start()))
        at = match.end()
    spans.extend(_in_paragraph(text, at, end))
    return spans


def _in_paragraph(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    at = start
    for match in _END.finditer(text, start, end):
        if text[match.start()] == "." and _is_abbreviation(text[max(at, match.start() - 24) : match.start()]):
            continue
        spans.append(_stripped(text, at, match.end()))
        at = match.end()
    spans.append(_stripped(text, at, end))
    return [span for span in spans if span[0] < span[1]]


def _is_abbreviation(before: str) -> bool:
    """Whether the full stop after `before` belongs to its last word: "Fig", "J", "e.g", "U.S"."""
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    token = word[0].lower().strip("'-")
    return (
        token in _ABBREVIATIONS
        or (len(token) == 1 and token.isalpha())
        or re.fullmatch(r"(\w\.)+\w", token) is not None
    )


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
