"""The `litdex` command: its sub-commands by name, imported when called, and what an error looks like."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from litdex import __version__
from litdex.errors import LitdexError

COMMANDS = {
    "demo": "litdex.cli.demo:demo",
    "encoder": "litdex.cli.encoder:encoder",
    "export": "litdex.cli.export:export",
    "facets": "litdex.cli.facets:facets",
    "help": "litdex.cli.help:help_",
    "ingest": "litdex.cli.ingest:ingest",
    "remove": "litdex.cli.remove:remove",
    "search": "litdex.cli.search:search",
    "show": "litdex.cli.show:show",
    "status": "litdex.cli.status:status",
}
"""Each sub-command and where it lives. Only the one that is called is imported: start-up counts."""

SUMMARIES = {
    "demo": "Make a small library of real papers and search it.",
    "encoder": "Train, measure and export text encoders (extra `train`).",
    "export": "Write papers out as JSON lines, BibTeX, RIS or CSL-JSON.",
    "facets": "Count the papers that match, by category, year, author, venue or field.",
    "help": "Explain a topic: formats, exit-codes, json, query.",
    "ingest": "Read files and folders of papers into the library.",
    "remove": "Take papers out of the library.",
    "search": "Find papers by words and by meaning.",
    "show": "Show one paper.",
    "status": "Say what is in the library, what is pending and what failed.",
}


class _Lazy(click.Group):
    """A group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(SUMMARIES.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="litdex")
def cli() -> None:
    """Search scientific literature by words, by meaning and by entities.

    \b
    litdex ingest ~/papers
    litdex search "spin squeezing in a Bose-Einstein condensate" --year 2005..2015

    The library is a folder: --library FOLDER, or LITDEX_LIBRARY, or a default in your data folder.
    """


def main() -> None:
    """Run the command line; every error of litdex's own becomes one line and its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit code: 0, 1 nothing found, 2 the user's mistake, 3 a fault, 130 Ctrl-C."""
    try:
        result: Any = cli.main(args=arguments, prog_name="litdex", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return _fail(error.format_message(), 2)
    except (KeyboardInterrupt, click.Abort):
        return _fail("stopped: nothing is lost, the same command goes on from here", 130)
    except BrokenPipeError:
        # The reader of our output went away (`litdex … | head`): no fault, and nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except LitdexError as error:
        return _fail(str(error), error.exit_code)
    except Exception as error:
        if os.environ.get("LITDEX_DEBUG"):
            raise
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return _fail(f"a fault of litdex: {text} (LITDEX_DEBUG=1 shows where)", 3)
    return result if isinstance(result, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"litdex: {message}", err=True)
    return code
