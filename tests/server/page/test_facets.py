"""Facets beside a result: looked through by a box, opened when they are wanted, with a page each."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from litdex.server.page.asked import condition, fields_of
from tests.server.page.conftest import OpenTab, violations

VALUE = re.compile(r'<li><a href="([^"]+)"[^>]*><span class="name">([^<]+)</span> <span class="count">([\d,]+)</span>')


def values(text: str) -> dict[str, int]:
    """The values that a page shows, with their counts."""
    return {unescape(name): int(count.replace(",", "")) for _, name, count in VALUE.findall(text)}


def test_a_facet_has_a_page_that_narrows(page_client: httpx2.Client) -> None:
    text = page_client.get("/facets/author", params={"q": "title:On"}).text
    assert values(text) == {f"Author{n}, A": 8 for n in range(5)}
    link = unescape(VALUE.findall(text)[0][0])
    assert parse_qs(urlsplit(link).query)["q"] == ['title:On author:"Author0, A"']
    assert "In all papers" in page_client.get("/facets/author").text
    assert page_client.get("/facets/colour").status_code == 404


def test_values_are_looked_for_by_a_part_of_their_name(page_client: httpx2.Client) -> None:
    def found(**fields: str) -> dict[str, int]:
        return values(page_client.get("/facets/author", params=fields).text)

    assert found(find="THOR3") == {"Author3, A": 8}
    assert found(find="author3", q="cat:hep-th") == {}
    assert found(find="bold") == {"<b>Bold</b>, X": 1}
    assert found(find=".*") == {}
    assert found(find="5") == {}
    assert found(find="", piece="1", q="title:On") == found(q="title:On")


def test_only_chosen_papers_are_counted(page_client: httpx2.Client) -> None:
    assert sum(values(page_client.get("/facets/author", params={"only": "4,5"}).text).values()) == 2
    assert page_client.get("/facets/author", params={"only": "x"}).status_code == 422


def test_a_value_with_a_space_is_asked_for_as_a_whole() -> None:
    assert str(condition("cat", "Research article")) == 'cat:"Research article"'
    assert str(condition("cat", "cond-mat.soft")) == "cat:cond-mat.soft"
    assert fields_of("a -(cat:x OR year:2001) disease:y", ["disease"]) == {"cat", "year", "disease"}


def test_a_closed_facet_is_opened_with_and_without_javascript(open_tab: OpenTab, page_address: str) -> None:
    tab: Any = open_tab(page_address)
    tab.goto("/?q=title:On")
    venue = tab.locator("details[data-facet]", has_text="Field")
    venue.locator("summary").click()
    venue.get_by_role("link", name="astro-ph 10", exact=True).click()
    assert "10 papers" in tab.locator("main").inner_text()
    tab.go_back()
    assert "40 papers" in tab.locator("main").inner_text()
    plain: Any = open_tab(page_address, java_script_enabled=False)
    plain.goto("/?q=title:On")
    plain.locator("details[data-facet] summary", has_text="Field").click()
    plain.get_by_role("link", name="Show the values of Field").click()
    plain.get_by_label("Find in Field").fill("astro")
    plain.get_by_role("button", name="Find").click()
    plain.get_by_role("link", name="Without astro-ph").click()
    assert "30 papers" in plain.locator("main").inner_text()


def test_a_facet_that_the_query_asks_for_is_open(page_client: httpx2.Client) -> None:
    assert "<details open><summary>Venue</summary>" in page_client.get("/", params={"q": "-venue:Nature"}).text
    assert "<details open><summary>Venue</summary>" not in page_client.get("/").text


def test_pages_of_facets_are_accessible(open_tab: OpenTab, page_address: str) -> None:
    for scheme, width in (("light", 1280), ("dark", 360)):
        tab: Any = open_tab(page_address, color_scheme=scheme, viewport={"width": width, "height": 740})
        tab.goto("/facets/author?q=title:On")
        assert violations(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
