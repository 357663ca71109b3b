"""Mutated documents of every text format, and mutated queries: papers that stand, or one clear line.

`python -m benchmarks.fuzz_parsers` is the long form, guided by coverage; what it finds becomes a case of `FINDINGS`.
"""

from __future__ import annotations

import random

import pytest

from benchmarks.fuzz_parsers import SEEDS, try_format

MUTANTS = 150
FINDINGS: list[tuple[str, bytes]] = []
"""Format and input of what was once a finding. None of the first 120,000 inputs was one."""
PIECES = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"{",
    b"}" * 50,
    b"<",
    b"&x;",
    b'"',
    b"\\",
    b"\n\n",
    b"9" * 400,
    "é\u202e\ud7ff".encode(),
)


def mutant(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """The document with a few places overwritten, cut out, doubled, or taken from another document."""
    broken = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, to = sorted(chance.choices(range(len(broken) + 1), k=2))
        broken[at : min(to, at + chance.choice((0, 1, 8, 200)))] = chance.choice(
            (*PIECES, bytes([chance.randrange(256)]), bytes(broken[at:to]) * 2, other[at:to])
        )[:2000]
    return bytes(broken)


@pytest.mark.parametrize("form", sorted(SEEDS))
def test_mutated_documents_end_in_papers_or_in_one_line(form: str) -> None:
    chance = random.Random(form)
    everything = [seed.encode() for seeds in SEEDS.values() for seed in seeds]
    for seed in SEEDS[form]:
        try_format(form, seed.encode())
        for _ in range(MUTANTS):
            try_format(form, mutant(seed.encode(), chance.choice(everything), chance))


def test_what_was_found_once_is_mended() -> None:
    for form, data in FINDINGS:
        try_format(form, data)
