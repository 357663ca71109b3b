"""The query language: reading never fails, loses nothing and round-trips; what queries mean over a real library."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.index.engine import Scope
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.query.meaning import meaning
from litdex.search.query.reading import parse
from litdex.search.query.tree import All, Any, Field, Group, Not, Phrase, Word
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

PIECES = (
    *(
        "spin",
        "OR",
        " ",
        "  ",
        "(",
        ")",
        "-",
        '"',
        "“",
        "”",
        "year:",
        "2015",
        "..",
        "2020",
        "author:",
        "^",
        "Hawking, S",
    ),
    *("title:", "cat:quant-ph", "x-ray", '5"', "foo:bar", "()", "f(x)", "\n", "é", "\0", "disease:", "similar:"),
    *("arXiv:0901.1234", "doi:10.1/a(b)c", "-5", ":", "."),
)


def random_text(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 12)))
    return "".join(chr(rng.randrange(rng.choice((0x80, 0x250, 0x11000)))) for _ in range(rng.randint(0, 20)))


def test_a_hundred_thousand_random_strings_lose_nothing_and_round_trip() -> None:
    rng = random.Random(7)
    for _ in range(100_000):
        text = random_text(rng)
        query = parse(text, ["disease"])
        assert "".join(text[token.start : token.end] for token in query.tokens) == text
        assert parse(str(query.root), ["disease"]).root == query.root


class Empty:
    """A library of nothing."""

    def having(self, text: str, scope: Scope, exact: bool) -> list[int]:
        return []

    def find(self, text: str) -> int | None:
        return 1

    def named(self, text: str) -> None:
        return None

    def is_author(self, keys: Sequence[str]) -> bool:
        return False

    def citing(self, paper: int) -> list[int]:
        return []

    def cited_by(self, paper: int) -> list[int]:
        return []

    def names(self, field: str, value: str) -> list[str]:
        return [value]


def test_a_text_without_conditions_is_searched_as_it_is_written() -> None:
    text = 'Thermal plasma (T > 30 MK) in "super-hot" solar flares, as it was seen from space - twice'
    assert meaning(parse(text), Empty()).words == text
    assert meaning(parse("plasma (T > 30 MK) year:2015"), Empty()).words == "plasma T > 30 MK"


def test_a_random_string_means_something_or_is_told_its_column() -> None:
    rng = random.Random(8)
    told = []
    for _ in range(30_000):
        try:
            meaning(parse(random_text(rng) + random_text(rng), ["disease"]), Empty())
        except UserError as error:
            told.append(str(error))
    assert 0 < len(told) < 10_000
    assert all(message.startswith("column ") for message in told)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("spin squeezing", All((Word("spin"), Word("squeezing")))),
        ('"spin squeezing"', Phrase("spin squeezing")),
        ("a -b", All((Word("a"), Not(Word("b"))))),
        ("a OR b c", Any((Word("a"), All((Word("b"), Word("c")))))),
        ('-("a b" OR c)', Not(Group(Any((Phrase("a b"), Word("c")))))),
        ('author:^"Hawking, S"', Field("author", "Hawking, S", quoted=True, first=True)),
        ("doi:10.1016/0370(95)1-2", Field("doi", "10.1016/0370(95)1-2")),
        ("x-ray at -5 K", All((Word("x-ray"), Word("at"), Word("-5"), Word("K")))),
        ("(E)-stilbene SU(2)", All((Word("(E)-stilbene"), Word("SU(2)")))),
        ("Inflation: foo:bar", All((Word("Inflation:"), Word("foo:bar")))),
        ('a 5" pipe', All((Word("a"), Word('5"'), Word("pipe")))),
        ("OR (", All((Word("OR"), Word("(")))),
    ],
)
def test_trees(text: str, tree: object) -> None:
    assert parse(text).root == tree


PAPERS = [
    {
        "id": "0901.0001",
        "title": "Squeezed spins",
        "abstract": "Spin squeezing of cold atoms.",
        "categories": ["quant-ph"],
        "authors": ["Ann Adams", "Bo Berg"],
        "date": "2009",
    },
    {
        "id": "0901.0002",
        "title": "Dark halos",
        "abstract": "Halos of dark matter squeeze stars.",
        "categories": ["astro-ph.CO"],
        "authors": ["Bo Berg"],
        "date": "2012",
    },
    {
        "id": "0901.0003",
        "title": "Cold atoms",
        "abstract": "Atoms that are cold, without squeezing spin.",
        "categories": ["quant-ph", "cond-mat.soft"],
        "authors": ["Bo Berg", "Ann Adams"],
        "date": "2015",
    },
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Three papers and a fourth that cites the first."""
    folder: Path = tmp_path_factory.mktemp("query")
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)))
    citing = {"litdex": 1, "identifiers": {"arxiv": "0901.0004"}, "title": "A review", "date": "2020"}
    cited = {**citing, "references": [{"text": "Adams", "identifiers": {"arxiv": "0901.0001"}}]}
    (folder / "review.jsonl").write_text(json.dumps(cited))
    with Library.open_or_create(folder / "library") as library:
        ingest(library, [folder / "papers.jsonl", folder / "review.jsonl"], HashingEncoder)
        with Searcher(library, HashingEncoder) as opened:
            yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"spin squeezing"', "1"),
        ('"squeezing spin"', "3"),
        ('"spin squeezing" OR "dark matter"', "12"),
        ("atoms -squeezing", "4"),
        ("atoms -dark", "134"),
        ("atoms -(dark OR review)", "13"),
        ("title:cold", "3"),
        ("author:berg", "123"),
        ("author:^berg", "23"),
        ('author:^"Adams, Ann" OR year:2012', "12"),
        ("year:2012..2015", "23"),
        ("cat:cond-mat -year:2009", "3"),
        ("arxiv:0901.0002", "2"),
        ("citing:0901.0001", "4"),
        ("citedby:0901.0004", "1"),
        ("similar:0901.0001 year:..2015", "23"),
        ("disease:cancer entity.disease:cancer", ""),
        ('one two three four five six seven eight nine ten "cold spin"', ""),
        ('one two three four five six seven eight nine ten eleven "cold spin" -atoms year:..2015', "123"),
        ("one two three four five six seven eight nine ten eleven -year:2009 (-cold OR “x y”)", "234"),
    ],
)
def test_conditions_hold_on_both_legs(searcher: Searcher, query: str, found: str) -> None:
    for mode in ("hybrid", "dense"):
        names = searcher.rank(query, limit=10, mode=mode)
        assert "".join(sorted(name[-1] for name in names)) == found


def test_conditions_alone_list_the_newest_first(searcher: Searcher) -> None:
    assert [name[-1] for name in searcher.rank("author:berg", limit=10)] == ["3", "2", "1"]


@pytest.mark.parametrize(
    "query", ["spin year:abc", "spin doi:nothing", "spin similar:0909.9999", "spin -similar:0901.0001"]
)
def test_what_is_meant_as_language_but_wrong_names_its_column(searcher: Searcher, query: str) -> None:
    with pytest.raises(UserError, match=r"column [67]"):
        searcher.search(query)


def test_counts_are_of_papers_that_match(searcher: Searcher) -> None:
    counts = searcher.counts("atoms", ["category", "year", "name"])
    assert counts.papers == 2
    assert counts.fields["name"] == [("Adams, A", 2), ("Berg, B", 2)]
    assert counts.fields["year"] == [("2009", 1), ("2015", 1)]
    assert searcher.counts("year:2012..", ["year"]).papers == 3
