"""Fixtures shared by all tests: the real corpora, a small encoder, an empty library, a real Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from litdex.index.library import Library
from tests.index.conftest import HashingEncoder
from tests.index.elasticsearch_server import NoServer, running
from tests.paths import SHARED


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real corpora beside the repository. Skips the test where it is missing."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip("needs the corpora in ../shared/data, which are not part of the repository")
    return data


@pytest.fixture
def encoder() -> HashingEncoder:
    """The small encoder."""
    return HashingEncoder()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library.open_or_create(tmp_path / "library") as opened:
        yield opened


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[str]:
    """A real server's address as litdex writes it, "elasticsearch://127.0.0.1:9270". Skips where there is none."""
    try:
        with running() as address:
            yield address.replace("https://", "elasticsearch+https://").replace("http://", "elasticsearch://")
    except NoServer as reason:
        pytest.skip(str(reason))
