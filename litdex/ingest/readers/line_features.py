"""The features of all lines of a document: of its own, of the lines around it, and of what has gone before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from litdex.ingest.parsers.pdf_blocks import Measures, blocks_of, rule_of
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.readers.line_looks import look_features
from litdex.ingest.readers.line_words import bucket, word_features

Features = list[str]
Both = tuple[Features, Features]
"""A line's own features, and those that its neighbours see."""


Rule = tuple[str, str, int]
"""What the rules take a line's block for, where in it the line stands, and how long it is (in classes)."""


def line_features(lines: Sequence[Line], usual: Measures, rules: Sequence[Rule]) -> list[Features]:
    """For each line the names of its features."""
    words = [word_features(line.text, raised(line)) for line in lines]
    looks = look_features(lines, usual)
    ruled = [
        ([f"rule={rule}{where}", f"rule={rule}{size}", f"block{size}"], [f"rule={rule}"]) for rule, where, size in rules
    ]
    return in_context([(w[0] + v[0] + r[0], w[1] + v[1] + r[1]) for w, v, r in zip(words, looks, ruled, strict=True)])


def rules_of(lines: Sequence[Line], usual: Measures) -> list[Rule]:
    """What the rules of thumb say of the block that each line is in."""
    blocks = blocks_of(lines, usual)
    result: list[Rule] = []
    for place, block in enumerate(blocks):
        rule, last = rule_of(place, blocks, usual), len(block.lines) - 1
        for number in range(last + 1):
            where = "first" if number == 0 else "last" if number == last else "in"
            result.append((rule, where, bucket(len(block.lines), 2, 3, 6)))
    return result


def raised(line: Line) -> int:
    """How many pieces of a line stand above it."""
    return sum(up for _, up in line.parts)


def in_context(lines: Sequence[Both]) -> list[Features]:
    """Each line's features with those of its neighbours, and with how far the document has come."""
    result: list[Features] = []
    for place, ((own, _), stage) in enumerate(zip(lines, _stages(lines), strict=True)):
        found = [*own, "bias", f"stage{stage}"]
        for shift in (-2, -1, 1, 2):
            if 0 <= place + shift < len(lines):
                found += [f"{shift}:{name}" for name in lines[place + shift][1]]
            else:
                found.append(f"{shift}:none")
        result.append(found)
    return result


_LANDMARKS = (
    ("A", "^abstract", frozenset(("n0", "n1", "n2", "n3", "n4", "n5"))),
    ("I", "^intro", frozenset(("n0", "n1", "n2"))),
    ("R", "^refs", frozenset(("n0", "n1"))),
)  # the name of a landmark, the test that finds it, and how many words its line may have


def _stages(lines: Sequence[Both]) -> Iterator[str]:
    """Which of the landmarks "abstract", "introduction" and "references" have been passed."""
    passed = ""
    for _, seen in lines:
        for mark, name, lengths in _LANDMARKS:
            if mark not in passed and name in seen and not lengths.isdisjoint(seen):
                passed += mark
        yield passed or "0"
