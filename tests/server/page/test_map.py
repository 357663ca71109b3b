"""The map: points for papers, colours for fields, and a list that says the same."""

from __future__ import annotations

import re
from typing import Any

import httpx2

from tests.server.page.conftest import violations

POINT = re.compile(r'<circle class="group-(\d+)" cx="(\d+)" cy="(\d+)" data-n="(\d+)"')


def test_every_paper_of_the_result_is_a_point(page_client: httpx2.Client) -> None:
    points = POINT.findall(page_client.get("/map").text)
    assert len(points) == 43
    assert all(0 <= int(x) <= 1000 and 0 <= int(y) <= 1000 for _, x, y, _ in points)
    assert len(POINT.findall(page_client.get("/map", params={"q": "cat:astro-ph"}).text)) == 10
    assert len(POINT.findall(page_client.get("/map", params={"most": 5}).text)) == 5


def test_the_map_is_the_same_every_time_and_topics_lie_together(page_client: httpx2.Client) -> None:
    text = page_client.get("/map", params={"q": "title:On"}).text
    assert text == page_client.get("/map", params={"q": "title:On"}).text
    halos = [(int(x), int(y)) for group, x, y, _ in POINT.findall(text) if group == "1"]
    assert len(halos) == 10
    assert max(x for x, _ in halos) - min(x for x, _ in halos) < 500


def test_the_papers_are_also_a_list(page_client: httpx2.Client) -> None:
    text = page_client.get("/map", params={"q": "cat:astro-ph"}).text
    assert len(re.findall(r'<li><a href="/paper/arXiv:0902', text)) == 10


def test_what_cannot_be_drawn_is_told(page_client: httpx2.Client) -> None:
    assert "No paper answers this" in page_client.get("/map", params={"q": "year:1800"}).text
    assert page_client.get("/map", params={"q": "year:abc"}).status_code == 400
    assert page_client.get("/map", params={"most": 10**9}).status_code == 422


def test_the_map_zooms_names_its_points_and_opens_them(tab: Any) -> None:
    tab.goto("/map")
    svg = tab.locator("#map svg")
    whole = svg.get_attribute("viewBox")
    tab.get_by_role("button", name="Zoom in").click()
    assert svg.get_attribute("viewBox") != whole
    svg.press("0")
    assert svg.get_attribute("viewBox") == whole
    box = tab.locator("circle").first.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    title = tab.locator("#map-label").inner_text()
    assert title
    tab.mouse.down()
    tab.mouse.up()
    tab.wait_for_url("**/paper/**")
    assert tab.get_by_role("heading", level=1).inner_text() in title


def test_a_box_chooses_papers_and_leads_back_to_the_search(tab: Any) -> None:
    tab.goto("/map?q=title:On")
    box = tab.locator("#map svg").bounding_box()
    tab.get_by_role("button", name="Draw a box").click()
    tab.mouse.move(box["x"] + 5, box["y"] + 5)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=3)
    tab.mouse.up()
    assert tab.locator("#chosen-count").inner_text() == "40 papers chosen"
    assert len(tab.locator("#chosen form").first.locator("[name=only]").input_value().split(",")) == 40
    assert violations(tab) == []
    tab.get_by_role("button", name="Choose none").click()
    assert not tab.locator("#chosen").is_visible()


def test_a_field_is_hidden_and_shown(tab: Any) -> None:
    tab.goto("/map")
    shown = tab.locator("circle:not([hidden])")
    assert shown.count() == 43
    tab.get_by_label("astro-ph").uncheck()
    assert shown.count() == 33
