"""What the HTTP API answers: the same papers, names and errors as the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner

from litdex.cli.main import cli
from litdex.rag.prompts import REFUSAL
from litdex.server.settings import ServerSettings
from tests.rag.model_server import serving
from tests.server.conftest import running

Client = httpx2.Client
CLOCKS = "Does spin squeezing reduce the projection noise of clocks?"


def told(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(cli, [*arguments, "--json"], standalone_mode=False).stdout)


def without_times(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "milliseconds"}


def test_search_answers_what_the_command_prints(client: Client, library_folder: Path) -> None:
    answered = client.get("/v1/search", params={"q": "rotation curves", "limit": 3, "facets": "year"}).json()
    printed = told("search", "rotation curves", "-n", "3", "--facets", "year", "--library", str(library_folder))
    assert without_times(answered) == without_times(printed)
    assert answered["hits"][0]["id"] in ("arXiv:0901.0002", "arXiv:0901.0099")


def test_facets_answer_what_the_command_prints(client: Client, library_folder: Path) -> None:
    answered = client.get("/v1/facets", params={"q": "neutron star", "by": "year"}).json()
    assert answered == told("facets", "neutron star", "--by", "year", "--library", str(library_folder))


def test_conditions_hold(client: Client) -> None:
    asked: dict[str, str | int] = {"q": "rotation curves", "from_year": 2017, "to_year": 2018}
    assert {hit["year"] for hit in client.get("/v1/search", params=asked).json()["hits"]} == {2018}
    reversed_years: dict[str, str | int] = {"q": "rotation curves", "from_year": 2018, "to_year": 2017}
    assert client.get("/v1/search", params=reversed_years).json()["hits"] == []


def test_a_paper_by_id_tells_no_place_on_this_machine(client: Client, library_folder: Path) -> None:
    answer = client.get("/v1/papers/arXiv:0901.0001")
    assert answer.json()["title"] == "Spin squeezing in an optical lattice clock"
    assert str(library_folder.parent) not in answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/v1/papers/nowhere", 404, "no paper nowhere"),
        ("/v1/search", 422, "q: field required"),
        ("/v1/search?q=%20", 422, "q:"),
        ("/v1/search?q=a&limit=1000", 422, "limit:"),
        ("/v1/search?q=similar:nothing", 400, "nothing"),
        ("/v1/search?q=a&facets=colour", 400, "facets colour"),
        ("/v1/search?q=a&entity=disease:asthma", 400, "disease:asthma"),
        ("/v2", 404, "not found"),
    ],
)
def test_errors_have_one_shape_and_one_line(client: Client, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == status
    assert words in error["message"].lower().replace("\n", "!")


def test_context_packs_passages_under_keys(client: Client) -> None:
    found = client.get("/v1/context", params={"question": CLOCKS, "budget": 300}).json()
    assert found["tokens"] <= 300
    assert [source["key"] for source in found["sources"]] == list(range(1, len(found["sources"]) + 1))
    assert found["sources"][0]["paper"] == "arXiv:0901.0001"


def test_ask_quotes_with_keys_and_refuses_in_the_fixed_form(client: Client) -> None:
    answered = client.post("/v1/ask", json={"question": CLOCKS}).json()
    assert "[1]" in answered["answer"]
    assert not answered["refused"]
    refused = client.post("/v1/ask", json={"question": "Who won the football world cup in 1974?"}).json()
    assert (refused["refused"], refused["answer"]) == (True, REFUSAL)


def test_a_streamed_answer_is_the_whole_one_in_parts(client: Client) -> None:
    whole = client.post("/v1/ask", json={"question": CLOCKS}).json()
    with client.stream("POST", "/v1/ask", json={"question": CLOCKS, "stream": True}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        blocks = "".join(stream.iter_text()).strip().split("\n\n")
    names = [block.partition("\n")[0].removeprefix("event: ") for block in blocks]
    bodies = [json.loads(block.partition("data: ")[2]) for block in blocks]
    assert (names[0], names[-1]) == ("context", "answer")
    assert set(names[1:-1]) == {"statement"}
    assert bodies[-1]["answer"] == whole["answer"]
    assert bodies[1:-1] == whole["statements"]


def test_a_model_that_fails_is_one_line_before_and_within_a_stream(library_folder: Path) -> None:
    from litdex.rag.llm import ChatModel
    from litdex.rag.settings import ModelSettings

    with serving() as model:
        settings = ServerSettings(
            library=library_folder, model=lambda: ChatModel(ModelSettings(url="http://127.0.0.1:9/v1", model="gone"))
        )
        with running(settings) as address, httpx2.Client(base_url=address, timeout=30) as client:
            answer = client.post("/v1/ask", json={"question": CLOCKS})
            assert answer.status_code == 503
            assert "the language model" in answer.json()["error"]["message"]
            streamed = client.post("/v1/ask", json={"question": CLOCKS, "stream": True}).text
            assert streamed.startswith("event: context")
            assert "event: error" in streamed
        assert model.asked == []


def test_operators_see_health_readiness_and_figures(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    ready = client.get("/ready").json()
    assert ready["ready"]
    assert ready["pending"] == {"lexical": 0, "vectors": 0}
    client.get("/v1/search", params={"q": "clocks"})
    figures = client.get("/metrics").text
    assert 'litdex_requests_total{route="/v1/search",status="200"}' in figures
    assert 'litdex_leg_seconds_count{leg="lexical"}' in figures
    assert f"litdex_papers {ready['papers']:.1f}" in figures


def test_the_api_describes_itself(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/search", "/v1/facets", "/v1/context", "/v1/ask", "/v1/chat/completions", "/v1/embeddings"} <= set(
        paths
    )
