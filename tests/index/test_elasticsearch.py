"""Elasticsearch, a real server, against the contract, and what is particular to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from litdex.index.engine import LexicalIndex
from litdex.index.lexical.elastic import Elastic
from litdex.index.outbox import Generation
from tests.index.engine_contract import LexicalContract, Opener

pytestmark = pytest.mark.xdist_group("elasticsearch")
NOWHERE = Path("/nonexistent")
FEW = 3  # indices of tests that are over, kept until others need their place


def generation(url: str, number: int = 1, state: Any = "building", **settings: Any) -> Generation:
    """A generation of the lexical engine at `url`."""
    return Generation(id=number, kind="lexical", engine="elasticsearch", state=state, settings={"url": url, **settings})


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
