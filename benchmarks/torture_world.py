"""What `benchmarks.torture` knows of the world: the files on disk, and which records a library must hold of them.

A plain model of the library, in sets and dictionaries: no database, no engine, none of litdex's code.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Record = tuple[str, int, int]
"""A file's name, a paper's number, and the version of what the file says of it."""
Fate = Literal["in", "out"]
"""Whether a record that was read counts, or its paper was removed by the user."""
State = Mapping[Record, Fate]

PAPERS, FILES = 60, 6
MOST_RECORDS = 16
FIRST_SECOND, LAST_SECOND = 0, 4_000_000_000
"""Modification times that files are given: from 1970 to 2096."""


def word(number: int, version: int | None = None) -> str:
    """A word that stands in no other paper, or in no other version either."""
    letters = "bcdfghjklm"
    spelt = "".join(letters[int(digit)] for digit in f"{number:03d}")
    return f"zyq{spelt}" if version is None else f"vox{spelt}{''.join(letters[int(d)] for d in f'{version:04d}')}"


def title(number: int, version: int) -> str:
    """What a record calls its paper."""
    return f"On {word(number)} and {word(number, version)}"


@dataclass(slots=True)
class World:
    """The files, and what the library must have read of them."""

    folder: Path
    chance: random.Random
    disk: dict[str, dict[int, int]] = field(default_factory=dict)  # file -> paper's number -> version
    state: dict[Record, Fate] = field(default_factory=dict)
    _versions: int = 0

    def change_files(self) -> None:
        """Write, change or delete a file or two."""
        for _ in range(self.chance.randint(1, 3)):
            name = f"file{self.chance.randrange(FILES)}.jsonl"
            if name in self.disk and self.chance.random() < 0.2:
                del self.disk[name]
                (self.folder / name).unlink()
                continue
            told = dict(self.disk.get(name, {}))
            for number in self.chance.sample(sorted(told), k=len(told) // 3):
                del told[number]
            for number in self.chance.sample(range(PAPERS), k=self.chance.randint(1, MOST_RECORDS)):
                self._versions += 1
                told[number] = self._versions
            self._write(name, told)

    def _write(self, name: str, told: dict[int, int]) -> None:
        self.disk[name] = told
        lines = [
            json.dumps(
                {
                    "id": f"0901.{number:04d}",
                    "title": title(number, version),
                    "abstract": f"The matter of {word(number)} in topic{number % 8}, told once more.",
                    "categories": ["quant-ph"],
                    "authors": ["Ada Lovelace"],
                    "date": "2009-01-01",
                }
            )
            for number, version in sorted(told.items())
        ]
        path = self.folder / name
        path.write_text("\n".join(lines))
        if self.chance.random() < 0.5:
            when = self.chance.randint(FIRST_SECOND, LAST_SECOND)
            os.utime(path, (when, when))

    def after_ingest(self, before: State, *, prune: bool, again: bool) -> dict[Record, Fate]:
        """What a library holds that read all files."""
        found: dict[Record, Fate] = {}
        for name, told in self.disk.items():
            for number, version in told.items():
                record = (name, number, version)
                found[record] = "in" if again else before.get(record, "in")
        for record, fate in before.items():
            if record[0] not in self.disk and not prune:
                found[record] = fate
        return found

    @staticmethod
    def after_remove(before: State, numbers: Sequence[int]) -> dict[Record, Fate]:
        """What a library holds from which papers were taken; nothing happens where one of them is not in it."""
        if not papers_in(before) >= set(numbers):
            return dict(before)
        return {record: "out" if record[1] in numbers else fate for record, fate in before.items()}


def papers_in(state: State) -> set[int]:
    """The numbers of the papers that must be found."""
    return {number for (_, number, _), fate in state.items() if fate == "in"}


def versions_in(state: State, number: int) -> set[int]:
    """What is said of one paper."""
    return {version for (_, one, version), fate in state.items() if one == number and fate == "in"}


def strays(seen: State, allowed: Sequence[State], *, revived: bool) -> list[str]:
    """Records and papers of `seen` that are in none of the states between which a disturbed step may end.

    With `revived`, records that the user removed may be on their way back in, and so be nowhere.
    """
    wrong = []
    for record in sorted({record for state in (seen, *allowed) for record in state}):
        fates = {state.get(record) for state in allowed} | ({None} if revived else set())
        if seen.get(record) not in fates:
            wrong.append(f"{record}: {seen.get(record)} is none of {sorted(map(str, fates))}")
    # A paper that moves from one file to another may be gone until the other file is read: then none of it lasts.
    told = [{record[:2] for record, fate in state.items() if fate == "in"} for state in allowed]
    lasting = {number for _, number in set.intersection(*told)}
    return wrong + [f"paper {number} was lost" for number in sorted(lasting - papers_in(seen))]
