"""The search: conditions come and go one by one, the URL holds them all, and the keyboard is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import httpx2
import pytest

from litdex.server.page.asked import chips, excluded, narrowed, within_years
from tests.server.page.conftest import OpenTab, violations

QUERY = 'squeezed atoms cat:quant-ph -author:"Author1, A"'


def titles(text: str) -> list[str]:
    """The titles of a result list."""
    return [unescape(title) for title in re.findall(r'<h2><a href="/paper/[^"]+">([^<]+)</a>', text)]


def test_conditions_come_and_go_one_by_one() -> None:
    assert [(one.label, one.without, one.excluded) for one in chips(QUERY, ())] == [
        ("cat: quant-ph", 'squeezed atoms -author:"Author1, A"', False),
        ("not author: Author1, A", "squeezed atoms cat:quant-ph", True),
    ]
    assert narrowed("a OR b", (), "cat", "hep-th") == "(a OR b) cat:hep-th"
    both = narrowed(narrowed("spins", (), "cat", "hep-th"), (), "cat", "gr-qc")
    assert both == "spins (cat:hep-th OR cat:gr-qc)"
    assert narrowed("", ("disease",), "disease", "cystic fibrosis") == 'disease:"cystic fibrosis"'
    assert excluded("spins", (), "venue", 'The "Journal"') == 'spins -venue:"The Journal"'
    assert within_years("spins year:1999", (), "2001", "") == "spins year:2001.."


def test_hits_have_marked_snippets_entities_and_shares(page_client: httpx2.Client) -> None:
    text = page_client.get("/", params={"q": "squeeze spins asthma"}).text
    assert titles(text)[0] == "Asthma and spin squeezing"
    assert re.search(r"<mark>\w*squeez\w*</mark>", text)
    assert re.search(r'class="chip type-\d+" href="/entities/Disease/asthma"', text)
    assert re.search(r"Of the score \d+ % by words, \d+ % by meaning", text)
    assert re.search(r'href="/paper/arXiv:0901.0001\?at=\d+-\d+"', text)


def test_facets_narrow_and_exclude(page_client: httpx2.Client) -> None:
    text = page_client.get("/", params={"q": "title:On"}).text
    assert "40 papers" in text
    links = {unescape(link) for link in re.findall(r'href="(/\?q=[^"]+)"', text)}
    queries = {parse_qs(urlsplit(link).query)["q"][0] for link in links}
    assert {"title:On cat:astro-ph", "title:On -cat:astro-ph"} <= queries
    assert "10 papers" in page_client.get("/", params={"q": "title:On cat:astro-ph"}).text
    assert "30 papers" in page_client.get("/", params={"q": "title:On -cat:astro-ph"}).text


def test_a_chosen_value_is_marked_and_others_are_counted_as_alternatives(page_client: httpx2.Client) -> None:
    def facets(query: str) -> dict[str, tuple[str, int, bool]]:
        text = page_client.get("/", params={"q": query}).text
        categories = text.partition("<summary>Category</summary>")[2].partition("</details>")[0]
        row = r'href="/\?q=([^"]+)"( class="chosen"[^>]*)?><span class="name">([^<]+)</span> <span class="count">(\d+)'
        return {
            name: (unquote_plus(unescape(link)), int(count), bool(on))
            for link, on, name, count in re.findall(row, categories)
        }

    before, after = facets("title:On"), facets("title:On cat:astro-ph")
    assert after["astro-ph"] == ("title:On", 10, True)
    other = next(name for name in before if name != "astro-ph")
    link, count, chosen = after[other]
    assert (count, chosen) == (before[other][1], False)
    both = facets(link)
    assert both["astro-ph"][2]
    assert both[other][2]
    assert facets(both[other][0])["astro-ph"] == after["astro-ph"]


def test_pages_are_turned_and_stable(page_client: httpx2.Client) -> None:
    pages = [titles(page_client.get("/", params={"q": "title:On", "offset": at}).text) for at in (0, 20, 40)]
    assert [len(page) for page in pages] == [20, 20, 0]
    assert len({title for page in pages for title in page}) == 40


def test_years_of_a_form_become_a_part_of_the_query(page_client: httpx2.Client) -> None:
    answer = page_client.get("/", params={"q": "halos year:1999", "from": "2003", "to": "2005"}, follow_redirects=False)
    assert answer.headers["location"] == "/?q=halos+year%3A2003..2005"
    assert page_client.get("/", params={"from": "now"}).status_code == 422


def test_papers_chosen_on_a_map_are_listed(page_client: httpx2.Client) -> None:
    text = page_client.get("/", params={"only": "1,2,99999"}).text
    assert len(titles(text)) == 2
    assert "2 chosen on the map" in text
    assert page_client.get("/", params={"only": "1;drop"}).status_code == 422
    assert page_client.get("/", params={"only": "9" * 6000}).status_code == 400


def test_nothing_asked_shows_the_library_and_nothing_found_says_so(page_client: httpx2.Client) -> None:
    assert "43 papers in the library" in page_client.get("/").text
    assert "No paper was found" in page_client.get("/", params={"q": "year:1800"}).text
    wrong = page_client.get("/", params={"q": "year:abc"}, headers={"Accept": "text/html"})
    assert wrong.status_code == 400
    assert "<h1>Bad Request</h1><p>column 1" in wrong.text


def test_entities_are_browsed(page_client: httpx2.Client) -> None:
    text = page_client.get("/entities", params={"type": "species"}).text
    assert '<a href="/entities/species/mouse">mouse</a> <span class="count">1</span>' in text
    text = page_client.get("/entities/species/mouse").text
    assert "Asthma and spin squeezing" in text
    assert "/entities/disease/asthma" in text
    assert page_client.get("/entities/species/unicorn").status_code == 404
    assert page_client.get("/entities/colour/red").status_code == 404


@pytest.mark.parametrize("path", ["/", "/?q=squeezed+atoms", "/?q=year:1800", "/entities", "/entities/species/mouse"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_search_is_accessible(open_tab: OpenTab, page_address: str, path: str, scheme: str) -> None:
    width = 360 if scheme == "dark" else 1280
    tab = open_tab(page_address, color_scheme=scheme, viewport={"width": width, "height": 740})
    tab.goto(path)
    assert violations(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_result_that_has_no_word_is_explained_and_quoted_by_meaning(tab: Any) -> None:
    tab.goto("/?q=protons")
    assert "No paper has this word: these are the nearest in meaning" in tab.locator("main").inner_text()
    by_meaning = tab.locator(".snippet", has_text="≈")
    by_meaning.first.wait_for()
    assert violations(tab) == []
    link = tab.locator(".hits > li", has=by_meaning).first.locator("h2 a")
    at = link.get_attribute("href")
    assert re.search(r"\?at=\d+-\d+$", at)
    link.click()
    assert tab.locator("mark.found").count()


def test_snippets_by_meaning_come_after_the_page(page_client: httpx2.Client) -> None:
    assert "≈" not in page_client.get("/", params={"q": "protons"}).text
    found = page_client.get("/snippets", params={"q": "protons"}).json()
    assert all(re.fullmatch(r"\d+-\d+", one["at"]) and one["text"] for one in found.values())
    assert found
    assert page_client.get("/snippets", params={"q": " "}).json() == {}
    assert page_client.get("/snippets", params={"q": "year:abc"}).status_code == 400


def test_texts_travel_compressed_and_the_first_load_is_small(page_client: httpx2.Client) -> None:
    answer = page_client.get("/", params={"q": "title:On"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]
    files = set(re.findall(r'"(/static/[^"]+)"', answer.text))
    sizes = [len(b"".join(part for part in _raw(page_client, path))) for path in ("/?q=title:On", *files)]
    assert sum(sizes) < 100_000


def _raw(client: httpx2.Client, path: str) -> Iterator[bytes]:
    with client.stream("GET", path) as answer:
        yield from answer.iter_raw()


def test_going_back_through_a_search_returns_each_of_its_states(tab: Any) -> None:
    main = tab.locator("main")
    tab.goto("/")
    tab.get_by_label("Search the papers").fill("title:On")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="Without astro-ph", exact=True).first.click()
    tab.get_by_role("link", name="Next").click()
    assert "offset=20" in tab.url
    for state in ("30 papers", "40 papers", "43 papers in the library"):
        tab.go_back()
        assert state in main.inner_text()
    tab.go_forward()
    assert tab.get_by_label("Search the papers").input_value() == "title:On"


def test_a_search_without_a_mouse(tab: Any) -> None:
    tab.goto("/?q=title:On")
    tab.keyboard.press("/")
    tab.keyboard.type("atoms")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/?q=atoms")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    title = tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/paper/**")
    assert tab.get_by_role("heading", level=1).inner_text() == title


def test_a_facet_is_taken_excluded_and_taken_back(tab: Any) -> None:
    tab.goto("/?q=title:On")
    tab.get_by_role("link", name="astro-ph 10", exact=True).first.click()
    assert "10 papers" in tab.locator("main").inner_text()
    tab.go_back()
    assert "40 papers" in tab.locator("main").inner_text()
    tab.get_by_role("link", name="Without astro-ph", exact=True).first.click()
    assert "30 papers" in tab.locator("main").inner_text()
    tab.get_by_role("link", name="Take out: not cat: astro-ph").click()
    assert "40 papers" in tab.locator("main").inner_text()


def test_the_histogram_is_brushed(tab: Any) -> None:
    tab.goto("/?q=title:On")
    box = tab.locator("#bars").bounding_box()
    assert tab.locator("#bars rect").first.bounding_box()["height"] > 10
    tab.mouse.move(box["x"] + 2, box["y"] + 30)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] / 3, box["y"] + 30, steps=4)
    tab.mouse.up()
    tab.wait_for_url(re.compile(r"year%3A2001\.\."))
    assert tab.get_by_role("link", name="Take out: year: 2001..").count() == 1


def test_names_and_titles_are_suggested(page_client: httpx2.Client) -> None:
    found = page_client.get("/suggest", params={"q": "spins ast"}).json()
    assert {"label": "asthma", "kind": "disease", "papers": 1, "href": "/?q=spins+disease%3Aasthma"} in found
    found = page_client.get("/suggest", params={"q": "author1"}).json()
    assert ("Author1, A", "author", 8) in [(one["label"], one["kind"], one["papers"]) for one in found]
    assert [one["kind"] for one in page_client.get("/suggest", params={"q": "halos"}).json()] == ["paper"] * 4
    for nothing in ("", "s", "spins ", "year:abc", '"'):
        assert page_client.get("/suggest", params={"q": nothing}).json() == []


def test_a_suggestion_is_taken_by_keyboard(tab: Any) -> None:
    tab.goto("/")
    tab.get_by_label("Search the papers").press_sequentially("ast")
    tab.get_by_role("option", name="asthma").wait_for()
    assert violations(tab) == []
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/?q=disease%3Aasthma")
