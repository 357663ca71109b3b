"""The page that asks, without JavaScript: the whole answer, its citations links into the papers."""

from __future__ import annotations

import re

import httpx2


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
