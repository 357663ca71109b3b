"""The page that asks, without JavaScript: the whole answer, its citations links into the papers."""

from __future__ import annotations

import re
from typing import Any

import httpx2

from tests.server.page.conftest import violations


def test_the_box_alone(page_client: httpx2.Client) -> None:
    text = page_client.get("/ask").text
    assert '<input id="question" name="q"' in text
    assert "Passages" not in text


def test_an_answer_cites_passages_that_its_papers_mark(page_client: httpx2.Client) -> None:
    text = page_client.get("/ask", params={"q": "Was the mouse squeezed?"}).text
    links = re.findall(r'class="key" href="(/paper/arXiv:0901.0001\?at=\d+-\d+)#found"', text)
    assert links
    found = "".join(re.findall(r'<mark class="found"[^>]*>(.*?)</mark>', page_client.get(links[0]).text))
    assert re.sub(r"<[^>]+>", "", found)
    assert "The mouse was not squeezed" in re.sub(r"<[^>]+>", "", text)


def test_what_the_papers_do_not_say_is_refused(page_client: httpx2.Client) -> None:
    text = page_client.get("/ask", params={"q": "Who won the football match in Lisbon?"}).text
    assert "nearest passages" in text
    assert 'class="key"' not in text


def test_a_question_stays_text(page_client: httpx2.Client) -> None:
    text = page_client.get("/ask", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text


def test_an_answer_streams_and_a_key_leads_to_the_marked_passage(tab: Any) -> None:
    tab.goto("/ask")
    tab.get_by_role("textbox").fill("Was the mouse squeezed?")
    tab.keyboard.press("Enter")
    tab.locator("#ask-state", has_text="Quoted from the papers").wait_for()
    assert "The mouse was not squeezed" in tab.locator(".prose").inner_text()
    assert "/ask?q=Was" in tab.url
    assert violations(tab) == []
    tab.locator("a.key").first.click()
    tab.wait_for_url("**/paper/**")
    assert tab.locator("mark.found").count()
    tab.go_back()
    assert "The mouse was not squeezed" in tab.locator(".prose").inner_text()


def test_a_fault_is_said_where_the_answer_would_be(tab: Any) -> None:
    tab.goto("/ask")
    tab.route(
        "**/v1/ask",
        lambda route: route.fulfill(status=200, body='event: error\ndata: {"error": {"message": "no <b>"}}\n\n'),
    )
    tab.get_by_role("textbox").fill("Anything?")
    tab.get_by_role("button", name="Ask").click()
    tab.locator("#ask-state", has_text="no <b>").wait_for()
