"""`litdex doctor`: is everything here that litdex stands on, and how to mend what is not."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.options import json_option, library_option
from litdex.cli.output import clean, echo_json, width

if TYPE_CHECKING:
    from litdex.doctor import Finding

MARKS = {"ok": ("ok   ", "green"), "warning": ("note ", "yellow"), "fault": ("FAULT", "red")}


@click.command()
@library_option
@json_option
def doctor(library: Path, as_json: bool) -> int:
    """Examine the installation, the models, the library's folder, its locks, the disk and the engines.

    Nothing is changed. The exit code is 0 where everything works (notes say what could be better), 3 where something
    does not.

    \b
    litdex doctor
    """
    from litdex.doctor import examine

    findings = examine(library.expanduser().absolute())
    well = all(one.state != "fault" for one in findings)
    if as_json:
        echo_json({"well": well, "findings": [asdict(one) for one in findings]})
    else:
        _print(findings)
        click.echo("Everything works." if well else "Something does not work: see the lines marked FAULT.")
    return 0 if well else 3


def _print(findings: Sequence[Finding]) -> None:
    room = max(len(one.what) for one in findings)
    for one in findings:
        text, colour = MARKS[one.state]
        click.echo(f"{click.style(text, fg=colour)} {one.what:<{room}}  {clean(one.found)}")
        if one.remedy:
            indent = " " * (room + 8)
            click.echo(textwrap.fill(clean(one.remedy), width(), initial_indent=indent, subsequent_indent=indent))
