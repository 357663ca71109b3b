"""The prompts: files that a user can replace, filled in so that a paper's text stays data.

A folder given with `--prompts` may hold any of `answer.md` (the system message), `question.md` and `rewrite.md`; what
it lacks is litdex's own. `$name` is replaced: $boundary, $refusal in answer.md, $passages, $question in question.md,
$history, $question in rewrite.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from string import Template

from litdex.errors import UserError
from litdex.rag.context import Context
from litdex.rag.model import Message

SHIPPED = Path(__file__).parent / "prompts"
NEEDED = {"answer": ("boundary",), "question": ("passages", "question"), "rewrite": ("history", "question")}
"""Each prompt and what it must have a place for."""
REFUSAL = "The library does not hold an answer to this question."
"""What is answered, word for word, when the library does not hold the answer."""


class Prompts:
    """The prompts of a folder, over the shipped ones. Raises UserError for one that lacks a place it needs."""

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise UserError(f"--prompts {folder}: there is no such folder")
        self._templates = {name: _read(name, folder) for name in NEEDED}

    def answer(self, context: Context, question: str, history: Sequence[Message] = ()) -> list[Message]:
        """The messages that ask for an answer from the passages, fenced by a boundary that nobody can guess."""
        boundary = new_boundary(context)
        system = self._fill("answer", boundary=boundary, refusal=REFUSAL)
        user = self._fill("question", passages=fenced(context, boundary), question=question)
        return [_message("system", system), *history, _message("user", user)]

    def rewrite(self, questions: Sequence[str], question: str) -> list[Message]:
        """The message that asks for a question which can be understood without those before it."""
        history = "\n".join(f"- {' '.join(earlier.split())}" for earlier in questions)
        return [_message("user", self._fill("rewrite", history=history, question=question))]

    def _fill(self, name: str, **values: str) -> str:
        return self._templates[name].safe_substitute(values).strip()


def fenced(context: Context, boundary: str) -> str:
    """The passages, each between two lines that hold the boundary; what is said of the paper stands inside too."""
    return "\n\n".join(
        f"<<<{boundary} passage {source.key}\n{source.label}\n{source.text}\n{boundary}>>>"
        for source in context.sources
    )


def new_boundary(context: Context) -> str:
    """A random word that stands in none of the passages."""
    while True:
        boundary = secrets.token_hex(8)
        if not any(boundary in source.text or boundary in source.label for source in context.sources):
            return boundary


def _read(name: str, folder: Path | None) -> Template:
    own = folder / f"{name}.md" if folder else None
    path = own if own and own.exists() else SHIPPED / f"{name}.md"
    try:
        template = Template(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error
    if not template.is_valid():
        raise UserError(f"{path}: a $ stands alone; write $$ for the sign itself")
    for place in NEEDED[name]:
        if place not in template.get_identifiers():
            raise UserError(f"{path}: ${place} is missing, which litdex fills in")
    return template


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}
