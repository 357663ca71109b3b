"""Stars, collections, saved searches, feeds and exports, as a browser's forms send them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

import httpx2
import pytest

from litdex.server.settings import ServerSettings
from tests.server.conftest import running
from tests.server.page.conftest import OpenTab, violations
from tests.server.page.papers import CITED, FULL, MANY, add, make_library

FULL_ID = "arXiv:0901.0001"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library that these tests write to."""
    made = tmp_path_factory.mktemp("shelf")
    make_library(made)
    return made


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx2.Client]:
    """A client of its server; redirects are not followed."""
    settings = ServerSettings(library=folder / "library")
    with running(settings) as address, httpx2.Client(base_url=address, timeout=60) as opened:
        yield opened


def post(client: httpx2.Client, path: str, fields: list[tuple[str, str]], **headers: str) -> httpx2.Response:
    """Post a form."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.post(path, content=urlencode(fields).encode(), headers={**kind, **headers})


def test_a_star_is_given_and_taken(client: httpx2.Client) -> None:
    answer = post(client, "/star", [("id", FULL_ID), ("on", "1"), ("back", f"/paper/{FULL_ID}")])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/paper/{FULL_ID}")
    assert "★ Starred" in client.get(f"/paper/{FULL_ID}").text
    assert "★ Starred" in client.get("/collections").text
    post(client, "/star", [("id", FULL_ID), ("on", "")])
    assert "☆ Star" in client.get(f"/paper/{FULL_ID}").text


def test_a_collection_is_made_exported_and_dropped(client: httpx2.Client) -> None:
    post(client, "/collect", [("name", "My <b>thesis</b>"), ("id", FULL_ID), ("id", "arXiv:0901.0002")])
    shelf = client.get("/collections").text
    assert "My &lt;b&gt;thesis&lt;/b&gt;" in shelf
    (place,) = re.findall(r'href="(/collections/\d+)">My', shelf)
    number = place.rsplit("/", 1)[1]
    assert "Noise of clocks" in client.get(place).text
    exported = client.get("/export", params={"as": "bibtex", "all": f"collection:{number}"})
    assert exported.text.count("@") == 2
    assert "litdex.bib" in exported.headers["content-disposition"]
    post(client, f"{place}/take", [("id", FULL_ID)])
    assert "Asthma" not in client.get(place).text
    post(client, f"{place}/drop", [])
    assert client.get(place).status_code == 404
    assert client.get(f"/paper/{FULL_ID}").status_code == 200


def test_another_site_s_form_is_refused(client: httpx2.Client) -> None:
    for origin in ("https://evil.example", "null"):
        answer = post(client, "/star", [("id", FULL_ID), ("on", "1")], Origin=origin)
        assert answer.status_code == 403
    own = str(client.base_url).rstrip("/")
    assert post(client, "/star", [("id", FULL_ID), ("on", "")], Origin=own).status_code == 303


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_a_redirect_never_leaves_the_server(client: httpx2.Client, back: str) -> None:
    answer = post(client, "/star", [("id", FULL_ID), ("on", ""), ("back", back)])
    assert answer.headers["location"] == "/collections"


def test_mistakes_are_told(client: httpx2.Client) -> None:
    assert post(client, "/star", [("id", "arXiv:9999.9999"), ("on", "1")]).status_code == 400
    assert post(client, "/collect", [("name", " "), ("id", FULL_ID)]).status_code == 400
    assert post(client, "/collect", [("name", "x"), ("only", "1,two")]).status_code == 400
    assert post(client, "/saved", [("query", "year:abc")]).status_code == 400
    assert client.get("/export", params={"as": "exe", "id": FULL_ID}).status_code == 400
    assert client.get("/export").status_code == 400
    assert client.get("/collections/99999").status_code == 404
    assert client.get("/saved/99999/feed.atom").status_code == 404


def test_a_selection_and_a_whole_result_are_exported(client: httpx2.Client) -> None:
    chosen = client.get("/export", params={"as": "csl", "id": [FULL_ID, "arXiv:0901.0002"]})
    assert [item["title"] for item in json.loads(chosen.text)] == [FULL["title"], CITED["title"]]
    table = client.get("/export", params={"as": "csv", "q": "cat:quant-ph title:atoms"})
    found = list(csv.DictReader(io.StringIO(table.text)))
    assert {line["title"] for line in found} == {one["title"] for one in MANY if "atoms" in one["title"]}
    assert client.get("/export", params={"as": "ris", "q": "halos"}).text.count("ER  -") == 10


def test_a_selection_on_the_map_is_collected(client: httpx2.Client) -> None:
    numbers = re.findall(r'data-n="(\d+)"', client.get("/map", params={"q": "cat:astro-ph"}).text)
    post(client, "/collect", [("name", "Halos"), ("only", ",".join(numbers))])
    assert re.search(r'>Halos</a> <span class="count">10</span>', client.get("/collections").text)


def test_a_saved_search_tells_of_new_papers_once(client: httpx2.Client, folder: Path) -> None:
    assert post(client, "/saved", [("query", "cat:hep-ph"), ("name", "Hep")]).status_code == 303
    (place,) = re.findall(r'href="(/saved/\d+)">Hep', client.get("/collections").text)
    assert "Nothing has come" in client.get(place).text
    add(folder, "new", [{"identifiers": {"arxiv": "0903.0001"}, "title": "A new <hep>", "categories": ["hep-ph"]}])
    wait_for(client, "1 new")
    root = ET.fromstring(client.get(f"{place}/feed.atom").text)
    assert [
        entry.findtext("{http://www.w3.org/2005/Atom}title")
        for entry in root.iter("{http://www.w3.org/2005/Atom}entry")
    ] == ["A new <hep>"]
    assert "is-new" in client.get(place).text
    assert "is-new" not in client.get(place).text
    assert "1 new" not in client.get("/collections").text
    post(client, f"{place}/forget", [])
    assert client.get(place).status_code == 404


def test_a_saved_search_keeps_the_papers_that_were_chosen(client: httpx2.Client) -> None:
    numbers = re.findall(r'data-n="(\d+)"', client.get("/map", params={"q": "cat:astro-ph"}).text)[:3]
    only = ",".join(numbers)
    for query, name in (("halos", "Within"), ("", "3 papers chosen on the map")):
        post(client, "/saved", [("query", query), ("only", only), ("name", name if query else "")])
        shelf = client.get("/collections").text
        (link,) = re.findall(rf'>{name}</a>.*?href="(/\?[^"]+)">Search', shelf, re.DOTALL)
        fields = parse_qs(urlsplit(unescape(link)).query)
        assert set(fields["only"][0].split(",")) == set(numbers)
        assert fields.get("q", [""]) == [query]
        assert client.get(unescape(link)).text.count('class="hits"') == 1
        (place,) = re.findall(rf'href="(/saved/\d+)">{name}', shelf)
        assert client.get(place).status_code == 200
        assert unescape(link) in unescape(client.get(place).text)
        post(client, f"{place}/forget", [])
    assert post(client, "/saved", [("query", ""), ("only", "")]).status_code == 400


def test_what_was_chosen_on_a_map_is_exported_and_drawn_alone(client: httpx2.Client) -> None:
    only = "4,5,6"
    assert client.get("/export", params={"as": "bibtex", "only": only}).text.count("@") == 3
    assert client.get("/export", params={"as": "bibtex", "q": "cat:hep-th", "only": only}).status_code == 400
    assert len(re.findall("<circle ", client.get("/map", params={"only": only}).text)) == 3
    text = client.get("/", params={"only": only}).text
    for part in ('href="/map?only=4%2C5%2C6"', 'name="only" value="4,5,6"', "The chosen, or the whole result"):
        assert part in text


def wait_for(client: httpx2.Client, text: str) -> None:
    """Ask until the server, whose readers may be two seconds behind, says it."""
    for _ in range(200):
        if text in client.get("/collections").text:
            return
    raise AssertionError(f"the shelf never said {text}")


def test_a_paper_is_starred_collected_and_exported_with_a_mouse(open_tab: OpenTab, client: httpx2.Client) -> None:
    tab = open_tab(str(client.base_url))
    tab.goto("/paper/arXiv:0901.0002")
    tab.get_by_role("button", name="Star").click()
    assert tab.get_by_role("button", name="Starred").get_attribute("aria-pressed") == "true"
    tab.get_by_text("Collect", exact=True).click()
    tab.get_by_label("Into the collection").fill("With a mouse")
    tab.get_by_role("button", name="Add").click()
    tab.get_by_text("Export", exact=True).click()
    with tab.expect_download() as download:
        tab.get_by_role("link", name="BibTeX").click()
    assert download.value.suggested_filename == "litdex.bib"
    tab.goto("/collections")
    tab.get_by_role("link", name="With a mouse").click()
    assert violations(tab) == []
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Export").click()
    assert "Noise of clocks" in download.value.path().read_text()
    tab.get_by_label("Choose Noise of clocks").check()
    tab.get_by_role("button", name="Take the chosen out").click()
    assert "This collection is empty" in tab.locator("main").inner_text()
