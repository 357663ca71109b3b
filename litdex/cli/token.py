"""`litdex token`: who may use the server."""

from __future__ import annotations

import time
from pathlib import Path

import click

from litdex.cli.options import json_option, library_option
from litdex.cli.output import clean, echo_json

SCOPES = ("read", "write", "admin")


@click.group()
def token() -> None:
    """Make, list and take back tokens for `litdex serve`. Each has a scope: read, write (collections) or admin.

    \b
    litdex token add laptop --scope read
    litdex token remove laptop
    """


@token.command()
@click.argument("name")
@click.option("--scope", type=click.Choice(SCOPES), default="read", show_default=True, help="What it may do.")
@library_option
def add(name: str, scope: str, library: Path) -> None:
    """Make a token under NAME and print it: it is shown this once, and only its hash is kept."""
    from litdex.index.library import Library
    from litdex.server import tokens

    Library.open(library).close()  # else a token would lie in a folder that is no library
    (held,) = (one for one in tokens.SCOPES if one == scope)
    click.echo(tokens.add(library, name, held))


@token.command("list")
@library_option
@json_option
def list_(library: Path, as_json: bool) -> None:
    """List the tokens' names and scopes."""
    from litdex.server import tokens

    kept = tokens.stored(library)
    if as_json:
        echo_json({"tokens": [{"name": one.name, "scope": one.scope, "made": one.made} for one in kept]})
        return
    for one in kept:
        click.echo(f"{one.scope:<6} {time.strftime('%Y-%m-%d', time.localtime(one.made))}  {clean(one.name)}")


@token.command()
@click.argument("name")
@library_option
def remove(name: str, library: Path) -> None:
    """Let the token NAME be worth nothing from now on; a running server heeds it at its next request."""
    from litdex.server import tokens

    tokens.remove(library, name)
    click.echo(f"token {name} removed")
