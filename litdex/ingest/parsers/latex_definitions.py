"""A macro that LaTeX source defines: what a definition says of arguments and body, and the body filled in."""

from __future__ import annotations

from dataclasses import dataclass

_INTERNALS = {"\\expandafter", "\\csname", "\\futurelet", "\\noexpand", "\\ifx", "\\afterassignment", "\\catcode"}


@dataclass(frozen=True, slots=True)
class Macro:
    r"""A user's macro. `after[i]` are the tokens that end argument i (`\def\x#1;{…}`), none for a usual one."""

    body: list[str]
    arguments: int = 0
    default: list[str] | None = None
    after: tuple[str, ...] = ()


def number(tokens: list[str] | None) -> int:
    """The count of arguments that a definition gives, at most 9; 0 for none."""
    text = "".join(tokens or [])
    return min(int(text), 9) if text.isdecimal() and text.isascii() else 0


def is_internal(body: list[str]) -> bool:
    """Whether a definition programs TeX rather than saying what is printed, as style files do."""
    return any(token in _INTERNALS or "@" in token for token in body if token[0] == "\\")


def signature(tokens: list[str]) -> tuple[str, list[str]]:
    """The letters of xparse's arguments, and the default of the first one that has a default."""
    letters, default = "", []
    depth = 0
    for token in tokens:
        if token == "}":
            depth -= 1
        if depth == 0 and token.isalpha():
            letters += token
        elif depth > 0 and len(letters) == 1:
            default.append(token)
        if token == "{":
            depth += 1
    return letters, default


def substitute(body: list[str], arguments: list[list[str]]) -> list[str]:
    """The body of a macro with its arguments in their places."""
    if not arguments:
        return body
    result: list[str] = []
    for token in body:
        if "#" not in token:
            result.append(token)
        elif token[0] == "#" and len(token) == 2 and token[1].isdecimal():
            index = int(token[1]) - 1
            result.extend(arguments[index] if 0 <= index < len(arguments) else [])
        elif token[0] == "\\" and token != "\\#":  # \begin{#1}
            for index, argument in enumerate(arguments):
                token = token.replace(f"#{index + 1}", "".join(argument))
            result.append(token)
        else:
            result.append(token)
    return result
