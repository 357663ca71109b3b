"""Tagging schemes: a tag for each word on one side, spans on the other.

One rule reads IOB1, IOB2, IO and IOBES (and its twins BILOU and BMES) alike, the rule of the CoNLL evaluation script: a
mention begins at B or S, and wherever a tag is of another type than the one before, or follows O or the last word of a
mention; it ends before such a place and after E or S. So tags that break their scheme still give a defined answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from litdex.ner.corpora.sentence import Span

Scheme = Literal["IOB1", "IOB2", "IOBES"]
SCHEMES: tuple[Scheme, ...] = ("IOB1", "IOB2", "IOBES")
OUTSIDE = "O"
_PREFIX = {"B": "B", "I": "I", "E": "E", "S": "S", "L": "E", "U": "S", "M": "I"}  # BILOU and BMES in IOBES's letters


@lru_cache(maxsize=4096)
def parse(tag: str) -> tuple[str, str]:
    """A tag as (prefix, type): "L-Gene" is ("E", "Gene"), "O" is ("O", ""). Raises ValueError if it is no tag."""
    if tag == OUTSIDE:
        return OUTSIDE, ""
    prefix, dash, kind = tag.partition("-")
    if not dash or not kind or prefix not in _PREFIX:
        raise ValueError(f'"{tag}" is no tag: O, or one of B I E S (L U M), a hyphen and a type, as in B-Gene')
    return _PREFIX[prefix], kind


def spans_of(tags: Sequence[str]) -> list[Span]:
    """The spans that `tags`, one a word, in any of the schemes, mean. Raises ValueError on what is no tag."""
    spans: list[Span] = []
    first, inside, joins = 0, "", False  # where the open span began, its type, whether a next word may join it
    for at, (prefix, kind) in enumerate(map(parse, tags)):
        if inside and not (joins and kind == inside and prefix in "IE"):
            spans.append(Span(first, at, inside))
            inside = ""
        if kind and not inside:
            first, inside = at, kind
        joins = prefix in "BI"
    if inside:
        spans.append(Span(first, len(tags), inside))
    return spans


def tags_of(spans: Iterable[Span], length: int, scheme: Scheme = "IOBES") -> list[str]:
    """The tags of `length` words that carry these spans, which do not overlap."""
    tags = [OUTSIDE] * length
    for span in sorted(spans):
        follows = span.start and tags[span.start - 1].endswith(f"-{span.type}")
        begin = "I" if scheme == "IOB1" and not follows else "B"
        prefixes = [begin] + ["I"] * (span.end - span.start - 1)
        if scheme == "IOBES":
            prefixes[-1] = "S" if len(prefixes) == 1 else "E"
        tags[span.start : span.end] = [f"{prefix}-{span.type}" for prefix in prefixes]
    return tags


def detect(sentences: Iterable[Sequence[str]]) -> Scheme:
    """The scheme that sentences of tags are written in; IOB2 where nothing tells them apart."""
    seen: set[str] = set()
    for tags in sentences:
        before = (OUTSIDE, "")
        for prefix, kind in map(parse, tags):
            # An I that begins a mention is IOB1's own; a B that need not be there is not IOB1.
            seen.add("i" if prefix == "I" and before[1] != kind else prefix)
            before = (prefix, kind)
    if seen & {"E", "S"}:
        return "IOBES"
    return "IOB1" if "i" in seen else "IOB2"


def labels_of(types: Iterable[str], scheme: Scheme = "IOBES") -> list[str]:
    """Every tag that a model of these types needs, "O" first. The order of `types` is kept."""
    prefixes = "BIES" if scheme == "IOBES" else "BI"
    return [OUTSIDE, *(f"{prefix}-{kind}" for kind in types for prefix in prefixes)]


def allowed(labels: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """What a scheme permits: (start, end, pair), boolean, of shapes (n,), (n,) and (n, n) for n labels.

    `start[i]` is whether a sentence may begin with label i, `end[i]` whether it may end with it, and `pair[i, j]`
    whether label j may follow label i. With E or S among the labels the scheme is IOBES, else IOB2.
    """
    parsed = [parse(label) for label in labels]
    strict = any(prefix in "ES" for prefix, _ in parsed)
    begins = np.array([prefix in "OBS" for prefix, _ in parsed], dtype=bool)
    ends = np.array([prefix in ("OES" if strict else "OBI") for prefix, _ in parsed], dtype=bool)
    goes_on = np.array(
        [[left in "BI" and right in "IE" and a == b for right, b in parsed] for left, a in parsed], dtype=bool
    ).reshape(len(parsed), len(parsed))
    return begins, ends, (ends[:, None] & begins[None, :]) | goes_on
