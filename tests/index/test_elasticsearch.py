"""Elasticsearch, a real server, against the contract, and what is particular to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from litdex.errors import SystemFault
from litdex.index.elasticsearch.engine import Elastic, ElasticsearchIndex
from litdex.index.elasticsearch.mapping import source
from litdex.index.engine import KEYWORD_FIELDS, IndexedPassage, LexicalIndex
from litdex.index.lexical.analysers import WRITING
from litdex.index.lexical.analysis import NOW
from litdex.index.outbox import Generation
from tests.index.engine_contract import PASSAGES, LexicalContract, Opener, closing, document, numbers
from tests.pipeline.flaky_server import DROP, flaky

pytestmark = pytest.mark.xdist_group("elasticsearch")
NOWHERE = Path("/nonexistent")
FEW = 3  # indices of tests that are over, kept until others need their place


def generation(url: str, number: int = 1, state: Any = "building", **settings: Any) -> Generation:
    """A generation of the lexical engine at `url`."""
    made = {"url": url, **WRITING, **settings}
    return Generation(id=number, kind="lexical", engine="elasticsearch", state=state, settings=made)


@pytest.fixture(scope="class")
def opener(elasticsearch: str) -> Iterator[Opener[LexicalIndex]]:
    made: list[str] = []

    def fresh() -> str:
        while len(made) > FEW:
            Elastic().drop(generation(made.pop(0)), NOWHERE)
        made.append(f"{elasticsearch}/contract-{uuid4().hex}")
        return made[-1]

    yield Opener(
        fresh=fresh,
        writer=lambda place: Elastic().open(generation(place), NOWHERE, True),
        reader=lambda place: Elastic().open(generation(place), NOWHERE, False),
    )
    for place in made:
        Elastic().drop(generation(place), NOWHERE)


class TestElasticsearch(LexicalContract):
    """The server keeps the contract."""


@pytest.fixture
def url(elasticsearch: str) -> Iterator[str]:
    """A library's place on the server, with two generations at most, cleared at the end."""
    place = f"{elasticsearch}/own-{uuid4().hex}"
    yield place
    for number in (1, 2):
        Elastic().drop(generation(place, number), NOWHERE)


def opened(url: str, number: int = 1, **settings: Any) -> ElasticsearchIndex:
    return Elastic().open(generation(url, number, **settings), NOWHERE, True)


def raw(elasticsearch: str) -> Elasticsearch:
    """The server itself, as others would ask it."""
    return Elasticsearch(elasticsearch.replace("elasticsearch", "http", 1))


