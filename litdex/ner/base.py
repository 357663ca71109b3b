"""The interface of every tagger: texts in, mentions out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from litdex.ner.mention import Mention


class Tagger(Protocol):
    """Finds entities. Texts may be of any length; offsets are into the text as given."""

    @property
    def name(self) -> str:
        """What a user calls it: "litdex-tagger", or the folder it was loaded from."""

    @property
    def fingerprint(self) -> str:
        """A short hash of weights and settings. Two taggers with one fingerprint find the same mentions."""

    @property
    def types(self) -> tuple[str, ...]:
        """The entity types it knows."""

    def tag(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> list[list[Mention]]:
        """The mentions of each text in order of place, none overlapping another. `progress` is told texts done."""
