"""`litdex rebuild`: build the engines again beside those in use, and change over when they are whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.bars import bar
from litdex.cli.options import json_option, library_option
from litdex.cli.output import echo_json
from litdex.errors import UserError

if TYPE_CHECKING:
    from litdex.maintenance.rebuild import Rebuilt, Watch


@click.command()
@library_option
@click.option("--encoder", metavar="NAME", help="Embed everything by this encoder: a name, or a folder of one.")
@click.option("--analyzer", metavar="NAME", help="How words are cut: english, german, …, or plain.")
@click.option("--lexical", metavar="URL", help="Move the words' engine: embedded, or elasticsearch://HOST:9200/NAME.")
@click.option("--vectors", metavar="URL", help="Move the vectors' engine: embedded, or qdrant://HOST:6333/NAME.")
@click.option("--rollback", is_flag=True, help="Return to what was in use before the last rebuild.")
@json_option
def rebuild(
    library: Path,
    encoder: str | None,
    analyzer: str | None,
    lexical: str | None,
    vectors: str | None,
    rollback: bool,
    as_json: bool,
) -> None:
    """Build the engines again from the library while searches go on, then change over in one step.

    With no option an interrupted rebuild goes on, or both engines are built again as they are. What was in use is kept
    until the next rebuild, and --rollback returns to it.

    \b
    litdex rebuild --encoder ~/models/my-encoder
    litdex rebuild --rollback
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.maintenance.rebuild import Wanted, roll_back
    from litdex.maintenance.rebuild import rebuild as run

    wanted = Wanted(encoder=encoder, analyzer=analyzer, lexical=lexical, vectors=vectors)
    if rollback and wanted != Wanted():
        raise UserError("--rollback returns to what was there before: it takes no other option")
    with Library.open(library) as opened, watched() as progress:
        done = roll_back(opened, load_encoder, progress) if rollback else run(opened, wanted, load_encoder, progress)
    if as_json:
        echo_json(asdict(done))
    else:
        _print(done, rollback)


def _print(done: Rebuilt, rollback: bool) -> None:
    kinds = " and ".join(done.active)
    what = "in use again as before the last rebuild" if rollback else "built again and in use"
    click.echo(f"{kinds}: {done.passages:,} passages of {done.papers:,} papers {what}, {done.seconds:.1f} s.")
    click.echo("What was in use before is kept until the next rebuild: `litdex rebuild --rollback` returns to it.")


@contextmanager
def watched() -> Iterator[Watch]:
    """A bar that counts passages."""
    from litdex.maintenance.rebuild import Watch

    with bar("Building", "passages") as told:

        class Shown(Watch):
            """Moves the bar."""

            def waiting(self, passages: int) -> None:
                told(passages, 0)

            def embedded(self, passages: int) -> None:
                told(0, passages)

        yield Shown()
