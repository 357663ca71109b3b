"""`docs/guarantees.md` names the test of each promise: each of them is there."""

from __future__ import annotations

import ast
import re
import socket
from pathlib import Path

import pytest

from litdex.cli.main import run
from tests.paths import ROOT

TEXT = (ROOT / "docs" / "guarantees.md").read_text()
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)


def test_each_promise_names_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and "proved by" not in line]
    assert len(rows) > 20
    for row in rows:
        assert re.search(r"`tests/[\w/]+\.py::\w+`", row), row


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED)))
def test_the_test_of_a_promise_is_there(path: str, name: str) -> None:
    functions = {
        node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)
    }
    assert name in functions


def test_an_address_is_no_file_and_is_not_fetched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.pdf"
        assert run(["ingest", address, "--library", str(tmp_path / "library")]) == 2
        with pytest.raises(BlockingIOError):
            server.accept()
    assert capsys.readouterr().err.count("\n") == 1
