r"""LaTeX source cut into tokens: plain strings, each of one of these kinds.

`\name` (control word), `\x` (control symbol), `\begin{name}` and `\end{name}` (each one token), one of `{}[]$&~#^_`,
`#1` (parameter), `" "` (white space), `"\n\n"` (end of paragraph), a run of other characters, and the three marked ones
below. Comments are gone.

pylatexenc's walker is not used for this: it builds a tree by recursion (RecursionError on 20,000 open braces, where
real sources have unbalanced ones), knows no user macros, and reads 0.17 MB a second, a tenth of this module's rate.
Its tables of symbols are used (`latex_symbols`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

VERBATIM = "\ue010"  # a verbatim environment or \verb: the token is this mark and the characters as they stand
URL = "\ue011"  # \url{…}: the mark and the address
LINK = "\ue012"  # the address of \href{address}{text}; the text follows as ordinary tokens
STOP = "\ue013"  # never in a file: marks the end of a list of tokens that is read for itself
PARAGRAPH = "\n\n"
MARKS = re.compile("[\ue000-\ue01f]")

_TOKEN = re.compile(
    r"\\(?:begin|end)\s{0,9}\{[^{}\\\n]{1,60}\}"
    r"|\\(?:url|path|nolinkurl|href)\s{0,9}\{[^{}\n]{0,2000}\}"
    r"|\\verb\*?(?P<quote>[^A-Za-z\s*])[^\n]{0,1000}?(?P=quote)"
    r"|\\[A-Za-z@]+|\\[\s\S]"
    r"|%[^\n]*(?:\n[ \t]*(?![ \t]*\n))?"
    r"|\s+|\#\d|[{}\[\]$&~\#^_]"
    r"|[^\\%\s{}\[\]$&~\#^_]+|\\"
)
_RAW = {"verbatim", "verbatim*", "lstlisting", "minted", "Verbatim", "alltt", "comment", "CCSXML"} | {
    "filecontents",
    "filecontents*",
}
_DROPPED = {"comment", "filecontents", "filecontents*", "CCSXML"}


def tokenise(text: str) -> Iterator[str]:
    """The tokens of `text`, lazily, in time linear in its length whatever it holds."""
    unclosed: set[str] = set()
    at = 0
    while match := _TOKEN.match(text, at):
        token, at = match[0], match.end()
        first = token[0]
        if first == "\\":
            name = token[7:-1].strip() if token.startswith("\\begin") and token[-1] == "}" else ""
            if name in _RAW and name not in unclosed:
                end = text.find(f"\\end{{{name}}}", at)
                if end >= 0:
                    if name not in _DROPPED:
                        yield VERBATIM + re.sub(r"^[ \t]*(?:\[[^\]\n]*\]|\{[^}\n]*\})*[ \t]*\n", "", text[at:end])
                    at = end + len(name) + 6
                    continue
                unclosed.add(name)
            yield _command(token)
        elif first == "%":
            continue
        elif first.isspace():
            yield PARAGRAPH if token.count("\n") > 1 else " "
        else:
            yield token


def _command(token: str) -> str:
    """A token that starts with a backslash, in its canonical form."""
    if token[-1] == "}" and len(token) > 2:
        name, _, argument = token[1:-1].partition("{")
        name = name.strip()
        if name in ("begin", "end"):
            return f"\\{name}{{{argument.strip()}}}"
        return (LINK if name == "href" else URL) + argument.strip()
    if token.startswith("\\verb") and len(token) > 6 and not token[5].isalpha():
        return VERBATIM + token[7 if token[5] == "*" else 6 : -1]
    if len(token) == 2 and token[1].isspace():
        return "\\ "
    return token


def is_word(token: str) -> bool:
    r"""Whether a token is a control word (`\name`), after which TeX skips white space."""
    return len(token) > 1 and token[0] == "\\" and (token[1].isalpha() or token[1] == "@") and token[-1] != "}"


def join(tokens: list[str]) -> str:
    """Tokens back to source, with a space where a control word would swallow the letter after it."""
    pieces: list[str] = []
    before = ""
    for token in tokens:
        if before and token[0].isalpha() and is_word(before):
            pieces.append(" ")
        pieces.append(token)
        before = token
    return "".join(pieces)
