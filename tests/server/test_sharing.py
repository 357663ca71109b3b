"""A server and the command line share one library: each gives way to the other, and sees what it did."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import httpx2

from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.server import readers
from litdex.server.settings import ServerSettings
from tests.rag.encoding import shipped_encoder
from tests.rag.papers import make_library
from tests.server.conftest import running


def record(number: int) -> str:
    paper = {
        "title": f"Zebrafish stripes, part {number}",
        "abstract": "Stripes.",
        "identifiers": {"arxiv": f"2001.{number:05d}"},
    }
    return json.dumps({"litdex": 1, **paper})


def test_papers_come_in_while_the_server_searches_and_are_found(tmp_path: Path) -> None:
    folder = make_library(tmp_path)
    news = tmp_path / "news.jsonl"
    news.write_text("\n".join(map(record, range(50))))
    with running(ServerSettings(library=folder)) as address, httpx2.Client(base_url=address, timeout=60) as client:
        answers: list[httpx2.Response] = []
        done = threading.Event()

        def keep_searching() -> None:
            while not done.is_set():
                answers.append(client.get("/v1/search", params={"q": "neutron star"}))

        searching = threading.Thread(target=keep_searching)
        searching.start()
        try:
            with Library.open(folder) as library:
                ingest(library, [news], shipped_encoder)  # needs the engine that the server has open
        finally:
            done.set()
            searching.join()
        assert answers
        assert {answer.status_code for answer in answers} == {200}
        readers_stale, readers.STALE = readers.STALE, 0.0
        try:
            found = client.get("/v1/search", params={"q": "zebrafish stripes"}).json()["hits"]
        finally:
            readers.STALE = readers_stale
        assert len([hit for hit in found if "Zebrafish" in hit["title"]]) == 10
