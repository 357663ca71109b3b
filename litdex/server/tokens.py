"""Who may do what: tokens with a scope, kept beside the library as hashes only.

A token is 32 random bytes, shown once when it is made; of it the file `tokens.json` in the library's folder keeps the
name, the scope and the SHA-256 (a token cannot be guessed, so no slow hash is needed). LITDEX_TOKEN is one more, with
every scope, that is kept nowhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from litdex.errors import NothingFound, SystemFault, UserError

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Each may do what those before it may: search and ask; change collections; see how the server is used."""
FILE = "tokens.json"
PREFIX = "litdex_"
COOKIE = "litdex_token"
"""Where a browser that signed in keeps its token."""
MOST_NAME = 100


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of one token."""

    name: str
    scope: Scope
    digest: str  # SHA-256 in hexadecimal
    made: float  # seconds since the epoch


def allows(held: Scope, needed: Scope) -> bool:
    """Whether who holds one scope may do what needs another."""
    return SCOPES.index(held) >= SCOPES.index(needed)


class Tokens:
    """The tokens of one library, as the server asks for them; a change of the file is seen at the next request."""

    def __init__(self, folder: Path, master: str = "") -> None:
        self._path, self._master = folder / FILE, _digest(master) if master else ""
        self._seen: tuple[int, int] | None = None
        self._kept: list[Token] = []

    def scope_of(self, secret: str) -> Scope | None:
        """What who gives this token may do; None where there is no such token. Takes as long for each."""
        digest, found = _digest(secret), None
        for scope, known in [(one.scope, one.digest) for one in self._fresh()] + [("admin", self._master)]:
            if known and hmac.compare_digest(known, digest):
                found = scope
        return found

    def __bool__(self) -> bool:
        """Whether there is any token, so that one is asked for."""
        return bool(self._master or self._fresh())

    def _fresh(self) -> list[Token]:
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            self._seen, self._kept = None, []
            return self._kept
        if (facts.st_mtime_ns, facts.st_ino) != self._seen:
            self._kept = stored(self._path.parent)
            self._seen = facts.st_mtime_ns, facts.st_ino
        return self._kept


def stored(folder: Path) -> list[Token]:
    """The tokens of a library, by name. Raises SystemFault where the file is damaged."""
    path = folder / FILE
    try:
        return [Token(**one) for one in json.loads(path.read_bytes())]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError) as error:
        raise SystemFault(f"{path} is damaged: delete it, and make the tokens again with `litdex token add`") from error


def add(folder: Path, name: str, scope: Scope) -> str:
    """Make a token and return it: it is kept nowhere. Raises UserError where the name is taken or is none."""
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise UserError(f"a token's name has 1 to {MOST_NAME} printable characters")
    secret = PREFIX + secrets.token_urlsafe(32)
    with _changing(folder) as kept:
        if any(one.name == name for one in kept):
            raise UserError(f"there is a token {name} already: give another name, or `litdex token remove` it first")
        kept.append(Token(name, scope, _digest(secret), time.time()))
    return secret


def remove(folder: Path, name: str) -> None:
    """Let a token be worth nothing from now on. Raises NothingFound where there is none of this name."""
    with _changing(folder) as kept:
        if all(one.name != name for one in kept):
            raise NothingFound(f"no token {name}: `litdex token list` lists them")
        kept[:] = [one for one in kept if one.name != name]


@contextmanager
def _changing(folder: Path) -> Iterator[list[Token]]:
    """The tokens, to be changed; the file is replaced in one step, and readable to its owner only."""
    path = folder / FILE
    try:
        with (folder / f"{FILE}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = stored(folder)
            yield kept
            draft = path.with_name(f".{FILE}.new")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump([asdict(one) for one in sorted(kept, key=lambda one: one.name)], file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.strip().encode("utf-8", "surrogateescape")).hexdigest()
