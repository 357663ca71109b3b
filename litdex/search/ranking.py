"""How the legs' passages become one ranking of papers: the settings, their file, and where a library keeps them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from litdex.errors import UserError
from litdex.index.library import Library
from litdex.index.schema import transaction
from litdex.search.fusion import FUSIONS
from litdex.search.fusion.fuse import Fused, fuse
from litdex.search.retrieval import Leg, RankedPaper, Retrieved, rank_papers

_KEY = "ranking"  # in the library's table `meta`


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Settings of a hybrid ranking. Raises UserError for a value that cannot be one.

    `best_passages` is how many of a paper's passages count in each leg: 1 takes the best one's score (max), n the sum
    of the n best, where a passage that was not found counts 0. `depth` is how many papers each leg ranks; a result
    list that goes on beyond them ranks four times as many, and so on.
    """

    fusion: str = "dbsf"
    lexical_weight: float = 1.0
    dense_weight: float = 1.0
    k: float = 60.0  # of rrf
    best_passages: int = 1
    depth: int = 100

    def __post_init__(self) -> None:
        if self.fusion not in FUSIONS:
            raise UserError(f"fusion = {self.fusion!r}: give one of {', '.join(FUSIONS)}")
        for name, (low, high, kind) in _RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
                raise UserError(f"{name} = {value!r}: give a{_KINDS[kind]} number from {low:g} to {high:g}")

    @property
    def weights(self) -> Mapping[Leg, float]:
        """Each leg's weight."""
        return {"lexical": self.lexical_weight, "dense": self.dense_weight}

    def to_toml(self) -> str:
        """The settings as `read_ranking` reads them."""
        return "".join(f"{name} = {_toml(value)}\n" for name, value in asdict(self).items())


_RANGES: Mapping[str, tuple[float, float, Any]] = {
    "lexical_weight": (1e-6, 1e6, float | int),
    "dense_weight": (1e-6, 1e6, float | int),
    "k": (0, 1e6, float | int),
    "best_passages": (1, 1000, int),
    "depth": (1, 10_000, int),
}
_KINDS = {int: " whole", float | int: ""}


def order(retrieved: Retrieved, ranking: Ranking) -> tuple[list[Fused[Leg]], dict[Leg, list[RankedPaper]]]:
    """The fused ranking, best first, and each leg's.

    Needs no library, so many settings can be tried on one retrieval that went deep enough.
    """
    legs = {
        leg: rank_papers(passages, retrieved.names, ranking.best_passages)[: ranking.depth]
        for leg, passages in retrieved.found.items()
    }
    ranked = {leg: [(paper.name, paper.score) for paper in papers] for leg, papers in legs.items()}
    return fuse(ranked, FUSIONS[ranking.fusion], ranking.weights, ranking.k), legs


def read_ranking(path: Path) -> Ranking:
    """The settings in a TOML file; what it leaves out has its default. Raises UserError, which names the file."""
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    except (tomllib.TOMLDecodeError, UserError) as error:
        raise UserError(f"{path}: {' '.join(str(error).split())}") from error


def keep_ranking(library: Library, ranking: Ranking | None) -> None:
    """Let searches of this library use these settings where they are given no others; None forgets them."""
    with transaction(library.connection):
        library.connection.execute("DELETE FROM meta WHERE key = ?", (_KEY,))
        if ranking:
            library.connection.execute("INSERT INTO meta VALUES (?, ?)", (_KEY, ranking.to_toml()))


def kept_ranking(library: Library) -> Ranking:
    """The settings that the library keeps, else the default ones. Raises UserError where litdex does not know them."""
    row = library.connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    try:
        return _parse(row[0]) if row else Ranking()
    except (tomllib.TOMLDecodeError, UserError) as error:
        whose = f"{library.folder} keeps a ranking of another litdex"
        raise UserError(
            f"{whose} ({error}): `litdex tune --keep` makes a new one, `search --ranking` overrides"
        ) from None


def _parse(text: str) -> Ranking:
    settings = tomllib.loads(text)
    known = [field.name for field in fields(Ranking)]
    unknown = sorted(settings.keys() - set(known))
    if unknown:
        raise UserError(f"{unknown[0]} is no setting of a ranking: give some of {', '.join(known)}")
    return Ranking(**settings)


def _toml(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