def test_the_index_is_as_a_search_engineer_would_make_it(url: str, elasticsearch: str) -> None:
    with closing(opened(url, shards=2, replicas=1)) as index, raw(elasticsearch) as server:
        index.replace([1, 2, 3, 4], PASSAGES)
        name = f"{url.rpartition('/')[2]}-g1"
        made = server.indices.get(index=name)[name]
        words = [server.indices.analyze(index=name, field=field, text="Magnets") for field in FIELDS]
    settings, fields = made["settings"]["index"], made["mappings"]["properties"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("2", "1")
    assert "translog" not in settings  # written to disk with every request, as is the default
    assert [one["tokens"][0]["token"] for one in words] == ["magnet", "magnet", "magnets"]
    kinds = {name: one["type"] for name, one in fields["keywords"]["properties"].items() if "type" in one}
    assert {*kinds} >= {*KEYWORD_FIELDS}
    assert {*kinds.values()} == {"keyword"}
    assert fields["keywords"]["properties"]["entity"]["properties"]["Star"]["type"] == "keyword"
    assert fields["year"]["fields"]["date"]["type"] == "date"


FIELDS = ("joined", "whole.text", "whole.text.exact")


def test_several_shards_count_and_rank_as_one_does(url: str) -> None:
    passages = [
        document(n, f"spin {'wave ' * (n % 7)} in sample {n % 13}", paper=n, author=f"a{n * n % 1301}")
        for n in range(3000)
    ]
    answers = []
    for number, shards in ((1, 1), (2, 3)):
        with closing(opened(url, number, shards=shards)) as index:
            index.replace(range(3000), passages)
            counts = index.counts("wave", {"author": 10})
            answers.append((numbers(index.search("spin wave sample 7", limit=50)), counts))
    assert answers[0] == answers[1]


def test_the_alias_moves_in_one_step_and_other_libraries_are_kept_out(url: str, elasticsearch: str) -> None:
    mine = generation(url, 1, "active", library="mine")
    Elastic().open(mine, NOWHERE, True).close()
    with raw(elasticsearch) as server:
        name = url.rpartition("/")[2]
        assert [*server.indices.get_alias(name=name)] == [f"{name}-g1"]
        opened(url, 2, library="mine").close()
        assert [*server.indices.get_alias(name=name)] == [f"{name}-g1"]
        Elastic().publish(generation(url, 2))
        assert [*server.indices.get_alias(name=name)] == [f"{name}-g2"]
        with pytest.raises(SystemFault, match="another library"):
            opened(url, 1, library="yours")
        with pytest.raises(SystemFault, match="another library"):
            Elastic().drop(generation(url, 1, library="yours"), NOWHERE)
        for number in (1, 2, 1):
            Elastic().drop(generation(url, number, library="mine"), NOWHERE)
        assert not server.indices.exists(index=f"{name}-g*", allow_no_indices=False)


@pytest.mark.parametrize("faults", [[429, 503, 429], [DROP], [DROP, 503, DROP]])
def test_refused_and_unanswered_writes_are_done_again_and_nothing_is_there_twice(
    url: str, elasticsearch: str, faults: list[int]
) -> None:
    passages = [document(n, f"spin {n}", paper=n) for n in range(1500)]
    with flaky(elasticsearch.replace("elasticsearch", "http", 1), "_bulk", faults) as server:
        before = f"elasticsearch://{server.place}/{url.rpartition('/')[2]}"
        with closing(opened(before)) as index:
            index.replace(range(1500), passages)
            assert (server.refused, index.count()) == (len(faults), 1500)
            assert index.passages() == {n: n for n in range(1500)}


def test_a_passage_that_is_refused_for_good_is_told(url: str) -> None:
    strange = IndexedPassage(
        number=1, paper=1, title="", text="spin", keywords={"entity": ("x",), "entity.Star": ("y",)}
    )
    with closing(opened(url)) as index, pytest.raises(SystemFault, match="refuses a passage"):
        index.replace([1], [strange])


def test_opening_for_reading_what_is_not_there_is_told(url: str) -> None:
    index = Elastic().open(generation(url), NOWHERE, False)
    with closing(index), pytest.raises(SystemFault, match="there is no such index: `litdex rebuild`"):
        index.search("spin", limit=1)


def test_results_do_not_depend_on_writing_the_same_again(url: str) -> None:
    with closing(opened(url)) as index:
        index.replace([1, 2, 3, 4], PASSAGES)
        before = index.search("spin glass condensate", limit=5)
        for _ in range(3):
            index.replace([1, 2, 3, 4], PASSAGES)
        assert index.search("spin glass condensate", limit=5) == before


def test_a_paper_whose_old_passages_no_search_has_seen_is_replaced_whole(url: str, elasticsearch: str) -> None:
    with closing(opened(url)), raw(elasticsearch) as server:  # killed between writing and refreshing
        left = source(PASSAGES[0], [PASSAGES[0]], NOW)
        server.index(index=f"{url.rpartition('/')[2]}-g1", id=str(left["number"]), document=left, refresh=False)
    with closing(opened(url)) as index:
        index.replace([1], [PASSAGES[1]])
        assert index.passages() == {PASSAGES[1].number: 1}
