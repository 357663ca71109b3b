"""How an ingest tells what it is doing."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Progress(Protocol):
    """Is told how far an ingest is. Every method may be called often."""

    def found(self, units: int) -> None:
        """So many files were found."""

    def read(self, unit: Path, records: int) -> None:
        """One more file was read, with so many new or changed records."""

    def waiting(self, passages: int) -> None:
        """So many passages are waiting to be embedded."""

    def embedded(self, passages: int) -> None:
        """So many more passages were embedded."""

    def tagging(self, papers: int) -> None:
        """So many papers are waiting to be looked through for entities."""

    def tagged(self, papers: int) -> None:
        """So many more papers were."""


class Silent:
    """Progress that nobody watches."""

    def found(self, units: int) -> None:
        """Nothing."""

    def read(self, unit: Path, records: int) -> None:
        """Nothing."""

    def waiting(self, passages: int) -> None:
        """Nothing."""

    def embedded(self, passages: int) -> None:
        """Nothing."""

    def tagging(self, papers: int) -> None:
        """Nothing."""

    def tagged(self, papers: int) -> None:
        """Nothing."""
