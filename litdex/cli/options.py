"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click


def default_library() -> Path:
    """The library in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("litdex") / "library"


library_option = click.option(
    "--library",
    "-L",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LITDEX_LIBRARY",
    default=default_library,
    show_default="LITDEX_LIBRARY, else a folder in your user data",
    help="The library's folder.",
)
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
