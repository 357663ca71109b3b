"""`litdex mcp`: the library for chatbots that speak the Model Context Protocol."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import click

from litdex.cli.options import library_option
from litdex.errors import UserError


@click.command()
@library_option
@click.option("--http", is_flag=True, help="Listen on this machine's port instead of standard input.")
@click.option("--port", type=click.IntRange(1, 65535), default=8081, show_default=True, help="With --http.")
def mcp(library: Path, http: bool, port: int) -> None:
    """Serve the library to a chatbot by the Model Context Protocol: search, facets, get_paper, get_context, similar.

    A chatbot's settings name the command, with its arguments:

    \b
    litdex mcp --library FOLDER
    litdex mcp --http --port 8081        (http://127.0.0.1:8081/mcp)
    """
    from litdex.encoder.load import load_encoder
    from litdex.server.readers import Readers

    try:
        from litdex.server.tools import create_server
    except ImportError:
        raise UserError("litdex mcp needs the extra `mcp`: pip install 'litdex[mcp]'") from None
    readers = Readers(library, 2, cache(load_encoder))
    try:
        server = create_server(readers)
        if http:
            click.echo(f"litdex serves {library} at http://127.0.0.1:{port}/mcp (Ctrl-C ends it)", err=True)
            server.run("streamable-http", host="127.0.0.1", port=port)
        else:
            server.run("stdio")
    finally:
        readers.close()
