"""The page of a paper: what it says, what it marks, and what a hostile paper cannot do to it."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from litdex.ner.mention import Mention
from litdex.server.page.pieces import pieces
from tests.server.page.conftest import OpenTab, violations
from tests.server.page.papers import HOSTILE

FULL, BAD = "/paper/arXiv:0901.0001", "/paper/arXiv:0901.0003"
PATHS = (FULL, BAD, "/map", "/ask?q=Was+the+mouse+squeezed", "/models", "/collections")


def test_mentions_and_passages_cut_a_text_into_pieces() -> None:
    mention = Mention(type="Disease", text="cde", start=12, end=15)
    found = pieces("abcdefgh", 10, [mention], [(13, 17)])
    assert [(one.text, bool(one.mention), one.found, one.first) for one in found] == [
        ("ab", False, False, False),
        ("c", True, False, False),
        ("de", True, True, True),
        ("fg", False, True, False),
        ("h", False, False, False),
    ]
    assert [one.text for one in pieces("abc", 50, [mention], [(13, 17)])] == ["abc"]
    assert pieces("", 0, [], []) == []


def test_a_paper_has_its_metadata_text_and_references(page_client: httpx2.Client) -> None:
    text = page_client.get(FULL).text
    for part in ("Ann Adams", "ATLAS Collaboration", "Journal of Spins", "2009-01-02", "quant-ph", "Figure 1"):
        assert part in text
    assert 'href="https://doi.org/10.1/full"' in text
    assert 'href="https://arxiv.org/abs/0901.0001"' in text
    headings = re.findall(r"<h(\d) id=\"(abstract|at-\d+)\">", text)
    assert headings == [("2", "abstract"), ("2", headings[1][1]), ("3", headings[2][1])]
    assert re.search(r'<li><a href="/paper/arXiv:0901.0002">Noise of clocks</a>', text)
    assert "A paper that is not here" in text


def test_a_paper_is_found_by_any_of_its_names(page_client: httpx2.Client) -> None:
    for name in ("doi:10.1/full", "doi%3A10.1%2Ffull", "arXiv%3A0901.0001"):
        assert "Asthma and spin" in re.sub(r"<[^>]+>", "", page_client.get(f"/paper/{name}").text)
    missing = page_client.get("/paper/arXiv:9999.99999")
    assert missing.status_code == 404


def test_citing_papers_and_similar_ones_are_named(page_client: httpx2.Client) -> None:
    text = page_client.get("/paper/arXiv:0901.0002").text
    assert "Cited here by" in text
    assert 'href="/paper/arXiv:0901.0001"' in text
    assert "Similar papers" in text


def test_entities_are_marked_by_type_and_listed(page_client: httpx2.Client) -> None:
    text = page_client.get(FULL).text
    marked = re.findall(r'class="mention type-(\d+)"[^>]*>([^<]+)</a>', text)
    assert [words for _, words in marked if words.lower() == "asthma"] == ["Asthma", "asthma", "Asthma", "asthma"]
    assert {number for number, words in marked if words == "mouse"} != {n for n, words in marked if words == "Asthma"}
    assert text.count('type="checkbox" id="type-') == 2


def test_a_passage_of_a_search_is_marked(page_client: httpx2.Client) -> None:
    whole = "Asthma and spin squeezing\n\nWe squeeze spins in people with asthma. The mouse was not squeezed."
    start = whole.index("We squeeze")
    text = page_client.get(FULL, params={"at": [f"{start}-{start + 39}", "nonsense", "9-3"]}).text
    (first,) = re.findall(r'<mark class="found" id="found">(.*?)</mark>', text)
    assert first == "We squeeze spins in people with "
    assert 'href="#found"' in text
    assert 'class="found"' not in page_client.get(FULL).text


def test_what_a_paper_says_stays_text(page_client: httpx2.Client) -> None:
    for path in (FULL, BAD, "/map?q=spins", "/collections"):
        text = page_client.get(path).text
        for markup in ("<script>alert", "<img src=x", "<b>", "<u>", "<i>in"):
            assert markup not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page_client.get(BAD).text
    assert "This paper was retracted" in page_client.get(BAD).text
    assert HOSTILE not in page_client.get(BAD).text


def test_the_source_file_opens_by_number_only(page_client: httpx2.Client) -> None:
    text = page_client.get(FULL).text
    assert "papers.jsonl</a>" in text
    assert "/tmp" not in text
    answer = page_client.get(FULL, params={"file": 0})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert page_client.get(FULL, params={"file": 1}).status_code == 404
    assert page_client.get(FULL, params={"file": "../../etc/passwd"}).status_code == 422


@pytest.mark.parametrize("path", ["/paper/", "/paper/..%2F..%2Fetc%2Fpasswd", "/paper/%00", "/paper/" + "x" * 3000])
def test_odd_names_are_not_found(page_client: httpx2.Client, path: str) -> None:
    assert page_client.get(path).status_code == 404


def test_types_are_toggled_and_a_passage_is_gone_to(tab: Any) -> None:
    tab.goto(f"{FULL}?at=27-60#found")
    assert tab.evaluate("document.querySelector('#found').getBoundingClientRect().top < innerHeight")
    mention = tab.locator(".text .mention", has_text="asthma").first
    before = mention.evaluate("e => getComputedStyle(e).textDecorationLine")
    tab.get_by_label("Disease").uncheck()
    assert before == "underline"
    assert mention.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"
    assert (
        tab.locator(".text .mention", has_text="mouse").first.evaluate("e => getComputedStyle(e).textDecorationLine")
        == "underline"
    )


def test_a_hostile_paper_runs_nothing(tab: Any) -> None:
    said: list[str] = []

    def note(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", note)
    tab.goto(BAD)
    assert tab.get_by_role("heading", level=1).inner_text() == HOSTILE
    assert not said


@pytest.mark.parametrize(
    "path", [FULL, f"{FULL}?at=27-60", BAD, "/map", "/ask?q=Was+the+mouse+squeezed", "/models", "/collections"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(open_tab: OpenTab, page_address: str, path: str, scheme: str) -> None:
    tab = open_tab(page_address, color_scheme=scheme)
    tab.goto(path)
    assert violations(tab) == []


@pytest.mark.parametrize("path", PATHS)
def test_pages_fit_a_phone(open_tab: OpenTab, page_address: str, path: str) -> None:
    tab = open_tab(page_address, viewport={"width": 360, "height": 740})
    tab.goto(path)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
