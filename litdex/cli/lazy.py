"""A group of commands that imports a command when it is called: start-up counts."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group made from two tables: where each sub-command lives ("module:name"), and its line in the help."""

    def __init__(
        self,
        name: str | None = None,
        *,
        places: Mapping[str, str],
        summaries: Mapping[str, str],
        callback: Callable[..., Any] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(name, callback=callback, **settings)
        self._places = places
        self._summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The sub-commands, by name."""
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one sub-command; None where there is none of this name."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the sub-commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self._summaries.items()))
