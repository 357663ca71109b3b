"""Counts over all matches equal a count by hand, over random libraries and random queries."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.filters import build_filter
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

WORDS = ("alpha", "beta", "gamma", "delta", "kappa", "omega")
AUTHORS = ("Ann Adams", "Bo Berg", "Cy Cole", "Di Dahl")
CATEGORIES = ("quant-ph", "hep-th", "cond-mat.soft", "cond-mat.supr-con")


@dataclass(frozen=True)
class Made:
    """A paper as it was made."""

    title: list[str]
    abstract: list[str]
    authors: list[str]
    category: str
    year: int


Holds = Callable[[Made], bool]


def some_papers(rng: random.Random) -> list[Made]:
    """Forty papers of few words, so that much matches."""
    return [
        Made(
            title=[rng.choice(WORDS) for _ in range(2)],
            abstract=[rng.choice(WORDS) for _ in range(rng.randint(1, 4))],
            authors=rng.sample(AUTHORS, rng.randint(1, 2)),
            category=rng.choice(CATEGORIES),
            year=rng.randint(2001, 2004),
        )
        for _ in range(40)
    ]


def has_phrase(paper: Made, phrase: list[str]) -> bool:
    """Whether the title or the abstract has the words one after the other."""
    return any(f" {' '.join(phrase)} " in f" {' '.join(text)} " for text in (paper.title, paper.abstract))


def condition(rng: random.Random, depth: int = 0) -> tuple[str, Holds]:
    """A condition as it is written, and what it means."""
    word, author, category = rng.choice(WORDS), rng.choice(AUTHORS), rng.choice((*CATEGORIES, "cond-mat"))
    phrase, year = [rng.choice(WORDS), rng.choice(WORDS)], rng.randint(2001, 2004)
    made: list[tuple[str, Holds]] = [
        (f'"{" ".join(phrase)}"', lambda paper: has_phrase(paper, phrase)),
        (f"title:{word}", lambda paper: word in paper.title),
        (f"abstract:{word}", lambda paper: word in paper.abstract),
        (f'author:"{author}"', lambda paper: author in paper.authors),
        (f'author:^"{author}"', lambda paper: paper.authors[0] == author),
        (f"cat:{category}", lambda paper: paper.category.split(".")[0] == category or paper.category == category),
        (f"year:{year}..", lambda paper: paper.year >= year),
    ]
    if depth < 2:
        (one, first), (two, second) = condition(rng, depth + 1), condition(rng, depth + 1)
        made += [
            (f"-({one})" if " OR " in one else f"-({one} {two})", _negated(first, second, " OR " in one)),
            (f"({one} OR {two})", lambda paper: first(paper) or second(paper)),
        ]
    return rng.choice(made)


def _negated(first: Holds, second: Holds, alone: bool) -> Holds:
    return (lambda paper: not first(paper)) if alone else (lambda paper: not (first(paper) and second(paper)))


def brute_force(papers: list[Made], holds: Holds) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """How many papers match, and the values of three fields by how many have them."""
    matched = [paper for paper in papers if holds(paper)]
    values: dict[str, Counter[str]] = {
        "year": Counter(str(paper.year) for paper in matched),
        "name": Counter(f"{name.split()[1]}, {name[0]}" for paper in matched for name in paper.authors),
        "category": Counter(name for paper in matched for name in {paper.category, paper.category.split(".")[0]}),
    }
    ordered = {field: sorted(found.items(), key=lambda item: (-item[1], item[0])) for field, found in values.items()}
    return len(matched), ordered


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_equal_a_count_by_hand(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    papers = some_papers(rng)
    lines = [
        json.dumps(
            {
                "id": f"0901.{number:04d}",
                "title": " ".join(paper.title),
                "abstract": " ".join(paper.abstract),
                "authors": paper.authors,
                "categories": [paper.category],
                "date": str(paper.year),
            }
        )
        for number, paper in enumerate(papers)
    ]
    (tmp_path / "papers.jsonl").write_text("\n".join(lines))
    with Library.open_or_create(tmp_path / "library") as library:
        ingest(library, [tmp_path / "papers.jsonl"], HashingEncoder)
        with Searcher(library, HashingEncoder) as searcher:
            for _ in range(150):
                check(rng, searcher, papers)


def check(rng: random.Random, searcher: Searcher, papers: list[Made]) -> None:
    """Compare one random query, with a filter beside it or not."""
    conditions = [condition(rng) for _ in range(rng.randint(0, 2))]
    words = rng.sample(WORDS, rng.randint(0 if conditions else 1, 2))
    last = rng.choice(("", "2003"))
    query = " ".join([*words, *(text for text, _ in conditions)])

    def holds(paper: Made) -> bool:
        worded = not words or any(word in paper.title + paper.abstract for word in words)
        return worded and (not last or paper.year <= int(last)) and all(meant(paper) for _, meant in conditions)

    where = build_filter(year=f"..{last}" if last else "")
    counts = searcher.counts(query, ["year", "name", "category"], limit=50, where=where)
    found, values = brute_force(papers, holds)
    assert counts.papers == found, query
    assert {field: list(counted) for field, counted in counts.fields.items()} == values, query


def test_a_search_counts_all_matches_not_the_page(searcher: Searcher) -> None:
    results = searcher.search("measurement of dark matter", limit=3, facets=["category", "year"])
    assert len(results.hits) == 3
    assert results.facets is not None
    assert results.facets.papers == 60
    assert dict(results.facets.fields["category"]) == {"astro-ph": 30, "astro-ph.CO": 30, "quant-ph": 30}
    assert searcher.search("measurement").facets is None


def test_by_meaning_alone_words_exclude_no_paper(searcher: Searcher) -> None:
    assert searcher.counts("nowhereatall year:..2005", ["year"]).papers == 0
    results = searcher.search("nowhereatall year:..2005", mode="dense", facets=["year"])
    assert results.facets is not None
    assert results.facets.papers == 20
