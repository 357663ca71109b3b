r"""Formulas of a LaTeX document, kept as TeX: user macros expanded; labels, numbers and citations taken out."""

from __future__ import annotations

from collections.abc import Callable

from litdex.ingest.parsers.latex_draft import Draft
from litdex.ingest.parsers.latex_macros import Expander
from litdex.ingest.parsers.latex_symbols import NUMBERED_ROWS
from litdex.ingest.parsers.latex_tokens import LINK, PARAGRAPH, STOP, URL, VERBATIM, join

MAX_FORMULA = 20_000  # tokens; what is longer has lost its end
_WITHOUT = {"\\nonumber", "\\notag", "\\ensuremath", "\\relax", "\\xspace", "\\allowdisplaybreaks"}
_WITHOUT_ARGUMENT = {
    "\\tag", "\\cite", "\\citep", "\\citet", "\\footnote", "\\thanks", "\\index", "\\ref", "\\eqref", "\\vspace",
}  # fmt: skip
_NEVER_INSIDE = {"\\section", "\\subsection", "\\end{document}", "\\begin{document}", "\\begin{thebibliography}"}


class Rows:
    """Counts the numbered rows of a display, and gives each label its row's number."""

    def __init__(self, draft: Draft, environment: str) -> None:
        self.draft = draft
        self.numbered = environment[-1:] != "*" and environment not in ("", "displaymath", "math")
        self.many = environment in NUMBERED_ROWS
        self.silent = False

    def end_row(self) -> None:
        """A row is complete."""
        if self.numbered and not self.silent:
            self.draft.step("equation")
        self.silent = False

    def label(self, name: str) -> None:
        """A label stands in the row."""
        number = self.draft.counters.get("equation", 0) + 1
        self.draft.labels.setdefault(name, ("Equation", self.draft.number("equation", number)))


def display_rows(draft: Draft, closer: str) -> Rows:
    r"""The rows of the formula that ends with `closer` (`\end{align}`, `$`, `\]`)."""
    return Rows(draft, closer[5:-1] if closer.startswith("\\end{") else "")


def read_formula(expander: Expander, closer: str, rows: Rows) -> str:
    """The formula up to `closer`, in one line; "" where it is empty, or does not end: its tokens are then put back."""
    tokens: list[str] = []
    depth = nested = breaks = 0
    while (token := expander.next()) is not None and len(tokens) < MAX_FORMULA:
        if token[0] == closer[0] and depth <= 0 and nested <= 0 and _closes(expander, token, closer):
            rows.end_row()
            return " ".join(join(tokens).split()).removesuffix("\\\\").rstrip(" ,")
        if token == PARAGRAPH:
            breaks += 1
            if closer == "$" or breaks > 3:
                break
            continue
        if token[0] == STOP or token in _NEVER_INSIDE:
            break
        depth += (token == "{") - (token == "}")
        nested += token.startswith("\\begin{") - token.startswith("\\end{")
        if token == "\\\\" and rows.many and depth <= 0 and nested <= 0:
            rows.end_row()
        if not _left_out(expander, token, rows):
            tokens.append(token)
    if token is not None:
        tokens.append(token)
    if expander.left > 0:
        expander.push(tokens)
    elif token is not None and token[0] == STOP:
        expander.unread(token)
    return ""


def _closes(expander: Expander, token: str, closer: str) -> bool:
    if closer != "$$":
        return token == closer
    following = expander.raw() if token == "$" else None
    if following is not None and following != "$":
        expander.unread(following)
    return following == "$"


def _left_out(expander: Expander, token: str, rows: Rows) -> bool:
    """Whether a token is no part of the formula as kept; its argument is then taken too."""
    if token[0] in (URL, LINK, VERBATIM):
        return True
    if token[0] != "\\":
        return False
    special: dict[str, Callable[[], None]] = {
        "\\label": lambda: rows.label("".join(expander.argument()).strip()),
    }
    if token in special:
        special[token]()
        return True
    if token in _WITHOUT_ARGUMENT:
        expander.star()
        expander.argument()
        return True
    if token in ("\\nonumber", "\\notag"):
        rows.silent = True
    return token in _WITHOUT
