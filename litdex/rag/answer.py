"""What a question is answered with: checked statements over the sources that they cite, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from litdex.rag.context import Context, Source
from litdex.rag.prompts import REFUSAL
from litdex.rag.verify import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer. `refused` says that there is none, and then there are no statements."""

    question: str
    context: Context
    statements: tuple[Statement, ...] = ()
    refused: bool = False
    model: str = ""  # who wrote it; nobody where it is quoted sentence by sentence
    dropped: int = 0  # sentences taken out because nothing supported them
    confidence: float = 0.0  # the best support of the question in the context
    milliseconds: Mapping[str, float] = field(default_factory=dict)  # "first" statement, "total"

    @property
    def text(self) -> str:
        """The answer to read: sentences with the keys that stand; the refusal, word for word, where there is none."""
        if self.refused:
            return REFUSAL
        parts = (("\n" if statement.lead else " ") + str(statement) for statement in self.statements)
        return "".join(parts).strip()

    @property
    def sources(self) -> tuple[Source, ...]:
        """The passages that the answer cites, in order of their keys."""
        keys = {key for statement in self.statements for key in statement.keys}
        return tuple(source for source in self.context.sources if source.key in keys)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know about the answer, a line each."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        failed = [c for statement in self.statements for c in statement.citations if not c.stands]
        if failed:
            keys = ", ".join(f"[{citation.key}]: {citation.verdict}" for citation in failed)
            yield f"{_count(len(failed), 'citation')} failed the check and {_was(len(failed))} taken out ({keys})."
        marked = sum(not statement.keys for statement in self.statements)
        if marked:
            yield f"{_count(marked, 'sentence')} {_was(marked)} not supported by the passages and marked so."
        if self.dropped:
            yield f"{_count(self.dropped, 'sentence')} without support in the passages {_was(self.dropped)} left out."
        retracted = [source for source in self.sources if source.retracted]
        for source in retracted:
            yield f"[{source.key}] is a retracted paper: {source.paper}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
