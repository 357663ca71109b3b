"""A real server over a library with everything that a page shows, and a real browser where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from litdex.server.settings import ServerSettings
from tests.server.conftest import running
from tests.server.page.papers import make_library


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library of `tests.server.page.papers`. Read only."""
    return make_library(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def page_address(page_folder: Path) -> Iterator[str]:
    """Where its server listens."""
    with running(ServerSettings(library=page_folder)) as found:
        yield found


@pytest.fixture
def page_client(page_address: str) -> Iterator[httpx2.Client]:
    """A client of it."""
    with httpx2.Client(base_url=page_address, timeout=60) as opened:
        yield opened
