"""From a question to a checked answer: search, pack, refuse or answer, check, one statement at a time.

What is streamed has been checked already: a sentence is held until it is whole, and those before the first supported
one are held until there is one. So a reader sees no citation that does not stand, and a refusal is never preceded by
claims.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from litdex.encoder.base import Encoder
from litdex.index.filters import Filter
from litdex.rag.answer import Answer
from litdex.rag.citations import sentences_of
from litdex.rag.context import BUDGET, Context, build_context
from litdex.rag.evidence import Evidence
from litdex.rag.extract import extract
from litdex.rag.model import LanguageModel, Message
from litdex.rag.prompts import REFUSAL, Prompts
from litdex.rag.question import words_of
from litdex.rag.verify import Statement, check_sentence
from litdex.rag.wording import normalised
from litdex.search.searcher import Searcher

ANSWERABLE = 0.54
"""The support in the context below which a question is refused.

On SciFact's train claims it refuses 33 % of those whose papers are in the library (a third of which the search had not
found) and 65 % of the same claims when they are not, where the nearest neighbours of the right papers are.
"""
MAX_SENTENCES = 40
"""A model that writes more does not stop by itself."""

Event = Context | Statement | Answer
"""What comes of a question, in this order: the context, each statement, the whole answer."""


class Answerer:
    """Answers questions from one library: by `model` where there is one, else by quotation.

    `encoder` is called when the first question comes. Where `drop`, sentences that nothing supports are left out rather
    than marked.
    """

    def __init__(
        self,
        searcher: Searcher,
        encoder: Callable[[], Encoder],
        *,
        model: LanguageModel | None = None,
        prompts: Prompts | None = None,
        budget: int = BUDGET,
        drop: bool = False,
        answerable: float = ANSWERABLE,
    ) -> None:
        self._searcher = searcher
        self._encoder = encoder
        self.model = model
        self.prompts = prompts or Prompts()
        self._budget = budget
        self._drop = drop
        self._answerable = answerable

    def answer(
        self, question: str, *, asked: str = "", where: Filter = Filter(), history: Sequence[Message] = ()
    ) -> Answer:
        """The whole answer. Raises as `stream` does."""
        for event in self.stream(question, asked=asked, where=where, history=history):
            if isinstance(event, Answer):
                return event
        raise RuntimeError("a stream ended without an answer")

    def stream(
        self, question: str, *, asked: str = "", where: Filter = Filter(), history: Sequence[Message] = ()
    ) -> Iterator[Event]:
        """The context, then each statement as soon as it is checked, then the answer that holds them all.

        `question` stands alone; where it was made of a follow-up, `asked` is that as it was put. `history` is what was
        said before, for the model. Raises as `build_context` does, and SystemFault where the model fails.
        """
        begun = time.perf_counter()
        context = build_context(self._searcher, question, budget=self._budget, where=where)
        yield context
        evidence = Evidence(context, self._encoder())
        confidence = float(max(evidence.scores(words_of(question)), default=0.0))
        statements: list[Statement] = []
        first = 0.0
        if confidence >= self._answerable:
            for statement in _from_the_first_supported(self._statements(evidence, question, asked, history)):
                first = first or time.perf_counter()
                statements.append(statement)
                if statement.keys or not self._drop:
                    yield statement
        shown = tuple(statement for statement in statements if statement.keys or not self._drop)
        ended = time.perf_counter()
        yield Answer(
            question=question,
            context=context,
            statements=shown,
            refused=not shown,
            model=self.model.name if self.model else "",
            dropped=len(statements) - len(shown),
            confidence=confidence,
            milliseconds={"first": ((first or ended) - begun) * 1000, "total": (ended - begun) * 1000},
        )

    def _statements(
        self, evidence: Evidence, question: str, asked: str, history: Sequence[Message]
    ) -> Iterator[Statement]:
        if self.model is None:
            yield from extract(evidence, words_of(question), words_of(asked or question))
            return
        messages = self.prompts.answer(evidence.context, question, history)
        seen: set[str] = set()
        for sentence in sentences_of(self.model.stream(messages)):
            statement = check_sentence(sentence, evidence)
            if _refuses(statement.text):
                return
            if statement.text and statement.text not in seen:
                yield statement
            seen.add(statement.text)
            if len(seen) == MAX_SENTENCES:
                return


def _from_the_first_supported(statements: Iterator[Statement]) -> Iterator[Statement]:
    """Nothing where no statement is supported."""
    held: list[Statement] = []
    supported = False
    for statement in statements:
        supported = supported or bool(statement.keys)
        held.append(statement)
        if supported:
            yield from held
            held.clear()


def _refuses(text: str) -> bool:
    return normalised(REFUSAL).rstrip(".").lower() in normalised(text).lower()
