"""`litdex check`: is the library whole, and what can be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.bars import bar
from litdex.cli.options import json_option, library_option
from litdex.cli.output import clean, echo_json
from litdex.cli.rebuild import watched

if TYPE_CHECKING:
    from litdex.maintenance.check import Report


@click.command()
@library_option
@click.option(
    "--repair", is_flag=True, help="Mend what is found: papers from their files' records, engines from papers."
)
@click.option("--all", "everything", is_flag=True, help="Compute every paper again, not only a sample.")
@json_option
def check(library: Path, repair: bool, everything: bool, as_json: bool) -> int:
    """Compare the database with itself and with both engines: counts, numbers, checksums, samples of vectors.

    The exit code is 0 if all is well, or is so after --repair, and 1 if not.

    \b
    litdex check --repair
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.maintenance.check import check as run
    from litdex.maintenance.repair import repair as mend

    done: list[str] = []
    with Library.open(library) as opened:
        with bar("Checking", "papers") as told:
            found = run(opened, load_encoder, everything=everything, progress=told)
        first = found
        if repair and not found.good:
            with watched() as watch:
                done = mend(opened, found, load_encoder, watch)
            with bar("Checking", "papers") as told:
                found = run(opened, load_encoder, everything=everything, progress=told)
    if as_json:
        before, after = ([asdict(line) for line in report.lines] for report in (first, found))
        echo_json({"good": found.good, "checks": after, "repaired": done, **({"before": before} if repair else {})})
    else:
        _print(first, found, done, repair)
    return 0 if found.good else 1


def _print(first: Report, found: Report, done: Sequence[str], repair: bool) -> None:
    _table(first)
    for line in done:
        click.echo(f"mended: {line}")
    if found is not first:
        _table(found)
    if found.good:
        click.echo("The library is whole.")
    elif repair:
        click.echo("Something is still wrong: what is down comes back by itself, else see docs/operations.md.")
    else:
        click.echo("Something is wrong: `litdex check --repair` mends what can be mended.")


def _table(report: Report) -> None:
    width = max(len(line.what) for line in report.lines)
    for line in report.lines:
        mark = click.style("ok   ", fg="green") if line.good else click.style("WRONG", fg="red", bold=True)
        click.echo(f"{mark} {line.part:<9} {line.what:<{width}}  {clean(line.result)}")
