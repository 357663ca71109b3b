"""`litdex serve`: the HTTP API."""

from __future__ import annotations

import os
from pathlib import Path

import click

from litdex.cli.options import library_option


@click.command()
@library_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; others than this machine need a token."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--readers", type=click.IntRange(1, 64), default=4, show_default=True, help="Searches at once.")
@click.option("--rate", type=click.FloatRange(0), default=0, help="Requests a second from one address (0: no limit).")
@click.option(
    "--log",
    type=click.Choice(["faults", "text", "json"]),
    default="faults",
    show_default=True,
    help="What is written to stderr: faults only, or a line a request as well.",
)
@click.option("--create", is_flag=True, help="Make an empty library where there is none.")
@click.option("--prompts", type=click.Path(path_type=Path, file_okay=False), help="A folder with prompts of your own.")
def serve(
    library: Path, host: str, port: int, readers: int, rate: float, log: str, create: bool, prompts: Path | None
) -> None:
    """Serve the library over HTTP: search, facets, papers, context, answers, and OpenAI's interface.

    The API is described at /docs. With LITDEX_TOKEN set, or tokens made by `litdex token`, requests need
    "Authorization: Bearer TOKEN"; to listen on more than this machine there must be one.

    \b
    litdex serve
    curl "http://localhost:8080/v1/search?q=spin+squeezing"
    """
    import uvicorn

    from litdex.index.library import Library
    from litdex.rag.llm import configured_model
    from litdex.server.app import create_app
    from litdex.server.connections import LISTENING
    from litdex.server.log import Kind, log_config
    from litdex.server.settings import ServerSettings

    settings = ServerSettings(
        library=library,
        host=host,
        port=port,
        token=os.environ.get("LITDEX_TOKEN", ""),
        readers=readers,
        rate=rate,
        model=configured_model,
        prompts=prompts,
    )
    if create:
        Library.open_or_create(library).close()
    app = create_app(settings)
    click.echo(f"litdex serves {library} at http://{host}:{port} (Ctrl-C ends it)", err=True)
    kind: Kind = "json" if log == "json" else "text" if log == "text" else "faults"
    uvicorn.run(app, host=host, port=port, log_config=dict(log_config(kind)), access_log=False, **LISTENING)
