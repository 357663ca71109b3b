"""The `litdex` command: its sub-commands by name, imported when called, and what an error looks like."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from litdex import __version__
from litdex.cli.lazy import LazyGroup
from litdex.cli.options import hand_on_engines, lexical_option, vectors_option
from litdex.errors import LitdexError

COMMANDS = {
    "alerts": "litdex.cli.alerts:alerts",
    "ask": "litdex.cli.ask:ask",
    "backup": "litdex.cli.backup:backup",
    "chat": "litdex.cli.chat:chat",
    "check": "litdex.cli.check:check",
    "context": "litdex.cli.context:context",
    "demo": "litdex.cli.demo:demo",
    "doctor": "litdex.cli.doctor:doctor",
    "encoder": "litdex.cli.encoder:encoder",
    "evaluate": "litdex.cli.evaluate:evaluate",
    "evaluate-answers": "litdex.cli.evaluate_answers:evaluate_answers",
    "export": "litdex.cli.export:export",
    "facets": "litdex.cli.facets:facets",
    "help": "litdex.cli.help:help_",
    "ingest": "litdex.cli.ingest:ingest",
    "judge": "litdex.cli.judge:judge",
    "mcp": "litdex.cli.mcp:mcp",
    "ner": "litdex.cli.ner:ner",
    "rebuild": "litdex.cli.rebuild:rebuild",
    "remove": "litdex.cli.remove:remove",
    "restore": "litdex.cli.restore:restore",
    "search": "litdex.cli.search:search",
    "serve": "litdex.cli.serve:serve",
    "setup": "litdex.cli.setup:setup",
    "show": "litdex.cli.show:show",
    "status": "litdex.cli.status:status",
    "tag": "litdex.cli.tag:tag",
    "token": "litdex.cli.token:token",
    "tune": "litdex.cli.tune:tune",
}
"""Each sub-command and where it lives. Only the one that is called is imported: start-up counts."""

SUMMARIES = {
    "alerts": "Print the papers that are new to saved searches.",
    "ask": "Answer a question from the library, every citation checked.",
    "backup": "Write the library to one file, while it is in use.",
    "chat": "Ask questions and follow-up questions in a conversation.",
    "check": "Compare the database with both engines; --repair mends.",
    "context": "Print the best passages for a question, packed into a budget of tokens.",
    "demo": "Make a small library of real papers and search it.",
    "doctor": "Examine the installation, the models and the library; say how to mend them.",
    "encoder": "Train, measure and export text encoders (extra `train`).",
    "evaluate": "Measure how well the queries of a test collection are answered (extra `evaluate`).",
    "evaluate-answers": "Measure the answers to a file of questions.",
    "export": "Write papers out as JSON lines, BibTeX, RIS, CSL-JSON or CSV.",
    "facets": "Count the papers that match, by category, year, author, venue, field or entity.",
    "help": "Explain a topic: entities, formats, exit-codes, json, query.",
    "ingest": "Read files and folders of papers into the library.",
    "judge": "Judge search results one by one, for an evaluation of your own.",
    "mcp": "Serve the library to a chatbot by the Model Context Protocol (extra `mcp`).",
    "ner": "Train, measure and export entity taggers; convert their corpora.",
    "rebuild": "Build the engines again, while searches go on; --rollback returns.",
    "remove": "Take papers out of the library.",
    "restore": "Make a library out of a backup.",
    "search": "Find papers by words and by meaning.",
    "serve": "Serve the library over HTTP, and to chatbots as OpenAI's interface.",
    "setup": "Make the environment of nougat-ocr, an engine for scans.",
    "show": "Show one paper.",
    "status": "Say what is in the library, what is pending and what failed.",
    "tag": "Find the entities in any file, without a library.",
    "token": "Make, list and take back tokens for `litdex serve`.",
    "tune": "Choose the ranking's settings by queries whose answers are known (extra `evaluate`).",
}


@click.group(
    cls=LazyGroup, places=COMMANDS, summaries=SUMMARIES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="litdex")
@lexical_option
@vectors_option
@click.pass_context
def cli(context: click.Context, lexical: str | None, vectors: str | None) -> None:
    """Search scientific literature by words, by meaning and by entities.

    \b
    litdex ingest ~/papers
    litdex search "spin squeezing in a Bose-Einstein condensate" --year 2005..2015

    The library is a folder: --library FOLDER, or LITDEX_LIBRARY, or a default in your data folder.
    """
    hand_on_engines(context, lexical=lexical, vectors=vectors)


def main() -> None:
    """Run the command line; every error of litdex's own becomes one line and its exit code."""
    # numpy reads this when it is loaded: its threads would wait, spinning, beside those that litdex runs side by side.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
