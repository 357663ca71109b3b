"""A browser signs in with a token, and a reader's token changes no collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from litdex.server.settings import ServerSettings
from tests.server.conftest import running
from tests.server.page.conftest import OpenTab, violations

TOKEN = "a token of sixteen characters or more".replace(" ", "-")
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def guarded(page_folder: Path) -> Iterator[str]:
    """A server that asks for a token."""
    with running(ServerSettings(library=page_folder, token=TOKEN)) as found:
        yield found


def test_a_page_leads_to_signing_in_and_the_api_says_so(guarded: str) -> None:
    with httpx2.Client(base_url=guarded, timeout=60) as client:
        answer = client.get("/?q=spins", headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?back=%2F%3Fq%3Dspins")
        assert client.get("/v1/search?q=spins", headers=HTML).status_code == 401
        assert client.get("/paper/arXiv:0901.0001").status_code == 401


@pytest.mark.parametrize(
    ("token", "origin", "status"), [("wrong", "", 401), ("wröng", "", 401), (TOKEN, "https://evil.example", 403)]
)
def test_a_wrong_token_and_another_site_get_no_cookie(guarded: str, token: str, origin: str, status: int) -> None:
    with httpx2.Client(base_url=guarded, timeout=60) as client:
        answer = client.post("/login", content=f"token={token}".encode(), headers={"Origin": origin or guarded})
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers


def test_signed_in_and_out_again(open_tab: OpenTab, guarded: str) -> None:
    tab: Any = open_tab(guarded)
    tab.goto("/?q=squeezed")
    assert violations(tab) == []
    tab.get_by_label("The token that you were given").fill(TOKEN)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/?q=squeezed")
    (cookie,) = tab.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    tab.goto("/ask")
    tab.get_by_role("textbox").fill("Was the mouse squeezed?")
    tab.keyboard.press("Enter")
    tab.locator("#ask-state", has_text="Quoted from the papers").wait_for()
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url("**/login")
    tab.goto("/map")
    assert "/login" in tab.url
