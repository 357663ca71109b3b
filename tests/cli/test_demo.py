"""The demo: arXiv's API as a server on loopback, MEDLINE records out of a set that is cut short."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from litdex.cli.demo_papers import _first_records
from litdex.cli.main import run

RECORD = """<record><header><identifier>oai:arXiv.org:{id}</identifier></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{id}</id><created>2009-01-09</created>
<authors><author><keyname>Doe</keyname><forenames>Jane</forenames></author></authors>
<title>{title}</title><categories>quant-ph</categories><abstract>{title} are studied here.</abstract></arXiv>
</metadata></record>"""
TITLES = ("Spin squeezing", "Surface codes", "Entanglement of distant atoms")
ANSWER = (
    '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    + "".join(RECORD.format(id=f"0901.{n:04d}", title=title) for n, title in enumerate(TITLES))
    + "</ListRecords></OAI-PMH>"
)


@pytest.fixture
def arxiv() -> Iterator[tuple[str, list[str]]]:
    """A server that answers as arXiv does: its address, and what it was asked."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(ANSWER.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/oai", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_demo_fetches_from_arxiv_once_and_searches(
    arxiv: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address, asked = arxiv
    monkeypatch.setenv("LITDEX_ARXIV_OAI", address)
    for _ in range(2):
        assert run(["demo", "--source", "arxiv", "--library", str(tmp_path / "demo")]) == 0
    out = capsys.readouterr().out
    assert len(asked) == 1
    assert "verb=ListRecords" in asked[0]
    assert "The library holds 3 papers." in out
    assert "arXiv:0901.0000" in out
    assert "What to try next" in out


def test_an_unreachable_arxiv_is_one_line_and_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LITDEX_ARXIV_OAI", "http://127.0.0.1:9/oai")
    assert run(["demo", "--source", "arxiv", "--library", str(tmp_path / "demo")]) == 3
    assert "arXiv does not answer" in capsys.readouterr().err


def test_the_first_medline_records_with_an_abstract_are_kept() -> None:
    record = "<PubmedArticle><MedlineCitation><PMID>{}</PMID>{}</MedlineCitation></PubmedArticle>"
    records = [record.format(n, "<Abstract/>" if n % 2 else "") for n in range(10)]
    packed = io.BytesIO(gzip.compress(f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>".encode()))
    with gzip.open(packed) as stream:
        kept = _first_records(io.BufferedReader(io.BytesIO(stream.read())), 3)
    assert [f"<PMID>{n}</PMID>".encode() in kept for n in range(8)] == [
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        False,
    ]
