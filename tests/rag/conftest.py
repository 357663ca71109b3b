"""One small library for all tests of answers, and a searcher over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from litdex.index.library import Library
from litdex.search.searcher import Searcher
from tests.rag.encoding import shipped_encoder
from tests.rag.papers import make_library


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library of `tests.rag.papers`. Read only."""
    return make_library(tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="session")
def library(library_folder: Path) -> Iterator[Library]:
    """It, opened."""
    with Library.open(library_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def searcher(library: Library) -> Iterator[Searcher]:
    """A searcher over it, with the shipped encoder."""
    with Searcher(library, shipped_encoder) as opened:
        yield opened
