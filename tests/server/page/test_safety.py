"""What no answer of the server may lack, and what a paper that is made to do harm cannot do anywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import httpx2
import pytest

from litdex.server.settings import ServerSettings
from litdex.shelf.store import shelf
from tests.server.conftest import running
from tests.server.page.conftest import OpenTab
from tests.server.page.papers import add, make_library

SCRIPT = "<script>alert(1)</script>"
HARM: dict[str, Any] = {
    "identifiers": {"arxiv": "0909.0001"},
    "title": SCRIPT,
    "abstract": f"{SCRIPT} Spins of <img src=x onerror=alert(1)> a mouse.",
    "authors": [{"family": SCRIPT, "given": "Ann"}],
    "venue": f'"{SCRIPT}',
    "categories": [SCRIPT],
    "date": "2009",
}
SEEN = [
    "/",
    "/?q=spins",
    "/paper/arXiv:0909.0001",
    "/facets/author",
    "/facets/venue",
    "/facets/cat",
    "/entities",
    "/entities?type=category",
    "/entities/species/mouse",
    "/categories/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/map",
    "/ask?q=Which+spins+of+a+mouse",
    "/collections",
    "/saved/1",
    "/models",
    "/login",
    "/no/such/page",
]
OTHERS = [
    "/suggest?q=script",
    "/snippets?q=spins",
    "/export?as=csv&id=arXiv:0909.0001",
    "/saved/1/feed.atom",
    "/v1/search?q=spins",
    "/health",
    "/paper/arXiv:0909.0001?file=0",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose library has such a paper, new to a saved search."""
    folder = tmp_path_factory.mktemp("harm")
    library = make_library(folder)
    with shelf(library, write=True) as kept:
        kept.save(SCRIPT, "spins", 0)
    add(folder, "harm", [HARM])
    with running(ServerSettings(library=library)) as found:
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx2.Client]:
    """A client of it that reads pages."""
    with httpx2.Client(base_url=address, timeout=60, headers={"Accept": "text/html"}) as opened:
        yield opened


@pytest.mark.parametrize("path", [*SEEN, *OTHERS])
def test_every_answer_tells_the_browser_what_it_may_do(client: httpx2.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_files_of_the_page_tell_it_too(client: httpx2.Client) -> None:
    names = set(re.findall(r'"(/static/[^"]+)"', client.get("/").text))
    assert {name.rsplit(".", 1)[1] for name in names} == {"css", "js", "svg"}
    for name in names:
        headers = client.get(name).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", SEEN)
def test_a_title_that_is_a_script_stays_text(client: httpx2.Client, path: str) -> None:
    text = client.get(path).text
    assert SCRIPT not in text
    assert "<img src=x" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)  # none of the page's own is inline either
    assert not re.search(r"<[^>]+ (on\w+|style)=", text)


@pytest.mark.parametrize("path", ["/", "/?q=spins", "/paper/arXiv:0909.0001", "/facets/author", "/map", "/saved/1"])
def test_it_is_there_all_the_same(client: httpx2.Client, path: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get(path).text


def test_what_is_taken_away_holds_it_as_text(client: httpx2.Client) -> None:
    def taken(form: str) -> httpx2.Response:
        return client.get("/export", params={"as": form, "id": "arXiv:0909.0001"})

    for form in ("bibtex", "ris", "csl", "csv"):
        assert taken(form).headers["content-disposition"].startswith("attachment")
        assert "html" not in taken(form).headers["content-type"]
    assert json.loads(taken("csl").text)[0]["title"] == SCRIPT
    assert next(csv.DictReader(io.StringIO(taken("csv").text)))["title"] == SCRIPT
    assert f"TI  - {SCRIPT}" in taken("ris").text
    atom = client.get("/saved/1/feed.atom")
    assert "<script" not in atom.text
    names = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring(atom.text)
    assert SCRIPT in [title.text for title in root.findall("a:entry/a:title", names)]
    suggested = client.get("/suggest", params={"q": "<script"})
    assert suggested.headers["content-type"] == "application/json"


def test_it_runs_nowhere(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(address)
    said: list[str] = []

    def note(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", note)
    for path in ["/?q=spins", "/paper/arXiv:0909.0001", "/map", "/facets/venue?find=script", "/saved/1"]:
        tab.goto(path)
        assert tab.evaluate("document.querySelectorAll('main script, main img[onerror]').length") == 0
    tab.goto("/?q=spins")
    tab.locator("details", has_text="Venue").locator("summary").click()
    tab.locator(".facets .name", has_text=SCRIPT).first.wait_for()
    tab.get_by_label("Search the papers").fill("script")
    tab.get_by_role("option", name=SCRIPT).first.wait_for()
    assert not said
