"""The part of a paper that each line of a PDF belongs to, told by a conditional random field over all its lines.

Labels: "title", "author", "affiliation", "abstract", "keyword", "journal" (where it appeared, its identifiers), "date",
"note" (anything else of the front matter), "h1" to "h3" (headings), "body", "caption", "figure" and "table" (words in
them), "footnote", "back" (acknowledgements and the like), "references".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from litdex.ingest.parsers.pdf_blocks import CAPTION, SMALL, Measures
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.readers.crf import model_file, tagger
from litdex.ingest.readers.line_features import Rule, line_features, rules_of

MODEL = "pdf-lines.crf"
FRONT = frozenset({"title", "author", "affiliation", "abstract", "keyword", "journal", "date", "note"})
FRONT_PAGES = 3  # a cover, a title page, and an abstract on a page of its own
_KEYWORDS = re.compile(
    r"(?:key\s?-?words?(?: and phrases)?|index terms|subject headings|pacs(?: numbers)?)\s*[.:—–-]", re.I
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
MAX_HOLE = 12  # lines
BELIEVED = 0.1
"""How likely the model must find what a rule says, for the rule to be followed."""


def zones(lines: Sequence[Line], usual: Measures) -> list[str]:
    """One label a line: the model's, but a rule's where that is sure of itself or the model finds it not unlikely."""
    if not lines:
        return []
    rules = rules_of(lines, usual)
    model = tagger(model_file(MODEL))
    labels = _headed_captions(list(model.tag(line_features(lines, usual, rules))), rules, lines)
    known = frozenset(model.labels())
    for place, ((rule, _, _), line) in enumerate(zip(rules, lines, strict=True)):
        if labels[place] not in ("body", "caption"):
            continue
        others, sure = _RULED.get(rule, ()), _is_sure(rule, line, usual)
        likely = {other: model.marginal(other, place) for other in others if other in known}
        if likely and labels[place] not in likely and (sure or sum(likely.values()) >= BELIEVED):
            labels[place] = max(likely, key=lambda other: likely[other])
    return _text_kept(_in_their_place(_without_holes(labels, lines), rules, lines), rules)


_RULED = {"heading": ("h1", "h2", "h3"), "caption": ("caption",), "scrap": ("figure", "table")}
"""What a line that the model takes for running text may be, where a rule says so."""


def _is_sure(rule: str, line: Line, usual: Measures) -> bool:
    """Whether a rule is seldom wrong: bold type that stands as a heading does, small type in pieces."""
    return (rule == "heading" and line.bold and not usual.bold) or (rule == "scrap" and line.size < SMALL * usual.size)


def _without_holes(labels: list[str], lines: Sequence[Line]) -> list[str]:
    """A few lines between two of an abstract, in its column and type, belong to it, whatever they were taken for."""
    places = [place for place, label in enumerate(labels) if label == "abstract"]
    for start, end in itertools.pairwise(places):
        hole, last = lines[start + 1 : end], lines[end]
        if 0 < len(hole) <= MAX_HOLE and all(
            line.column == last.column and abs(line.size - last.size) < 0.3 and not _KEYWORDS.match(line.text)
            for line in hole
        ):
            labels[start + 1 : end] = ["abstract"] * len(hole)
    return labels


def _in_their_place(labels: list[str], rules: Sequence[Rule], lines: Sequence[Line]) -> list[str]:
    """No front matter on later pages, and a list of keywords where its label says so."""
    for place, line in enumerate(lines):
        if labels[place] in FRONT and line.page >= FRONT_PAGES:
            labels[place] = "body" if rules[place][0] == "prose" else "note"
        if labels[place] == "abstract" and _KEYWORDS.match(line.text):
            while place < len(labels) and labels[place] == "abstract":
                labels[place] = "keyword"
                place += 1
    return labels


def _headed_captions(labels: list[str], rules: Sequence[Rule], lines: Sequence[Line]) -> list[str]:
    """Captions that no label begins are what their block looks like: running text."""
    place = 0
    while place < len(labels):
        end = place
        while end < len(labels) and labels[end] == "caption":
            end += 1
        if end > place and rules[place][0] == "prose" and not CAPTION.match(lines[place].text):
            labels[place:end] = ["abstract" if place and labels[place - 1] == "abstract" else "body"] * (end - place)
        place = max(end, place + 1)
    return labels


def _text_kept(labels: list[str], rules: Sequence[Rule]) -> list[str]:
    """The labels, or for a document in which they find next to no text, its prose as body."""
    prose = [place for place, (rule, _, _) in enumerate(rules) if rule in ("prose", "other")]
    read = sum(labels[place] in ("body", "abstract") for place in prose)
    if read < 0.2 * len(prose):
        for place in prose:
            if labels[place] not in ("title", "author", "affiliation", "references"):
                labels[place] = "body"
    return labels
