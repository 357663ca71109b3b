"""A real server over a library with everything that a page shows, and a real browser where there is one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from litdex.server.settings import ServerSettings
from tests.server.conftest import running
from tests.server.page.papers import make_library

OpenTab = Callable[..., Any]


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium, driven by playwright."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright (extra `dev`)")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_tab(browser: Any) -> Iterator[OpenTab]:
    """Open a tab of a server's; afterwards none may have reported an error, or anything refused by the policy."""
    complaints: list[str] = []
    contexts = []

    def opened(address: str, **options: Any) -> Any:
        context = browser.new_context(base_url=address, **{"reduced_motion": "reduce", **options})
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def tab(open_tab: OpenTab, page_address: str) -> Any:
    """A tab of the server."""
    return open_tab(page_address)


def violations(tab: Any) -> list[str]:
    """What axe-core finds wrong with the page, serious or worse. A picture of the page is kept, if that is wanted."""
    keep_screenshot(tab)
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python (extra `dev`)"
    )
    found = axe.Axe().run(tab).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def keep_screenshot(tab: Any) -> None:
    """Keep a picture of the page in the folder that LITDEX_SCREENSHOTS names, if it does."""
    folder = os.environ.get("LITDEX_SCREENSHOTS")
    if folder:
        place = re.sub(r"[^\w.]+", "-", tab.url.partition("//")[2].partition("/")[2])[:80].strip("-") or "home"
        scheme = tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
        tab.screenshot(path=Path(folder) / f"{place}-{scheme}-{tab.viewport_size['width']}.png")
