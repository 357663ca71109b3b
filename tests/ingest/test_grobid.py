"""GROBID over HTTP: a server of our own on the loopback answers with TEI made by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from litdex.errors import UserError
from litdex.ingest import grobid
from litdex.ingest.blob import Fault
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from tests.ingest.papers import blob
from tests.ingest.test_tei import GROBID
from tests.pipeline.test_scans import pdf


class Answer(BaseHTTPRequestHandler):
    """Answers each POST with the next of `answers`, the last one for ever."""

    answers: ClassVar[list[tuple[int, bytes]]] = []
    asked: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        """One document."""
        self.asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        code, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answer]]:
    """The server, named as GROBID for what is read."""
    Answer.answers, Answer.asked = [(200, GROBID.encode())], []
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("LITDEX_GROBID", f"http://127.0.0.1:{serving.server_port}/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("LITDEX_OCR", "never")
    monkeypatch.setattr(grobid, "WAIT", 0.0)
    yield Answer
    serving.shutdown()
    serving.server_close()
    thread.join(5)


def read(*pages: str) -> list[Paper | Fault]:
    return list(parse(blob(pdf(*pages), "a.pdf")))


def test_the_structure_is_grobids(server: type[Answer]) -> None:
    (paper,) = read("first", "second")
    assert isinstance(paper, Paper)
    assert paper.title == "Deep Cats"
    assert [section.title for section in paper.sections[:2]] == ["Introduction", "Detail"]
    assert paper.references[0].title == "Purring"
    assert (paper.identifiers, paper.claims["doi"]) == ({}, "10.1/cats")
    path, body = server.asked[0]
    assert path == grobid.PLACE
    assert pdf("first", "second") in body


def test_a_busy_server_is_asked_again(server: type[Answer]) -> None:
    server.answers[:0] = [(503, b""), (503, b"")]
    assert [getattr(item, "title", "") for item in read("first")] == ["Deep Cats"]
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("code", "body", "reason"),
    [
        (500, b"", "refused the file"),
        (503, b"", "refused the file"),
        (200, b"no xml", "GROBID at"),
        (200, b"", "GROBID"),
    ],
)
def test_where_it_fails_the_file_is_read_without_it(server: type[Answer], code: int, body: bytes, reason: str) -> None:
    server.answers[:] = [(code, body)]
    paper, fault = read("first")
    assert isinstance(paper, Paper)
    assert "first cloud" in paper.text
    assert isinstance(fault, Fault)
    assert reason in fault.reason
    assert "read without it" in fault.reason


def test_scans_are_not_sent(server: type[Answer]) -> None:
    read("first", "")
    assert server.asked == []


def test_no_server_and_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_GROBID", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert "does not answer" in getattr(read("first")[1], "reason", "")
    monkeypatch.setenv("LITDEX_GROBID", "localhost:8070")
    with pytest.raises(UserError, match="give an address"):
        grobid.address()
