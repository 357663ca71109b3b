"""How the server runs: what the command line and the environment say, in one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from litdex.errors import UserError
from litdex.rag.model import LanguageModel
from litdex.server.tokens import Tokens

TOKEN_LENGTH = 16
"""Characters that a token must have at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Everything that `create_app` needs. The token does not show when this is printed."""

    library: Path
    host: str = "127.0.0.1"
    port: int = 8080
    token: str = field(default="", repr=False)
    readers: int = 4
    model: Callable[[], LanguageModel | None] = lambda: None
    prompts: Path | None = None
    body: int = 1_000_000  # bytes of a request
    seconds: float = 30.0  # for everything but an answer
    answer_seconds: float = 330.0  # for an answer, which a language model may write
    waiting: int = 64  # requests at work or waiting at once; more are refused
    rate: float = 0.0  # requests a second from one address; 0: no limit

    def check(self) -> None:
        """Raise UserError where this would serve a network without a token."""
        if not self.is_local and not Tokens(self.library.expanduser(), self.token):
            raise UserError(
                f"--host {self.host}: set LITDEX_TOKEN to serve others than this machine, or `litdex token add NAME`"
            )
        if self.token and len(self.token) < TOKEN_LENGTH:
            raise UserError(f"LITDEX_TOKEN: give at least {TOKEN_LENGTH} characters")

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches the server."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
