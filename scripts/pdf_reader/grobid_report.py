"""How well the reader of lines does on annotated front matter that it has not seen: by fields, and by lines."""

from __future__ import annotations

import zlib
from collections import Counter
from pathlib import Path

from litdex.ingest.readers.crf import model_file, tag
from litdex.ingest.readers.line_features import in_context
from litdex.ingest.readers.zones import MODEL
from scripts.pdf_reader import grobid_labels

FIELDS = ("title", "author", "affiliation", "abstract", "keyword", "journal", "date")


def is_held_out(name: str) -> bool:
    """Whether an annotated paper is kept for testing: every fifth."""
    return zlib.crc32(name.encode()) % 5 == 0


def report(folder: Path) -> None:
    """Print, for each field, the share of papers where its lines are exactly those annotated, and the lines' F1."""
    exact: Counter[str] = Counter()
    having: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    papers = 0
    for name, lines, labels in grobid_labels.papers(folder):
        if not is_held_out(name):
            continue
        papers += 1
        told = tag(model_file(MODEL), in_context(grobid_labels.features(lines)))
        for field in FIELDS:
            wanted = {place for place, label in enumerate(labels) if label == field}
            found = {place for place, label in enumerate(told) if label == field}
            if wanted:
                having[field] += 1
                text, read = ("".join(lines[p].text for p in sorted(places)) for places in (wanted, found))
                exact[field] += wanted == found or (field == "abstract" and _near(text, read))
            counts[field].update(both=len(wanted & found), all=len(wanted) + len(found))
    print(f"{papers} annotated front matters, held out")
    for field in FIELDS:
        f1 = 2 * counts[field]["both"] / max(1, counts[field]["all"])
        share = 100 * exact[field] / max(1, having[field])
        print(f"{field:12} right in {share:5.1f} % of {having[field]:3}; lines F1 {f1:.3f}")


def _near(wanted: str, found: str) -> bool:
    a, b = Counter(wanted.split()), Counter(found.split())
    return (a & b).total() >= 0.95 * max(a.total(), b.total())
