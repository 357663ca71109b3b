"""What the library's vocabulary says of an entity: its definition, its identifier, the names that it goes by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from litdex.errors import UserError
from litdex.index.entities import VOCABULARY, short_type
from litdex.ner.vocabulary import Concept, read_concepts


def concept_of(folder: Path, name: str, kind: str) -> Concept | None:
    """The entry that names the entities of a type so, in the library in `folder`; None where there is none."""
    path = folder / VOCABULARY
    try:
        stat = path.stat()
        found = _by_name(path, stat.st_mtime_ns, stat.st_size).get(name, ())
    except (OSError, UserError):  # a vocabulary that something else has damaged: the library does without
        return None
    fitting = [one for one in found if short_type(one.type) in ("", short_type(kind))]
    return max(fitting, key=lambda one: bool(one.type), default=None)


@lru_cache(maxsize=2)
def _by_name(path: Path, changed: int, size: int) -> Mapping[str, Sequence[Concept]]:
    """All entries by name; `changed` and `size` are of the file, which is read again when they are others."""
    found: dict[str, list[Concept]] = {}
    for concept in read_concepts(path):
        found.setdefault(concept.name, []).append(concept)
    return found
