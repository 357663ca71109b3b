"""A library of sixty papers on four topics and one long one, and a searcher over it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

TOPICS = ("squeezed atoms", "dark matter halos", "protein folding", "surface codes")


def papers() -> list[dict[str, object]]:
    """Sixty papers on four topics, 2001 to 2015."""
    return [
        {
            "id": f"0901.{n:04d}",
            "title": f"On {TOPICS[n % 4]}, part {n}",
            "abstract": f"First we say hello. We report measurement {n} of {TOPICS[n % 4]} in detail. Then we stop.",
            "categories": ["quant-ph" if n % 4 in (0, 3) else "astro-ph.CO"],
            "authors": [f"Ann Author{n % 5}", "Bo Last"],
            "date": f"{2001 + n % 15}-01-01",
        }
        for n in range(60)
    ]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The library. Tests read it only."""
    folder = tmp_path_factory.mktemp("search")
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, papers())))
    text = "# A long one\n\n" + "".join(
        f"## Part {n}\n\n" + "Squeezed light is told of here at length. " * 60 + "\n\n" for n in range(30)
    )
    (folder / "long.md").write_text(text)
    with Library.open_or_create(folder / "library") as opened:
        ingest(opened, [folder / "papers.jsonl", folder / "long.md"], HashingEncoder)
        yield opened


@pytest.fixture
def searcher(library: Library) -> Iterator[Searcher]:
    """A searcher over it."""
    with Searcher(library, HashingEncoder) as opened:
        yield opened
