"""What is said, and how soon, when a server is not there, refuses or does not answer; and that no secret is in it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from litdex.errors import SystemFault
from litdex.index import engines, patience
from litdex.index.outbox import Generation, Kind
from tests.index.engine_contract import DIMENSION, document
from tests.pipeline.flaky_server import flaky

SECRET = "open-sesame"
NOWHERE = Path("/nonexistent")
VECTOR = np.full(DIMENSION, DIMENSION**-0.5, np.float32)
ENGINES: dict[str, Kind] = {"elasticsearch": "lexical", "qdrant": "vectors", "qdrant+grpc": "vectors"}
every_engine = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_ELASTICSEARCH_PASSWORD", SECRET)
    monkeypatch.setenv("LITDEX_QDRANT_API_KEY", SECRET)
    monkeypatch.setenv("LITDEX_QDRANT_GRPC_PORT", "9")


ENCRYPTED: dict[str, Kind] = {"elasticsearch+https": "lexical", "qdrant+https": "vectors"}


def asked(engine: str, place: str, writable: bool = False) -> Callable[[], Any]:
    """A search on an engine, or a write, which connects and fails."""
    kind = {**ENGINES, **ENCRYPTED}[engine]
    made = {"url": f"{engine}://{place}/name", "dimension": DIMENSION}
    generation = Generation(id=1, kind=kind, engine=engine.partition("+")[0], state="building", settings=made)

    def ask() -> Any:
        if kind == "lexical":
            words = engines.open_lexical(generation, NOWHERE, writable=writable)
            return words.replace([1], [document(10, "spin")]) if writable else words.search("spin", limit=1)
        meanings = engines.open_vectors(generation, NOWHERE, writable=writable)
        return meanings.search(VECTOR, limit=1)

    return ask


@every_engine
@pytest.mark.parametrize("writable", [False, True])
def test_a_server_that_is_not_there(engine: str, writable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "GONE", 0.2)
    with pytest.raises(SystemFault, match="cannot be reached") as caught:
        asked(engine, "127.0.0.1:9", writable)()
    assert f"{engine}://127.0.0.1:9/name" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def deaf() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("engine", ["elasticsearch", "qdrant"])
def test_a_server_that_does_not_answer(engine: str, deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"LITDEX_{engine.upper()}_TIMEOUT", "1")
    begun = time.monotonic()
    with pytest.raises(SystemFault, match="did not answer in time"):
        asked(engine, deaf)()
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize("engine", ["elasticsearch", "qdrant"])
@pytest.mark.parametrize(
    ("status", "told"), [(401, "API_KEY"), (403, "API"), (404, "litdex rebuild"), (503, "overloaded"), (400, "failed")]
)
def test_what_a_server_refuses_with(engine: str, status: int, told: str) -> None:
    with flaky("http://127.0.0.1:9", "/", [status] * 20) as server, pytest.raises(SystemFault, match=told) as caught:
        asked(engine, server.place)()
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ENCRYPTED)
def test_a_server_without_tls_is_not_talked_to_in_the_open(engine: str) -> None:
    with (
        flaky("http://127.0.0.1:9", "/", [200] * 9) as server,
        pytest.raises(SystemFault, match="no secure connection"),
    ):
        asked(engine, server.place)()


def test_what_is_busy_is_tried_again_after_growing_pauses_and_then_given_up() -> None:
    tries: list[float] = []

    def attempt() -> None:
        tries.append(time.monotonic())
        raise TimeoutError

    with pytest.raises(TimeoutError):
        patience.patiently(attempt, lambda error: 0.8)
    pauses = np.diff(tries)
    assert len(tries) >= 3
    assert all(pause >= 0.05 for pause in pauses)
    with pytest.raises(TimeoutError):
        patience.patiently(attempt, lambda error: 0.0)
    assert tries[-1] - tries[0] < 5
