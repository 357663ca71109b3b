"""Which language model to use: from LITDEX_LLM_* in the environment, else from the user's config file.

The file is `config.toml` in the user's config folder:

    [llm]
    url = "http://127.0.0.1:11434/v1"
    model = "llama3.2"
    key = "…"
"""

from __future__ import annotations

import os
import tomllib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from litdex.errors import UserError

PREFIX = "LITDEX_LLM_"
NUMBERS = {"timeout": 60.0, "total": 300.0, "temperature": 0.0, "max_tokens": 800.0}
"""Seconds without a sign of life, seconds for a whole reply, and what the model is asked for; with their defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Where a model is and what is asked of it. The key does not show when this is printed."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = NUMBERS["timeout"]
    total: float = NUMBERS["total"]
    temperature: float = NUMBERS["temperature"]
    max_tokens: float = NUMBERS["max_tokens"]

    @property
    def endpoint(self) -> str:
        """The address that takes a conversation; `url` may end before it, or before its `/v1`."""
        parts = urllib.parse.urlsplit(self.url)
        path = parts.path.rstrip("/") or "/v1"
        if not path.endswith("/chat/completions"):
            path += "/chat/completions"
        return parts._replace(path=path, fragment="").geturl()

    @property
    def shown_url(self) -> str:
        """The address without what may be secret in it: user, password, query."""
        parts = urllib.parse.urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def model_settings(environment: Mapping[str, str] = os.environ, config: Path | None = None) -> ModelSettings | None:
    """The settings, or None where no model is named. Raises UserError for what cannot be, naming variable or file."""
    told: dict[str, Any] = {**_from_file(config or _config_file()), **_from(environment)}
    if not told.get("url"):
        return None
    if not told.get("model"):
        raise UserError(f"{PREFIX}URL is set, but no model: name one with {PREFIX}MODEL")
    _check_url(str(told["url"]))
    numbers = {name: _number(name, told[name]) for name in NUMBERS if name in told}
    texts = {name: str(told[name]).strip() for name in ("url", "model", "key") if told.get(name)}
    if not texts.get("key", "").isascii() or not texts.get("key", "x").isprintable():
        raise UserError(f"{PREFIX}KEY has characters that no key has")
    return replace(
        ModelSettings(url=texts["url"], model=texts["model"], key=texts.get("key", "")),
        **numbers,  # type: ignore[arg-type]
    )


def _from(environment: Mapping[str, str]) -> dict[str, str]:
    names = ("url", "model", "key", *NUMBERS)
    return {name: environment[PREFIX + name.upper()] for name in names if environment.get(PREFIX + name.upper())}


def _config_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("litdex") / "config.toml"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("llm", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(table, dict):
        raise UserError(f"{path}: llm must be a table, with url, model and key")
    return table


def _check_url(url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or any(char.isspace() for char in url):
        raise UserError(f"{PREFIX}URL is no address: give one like http://127.0.0.1:11434/v1")


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number < 1e6 or (number == 0 and name != "temperature"):
        raise UserError(f"{PREFIX}{name.upper()} must be a number above 0, not {value!r}")
    return number
