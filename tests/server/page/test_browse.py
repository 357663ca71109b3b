"""Browsing without a query: the index by letter and page by page, an entity's page, a category's page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from litdex.cli.main import run
from litdex.server.settings import ServerSettings
from tests.server.conftest import running
from tests.server.page.conftest import OpenTab, violations

NAMES = [f"{letter}{letter}star{n}" for letter in "abcz" for n in range(150)] + ["9lives", "ångström"]
DEFINED = "S1\taastar0\tAa Zero|the zeroth\tCelestialObject\tThe first star of the list, with a <b>tag</b>.\n"
NAME = re.compile(r'<li><a href="(/entities/[^"]+|/categories/[^"]+)">([^<]+)</a> <span class="count">([\d,]+)')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that names more entities than fit on a page."""
    made = tmp_path_factory.mktemp("many")
    lines = [DEFINED, *(f"N{n}\t{name}\t\tCelestialObject\n" for n, name in enumerate(NAMES[1:]))]
    (made / "stars.tsv").write_text("".join(lines))
    papers = [
        {
            "litdex": 1,
            "identifiers": {"arxiv": f"0801.{n:04d}"},
            "title": f"Catalogue {n}, with aastar0",
            "abstract": " ".join(NAMES[n * 100 : n * 100 + 100]),
            "categories": ["astro-ph.SR", "gr-qc"] if n % 2 else ["astro-ph.SR"],
            "date": f"{2000 + n}",
            "references": [{"text": "Catalogue 2", "identifiers": {"arxiv": "0801.0002"}}] if n > 3 else [],
        }
        for n in range(7)
    ]
    (made / "papers.jsonl").write_text("\n".join(map(json.dumps, papers)))
    arguments = ["--library", str(made / "library"), "--tagger", str(made / "stars.tsv")]
    assert run(["ingest", str(made / "papers.jsonl"), *arguments]) == 0
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where its server listens."""
    with running(ServerSettings(library=folder / "library")) as found:
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx2.Client]:
    """A client of it."""
    with httpx2.Client(base_url=address, timeout=60) as opened:
        yield opened


def names(client: httpx2.Client, **fields: str | int) -> list[str]:
    """What a page of the index lists."""
    return [name for _, name, _ in NAME.findall(client.get("/entities", params=fields).text)]


def test_the_index_goes_on_beyond_a_page(client: httpx2.Client) -> None:
    first, second = names(client), names(client, offset=500)
    assert (len(first), len(second)) == (500, len(NAMES) - 500)
    assert first[0] == "aastar0"
    assert sorted([*first, *second]) == sorted(NAMES)
    assert 'rel="next"' in client.get("/entities").text
    assert 'rel="next"' not in client.get("/entities", params={"offset": 500}).text


def test_the_index_is_gone_through_letter_by_letter(client: httpx2.Client) -> None:
    assert names(client, order="name") == [*sorted(NAMES[:150]), "ångström"]
    assert names(client, order="name", letter="Z") == sorted(NAMES[450:600])
    assert names(client, order="name", letter="#") == ["9lives"]
    assert names(client, order="name", letter="Q") == []
    assert "Nothing here begins with Q" in client.get("/entities", params={"order": "name", "letter": "Q"}).text
    for wrong in ({"letter": "AB"}, {"offset": -1}, {"order": "size"}):
        assert client.get("/entities", params=wrong).status_code == 422


def test_an_entity_is_defined_and_has_its_names(client: httpx2.Client) -> None:
    text = client.get("/entities/CelestialObject/aastar0").text
    assert "The first star of the list, with a &lt;b&gt;tag&lt;/b&gt;." in text
    assert "also called Aa Zero, the zeroth" in text
    assert "S1 in this library’s vocabulary" in text
    assert "7 papers" in text
    assert "Most cited here" in text
    assert "cited by 3 here" in text
    assert 'href="/categories/astro-ph.SR"' in text
    assert "definition" not in client.get("/entities/celestialobject/aastar1").text


def test_definitions_change_without_looking_through_papers_anew(client: httpx2.Client, folder: Path) -> None:
    lines = (folder / "stars.tsv").read_text()
    (folder / "stars.tsv").write_text(lines.replace("The first star", "The very first star"))
    arguments = ["--library", str(folder / "library"), "--tagger", str(folder / "stars.tsv")]
    assert run(["ingest", str(folder / "papers.jsonl"), *arguments]) == 0
    assert "The very first star" in client.get("/entities/celestialobject/aastar0").text


def test_a_category_has_a_page(client: httpx2.Client) -> None:
    assert names(client, type="category") == ["astro-ph", "astro-ph.SR", "gr-qc"]
    text = client.get("/categories/astro-ph.SR").text
    assert "7 papers" in text
    related = text.partition("Related categories")[2].partition("</section>")[0]
    assert re.findall(r">([\w.-]+) <span", related) == ["astro-ph", "gr-qc"]
    assert "/entities/celestialobject/aastar0" in text
    assert text.index("Catalogue 6, with") > text.index("Newest")
    assert client.get("/categories/no-such").status_code == 404
    assert client.get("/categories/%22").status_code in (400, 404)


@pytest.mark.parametrize(
    "path", ["/entities?order=name", "/entities", "/entities/celestialobject/aastar0", "/categories/gr-qc"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_browsing_is_accessible(open_tab: OpenTab, address: str, path: str, scheme: str) -> None:
    width = 360 if scheme == "dark" else 1280
    tab: Any = open_tab(address, color_scheme=scheme, viewport={"width": width, "height": 740})
    tab.goto(path)
    assert violations(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_a_letter_to_an_entity_to_its_papers(open_tab: OpenTab, address: str) -> None:
    tab: Any = open_tab(address)
    tab.goto("/")
    tab.get_by_role("link", name="Browse").click()
    tab.get_by_role("link", name="from A to Z").click()
    tab.get_by_role("link", name="Z", exact=True).click()
    tab.get_by_role("link", name="zzstar7", exact=True).click()
    tab.get_by_role("link", name=re.compile(r"^\d papers?$")).first.click()
    assert "zzstar7" in tab.get_by_label("Search the papers").input_value()
    assert tab.locator(".hits > li").count() == 1


def test_a_long_facet_is_looked_through_as_one_types(open_tab: OpenTab, address: str) -> None:
    tab: Any = open_tab(address)
    tab.goto("/")
    box = tab.get_by_label("Find in Celestial object")
    shown = box.locator("xpath=ancestor::details").locator("ul .name")
    assert shown.count() == 10
    box.press_sequentially("zzstar14")
    shown.filter(has_text="zzstar148").wait_for()
    assert shown.count() == 10
    box.press_sequentially("9")
    shown.filter(has_text="zzstar149").wait_for()
    assert shown.all_inner_texts() == ["zzstar149"]
    assert violations(tab) == []
    box.fill("")
    tab.get_by_role("link", name="More of Celestial object").click()
    tab.get_by_label("Find in Celestial object").fill("9L")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**find=9L**")
    assert tab.locator(".facets .name").all_inner_texts() == ["9lives"]
