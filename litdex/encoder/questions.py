"""Questions that passages answer, made by a language model behind any OpenAI-compatible endpoint.

Source: PhysBERT (Hellert et al., 2024): random chunks of 1,000 characters, three questions each.
The endpoint is that of the environment: LITDEX_LLM_URL, LITDEX_LLM_MODEL, and LITDEX_LLM_KEY where it wants one.
"""

from __future__ import annotations

import json
import os
import random
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from litdex.encoder.corpus import Article
from litdex.encoder.pairs import Question
from litdex.errors import SystemFault, UserError

PROMPT = (
    "Write three questions that a physicist could ask and that the passage below answers on its own. "
    "Do not refer to 'the passage' or 'the paper'. One question a line, nothing else.\n\n{chunk}"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a language model answers."""

    url: str
    model: str
    key: str = ""
    timeout: float = 120.0

    def ask(self, prompt: str) -> str:
        """The model's answer; raises `SystemFault` where none comes."""
        body = {"model": self.model, "messages": [{"role": "user", "content": prompt}], "temperature": 0.7}
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        request = urllib.request.Request(
            f"{self.url.rstrip('/')}/chat/completions", json.dumps(body).encode(), headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                return str(json.load(answer)["choices"][0]["message"]["content"])
        except (OSError, urllib.error.URLError, ValueError, KeyError, IndexError, TypeError) as error:
            raise SystemFault(f"the language model at {self.url} gave no answer: {error}") from None


def endpoint_of(environment: Mapping[str, str] = os.environ) -> Endpoint:
    """The endpoint that the environment names; raises `UserError` where it names none."""
    url, model = environment.get("LITDEX_LLM_URL", ""), environment.get("LITDEX_LLM_MODEL", "")
    if not url.startswith(("http://", "https://")) or not model:
        raise UserError("no language model is configured: set LITDEX_LLM_URL (http...) and LITDEX_LLM_MODEL.")
    return Endpoint(url, model, environment.get("LITDEX_LLM_KEY", ""))


def questions(
    articles: Sequence[Article], endpoint: Endpoint, *, size: int = 1000, seed: int = 0
) -> Iterator[Question]:
    """Up to three questions for a random chunk of `size` characters of each paper."""
    rng = random.Random(seed)
    for article in articles:
        text = article.abstract
        start = rng.randrange(max(1, len(text) - size + 1))
        chunk = text[start : start + size]
        for line in endpoint.ask(PROMPT.format(chunk=chunk)).splitlines()[:6]:
            question = re.sub(r"^\s*(?:\d+[.)]|[-*])\s*", "", line).strip()
            if question.endswith("?") and len(question) > 15:
                yield Question(article.id, question, chunk)


def write_questions(path: Path, found: Iterator[Question]) -> int:
    """Append questions to `path` as JSON lines, each at once, so that a stop loses none; returns how many."""
    count = 0
    with path.open("a", encoding="utf-8") as lines:
        for question in found:
            lines.write(json.dumps(asdict(question)) + "\n")
            lines.flush()
            count += 1
    return count
