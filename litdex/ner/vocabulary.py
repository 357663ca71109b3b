"""A user's vocabulary of entities: MeSH, the Unified Astronomy Thesaurus, a list of one's own, as a TSV.

Columns: id, name, synonyms parted by `|`, a type for which alone the entry stands, and a definition; the last three may
be missing. A first line that begins with "id" is a heading, one that begins with # a remark. The file may be compressed
(.gz, .xz).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from litdex.errors import UserError
from litdex.ner.corpora.lines import at, numbered


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry: what is meant, whatever it is called in a text."""

    identifier: str
    name: str
    synonyms: tuple[str, ...] = ()
    type: str = ""  # the one entity type that it stands for; "" for any
    definition: str = field(default="", repr=False)  # shown on the entity's page; names nothing


class Vocabulary:
    """Concepts by their folded names. Of concepts that share a name the first is found."""

    def __init__(self, concepts: Iterable[Concept], fold: Callable[[str], str]) -> None:
        self.concepts = tuple(concepts)
        self._by_name: dict[tuple[str, str], Concept] = {}
        for concept in self.concepts:
            # Names before synonyms: an entry is never found under what another is called.
            self._by_name.setdefault((fold(concept.name), concept.type.casefold()), concept)
        for concept in self.concepts:
            for synonym in concept.synonyms:
                self._by_name.setdefault((fold(synonym), concept.type.casefold()), concept)

    @property
    def fingerprint(self) -> str:
        """A short hash: two vocabularies with one fingerprint name alike, whatever their definitions."""
        return hashlib.sha256(repr(self.concepts).encode()).hexdigest()[:16]

    def find(self, folded: str, kind: str) -> Concept | None:
        """The concept of a folded name for an entity type; an entry of that type goes before one of any type."""
        return self._by_name.get((folded, kind.casefold())) or self._by_name.get((folded, ""))


def read_concepts(path: Path) -> Iterator[Concept]:
    """The entries of a vocabulary file. Raises UserError with the number of a line that is wrong."""
    seen: dict[str, int] = {}
    for number, line in numbered(path):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or (not seen and cells[0].casefold() == "id"):
            continue
        if len(cells) < 2 or not cells[0] or not cells[1]:
            raise at(path, number, f"no id and name: {line[:40]!r}", "part id, name and synonyms with tabs")
        if cells[0] in seen:
            fault = f'the id "{cells[0]}" is in line {seen[cells[0]]} already'
            raise at(path, number, fault, "write its synonyms in one line, parted by |")
        seen[cells[0]] = number
        synonyms = cells[2].split("|") if len(cells) > 2 else []
        names = tuple(name.strip() for name in synonyms if name.strip())
        yield Concept(cells[0], cells[1], names, "".join(cells[3:4]), "".join(cells[4:5]))
    if not seen:
        raise UserError(f"{path} holds no entries. Each line is id, name and synonyms, parted by tabs.")
