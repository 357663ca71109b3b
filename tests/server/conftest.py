"""A real server on loopback over the small library of the tests of answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn

from litdex.server.app import create_app
from litdex.server.connections import LISTENING
from litdex.server.settings import ServerSettings
from tests.rag.papers import make_library


@contextmanager
def running(settings: ServerSettings) -> Iterator[str]:
    """A server with these settings on a free port; its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="error", **LISTENING))
    started = threading.Event()
    startup = server.startup

    async def tell(sockets: object = None) -> None:
        await startup()
        started.set()

    server.startup = tell  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not started.wait(30):
        raise RuntimeError("the server did not start")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library of `tests.rag.papers`. Read only."""
    return make_library(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def address(library_folder: Path) -> Iterator[str]:
    """Where the server listens."""
    with running(ServerSettings(library=library_folder)) as found:
        yield found


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    """A client of it."""
    with httpx2.Client(base_url=address, timeout=30) as opened:
        yield opened
