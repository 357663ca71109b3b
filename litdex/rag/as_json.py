"""The JSON of contexts and answers, for the command line and the server alike; `docs/datamodel.md` lists the names."""

from __future__ import annotations

from typing import Any

from litdex.rag.answer import Answer
from litdex.rag.context import Context, Source
from litdex.rag.verify import Statement


def context_json(context: Context) -> dict[str, Any]:
    """What `litdex context --json` prints."""
    return {
        "question": context.question,
        "budget": context.budget,
        "tokens": context.tokens,
        "sources": [source_json(source) for source in context.sources],
        "missing": dict(context.missing),
    }


def source_json(source: Source, text: bool = True) -> dict[str, Any]:
    """One passage under its key; offsets count characters of the paper's text. Without `text`, only where it stands."""
    fields = {
        "key": source.key,
        "paper": source.paper,
        "title": source.title,
        "year": source.year,
        "section": source.section,
        "start": source.start,
        "end": source.end,
        "retracted": source.retracted,
    }
    return {**fields, "text": source.text, "tokens": source.tokens} if text else fields


def statement_json(statement: Statement) -> dict[str, Any]:
    """A sentence of an answer, its keys that stand, and the verdict on every key that was given."""
    return {
        "text": statement.text,
        "quoted": statement.quoted,
        "status": statement.status,
        "keys": list(statement.keys),
        "citations": [
            {
                "key": citation.key,
                "verdict": citation.verdict,
                "support": round(citation.support, 4),
                "start": citation.start,
                "end": citation.end,
            }
            for citation in statement.citations
        ],
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """What `litdex ask --json` prints."""
    return {
        "question": answer.question,
        "refused": answer.refused,
        "answer": answer.text,
        "statements": [statement_json(statement) for statement in answer.statements],
        "sources": [source_json(source) for source in answer.sources],
        "notes": list(answer.notes),
        "model": answer.model,
        "confidence": round(answer.confidence, 4),
        "missing": dict(answer.context.missing),
        "milliseconds": {name: round(value, 1) for name, value in answer.milliseconds.items()},
    }
