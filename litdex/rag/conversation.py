"""A conversation with a library: turns, follow-ups, a restriction to some papers; kept as JSON lines, a turn a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from litdex.errors import SystemFault, UserError
from litdex.index.filters import Filter, Papers
from litdex.index.store import Store
from litdex.rag.answer import Answer
from litdex.rag.answerer import Answerer, Event
from litdex.rag.context import Source
from litdex.rag.followup import by_model, by_rule
from litdex.rag.model import Message
from litdex.rag.question import words_of
from litdex.search.searcher import Searcher

REMEMBERED = 4
"""How many turns a language model is told of."""
BEST = 100
"""To how many papers a query of words restricts."""
MOST = 5_000
"""To how many papers a query of conditions alone may restrict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question, what was searched for, what was answered, and the passages that the keys stood for."""

    question: str
    searched: str
    answer: str
    plain: str  # the answer's sentences without keys: what a model is told later
    refused: bool
    cited: tuple[int, ...]
    sources: tuple[Source, ...]


class Conversation:
    """Turns over one library. `restriction` is the text that restricts it, "" where nothing does."""

    def __init__(self, answerer: Answerer, searcher: Searcher, store: Store) -> None:
        self.turns: list[Turn] = []
        self.restriction = ""
        self._where = Filter()
        self._answerer = answerer
        self._searcher = searcher
        self._store = store

    def ask(self, question: str) -> Iterator[Event]:
        """Answer, as `Answerer.stream` does; the turn is added when the answer is whole."""
        earlier = [turn.searched for turn in self.turns]
        model = self._answerer.model
        searched = by_model(question, earlier, model, self._answerer.prompts) if model else by_rule(question, earlier)
        for event in self._answerer.stream(searched, asked=question, where=self._where, history=self._history()):
            if isinstance(event, Answer):
                self.turns.append(_turn(question, event))
            yield event

    def restrict(self, text: str) -> int:
        """Answer from some papers only: ids, or what a query finds. Returns how many; an empty text lifts it.

        A query with words restricts to its best 100 papers. Raises UserError where there is no such paper.
        """
        if not text.strip():
            self.restriction, self._where = "", Filter()
            return self._store.counts()[0]
        numbers = self._named(text) or self._found(text)
        if not numbers:
            raise UserError(f"no paper here for: {text}")
        self.restriction, self._where = text, Filter((Papers(tuple(numbers)),))
        return len(numbers)

    def save(self, path: Path) -> None:
        """Write all of it, whole or not at all. Raises SystemFault where the disk refuses."""
        lines = [json.dumps({"litdex_chat": 1, "restriction": self.restriction}, ensure_ascii=False)]
        lines += [json.dumps(asdict(turn), ensure_ascii=False) for turn in self.turns]
        draft = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")
            draft.replace(path)
        except OSError as error:
            raise SystemFault(f"{path}: the conversation cannot be saved: {error.strerror}") from error

    def load(self, path: Path) -> None:
        """Go on where a saved conversation stopped. Raises UserError for what is none; what was here stays then."""
        turns, restriction = _read(path)
        self.restrict(restriction)
        self.turns = turns

    def _history(self) -> list[Message]:
        messages: list[Message] = []
        for turn in self.turns[-REMEMBERED:]:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.plain})
        return messages

    def _named(self, text: str) -> list[int]:
        """The papers, if every word is the id of one."""
        words = text.replace(",", " ").split()
        found = self._store.found(words)
        return found if len(found) == len(words) else []

    def _found(self, text: str) -> list[int]:
        return self._store.found(self._searcher.rank(text, limit=BEST if words_of(text) else MOST))


def _turn(question: str, answer: Answer) -> Turn:
    return Turn(
        question=question,
        searched=answer.question,
        answer=answer.text,
        plain=" ".join(statement.text for statement in answer.statements if statement.keys) or answer.text,
        refused=answer.refused,
        cited=tuple(source.key for source in answer.sources),
        sources=answer.context.sources,
    )


def _read(path: Path) -> tuple[list[Turn], str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        head, *rest = [json.loads(line) for line in lines if line.strip()]
        if head.get("litdex_chat") != 1:
            raise ValueError("another format")
        return [_turn_of(record) for record in rest], str(head.get("restriction", ""))
    except FileNotFoundError:
        raise UserError(f"{path.stem}: there is no such conversation") from None
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise UserError(f"{path}: not a conversation that litdex saved: {error}") from error


def _turn_of(record: dict[str, Any]) -> Turn:
    sources = tuple(Source(**source) for source in record["sources"])
    return Turn(**{**record, "sources": sources, "cited": tuple(record["cited"])})
