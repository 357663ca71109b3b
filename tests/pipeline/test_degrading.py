"""An engine that is down, slow or gone: the other one answers, says so, and what was missed goes in later."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from litdex.cli.main import run
from litdex.errors import SystemFault
from litdex.index import patience
from litdex.index.elasticsearch import engine as elastic
from litdex.index.engines import backend
from litdex.index.library import Library
from litdex.maintenance.check import check
from litdex.maintenance.probe import fault
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import load, small_papers
from tests.index.elasticsearch_server import NoServer
from tests.index.own_elasticsearch import OwnServer
from tests.paths import ROOT

QUERY = "a paper on spinning topic3"


class Door:
    """A door before a real server: open, shut (connections are refused), or stuck (nobody answers)."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._open: list[socket.socket] = []
        self._stuck = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._accept(self._listener)

    def shut(self) -> None:
        """Refuse connections, and cut those that there are."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut()

    def stick(self) -> None:
        """Take connections, and answer nothing."""
        self._stuck = True
        self._cut()

    def unlock(self) -> None:
        """Be open again."""
        if self._listener.fileno() < 0:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self._accept(self._listener)
        self._stuck = False
        self._cut()

    def _cut(self) -> None:
        for one in self._open:
            one.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        threading.Thread(target=self._take, args=(listener,), daemon=True).start()

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                inside, _ = listener.accept()
            except OSError:
                return
            self._open.append(inside)
            if not self._stuck:
                outside = socket.create_connection(self._server)
                self._open.append(outside)
                for pair in ((inside, outside), (outside, inside)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        target.close()


@pytest.fixture
def door(elasticsearch: str) -> Iterator[Door]:
    """A door before the tests' Elasticsearch."""
    parts = urlsplit(elasticsearch)
    assert parts.hostname
    opened = Door(parts.hostname, parts.port or 9200)
    yield opened
    opened.shut()


@pytest.fixture
def served(library: Library, door: Door, tmp_path: Path) -> Iterator[Library]:
    """A library of thirty papers with its words on the server, behind the door."""
    library.choose_engines(lexical=f"elasticsearch://127.0.0.1:{door.port}/degrading-{uuid4().hex}")
    ingest(library, [small_papers(tmp_path / "papers.jsonl", range(30))], load)
    assert library.outbox.counts() == {}
    yield library
    used = library.generation("lexical")
    assert used is not None
    backend(used.engine).drop(used, tmp_path)


@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.parametrize("way", ["shut", "stick"])
def test_while_a_server_is_away_the_other_leg_answers_and_writes_wait(
    served: Library, door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("LITDEX_ELASTICSEARCH_TIMEOUT", "3")
    used = served.generation("lexical")
    assert used is not None
    getattr(door, way)()
    begun = time.monotonic()
    with Searcher(served, load) as searcher:
        found = searcher.search(QUERY)
    assert time.monotonic() - begun < 15
    assert found.hits
    assert set(found.missing) == {"lexical"}
    assert str(door.port) in found.missing["lexical"]
    for place, name, seconds in ((patience, "GONE", 0.2), (patience, "BUSY", 0.5), (elastic, "WRITE_SECONDS", 1.0)):
        monkeypatch.setattr(place, name, seconds)
    more = small_papers(tmp_path / "more.jsonl", range(30, 50))
    summary = ingest(served, [more], load)
    assert set(summary.missing) == {"lexical"}
    assert summary.papers == 50
    assert str(door.port) in fault(served, used)
    assert served.outbox.counts() == {used.id: 20}
    with Searcher(served, load) as searcher:
        assert searcher.rank("Paper 44 on spinning topic4; this is number 24 of them", limit=50, mode="dense")
    door.unlock()
    monkeypatch.undo()
    again = ingest(served, [more], load)
    assert (again.missing, again.unchanged, again.embedded) == ({}, 1, 0)
    assert check(served, load).good
    with Searcher(served, load) as searcher:
        assert searcher.search(QUERY).missing == {}


def test_an_embedded_engine_that_is_gone_is_a_missing_leg(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITDEX_LIBRARY", str(tmp_path / "library"))
    assert run(["ingest", str(small_papers(tmp_path / "papers.jsonl", range(5)))]) == 0
    shutil.rmtree(tmp_path / "library" / "lexical" / "1")
    capsys.readouterr()
    assert run(["search", "topic3", "--json"]) == 4
    out, err = capsys.readouterr()
    assert list(json.loads(out)["missing"]) == ["lexical"]
    assert json.loads(out)["hits"]
    assert "litdex check --repair" in err
    assert run(["ingest", str(small_papers(tmp_path / "more.jsonl", range(5, 7)))]) == 4
    assert run(["status"]) == 0
    told = capsys.readouterr()
    assert "2 papers pending — does not answer" in told.out
    assert "litdex check --repair" in told.err
    assert run(["check", "--repair"]) == 0
    assert run(["search", "topic3"]) == 0


def test_with_both_engines_away_there_is_one_clear_error(library: Library, tmp_path: Path) -> None:
    ingest(library, [small_papers(tmp_path / "papers.jsonl", range(5))], load)
    for kind in ("lexical", "vectors"):
        shutil.rmtree(library.folder / kind)
    with Searcher(library, load) as searcher, pytest.raises(SystemFault, match="check --repair"):
        searcher.search(QUERY)
    with pytest.raises(SystemFault, match="check --repair"):
        ingest(library, [small_papers(tmp_path / "more.jsonl", range(5, 7))], load)
    assert library.store.counts()[0] == 7  # the truth has them


@pytest.mark.slow
@pytest.mark.xdist_group("elasticsearch")
def test_elasticsearch_killed_in_an_ingest_and_in_a_search_loses_and_doubles_nothing(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for file in range(5):
        small_papers(papers / f"{file}.jsonl", range(file * 40, file * 40 + 40))
    try:
        with OwnServer() as server:
            kill_and_come_back(papers, tmp_path / "library", server)
    except NoServer as reason:
        pytest.skip(str(reason))


def kill_and_come_back(papers: Path, folder: Path, server: OwnServer) -> None:
    """Once in an ingest, and once between two searches of one searcher."""
    assert "lexical" in ingest_and_kill(papers, folder, server, after=2)
    with Library.open(folder) as library, Searcher(library, load) as searcher:
        assert set(searcher.search(QUERY).missing) == {"lexical"}
    server.start()
    with Library.open(folder) as library:
        assert ingest(library, [papers], load).missing == {}
        assert check(library, load).good
        with Searcher(library, load) as searcher:
            assert searcher.search(QUERY).missing == {}
            server.kill()
            assert set(searcher.search(QUERY).missing) == {"lexical"}


def ingest_and_kill(papers: Path, library: Path, server: OwnServer, after: int) -> dict[str, str]:
    """Ingest, and kill the server when so many batches were embedded; returns what the ingest says is missing."""
    url = f"{server.url}/killed-{uuid4().hex}"
    command = [sys.executable, "-m", "tests.pipeline.served_ingest", str(papers), str(library), url]
    last = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = line
            after -= line.startswith("read")
            if after == 0:
                server.kill()
    assert process.returncode == 0
    missing: dict[str, str] = json.loads(last)
    return missing
