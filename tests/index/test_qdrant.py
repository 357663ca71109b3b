"""Qdrant against the contract: its client's local mode, and a real server, over REST and gRPC, where one is named.

LITDEX_TEST_QDRANT_URL=http://127.0.0.1:6333 (and LITDEX_QDRANT_API_KEY, LITDEX_QDRANT_GRPC_PORT where need be)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from litdex.index.engine import VectorIndex
from litdex.index.outbox import Generation
from litdex.index.qdrant.engine import Qdrant
from tests.index.engine_contract import DIMENSION, Opener, VectorContract

pytestmark = [
    pytest.mark.filterwarnings("ignore:Local mode"),
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect"),
]
NOWHERE = Path("/nonexistent")
FEW = 3  # collections of tests that are over, kept until others need their place
VARIABLE = "LITDEX_TEST_QDRANT_URL"


def generation(url: str, number: int = 1, state: Any = "building", **settings: Any) -> Generation:
    """A generation of the vector engine at `url`."""
    settings = {"dimension": DIMENSION, "url": url, **settings}
    return Generation(id=number, kind="vectors", engine="qdrant", state=state, settings=settings)


def server(scheme: str) -> str:
    """The named server's address as litdex writes it."""
    transport, _, place = os.environ[VARIABLE].rstrip("/").partition("://")
    return f"{scheme}{'+https' if transport == 'https' else ''}://{place}"


def opened(server: str) -> Iterator[Opener[VectorIndex]]:
    """Collections of their own on a server, deleted at the end."""
    made: list[str] = []

    def fresh() -> str:
        while len(made) > FEW:
            Qdrant().drop(generation(made.pop(0)), NOWHERE)
        made.append(f"{server}/contract-{uuid4().hex}")
        return made[-1]

    yield Opener(
        fresh=fresh,
        writer=lambda place: Qdrant().open(generation(place), NOWHERE, True),
        reader=lambda place: Qdrant().open(generation(place), NOWHERE, False),
    )
    for place in made:
        Qdrant().drop(generation(place), NOWHERE)


class TestLocalMode(VectorContract):
    """The client's local mode keeps the contract."""

    @pytest.fixture(scope="class")
    def opener(self) -> Iterator[Opener[VectorIndex]]:
        yield from opened("qdrant+memory://contract")


if os.environ.get(VARIABLE):

    class TestRest(VectorContract):
        """A server keeps the contract over REST."""

        @pytest.fixture(scope="class")
        def opener(self) -> Iterator[Opener[VectorIndex]]:
            yield from opened(server("qdrant"))

    class TestGrpc(VectorContract):
        """A server keeps the contract over gRPC."""

        @pytest.fixture(scope="class")
        def opener(self) -> Iterator[Opener[VectorIndex]]:
            yield from opened(server("qdrant+grpc"))

else:

    def test_a_real_server_keeps_the_contract() -> None:
        pytest.skip(f"needs a Qdrant server: set {VARIABLE} to its address")
