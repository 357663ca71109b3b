"""The client of a language model, against a real server on loopback: what it reads, when it gives up, what it hides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from litdex.errors import SystemFault, UserError
from litdex.rag.llm import ChatModel
from litdex.rag.settings import ModelSettings, model_settings
from tests.rag.model_server import ModelServer, Raw, serving

KEY = "sk-secret-1234567890"
ASK = [{"role": "user", "content": "?"}]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A model that says what a test puts into `replies`."""
    with serving() as running:
        yield running


def model(server: ModelServer, **changes: float) -> tuple[ChatModel, list[float]]:
    """A client of it, and the pauses that it made."""
    pauses: list[float] = []
    settings = ModelSettings(url=server.url, model="tiny", key=KEY, timeout=5)
    return ChatModel(replace(settings, **changes), pauses.append), pauses  # type: ignore[arg-type]


def test_a_reply_is_streamed_and_the_request_is_the_usual_one(server: ModelServer) -> None:
    server.replies = ["Grüße, [1] und mehr."]
    client, _ = model(server)
    pieces = list(client.stream(ASK))
    assert "".join(pieces) == "Grüße, [1] und mehr."
    assert len(pieces) > 3
    assert server.asked[0]["model"] == "tiny"
    assert server.asked[0]["messages"] == ASK
    assert server.asked[0]["stream"] is True
    assert server.keys == [f"Bearer {KEY}"]


def test_a_model_on_this_machine_is_not_asked_through_a_proxy(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert "".join(model(server)[0].stream(ASK)) == "Nothing."


def test_a_server_that_does_not_stream_is_read_too(server: ModelServer) -> None:
    body = json.dumps({"choices": [{"message": {"content": "Whole."}}]}).encode()
    server.replies = [Raw(body=body, headers=(("Content-Type", "application/json"),))]
    assert "".join(model(server)[0].stream(ASK)) == "Whole."


def test_a_busy_server_is_asked_again_as_it_wishes(server: ModelServer) -> None:
    server.replies = [Raw(429, headers=(("Retry-After", "7"),)), Raw(503, headers=(("Retry-After", "999"),)), "Now."]
    client, pauses = model(server)
    assert "".join(client.stream(ASK)) == "Now."
    assert pauses == [7, 10]


@pytest.mark.parametrize(
    ("reply", "said", "asked"),
    [
        (Raw(401, json.dumps({"error": {"message": f"bad key {KEY}\nreally"}}).encode()), "401: bad key *** really", 1),
        (Raw(404, b"<html>no such page</html>"), "404: <html>no such page</html>", 1),
        (Raw(500, b""), "answered 500", 3),
        (Raw(302, headers=(("Location", "http://127.0.0.1:9/elsewhere"),)), "answered 302", 1),
        (Raw(200, b"data: {broken\n\n"), "what it sent is not JSON", 1),
        (Raw(200, b"data: [1, 2]\n\n"), "not the OpenAI format", 1),
        (Raw(200, b'data: {"error": {"message": "out of memory"}}\n\n'), "out of memory", 1),
        (Raw(200, b'data: {"error": "out of luck \\u001b[31m"}\n\n'), "out of luck [31m", 1),
    ],
)
def test_a_fault_is_one_line_with_the_address_and_without_the_key(
    server: ModelServer, reply: Raw, said: str, asked: int
) -> None:
    server.replies = [reply]
    with pytest.raises(SystemFault) as caught:
        list(model(server)[0].stream(ASK))
    line = str(caught.value)
    assert said in line
    assert f"the language model at {server.url}/chat/completions:" in line
    assert KEY not in line
    assert line.isprintable()
    assert len(server.asked) == asked


def test_nobody_there_is_told(server: ModelServer) -> None:
    gone = ChatModel(ModelSettings(url="http://127.0.0.1:9", model="tiny"), lambda _: None)
    with pytest.raises(SystemFault, match=r"127\.0\.0\.1:9/v1/chat/completions: Connection refused"):
        list(gone.stream(ASK))


def test_a_server_that_falls_silent_is_given_up(server: ModelServer) -> None:
    server.replies = [Raw(200, b'data: {"choices": [{"delta": {"content": "So"}}]}\n\n', hangs=True)]
    stream = model(server, timeout=0.3)[0].stream(ASK)
    assert next(stream) == "So"
    with pytest.raises(SystemFault, match="did not answer in time"):
        next(stream)


def test_a_reply_without_end_is_given_up(server: ModelServer) -> None:
    server.replies = ["word " * 1000]
    with pytest.raises(SystemFault, match="did not finish in time"):
        list(model(server, total=1e-6)[0].stream(ASK))


def test_settings_come_from_the_environment_or_the_file(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    assert model_settings({}, config) is None
    config.write_text('[llm]\nurl = "http://h:1/v1"\nmodel = "m"\nkey = "k1"\ntimeout = 3\n')
    found = model_settings({}, config)
    assert found == ModelSettings(url="http://h:1/v1", model="m", key="k1", timeout=3)
    assert "k1" not in repr(found)
    other = model_settings({"LITDEX_LLM_MODEL": "n", "LITDEX_LLM_KEY": "k2", "LITDEX_LLM_TIMEOUT": "9"}, config)
    assert other == ModelSettings(url="http://h:1/v1", model="n", key="k2", timeout=9)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://h:1", "http://h:1/v1/chat/completions"),
        ("http://h:1/v1/", "http://h:1/v1/chat/completions"),
        ("https://h/openai/v1", "https://h/openai/v1/chat/completions"),
        ("https://h/v1/chat/completions", "https://h/v1/chat/completions"),
        ("https://h/v1?api-version=2", "https://h/v1/chat/completions?api-version=2"),
    ],
)
def test_an_address_may_be_given_whole_or_in_part(url: str, endpoint: str) -> None:
    assert ModelSettings(url=url, model="m").endpoint == endpoint


def test_what_is_secret_in_an_address_is_not_shown() -> None:
    assert ModelSettings(url="https://me:pw@h/v1?token=x", model="m").shown_url == "https://h/v1/chat/completions"
    assert "pw" not in ModelSettings(url="https://me:pw@h/v1", model="m").shown_url


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"URL": "http://h"}, "LITDEX_LLM_MODEL"),
        ({"URL": "localhost:8000", "MODEL": "m"}, "LITDEX_LLM_URL"),
        ({"URL": "file:///etc/passwd", "MODEL": "m"}, "LITDEX_LLM_URL"),
        ({"URL": "http://h:99999", "MODEL": "m"}, "LITDEX_LLM_URL"),
        ({"URL": "http://h", "MODEL": "m", "TIMEOUT": "soon"}, "LITDEX_LLM_TIMEOUT"),
        ({"URL": "http://h", "MODEL": "m", "TIMEOUT": "0"}, "LITDEX_LLM_TIMEOUT"),
        ({"URL": "http://h", "MODEL": "m", "KEY": "a\nb"}, "LITDEX_LLM_KEY"),
    ],
)
def test_a_setting_that_cannot_be_is_named(environment: dict[str, str], said: str, tmp_path: Path) -> None:
    told = {f"LITDEX_LLM_{name}": value for name, value in environment.items()}
    with pytest.raises(UserError, match=said):
        model_settings(told, tmp_path / "none.toml")


def test_a_broken_config_file_is_named(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[llm\n")
    with pytest.raises(UserError, match=r"config\.toml"):
        model_settings({}, config)
