"""The map: points for papers, colours for fields, and a list that says the same."""

from __future__ import annotations

import re

import httpx2

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
