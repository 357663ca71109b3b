"""OpenAI's interface, so that any chatbot front end works against a library: models, chat completions, embeddings.

A conversation's last message is answered from the library as `/v1/ask` answers, and the sources that it cites are
listed below it. What front ends send beyond that (temperature, system prompts) is taken and not heeded.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from litdex.encoder.base import Vectors
from litdex.errors import UserError
from litdex.rag.answer import Answer
from litdex.rag.as_json import answer_json
from litdex.rag.context import Context
from litdex.rag.model import Message
from litdex.rag.tokens import count_tokens
from litdex.server.answers import REMEMBERED, answer_events, searched_for, whole_answer
from litdex.server.events import EVENTS, event, streamed
from litdex.server.readers import Reader
from litdex.server.schemas import ChatMessage, ChatRequest, EmbeddingsRequest
from litdex.server.state import Shared

router = APIRouter(prefix="/v1", tags=["OpenAI's interface"])
MODEL = "litdex"


@router.get("/models", responses={200: {"model": dict[str, Any]}})
async def models() -> JSONResponse:
    """The one model that there is."""
    return JSONResponse(
        {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "litdex"}]}
    )


@router.post(
    "/chat/completions",
    response_model=None,
    responses={200: {"model": dict[str, Any], "content": EVENTS}},
)
async def chat(shared: Shared, asked: ChatRequest) -> Response:
    """Answer the last message of a conversation from the library."""
    questions, history = _conversation(asked.messages)
    events = answer_events(shared, await searched_for(shared, questions), asked=questions[-1], history=history)
    frame = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": asked.model}
    if not asked.stream:
        answer = await whole_answer(events)
        return JSONResponse(
            {**frame, **_completion(answer, sum(count_tokens(message.text) for message in asked.messages))}
        )

    async def chunks() -> AsyncIterator[str]:
        yield _chunk(frame, {"role": "assistant", "content": ""})
        async for each in events:
            if isinstance(each, Answer):
                yield _chunk(frame, {"content": each.text if each.refused else _below(each)})
            elif not isinstance(each, Context):
                yield _chunk(frame, {"content": f"{each} "})
        yield _chunk(frame, {}, "stop")
        yield event("[DONE]")

    return await streamed(chunks(), shared.settings)


@router.post("/embeddings", responses={200: {"model": dict[str, Any]}})
async def embeddings(shared: Shared, asked: EmbeddingsRequest) -> JSONResponse:
    """Vectors of texts by the library's encoder, of unit length."""
    texts = [asked.input] if isinstance(asked.input, str) else asked.input

    def work(reader: Reader) -> Vectors:
        encoder = reader.searcher.encoder()
        if asked.input_type == "query":
            import numpy as np

            return np.stack([encoder.encode_query(text) for text in texts])
        return encoder.encode_passages(texts)

    vectors = await shared.read(work)
    data = [
        {"object": "embedding", "index": place, "embedding": _embedding(vector, asked.encoding_format)}
        for place, vector in enumerate(vectors)
    ]
    tokens = sum(count_tokens(text) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return JSONResponse({"object": "list", "data": data, "model": asked.model, "usage": usage})


def _embedding(vector: Vectors, form: str) -> str | list[float]:
    if form == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return [float(value) for value in vector]


def _conversation(messages: Sequence[ChatMessage]) -> tuple[list[str], list[Message]]:
    """What the user asked, the last question last, and what was said before it, for a language model."""
    if messages[-1].role != "user" or not messages[-1].text.strip():
        raise UserError("messages: the last one must be the user's, and say something")
    said = [message for message in messages if message.role in ("user", "assistant") and message.text.strip()]
    questions = [message.text for message in said if message.role == "user"]
    before: list[Message] = [{"role": m.role, "content": m.text} for m in said[:-1]]
    return questions, before[-REMEMBERED:]


def _completion(answer: Answer, asked: int) -> dict[str, Any]:
    content = answer.text + ("" if answer.refused else _below(answer))
    message = {"role": "assistant", "content": content}
    written = count_tokens(content)
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": asked, "completion_tokens": written, "total_tokens": asked + written},
        "litdex": answer_json(answer),
    }


def _below(answer: Answer) -> str:
    """What stands below the sentences: the sources, and what must be known of the answer."""
    lines = [f"[{source.key}] {source.label}" for source in answer.sources]
    return "\n\n" + "\n".join([*lines, *(f"Note: {note}" for note in answer.notes)])


def _chunk(frame: dict[str, Any], delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return event({**frame, "object": "chat.completion.chunk", "choices": [choice]})
