"""`litdex chat`: a conversation with the library."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.ask import budget_option, drop_option, prompts_option, quote_option, show
from litdex.cli.options import library_option
from litdex.cli.output import wrapped
from litdex.errors import LitdexError, NothingFound, UserError

if TYPE_CHECKING:
    from litdex.rag.conversation import Conversation, Turn

HELP = """\
/sources          the passages of the last answer; * marks those it cites
/open N           passage N in full
/restrict WHAT    answer from these papers only: ids, or a query (cat:quant-ph year:2015..); alone, lifts it
/save NAME        keep the conversation under a name
/load NAME        go on with one that was kept
/help             this list
/quit             end (so does Ctrl-D); the conversation is kept
"""


@click.command()
@library_option
@click.option("--resume", default=None, metavar="NAME", help='Go on with a kept conversation; "last" is the latest.')
@click.option("--list", "list_", is_flag=True, help="List the kept conversations, the latest first.")
@budget_option
@quote_option
@drop_option
@prompts_option
def chat(
    library: Path, resume: str | None, list_: bool, budget: int, quote: bool, drop: bool, prompts: Path | None
) -> None:
    """Ask questions and follow-up questions; every citation is checked, as `litdex ask` does.

    Lines that begin with a slash are commands: /help lists them. The conversation is kept after every answer.

    \b
    litdex chat --resume last
    """
    if list_:
        for path in kept():
            click.echo(path.stem)
        return
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.rag.answerer import Answerer
    from litdex.rag.conversation import Conversation
    from litdex.rag.llm import configured_model
    from litdex.rag.prompts import Prompts
    from litdex.search.searcher import Searcher

    model = None if quote else configured_model()
    encoder = cache(load_encoder)  # the search and the answer share it
    with Library.open(library) as opened, Searcher(opened, encoder) as searcher:
        answerer = Answerer(searcher, encoder, model=model, prompts=Prompts(prompts), budget=budget, drop=drop)
        talk = _Talk(Conversation(answerer, searcher, opened.store))
        if resume:
            talk.load("" if resume == "last" else resume)
        by = f"written by {model.name}" if model else "quoted from the papers"
        click.secho(f"Answers are {by}. /help lists the commands.", dim=True, err=True)
        talk.run()


def chats_folder() -> Path:
    """Where conversations are kept."""
    from platformdirs import user_data_path

    return user_data_path("litdex") / "chats"


def kept() -> list[Path]:
    """The kept conversations, the latest first."""
    return sorted(chats_folder().glob("*.jsonl"), key=lambda path: path.stat().st_mtime, reverse=True)


class _Talk:
    """One conversation at the terminal, and the file that it is kept in."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._path = chats_folder() / f"{datetime.now():%Y-%m-%dT%H-%M-%S-%f}.jsonl"
        self._commands: dict[str, Callable[[str], None]] = {
            "sources": self._sources,
            "open": self._open,
            "restrict": self._restrict,
            "save": self._save,
            "load": self.load,
            "help": lambda _: click.echo(HELP, nl=False),
        }

    def run(self) -> None:
        """Read lines until there are no more. A mistake costs one line, Ctrl-C the answer that is being written."""
        for line in _lines():
            if line.split()[0] in ("/quit", "/exit"):
                return
            try:
                self._take(line)
            except LitdexError as error:
                click.secho(f"litdex: {error}", err=True)
            except KeyboardInterrupt:
                click.echo("\n(stopped)")

    def load(self, name: str) -> None:
        """Go on with a kept conversation, the latest where no name is given."""
        path = _path(name) if name else next(iter(kept()), None)
        if path is None:
            raise UserError("no conversation was kept yet")
        self._conversation.load(path)
        self._path = path
        turns = self._conversation.turns
        click.echo(
            f"{path.stem}: {len(turns)} questions so far" + (f", the last: {turns[-1].question}" if turns else "")
        )

    def _take(self, line: str) -> None:
        if not line.startswith("/"):
            show(self._conversation.ask(line))
            self._conversation.save(self._path)
            return
        name, _, rest = line[1:].partition(" ")
        command = self._commands.get(name)
        if command is None:
            raise UserError(f"/{name}: there is no such command; /help lists them")
        command(rest.strip())

    def _sources(self, _: str) -> None:
        turn = self._last()
        for source in turn.sources:
            mark = "*" if source.key in turn.cited else " "
            click.echo(wrapped(f"{mark} [{source.key}] {source.label}"))

    def _open(self, text: str) -> None:
        turn = self._last()
        wanted = text.strip("[] ")
        key = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 else 0
        if not 1 <= key <= len(turn.sources):
            raise UserError(f"/open {text}: give a number from 1 to {len(turn.sources)}")
        source = turn.sources[key - 1]
        click.secho(wrapped(f"[{key}] {source.label}"), fg="cyan")
        click.echo(wrapped(source.text))
        click.secho(f"characters {source.start} to {source.end}; litdex show {source.paper}", dim=True)

    def _restrict(self, text: str) -> None:
        count = self._conversation.restrict(text)
        papers = "paper" if count == 1 else "papers"
        click.echo(f"answers come from {count:,} {papers}" + ("" if text else ", the whole library"))

    def _save(self, name: str) -> None:
        path = _path(name)
        self._conversation.save(path)
        self._path = path
        click.echo(f"kept as {path.stem}")

    def _last(self) -> Turn:
        if not self._conversation.turns:
            raise NothingFound("nothing was asked yet")
        return self._conversation.turns[-1]


def _path(name: str) -> Path:
    if not re.fullmatch(r"\w[\w.-]{0,99}", name):
        raise UserError(f"{name or 'the name is missing'}: a name is letters, digits, dots and dashes")
    return chats_folder() / f"{name}.jsonl"


def _lines() -> Iterator[str]:
    """What is typed, or piped in, line by line; empty lines are left out."""
    for line in iter(_read_line, None):
        if line.strip():
            yield line.strip()


def _read_line() -> str | None:
    """One line; None at the end."""
    if not sys.stdin.isatty():
        return sys.stdin.readline() or None
    import readline  # noqa: F401 - gives `input` its history and editing

    try:
        return input("> ")
    except EOFError:
        return None
