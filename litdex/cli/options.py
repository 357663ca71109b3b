"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from litdex.search.request import CONDITIONS


def default_library() -> Path:
    """The library that is meant where none is named."""
    from litdex.api import default_folder

    return default_folder()


library_option = click.option(
    "--library",
    "-L",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LITDEX_LIBRARY",
    default=default_library,
    show_default="LITDEX_LIBRARY, else a folder in your user data",
    help="The library's folder.",
)
Command = TypeVar("Command", bound=Callable[..., Any])


def condition_options(command: Command) -> Command:
    """Add an option for each condition that a search takes (`litdex.search.request`)."""
    for one in reversed(CONDITIONS):
        empty: Any = () if one.several else ""
        option = click.option(f"--{one.name}", multiple=one.several, default=empty, metavar=one.metavar, help=one.help)
        command = option(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (see `litdex help json`).")
lexical_option = click.option(
    "--lexical",
    metavar="URL",
    help="Where a new library keeps its words: embedded, or elasticsearch://HOST:9200/NAME (or LITDEX_LEXICAL).",
)
vectors_option = click.option(
    "--vectors",
    metavar="URL",
    help="Where a new library keeps its vectors: embedded, or qdrant://HOST:6333/NAME (or LITDEX_VECTORS).",
)
NAMES_ENGINES = ("ingest", "rebuild")
"""Commands that take both options; all others go by what the library remembers."""


def hand_on_engines(context: click.Context, **named: str | None) -> None:
    """Give engines that stand before the sub-command (`litdex --lexical URL ingest`) to it as its own options."""
    given = {name: value for name, value in named.items() if value is not None}
    if given and context.invoked_subcommand not in NAMES_ENGINES:
        raise click.UsageError(f"--{min(given)}: the library remembers its engines; `litdex rebuild` moves them")
    context.default_map = dict.fromkeys(NAMES_ENGINES, given)
