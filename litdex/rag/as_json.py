"""The JSON of contexts and answers, for the command line and the server alike; `docs/datamodel.md` lists the names."""

from __future__ import annotations

from typing import Any

from litdex.rag.context import Context, Source


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
