r"""A stream of tokens that can be read, pushed back and asked for the arguments of a macro, all within bounds.

Nothing here recurses. A group or option that is not closed gives the tokens back and counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from litdex.ingest.parsers.latex_tokens import PARAGRAPH, STOP, tokenise

MAX_PUSHED = 1_000_000
"""The most tokens that macros and unclosed groups may push back in one document."""
MAX_ARGUMENT = 400_000  # tokens of one argument


@dataclass(slots=True)
class Frame:
    """A file being read: tokens pushed back (last first), then the rest of the file."""

    source: Iterator[str]
    path: str = ""
    pending: list[str] = field(default_factory=list)


class Stream:
    """The tokens of a file, with files and tokens pushed in front of the rest. `left` is what may still be pushed."""

    def __init__(self, text: str) -> None:
        self.frames = [Frame(tokenise(text))]
        self.left = MAX_PUSHED

    def raw(self) -> str | None:
        """The next token as it stands; None at the end."""
        while self.frames:
            frame = self.frames[-1]
            if frame.pending:
                return frame.pending.pop()
            token = next(frame.source, None)
            if token is not None:
                return token
            self.frames.pop()
        return None

    def push(self, tokens: list[str]) -> None:
        """Puts tokens back, to be read next."""
        if not self.frames:
            self.frames.append(Frame(iter(())))
        self.left -= len(tokens)
        self.frames[-1].pending.extend(reversed(tokens))

    def skip_space(self) -> None:
        """Skips white space, but no end of paragraph."""
        while (token := self.raw()) is not None:
            if token != " ":
                self.frames[-1].pending.append(token)
                return

    def argument(self) -> list[str]:
        """The next argument, without its braces: a group, else one token; empty at the end of a paragraph."""
        self.skip_space()
        token = self.raw()
        if token is None:
            return []
        if token == "{":
            found = self.until("}", "{")
            return [] if found is None else found
        if token in (PARAGRAPH, "}") or token[0] == STOP:
            self.unread(token)
            return []
        if token[0].isalnum() and len(token) > 1:
            self.unread(token[1:])
            return [token[0]]
        return [token]

    def optional(self) -> list[str] | None:
        """The optional argument, without its brackets; None where there is none."""
        self.skip_space()
        token = self.raw()
        if token is None:
            return None
        found = self.until("]", "", 2000) if token == "[" else None
        if found is None:
            self.unread(token)
        return found

    def columns(self) -> None:
        r"""Takes the brackets off what `\twocolumn[…]` prints over both columns, brackets inside it untouched."""
        self.skip_space()
        token = self.raw()
        if token != "[":
            return self.unread(token) if token is not None else None
        tokens: list[str] = []
        braces, brackets = 0, 1
        while (
            (token := self.raw()) is not None
            and token[0] != STOP
            and len(tokens) < min(MAX_ARGUMENT, max(self.left, 30))
        ):
            braces += (token == "{") - (token == "}")
            brackets += ((token == "[") - (token == "]")) if braces == 0 else 0
            if brackets == 0:
                return self.push(tokens)
            tokens.append(token)
        return self.push(tokens if token is None else [*tokens, token])

    def star(self) -> bool:
        """Whether a star comes next; it is taken."""
        token = self.raw()
        if token is None:
            return False
        if token[0] == "*":
            if len(token) > 1:
                self.unread(token[1:])
            return True
        self.unread(token)
        return False

    def unread(self, token: str) -> None:
        if not self.frames:
            self.frames.append(Frame(iter(())))
        self.frames[-1].pending.append(token)

    def until(self, closer: str, opener: str, most: int = MAX_ARGUMENT) -> list[str] | None:
        """The tokens up to `closer` outside braces; None, and nothing taken, where it does not come."""
        tokens: list[str] = []
        depth = 0
        most = min(most, max(self.left, 30))
        while (token := self.raw()) is not None:
            if depth == 0 and token == closer:
                return tokens
            if depth == 0 and len(token) > 1 and token[0].isalnum() and closer in token:
                before, _, rest = token.partition(closer)  # a delimiter of \\def within a run of text
                self.frames[-1].pending += [rest] if rest else []
                return [*tokens, before]
            tokens.append(token)
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
            if depth < 0 or token[0] == STOP or len(tokens) > most:
                break
        self.push(tokens)
        return None

    def discard(self, count: int) -> None:
        self.star()
        for _ in range(count):
            self.argument()
