"""What the server tells those who run it: logs without secrets, figures by kind; and whom it does not wait for."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from litdex.server import connections, guard
from litdex.server.log import Json, Text, log_config, without_secrets
from litdex.server.settings import ServerSettings
from tests.server.conftest import running

TOKEN = "a token of twenty-two."


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as JSON meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Json())
    logger = logging.getLogger("litdex")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_is_one_line_without_its_query_or_token(library_folder: Path, lines: io.StringIO) -> None:
    with running(ServerSettings(library=library_folder, token=TOKEN)) as address:
        headers = {"authorization": f"Bearer {TOKEN}"}
        httpx2.get(f"{address}/v1/search?q=personal+matter", headers=headers, timeout=30)
        httpx2.get(f"{address}/v1/papers/nothing-here", headers=headers, timeout=30)
        httpx2.get(f"{address}/v1/search?q=x", headers={"authorization": "Bearer stolen"}, timeout=30)
        figures = httpx2.get(f"{address}/metrics", headers=headers, timeout=30).text
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(one["route"], one["status"]) for one in found][:3] == [
        ("/v1/search", 200),
        ("/v1/papers/{paper:path}", 404),
        ("other", 401),
    ]
    assert {"time", "level", "event", "method", "milliseconds", "address"} <= set(found[0])
    for secret in (TOKEN, "personal", "stolen", "nothing-here"):
        assert secret not in lines.getvalue()
    assert 'litdex_failures_total{kind="NothingFound"} 1.0' in figures
    assert 'litdex_requests_total{route="other",status="401"} 1.0' in figures
    assert "litdex_requests_at_work 1.0" in figures
    assert re.search(r'litdex_leg_seconds_count\{leg="lexical"\} 1\.0', figures)
    assert 'litdex_pending_papers{engine="vectors"} 0.0' in figures


def test_secrets_are_blacked_out_in_tracebacks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_LLM_KEY", "sk-1234567890")
    try:
        raise ValueError("refused sk-1234567890 with Authorization: Bearer abc.def, password=hunter2")
    except ValueError as error:
        record = logging.LogRecord(
            "litdex", logging.ERROR, "", 0, "broke", (), (ValueError, error, error.__traceback__)
        )
    for formatter in (Json(), Text()):
        line = formatter.format(record)
        assert "ValueError" in line
        for secret in ("sk-1234567890", "abc.def", "hunter2"):
            assert secret not in line
    assert json.loads(Json().format(record))["event"] == "broke"
    assert without_secrets("litdex_" + "x" * 43) == "***"


@pytest.mark.parametrize("kind", ["faults", "text", "json"])
def test_each_kind_of_log_is_a_configuration(kind: str) -> None:
    logging.config.DictConfigurator(dict(log_config(kind)))  # type: ignore[arg-type]


def answer(address: str, pieces: list[bytes], patience: float) -> bytes:
    """What a server says to a client that sends these, and then nothing."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        for piece in pieces:
            connection.sendall(piece)
        said = b""
        while data := connection.recv(4096):
            said += data
        return said


def test_a_head_that_does_not_come_is_not_waited_for(library_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    with running(ServerSettings(library=library_folder)) as address:
        begun = time.monotonic()
        assert answer(address, [], 20) == b""
        assert answer(address, [b"GET /health HT"], 20) == b""
        assert time.monotonic() - begun < 15
        assert httpx2.get(f"{address}/health").status_code == 200


def test_a_body_that_trickles_is_cut_off_as_a_whole(library_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.2)
    head = b"POST /v1/ask HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n"
    with running(ServerSettings(library=library_folder)) as address:
        assert b" 408 " in answer(address, [head, b'{"q'], 20).splitlines()[0] + b" "


def test_no_page_elsewhere_may_read(address: str) -> None:
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    for method in ("GET", "OPTIONS"):
        response = httpx2.request(method, f"{address}/v1/search?q=clock", headers=asked, timeout=30)
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


def test_no_error_names_a_path_of_the_machine(address: str, library_folder: Path) -> None:
    for path in ("/", "/no/such", "/static/", "/static/../../etc/passwd", "/v1/papers/..%2f..%2fetc%2fpasswd"):
        response = httpx2.get(address + path, timeout=30, follow_redirects=False)
        assert str(library_folder) not in response.text
        assert "root:" not in response.text
        assert "Index of" not in response.text
