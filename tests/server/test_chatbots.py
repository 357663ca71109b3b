"""Unmodified clients of chatbots: OpenAI's, and that of the Model Context Protocol."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mcp import Client, StdioServerParameters
from openai import BadRequestError, OpenAI

from litdex.encoder.load import load_encoder
from litdex.rag.prompts import REFUSAL
from litdex.server.readers import Readers
from litdex.server.tools import create_server
from tests.rag.encoding import shipped_encoder

CLOCKS = "Does spin squeezing reduce the projection noise of clocks?"


@pytest.fixture(scope="module")
def openai(address: str) -> OpenAI:
    return OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: a browser of other tests keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def user(text: str) -> Any:
    return {"role": "user", "content": text}


def test_a_chat_completion_cites_and_lists_its_sources(openai: OpenAI) -> None:
    found = openai.chat.completions.create(model="litdex", messages=[user(CLOCKS)], temperature=0.3)
    said = found.choices[0].message.content
    assert said is not None
    assert "[1]" in said
    assert "Spin squeezing in an optical lattice clock (2019)" in said
    assert found.usage is not None
    assert found.usage.completion_tokens > 10


def test_a_streamed_completion_says_the_same(openai: OpenAI) -> None:
    whole = openai.chat.completions.create(model="litdex", messages=[user(CLOCKS)]).choices[0].message.content
    chunks = list(openai.chat.completions.create(model="litdex", messages=[user(CLOCKS)], stream=True))
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert said.split() == (whole or "").split()
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_a_follow_up_is_understood_from_what_was_asked_before(openai: OpenAI) -> None:
    messages = [
        user(CLOCKS),
        {"role": "assistant", "content": "Yes [1]."},
        user("How many atoms did this measurement use?"),
    ]
    said = openai.chat.completions.create(model="litdex", messages=messages).choices[0].message.content or ""
    assert "12,000 ytterbium atoms" in said


def test_what_the_library_lacks_is_refused(openai: OpenAI) -> None:
    found = openai.chat.completions.create(model="litdex", messages=[user("Who won the football cup in 1974?")])
    assert found.choices[0].message.content == REFUSAL


def test_a_conversation_that_does_not_end_with_a_question_is_the_clients_mistake(openai: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="the last one must be the user's"):
        openai.chat.completions.create(model="litdex", messages=[{"role": "assistant", "content": "Yes."}])


def test_embeddings_are_the_encoders(openai: OpenAI) -> None:
    texts = ["spin squeezing", "dark matter halos"]
    found = openai.embeddings.create(model="litdex", input=texts)  # this client asks for base64 by itself
    vectors = np.array([each.embedding for each in found.data], np.float32)
    assert np.allclose(vectors, shipped_encoder().encode_passages(texts), atol=1e-5)
    plain = openai.embeddings.create(model="litdex", input=texts[0], encoding_format="float")
    assert np.allclose(plain.data[0].embedding, vectors[0], atol=1e-5)


def test_the_model_is_listed(openai: OpenAI) -> None:
    assert [model.id for model in openai.models.list()] == ["litdex"]


async def _use(client: Client) -> None:
    tools = {tool.name for tool in (await client.list_tools()).tools}
    assert tools == {"search", "facets", "get_paper", "get_context", "similar"}
    found = await client.call_tool("search", {"query": "spin squeezing", "limit": 2})
    assert found.structured_content is not None
    assert found.structured_content["hits"][0]["id"] == "arXiv:0901.0001"
    context = await client.call_tool("get_context", {"question": CLOCKS, "budget": 300})
    assert context.structured_content is not None
    assert context.structured_content["sources"][0]["key"] == 1
    paper = await client.call_tool("get_paper", {"paper": "0901.0001"})
    assert paper.structured_content is not None
    assert "12,000 ytterbium atoms" in paper.structured_content["text"]
    similar = await client.call_tool("similar", {"paper": "0901.0002"})
    assert similar.structured_content is not None
    assert similar.structured_content["hits"][0]["id"] == "arXiv:0901.0099"
    counts = await client.call_tool("facets", {"query": "neutron star", "by": "year"})
    assert counts.structured_content is not None
    assert counts.structured_content["facets"]["year"][0] == ["2005", 6]
    nothing = await client.call_tool("get_paper", {"paper": "nowhere"})
    assert nothing.is_error
    assert "no paper nowhere" in str(nothing.content)


def test_the_tools_of_the_model_context_protocol(library_folder: Path) -> None:
    readers = Readers(library_folder, 1, cache(load_encoder))

    async def inside() -> None:
        async with Client(create_server(readers)) as client:
            await _use(client)

    try:
        finish(inside())
    finally:
        readers.close()


@pytest.mark.slow
def test_the_command_speaks_the_protocol_over_standard_input(library_folder: Path) -> None:
    program = "import sys; from litdex.cli.main import run; sys.exit(run(sys.argv[1:]))"
    command = StdioServerParameters(
        command=sys.executable, args=["-c", program, "mcp", "--library", str(library_folder)]
    )

    async def inside() -> None:
        async with Client(command) as client:
            await _use(client)

    finish(inside())
