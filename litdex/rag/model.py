"""What a language model is to litdex: something that writes the next message of a conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

Message = dict[str, str]
"""`role` (system, user, assistant) and `content`."""


class LanguageModel(Protocol):
    """Writes the next message of a conversation. `litdex.rag.llm` has the one behind an endpoint."""

    @property
    def name(self) -> str:
        """The model's name, to be shown with what it wrote."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply, piece by piece. Raises SystemFault with one line."""
