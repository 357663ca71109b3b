"""The shapes of requests and answers, for OpenAPI. Names are those of `litdex … --json`; see `docs/datamodel.md`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LONGEST_QUERY = 10_000  # characters
MOST_TEXTS = 256  # of one call for embeddings
LONGEST_TEXT = 100_000  # characters

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUERY, pattern=r"\S")]
"""A query or a question: something in it is no blank."""
Place = Annotated[list[int], Field(min_length=2, max_length=2, description="start and end")]
Counted = Annotated[list[str | int], Field(min_length=2, max_length=2, description="a value, and its papers")]
# Lists, for the tuples of JSON Schema 2020 are beyond most tools that read OpenAPI.
Year = Annotated[int, Query(ge=0, le=9999)]


class Fault(BaseModel):
    """What went wrong."""

    message: str
    type: str
    code: int


class ErrorBody(BaseModel):
    """Every error has this shape, which is OpenAI's."""

    error: Fault


class SnippetBody(BaseModel):
    """The piece of a passage that answers best; `marks` are places in it."""

    text: str
    start: int
    end: int
    marks: list[Place]
    by: str


class PassageBody(BaseModel):
    """A passage for which a paper was found; offsets count characters of the paper's text."""

    section: str
    kind: str
    text: str
    start: int
    end: int
    snippet: SnippetBody


class LegScoreBody(BaseModel):
    """Where one leg ranked a paper."""

    model_config = ConfigDict(extra="allow")
    rank: int
    score: float


class CardBody(BaseModel):
    """A paper's metadata."""

    model_config = ConfigDict(extra="allow")
    id: str
    title: str
    authors: list[str]
    year: int | None
    date: str
    venue: str
    categories: list[str]
    field: str
    identifiers: dict[str, str]
    retracted: bool


class HitBody(CardBody):
    """One paper of a result list."""

    score: float
    legs: dict[str, LegScoreBody]
    passages: list[PassageBody]
    explanation: dict[str, Any] | None = None


class CountsBody(BaseModel):
    """How many papers match, and the values of each facet with their counts."""

    papers: int
    facets: dict[str, list[Counted]]


class ResultsBody(BaseModel):
    """A page of hits. `missing` names a leg that did not answer, and why."""

    query: str
    hits: list[HitBody]
    ranking: dict[str, Any]
    missing: dict[str, str]
    milliseconds: dict[str, float]
    papers: int | None = None
    facets: dict[str, list[Counted]] | None = None


class PaperBody(BaseModel):
    """One paper whole."""

    model_config = ConfigDict(extra="allow")
    id: str
    text: str
    passages: list[dict[str, Any]]
    entities: list[dict[str, Any]]


class SourceBody(BaseModel):
    """One passage under its key."""

    model_config = ConfigDict(extra="allow")
    key: int
    paper: str
    title: str
    section: str
    start: int
    end: int


class ContextBody(BaseModel):
    """The passages that an answer may stand in."""

    question: str
    budget: int
    tokens: int
    sources: list[SourceBody]
    missing: dict[str, str]


class AskRequest(BaseModel):
    """A question. `quote` quotes sentences even where a language model is configured."""

    question: Text
    budget: int = Field(2000, ge=50, le=100_000)
    quote: bool = False
    stream: bool = False


class AnswerBody(BaseModel):
    """An answer; every key in it was checked."""

    question: str
    refused: bool
    answer: str
    statements: list[dict[str, Any]]
    sources: list[SourceBody]
    notes: list[str]
    model: str
    confidence: float
    missing: dict[str, str]
    milliseconds: dict[str, float]


class TextPart(BaseModel):
    """A piece of a message's text."""

    type: Literal["text"]
    text: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]


class ChatMessage(BaseModel):
    """One message. What the system says is not heeded: litdex's own prompts are."""

    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] | list[TextPart]

    @property
    def text(self) -> str:
        """What it says."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class ChatRequest(BaseModel):
    """A conversation, whose last message is answered. Other fields of OpenAI's interface are taken and not heeded."""

    model_config = ConfigDict(extra="ignore")
    model: str = "litdex"
    messages: list[ChatMessage] = Field(min_length=1, max_length=1000)
    stream: bool = False


class EmbeddingsRequest(BaseModel):
    """Texts to embed; `input_type` is litdex's own, for encoders that tell queries and passages apart."""

    model_config = ConfigDict(extra="ignore")
    model: str = "litdex"
    input: (
        Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
        | Annotated[
            list[Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]],
            Field(min_length=1, max_length=MOST_TEXTS),
        ]
    )
    encoding_format: Literal["float", "base64"] = "float"
    input_type: Literal["passage", "query"] = "passage"
