"""Tokens with scopes: kept as hashes, heeded at once, worth nothing when they are taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from litdex.cli.main import run
from litdex.errors import UserError
from litdex.server.guard import needed_scope
from litdex.server.settings import ServerSettings
from litdex.server.tokens import FILE, SCOPES, Tokens, add, allows, remove, stored
from tests.server.conftest import running


@pytest.fixture
def folder(library_folder: Path, tmp_path: Path) -> Path:
    """A library of the test's own."""
    shutil.copytree(library_folder, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """A server of it, begun with one token."""
    add(folder, "first", "read")
    with running(ServerSettings(library=folder)) as address:
        yield address


def status(address: str, secret: str, path: str = "/v1/search?q=clock", method: str = "GET") -> int:
    headers = {"authorization": f"Bearer {secret}"}
    return httpx2.request(method, address + path, headers=headers, timeout=30).status_code


def test_a_token_may_do_what_its_scope_says(folder: Path, served: str) -> None:
    read, write, admin = (add(folder, scope, scope) for scope in SCOPES)
    assert status(served, "x") == 401
    assert status(served, "litdex_wrong") == 401
    assert [status(served, secret) for secret in (read, write, admin)] == [200] * 3
    assert [status(served, secret, "/metrics") for secret in (read, write, admin)] == [403, 403, 200]
    posts = [status(served, secret, "/no-such-page", "POST") for secret in (read, write, admin)]
    assert posts[0] == 403
    assert 403 not in posts[1:]
    remove(folder, "read")
    assert status(served, read) == 401


def test_only_hashes_are_kept_and_only_for_the_owner(folder: Path) -> None:
    secret = add(folder, "laptop", "read")
    text = (folder / FILE).read_text()
    assert secret not in text
    assert secret.removeprefix("litdex_") not in text
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert Tokens(folder).scope_of(secret) == "read"
    with pytest.raises(UserError, match="already"):
        add(folder, "laptop", "admin")
    for name in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(UserError, match="printable"):
            add(folder, name, "read")


def test_scopes_hold_one_another() -> None:
    assert allows("admin", "read")
    assert allows("write", "write")
    assert not allows("read", "write")
    assert needed_scope("POST", "/v1/ask") == "read"
    assert needed_scope("POST", "/star") == "write"
    assert needed_scope("GET", "/metrics") == "admin"


def test_a_network_may_be_served_with_such_a_token(folder: Path) -> None:
    with pytest.raises(UserError, match="token add"):
        ServerSettings(library=folder, host="0.0.0.0").check()
    add(folder, "laptop", "read")
    ServerSettings(library=folder, host="0.0.0.0").check()


def test_the_environments_token_has_every_scope(folder: Path) -> None:
    tokens = Tokens(folder, "a token of twenty-two.")
    assert tokens.scope_of("a token of twenty-two.") == "admin"
    assert tokens.scope_of("") is None


def test_the_command_makes_lists_and_removes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--library", str(folder)]
    assert run(["token", "add", "laptop", "--scope", "write", *place]) == 0
    secret = capsys.readouterr().out.strip()
    assert Tokens(folder).scope_of(secret) == "write"
    assert run(["token", "list", "--json", *place]) == 0
    out = capsys.readouterr().out
    assert [one["name"] for one in json.loads(out)["tokens"]] == ["laptop"]
    assert secret not in out
    assert run(["token", "remove", "laptop", *place]) == 0
    assert run(["token", "remove", "laptop", *place]) == 1
    assert stored(folder) == []
    assert run(["token", "add", "laptop", "--library", str(folder / "nowhere")]) == 2


def test_a_backup_has_no_tokens(folder: Path, tmp_path: Path) -> None:
    add(folder, "laptop", "read")
    assert run(["backup", str(tmp_path / "pack.zip"), "--library", str(folder)]) == 0
    assert run(["restore", str(tmp_path / "pack.zip"), "--library", str(tmp_path / "restored")]) == 0
    assert not (tmp_path / "restored" / FILE).exists()
