r"""The stream of tokens of a LaTeX project with its files read in, user macros expanded and conditionals decided.

Expansion works on a stream, as TeX's does, not on a tree: real papers write `\be … \ee` for an equation. It never
recurses and is bounded: after `MAX_PUSHED` tokens pushed back, user macros are left as they are. `\input` of a file
that is being read is skipped, and the rest kept.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from litdex.ingest.parsers.latex_definitions import Macro, is_internal, number, signature, substitute
from litdex.ingest.parsers.latex_source import MAX_STYLE, Project
from litdex.ingest.parsers.latex_stream import Frame, Stream
from litdex.ingest.parsers.latex_tokens import PARAGRAPH, STOP, tokenise

MAX_DEPTH = 20  # files that read one another

_CONDITIONS = {  # tokens that make up the condition, for those that can be skipped so
    "ifx": 2, "if": 2, "ifcat": 2, "ifdefined": 1, "ifmmode": 0, "ifpdf": 0, "iftrue": 0, "ifhmode": 0, "ifvmode": 0,
    "ifinner": 0, "ifxetex": 0, "ifluatex": 0, "ifvoid": 1, "ifnum": -1, "ifdim": -1, "ifodd": -1, "ifcase": -1,
}  # fmt: skip


class Expander(Stream):
    """Gives tokens one by one. `protected` names keep their meaning whatever the source defines."""

    def __init__(self, project: Project, text: str, protected: frozenset[str]) -> None:
        super().__init__(text)
        self.project = project
        self.has_document = "\\begin{document}" in text
        self.protected = protected
        self.macros: dict[str, Macro] = {}
        self.environments: dict[str, tuple[Macro, list[str]]] = {}
        self.theorems: dict[str, str] = {}
        self.theorem_counters: dict[str, tuple[str, str]] = {}  # name -> its counter, and what is printed before it
        self.flags: dict[str, bool] = {"iffalse": False, "iftrue": True}
        self.primitives: dict[str, Callable[[], None]] = {
            "\\let": self._let,
            "\\newif": self._newif,
            "\\endinput": self._end_input,
            "\\newtheorem": self._new_theorem,
            "\\fi": lambda: None,
            "\\or": self._skip_branch,
            "\\else": self._skip_branch,
            "\\DeclareMathOperator": self._math_operator,
            "\\DeclarePairedDelimiter": self._paired_delimiter,
        }
        for names, handler in (
            ("newcommand renewcommand providecommand DeclareRobustCommand", self._new_command),
            ("NewDocumentCommand RenewDocumentCommand DeclareDocumentCommand", self._new_document_command),
            ("newenvironment renewenvironment", self._new_environment),
            ("def gdef edef xdef", self._def),
            ("import subimport inputfrom includefrom subinputfrom subincludefrom", self._import),
            ("input include subfile subfileinclude", self._input),
            ("usepackage RequirePackage", self._use_package),
        ):
            self.primitives |= {f"\\{name}": handler for name in names.split()}

    def next(self) -> str | None:
        """The next token after expansion; None at the end."""
        while (token := self.raw()) is not None:
            if token[0] != "\\" or len(token) < 2:
                return token
            if token in self.macros and self.left > 0:
                self._expand(self.macros[token])
            elif token in self.primitives:
                self.primitives[token]()
            elif token.startswith("\\if") and self._condition(token[1:]):
                pass
            elif token[-1] == "}" and token[6 if token[1] == "b" else 4 :].strip("{}") in self.environments:
                self._expand_environment(token)
            else:
                return token
        return None

    # -- definitions --------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        r"""The macro that a definition names: `{\x}` or `\x`."""
        tokens = [token for token in self.argument() if token != " "]
        return tokens[0] if len(tokens) == 1 and tokens[0][0] == "\\" else ""

    def _define(self, name: str, macro: Macro) -> None:
        if name and name not in self.protected and name not in self.primitives and not is_internal(macro.body):
            self.macros[name] = macro

    def _new_command(self) -> None:
        self.star()
        name = self._name()
        count = number(self.optional())
        default = self.optional()
        self._define(name, Macro(self.argument(), count, default))

    def _new_document_command(self) -> None:
        name = self._name()
        letters, given = signature(self.argument())
        default: list[str] | None = given if letters[:1] in ("o", "O") else None
        body = self.argument()
        if letters.strip("m") in ("", "o", "O"):
            self._define(name, Macro(body, len(letters), default))

    def _new_environment(self) -> None:
        self.star()
        name = "".join(self.argument()).strip()
        count = number(self.optional())
        default = self.optional()
        begin, end = self.argument(), self.argument()
        if name and f"\\begin{{{name}}}" not in self.protected and not is_internal(begin):
            self.environments[name] = (Macro(begin, count, default), end)

    def _math_operator(self) -> None:
        starred = self.star()
        name = self._name()
        self._define(name, Macro(["\\operatorname", *(["*"] if starred else []), "{", *self.argument(), "}"]))

    def _paired_delimiter(self) -> None:
        name, left, right = self._name(), self.argument(), self.argument()

        def fence() -> None:
            if self.left <= 0:
                return
            self.star()
            self.optional()
            self.push([*left, *self.argument(), *right])

        if name and name not in self.protected and name not in self.primitives:
            self.primitives[name] = fence

    def _new_theorem(self) -> None:
        numbered = not self.star()
        name = "".join(self.argument()).strip()
        shared = "".join(self.optional() or [])
        self.theorems[name] = "".join(self.argument()).strip()
        within = "".join(self.optional() or [])
        if numbered:
            self.theorem_counters[name] = self.theorem_counters.get(shared) or (shared or name, within)

    def _def(self) -> None:
        name = self.raw()
        after: list[str] = []
        token: str | None
        while (token := self.raw()) is not None and token != "{":
            if token[0] == "#" and len(token) == 2:
                after.append("")
            elif after and not after[-1]:
                after[-1] = token
            else:  # text before the first parameter, or a delimiter of several tokens: too rare to follow
                name = ""
            if token == PARAGRAPH or token[0] == STOP:
                return self.unread(token)
        if token is None:
            return None
        body = self.until("}", "{")
        if body is not None and name and name[0] == "\\":
            self._define(name, Macro(body, len(after), None, tuple(after)))
        return None

    def _let(self) -> None:
        name = self.raw()
        self.skip_space()
        token = self.raw()
        if token and token[0] == "=":
            token = token[1:] or self.raw()
        if name and token and name[0] == "\\" and token[0] == "\\":
            self._define(name, self.macros.get(token, Macro([token])))

    def _newif(self) -> None:
        name = self.raw() or ""
        if name.startswith("\\if"):
            stem = name[3:]
            self.flags[name[1:]] = False
            for value in (True, False):
                self.primitives[f"\\{stem}{str(value).lower()}"] = self._setter(name[1:], value)

    def _setter(self, flag: str, value: bool) -> Callable[[], None]:
        return lambda: self.flags.__setitem__(flag, value)

    # -- expansion ----------------------------------------------------------------------------------------------------

    def _expand(self, macro: Macro) -> None:
        arguments: list[list[str]] = []
        if macro.default is not None:
            given = self.optional()
            arguments.append(macro.default if given is None else given)
        for index in range(len(arguments), macro.arguments):
            closer = macro.after[index] if index < len(macro.after) else ""
            if closer:
                self.skip_space()
            arguments.append((self.until(closer, "{") or []) if closer else self.argument())
        self.push(substitute(macro.body, arguments))
        self.left -= 1

    def _expand_environment(self, token: str) -> None:
        name = token[token.index("{") + 1 : -1]
        if self.left <= 0:
            return
        begin, end = self.environments[name]
        if token.startswith("\\begin"):
            self._expand(begin)
        else:
            self.push(end)
            self.left -= 1

    # -- conditionals -------------------------------------------------------------------------------------------------

    def _condition(self, name: str) -> bool:
        r"""Decides a conditional; False where `name` is none. What cannot be known counts as true."""
        if name not in self.flags and name not in _CONDITIONS:
            return False
        length = _CONDITIONS.get(name, 0)
        if length < 0:
            while (token := self.raw()) is not None and token not in (" ", PARAGRAPH) and token[0] != STOP:
                pass
            if token is not None:
                self.unread(token)
        for _ in range(length):
            self.skip_space()
            self.raw()
        if not self.flags.get(name, True):
            self._skip_branch(stop_at_else=True)
        return True

    def _skip_branch(self, stop_at_else: bool = False) -> None:
        r"""Skips to the `\fi` of this level, or to its `\else`."""
        depth = 0
        while (token := self.raw()) is not None:
            if token[0] == STOP:
                return self.unread(token)
            if token == "\\fi":
                if depth == 0:
                    return None
                depth -= 1
            elif token == "\\else" and depth == 0 and stop_at_else:
                return None
            elif token.startswith("\\if") and (token[1:] in self.flags or token[1:] in _CONDITIONS):
                depth += 1
        return None

    # -- files --------------------------------------------------------------------------------------------------------

    def _input(self) -> None:
        self.skip_space()
        token = self.raw()
        if token == "{":
            path = "".join(self.until("}", "{") or [])
        else:
            path = ""
            while token is not None and token not in (" ", PARAGRAPH, "}") and token[0] != STOP:
                path += token
                token = self.raw()
            if token is not None:
                self.unread(token)
        self._open(path)

    def _import(self) -> None:
        self.star()
        folder, path = "".join(self.argument()), "".join(self.argument())
        self._open(posixpath.join(folder, path))

    def _open(self, path: str) -> None:
        folder = posixpath.dirname(self.frames[-1].path) if self.frames else ""
        if len(self.frames) >= MAX_DEPTH:
            return
        found = self.project.find(path, folder)
        if found is None or any(frame.path == found[0] for frame in self.frames):
            return
        name, text = found
        if name.removesuffix(".tex") == self.project.stem:
            return
        if self.has_document and "\\begin{document}" in text:  # a subfile, whole in itself
            text = text.partition("\\begin{document}")[2].partition("\\end{document}")[0]
        self.open_text(text, name)

    def open_text(self, text: str, path: str) -> None:
        """Reads `text` next, then goes on here."""
        self.frames.append(Frame(tokenise(text + "\n"), path))

    def _end_input(self) -> None:
        if self.frames:
            self.frames[-1].source = iter(())

    def _use_package(self) -> None:
        self.optional()
        for name in "".join(self.argument()).split(","):
            text = self.project.read(name.strip() + ".sty", MAX_STYLE) if name.strip() else None
            if text and len(self.frames) < MAX_DEPTH:
                self.open_text(text, name.strip() + ".sty")
