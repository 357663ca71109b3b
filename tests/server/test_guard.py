"""Who is let in, and what is refused before any work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from litdex.errors import UserError
from litdex.server.guard import Rates
from litdex.server.settings import ServerSettings
from tests.server.conftest import running

TOKEN = "a token of twenty-two."


@pytest.fixture(scope="module")
def guarded(library_folder: Path) -> Iterator[str]:
    with running(ServerSettings(library=library_folder, token=TOKEN, body=1000)) as address:
        yield address


def asked(address: str, path: str = "/v1/search?q=clock", **headers: str) -> httpx2.Response:
    return httpx2.get(address + path, headers=headers, timeout=30)


def test_a_token_that_is_set_is_asked_for(guarded: str) -> None:
    assert asked(guarded).status_code == 401
    assert asked(guarded, authorization="Bearer something else entirely").status_code == 401
    assert asked(guarded, authorization=f"Basic {TOKEN}").status_code == 401
    assert asked(guarded, authorization=f"Bearer {TOKEN}").status_code == 200
    assert asked(guarded, "/metrics").status_code == 401
    assert asked(guarded, "/openapi.json").status_code == 401
    assert asked(guarded, "/health").status_code == 200


def test_a_token_in_an_odd_alphabet_is_refused_not_a_fault(guarded: str) -> None:
    assert httpx2.get(f"{guarded}/v1/search", headers=[(b"authorization", b"Bearer \xe9\xff")]).status_code == 401


def test_without_a_token_only_this_machines_names_are_answered(address: str) -> None:
    assert asked(address, host="rebound.example").status_code == 421
    assert asked(address, host="localhost:8080").status_code == 200
    assert asked(address, host="[::1]:8080").status_code == 200


def test_a_network_is_not_served_without_a_token(library_folder: Path) -> None:
    with pytest.raises(UserError, match=r"--host 0\.0\.0\.0: set LITDEX_TOKEN"):
        ServerSettings(library=library_folder, host="0.0.0.0").check()
    with pytest.raises(UserError, match="at least 16"):
        ServerSettings(library=library_folder, host="0.0.0.0", token="short").check()
    ServerSettings(library=library_folder, host="0.0.0.0", token=TOKEN).check()


def test_the_token_is_not_shown(library_folder: Path) -> None:
    assert TOKEN not in repr(ServerSettings(library=library_folder, token=TOKEN))


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_long_is_refused(guarded: str, chunked: bool) -> None:
    body = b'{"question": "' + b"a" * 2000 + b'"}'
    content = iter([body[:700], body[700:]]) if chunked else body
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    answer = httpx2.post(f"{guarded}/v1/ask", content=content, headers=headers, timeout=30)
    assert answer.status_code == 413
    assert "1,000 bytes" in answer.json()["error"]["message"]


def test_an_address_has_its_rate_and_no_more() -> None:
    rates = Rates(2.0)
    assert [rates.allow("a", now=0.0) for _ in range(5)] == [True] * 4 + [False]
    assert rates.allow("b", now=0.0)
    assert rates.allow("a", now=0.5)
    assert not rates.allow("a", now=0.5)


def test_a_rate_is_kept_over_http(library_folder: Path) -> None:
    with running(ServerSettings(library=library_folder, rate=0.001)) as address:
        assert [asked(address, "/health").status_code for _ in range(3)] == [200, 429, 429]
