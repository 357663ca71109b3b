"""How good answers are: against questions whose papers are known, and questions that the library cannot answer.

A file of questions is JSON lines: `question`, and where known `id`, `papers` (ids that answer it), `sentences` (of
those papers, that answer it), `without` (ids of papers to be treated as if they were not there). A question without
`papers`, or all of whose papers are left out, has no answer in the library.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from litdex.errors import UserError
from litdex.index.filters import Filter, Papers
from litdex.index.store import Store
from litdex.rag.answer import Answer
from litdex.rag.answerer import Answerer
from litdex.rag.wording import same_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and what is known of its answer."""

    id: str
    question: str
    papers: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether a paper that answers it is left."""
        return bool(set(self.papers) - set(self.without))


@dataclass(frozen=True, slots=True)
class Trial:
    """A question, and the answer to it."""

    question: Question
    answer: Answer
    fabricated: int  # citations shown that do not lead to a passage of the library


def read_questions(path: Path) -> list[Question]:
    """The questions of a file. Raises UserError with file and line for one that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from error
    found = [_question(line, f"{path}, line {at}", at) for at, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise UserError(f"{path}: no questions; give JSON lines with a question each")
    return found


def try_all(
    answerer: Answerer, store: Store, questions: Sequence[Question], progress: Callable[[int], None] | None = None
) -> Iterator[Trial]:
    """Ask every question, those papers left out that it wants left out. `progress` is told of each one."""
    for question in questions:
        gone = tuple(store.found(question.without))
        where = Filter((Papers(gone, negated=True),)) if gone else Filter()
        answer = answerer.answer(question.question, where=where)
        yield Trial(question, answer, fabricated(answer, store))
        if progress:
            progress(1)


def fabricated(answer: Answer, store: Store) -> int:
    """How many citations that the answer shows lead nowhere, found out from the library itself and not from the check.

    A citation leads somewhere if its key is a passage's of the answer's context, that passage stands in its paper's
    text in the library, what is cited lies in the passage, and a quoted statement is that text to the character.
    """
    bad = 0
    for statement in answer.statements:
        for citation in (citation for citation in statement.citations if citation.stands):
            source = answer.context.source(citation.key)
            number = store.find(source.paper) if source else None
            if source is None or number is None:
                bad += 1
                continue
            text = store.paper(number).text
            inside = source.start <= citation.start < citation.end <= source.end
            exact = not statement.quoted or text[citation.start : citation.end] == statement.text
            bad += not (inside and exact and text[source.start : source.end] == source.text)
    return bad


def measures(trials: Iterable[Trial], store: Store) -> dict[str, float]:
    """All measures by name; those that nothing was there to measure are left out.

    Citation precision and recall are of papers, the mean over questions: precision over those answered, recall over all
    that have an answer, 0 where it was refused. Rates are from 0 to 1, latencies in milliseconds.
    """
    tried = list(trials)
    answerable = [trial for trial in tried if trial.question.answerable]
    unanswerable = [trial for trial in tried if not trial.question.answerable]
    answered = [trial for trial in answerable if not trial.answer.refused]
    statements = [statement for trial in tried for statement in trial.answer.statements]
    given = [citation for statement in statements for citation in statement.citations]
    shown = sum(citation.stands for citation in given)
    values = {
        "questions": float(len(tried)),
        "answerable": float(len(answerable)),
        "citation precision": _mean(_precision(trial, store) for trial in answered),
        "citation recall": _mean(_recall(trial, store) for trial in answerable),
        "sentence recall": _mean(_sentence_recall(trial) for trial in answerable if trial.question.sentences),
        "support rate": _mean(float(bool(statement.keys)) for statement in statements),
        "refused, answerable": _mean(float(trial.answer.refused) for trial in answerable),
        "refused, unanswerable": _mean(float(trial.answer.refused) for trial in unanswerable),
        "sentences": float(len(statements)),
        "citations given": float(len(given)),
        "citations taken out": float(len(given) - shown),
        "citations shown": float(shown),
        "citations fabricated": float(sum(trial.fabricated for trial in tried)),
        **_latencies("first", [trial.answer.milliseconds["first"] for trial in tried]),
        **_latencies("total", [trial.answer.milliseconds["total"] for trial in tried]),
    }
    return {name: value for name, value in values.items() if value is not None}


def verdicts(trials: Iterable[Trial]) -> Counter[str]:
    """How many citations each verdict was given to."""
    return Counter(
        citation.verdict
        for trial in trials
        for statement in trial.answer.statements
        for citation in statement.citations
    )


def _question(line: str, place: str, at: int) -> Question:
    try:
        record: Any = json.loads(line)
        text = record["question"]
        lists = {name: tuple(map(str, record.get(name, ()))) for name in ("papers", "sentences", "without")}
        if not isinstance(text, str) or not text.strip():
            raise ValueError("the question is empty")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(f"{place}: not a question in JSON: {error}") from error
    return Question(id=str(record.get("id", at)), question=text, **lists)


def _cited(trial: Trial, store: Store) -> set[int | None]:
    return {store.find(source.paper) for source in trial.answer.sources}


def _gold(trial: Trial, store: Store) -> set[int | None]:
    return {store.find(name) for name in trial.question.papers if name not in trial.question.without} - {None}


def _precision(trial: Trial, store: Store) -> float:
    cited = _cited(trial, store)
    return len(cited & _gold(trial, store)) / len(cited) if cited else 0.0


def _recall(trial: Trial, store: Store) -> float:
    gold = _gold(trial, store)
    return len(_cited(trial, store) & gold) / len(gold) if gold else 0.0


def _sentence_recall(trial: Trial) -> float:
    said = [statement.text for statement in trial.answer.statements if statement.keys]
    wanted = trial.question.sentences
    return sum(any(same_text(text, sentence) for text in said) for sentence in wanted) / len(wanted)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return mean(found) if found else None


def _latencies(name: str, values: Sequence[float]) -> dict[str, float | None]:
    last = quantiles(values, n=20)[-1] if len(values) > 1 else None
    return {f"{name}, p50 ms": median(values) if values else None, f"{name}, p95 ms": last}
