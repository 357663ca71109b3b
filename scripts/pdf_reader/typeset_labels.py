"""Labels for the lines of typeset papers: each line is found again in what the paper was made to say."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from litdex.ingest.parsers.pdf_lines import Line

GRAM = 5
LABELS_FIRST = ("abstract", "keyword", "title", "author", "affiliation")


def folded(text: str) -> str:
    """Letters and digits only, in lower case, without accents: what hyphens and fonts cannot change."""
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("@M@", ""))
    return "".join(char for char in text.lower() if char.isalnum() and char.isascii())


def grams(text: str) -> set[str]:
    return {text[n : n + GRAM] for n in range(max(1, len(text) - GRAM + 1))}


class Truth:
    """The fields of a paper, ready to be compared with lines."""

    def __init__(self, paper: dict[str, Any]) -> None:
        self.paper = paper
        self.fields: dict[str, set[str]] = defaultdict(set)
        self.texts: dict[str, str] = defaultdict(str)
        self.heads = {folded(title): f"h{level}" for level, title, _ in paper["sections"]}
        self.heads |= {folded(head): "h1" for head, _ in paper["back"]} | {"references": "h1", "bibliography": "h1"}
        self._add("title", [paper["title"]])
        self._add("author", paper["authors"])
        self._add("author", [f"{first} {more}" for first, more in pairwise(paper["authors"])])
        self._add("author", [f"{first} and {more}" for first, more in pairwise(paper["authors"])])
        self._add("affiliation", paper["places"])
        self._add("abstract", [paper["abstract"]])
        self._add("keyword", paper["keywords"])
        self._add("body", (text for _, _, texts in paper["sections"] for text in texts))
        self._add("back", (text for _, text in paper["back"]))
        self._add("caption", [*paper["captions"], *(caption for caption, _ in paper["tables"])])
        self._add("table", (" ".join(row) for _, rows in paper["tables"] for row in rows))
        self._add("figure", (text for labels in paper["figures"] for text in labels))
        self._add("footnote", paper["notes"])
        self._add("references", paper["references"])
        if paper["extra"].get("line"):
            self._add("journal", [paper["extra"]["line"]])
        if paper["kind"] == "house":
            self._add("journal", [paper["journal"], paper["extra"].get("citation", "")])

    def _add(self, label: str, texts: Iterable[str]) -> None:
        for text in texts:
            self.fields[label] |= grams(folded(text))
            self.texts[label] += "\n" + folded(text)

    def scores(self, text: str) -> dict[str, float]:
        """The share of a line's character n-grams that each field has."""
        own = grams(text)
        if len(text) < GRAM:
            return {label: float(text in whole) for label, whole in self.texts.items()}
        result = {label: len(own & have) / len(own) for label, have in self.fields.items()}
        names = grams(re.sub(r"\d+|member|ieee", "", text))  # authors and places carry marks between their words
        for label in ("author", "affiliation"):
            result[label] = max(
                result[label], len(names & self.fields[label]) / len(names) + (0.1 if label == "author" else 0.0)
            )
        return result


DATE = re.compile(r"received|accepted|submitted|revised|dated|draft version|published|\b(?:19|20)\d\d\b.{0,12}$", re.I)
JOURNAL = re.compile(
    r"preprint|submitted to|\bdoi\b|10\.\d{4}/|mnras|journal|vol\.|proceedings|manuscript|typeset", re.I
)
NOTE = re.compile(r"©|copyright|permission|pacs|subject class|msc|rights|licen[sc]e|@|acm reference|numbers:", re.I)


def labels_of(lines: Sequence[Line], truth: Truth) -> list[str]:
    """One label a line."""
    result: list[str] = []
    begun = ended = False  # the body, the references
    for line in lines:
        label = _label(line, truth, begun, ended, result[-1] if result else "")
        begun = begun or label in ("h1", "h2", "h3")
        ended = ended or (label == "h1" and folded(line.text).endswith(("references", "bibliography")))
        result.append(label)
    return _smoothed(result, lines)


def _label(line: Line, truth: Truth, begun: bool, ended: bool, before: str) -> str:
    text = folded(line.text)
    head = _head(line, text, truth) if line.page or begun or before != "title" else ""
    if head:
        return head
    if re.match(r"(abstract|a b s t r a c t|summary)\W*$", line.text, re.I) and not begun:
        return "abstract"
    if re.match(r"(key ?words?|index terms)\W*$", line.text, re.I):
        return "keyword"
    if re.match(r"(fig(ure|\.)|table)\s*[\dIVX]+\W*$", line.text, re.I):
        return "caption"
    scores = truth.scores(text)
    if line.page == 0 and "@" in line.text and scores.get("footnote", 0.0) < 0.7:
        return "affiliation"
    if re.match(r"(copyright|funding|editor)\W", line.text, re.I) and not ended:
        return "note"
    if re.match(r"(received|accepted|published)\W.{6,60}$", line.text, re.I) and not ended:
        return "date"
    if (
        line.page == 0
        and before == "note"
        and re.search(r"open access article|creative commons|funders had|unrestricted use|in any medium", line.text)
    ):
        return "note"
    if ended:
        scores = {
            label: scores.get(label, 0.0)
            for label in ("references", "caption", "table", "figure", "footnote", "back", "body")
        }
    elif line.page > 1:
        scores = {label: score for label, score in scores.items() if label not in LABELS_FIRST}
    elif begun:
        scores["title"] = scores["author"] = 0.0
    best = max(scores, key=lambda label: (round(scores[label], 2), label == before, label in LABELS_FIRST))
    if scores[best] >= 0.6 and not (len(text) < GRAM and best not in (before, "table", "figure")):
        return best
    return _unmatched(line, text, begun, ended, before)


def _head(line: Line, text: str, truth: Truth) -> str:
    """The level of the heading that a line is, its number aside."""
    bare = folded(re.sub(r"^\s*(appendix\s+\w+|\d+(\.\d+)*|[IVX]+|[A-Ha-h])[.):]?\s+", "", line.text))
    for key in (text, bare):
        if key in truth.heads:
            return truth.heads[key]
    if len(text) > 6:
        for head, level in truth.heads.items():
            if (
                len(head) > len(bare)
                and (head.startswith(bare) or head.endswith(bare))
                and len(bare) > 0.3 * len(head)
                and len(line.text) < 120
            ):
                return level if not truth.texts["body"].count(bare) else ""
    return ""


def _unmatched(line: Line, text: str, begun: bool, ended: bool, before: str) -> str:
    if not begun or line.page == 0:
        for label, pattern in (("note", NOTE), ("journal", JOURNAL), ("date", DATE)):
            if pattern.search(line.text):
                return label if not begun or label != "date" else "note"
    if ended:
        return "references" if before in ("references", "h1") else before
    if not begun:
        return before if before in ("affiliation", "author", "abstract", "keyword") else "note"
    return before if before in ("figure", "table", "caption", "footnote", "back") and len(text) < 12 else "body"


def _smoothed(labels: list[str], lines: Sequence[Line]) -> list[str]:
    """A lonely line between two of one kind is of that kind, where it is in the same type."""
    for place in range(1, len(labels) - 1):
        left, right = labels[place - 1], labels[place + 1]
        if left == right != labels[place] and left in ("abstract", "body", "caption", "references", "back"):
            one, other = lines[place], lines[place - 1]
            if (
                abs(one.size - other.size) < 0.2
                and one.column == other.column
                and labels[place] not in ("h1", "h2", "h3")
            ):
                labels[place] = left
    return labels


def read_truth(path: Path) -> Truth:
    return Truth(json.loads(path.read_text()))
