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
