"""Presentation MathML to readable TeX, by table. What it does not know is kept as its characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from litdex.ingest.parsers.xml import Element
from litdex.ingest.parsers.xml_text import tags

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho _ sigma tau upsilon phi"
)
_LETTERS = {chr(0x3B1 + i): rf"\{name}" for i, name in enumerate(f"{_GREEK} chi psi omega".split()) if name != "_"}
_CAPITALS = {
    chr(ord(char) - 32): rf"\{name[1].upper()}{name[2:]}"
    for char, name in _LETTERS.items()
    if name[1:] in {"gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega"}
}
_SYMBOLS = {
    "ϵ": "epsilon", "ϑ": "vartheta", "ϕ": "phi", "ϖ": "varpi", "ϱ": "varrho", "ς": "varsigma", "ℓ": "ell", "ℏ": "hbar",
    "∂": "partial", "∇": "nabla", "∞": "infty", "∑": "sum", "∏": "prod", "∫": "int", "∬": "iint", "∮": "oint",
    "±": "pm", "∓": "mp", "×": "times", "÷": "div", "·": "cdot", "⋅": "cdot", "∗": "ast", "⋆": "star", "∘": "circ",
    "⊗": "otimes", "⊕": "oplus", "†": "dagger", "√": "surd", "≤": "le", "≥": "ge", "⩽": "le", "⩾": "ge", "≠": "ne",
    "≡": "equiv", "≈": "approx", "≃": "simeq", "≅": "cong", "∼": "sim", "∝": "propto", "≪": "ll", "≫": "gg",
    "≺": "prec", "≻": "succ", "∈": "in", "∉": "notin", "∋": "ni", "⊂": "subset", "⊆": "subseteq", "⊃": "supset",
    "∪": "cup", "∩": "cap", "∅": "emptyset", "∖": "setminus", "∀": "forall", "∃": "exists", "¬": "neg", "∧": "wedge",
    "∨": "vee", "→": "to", "←": "leftarrow", "↔": "leftrightarrow", "⇒": "Rightarrow", "⇔": "Leftrightarrow",
    "↦": "mapsto", "↑": "uparrow", "↓": "downarrow", "⇌": "rightleftharpoons", "⟨": "langle", "⟩": "rangle",
    "〈": "langle", "〉": "rangle", "‖": "|", "∥": "parallel", "⊥": "perp", "…": "dots", "⋯": "cdots", "⋮": "vdots",
    "∠": "angle", "ℜ": "Re", "ℑ": "Im", "⌊": "lfloor", "⌋": "rfloor", "⌈": "lceil", "⌉": "rceil",
}  # fmt: skip
_PLAIN = {"−": "-", "′": "'", "″": "''", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_",
          "$": r"\$", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "∣": "|", "~": r"\sim"}  # fmt: skip
_TEX = {**_LETTERS, **_CAPITALS, **{char: rf"\{name}" for char, name in _SYMBOLS.items()}, **_PLAIN}
_FUNCTIONS = tags(
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd inf ker lim liminf limsup ln log max min Pr "
    "sec sin sinh sup tan tanh"
)
_VARIANTS = {
    "bold": "mathbf", "bold-italic": "mathbf", "double-struck": "mathbb", "script": "mathcal", "fraktur": "mathfrak",
    "bold-script": "mathcal", "sans-serif": "mathsf", "monospace": "mathtt",
}  # fmt: skip
_OVER = {
    "˙": "dot", "̇": "dot", ".": "dot", "¨": "ddot", "̈": "ddot", "^": "hat", "ˆ": "hat", "̂": "hat", "~": "tilde",
    "˜": "tilde", "̃": "tilde", "¯": "bar", "‾": "bar", "̄": "bar", "_": "bar", "―": "bar", "̅": "bar", "→": "vec",
    "⃗": "vec", "⇀": "vec", "⏞": "overbrace", "´": "acute", "ˇ": "check", "∼": "tilde", "-": "bar",
}  # fmt: skip
_UNDER = {"_": "underline", "̲": "underline", "¯": "underline", "⏟": "underbrace", "‾": "underline"}
_SILENT = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup", "malignmark"})


def to_tex(element: Element) -> str:
    """The TeX of a `math` element (or of any element inside one), without dollars. Uses a TeX annotation if given."""
    for annotation in element.iter("annotation"):
        if "tex" in (annotation.get("encoding") or "").lower() and annotation.text:
            return " ".join(annotation.text.split())
    return _tidy(_row(element))


def _tidy(tex: str) -> str:
    tex = re.sub(r"\s+", " ", tex).strip()
    return re.sub(r" (?=[,;)\]}^_'])|(?<=[(\[{]) ", "", tex)


def _tex(element: Element) -> str:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SILENT:
        return ""
    return _CONVERTERS.get(tag, _row)(element)


def _row(element: Element) -> str:
    return _join([_text(element.text or ""), *(_tex(child) for child in element)])


def _join(pieces: list[str]) -> str:
    """Pieces side by side; a command is parted from a letter after it."""
    out = ""
    for piece in pieces:
        gap = re.search(r"\\[A-Za-z]+$", out) and re.match(r"[A-Za-z]", piece)
        out += f" {piece}" if gap else piece
    return out


def _group(element: Element | None) -> str:
    """An argument: bare if it is one token, else in braces."""
    tex = "" if element is None else _tidy(_tex(element))
    return tex if re.fullmatch(r"[A-Za-z0-9*+'-]|\\[A-Za-z]+", tex) else f"{{{tex}}}"


def _argument(element: Element | None) -> str:
    """An argument of a command, always in braces."""
    return "{" + ("" if element is None else _tidy(_tex(element))) + "}"


def _text(text: str) -> str:
    return _join([_character(char) for char in text.strip()])


def _character(char: str) -> str:
    if char in _TEX:
        return _TEX[char]
    name = unicodedata.name(char, "")
    if not name.startswith(("MATHEMATICAL", "DOUBLE-STRUCK", "SCRIPT", "BLACK-LETTER")):
        return char
    styles = (("DOUBLE-STRUCK", "mathbb"), ("SCRIPT", "mathcal"), ("FRAKTUR", "mathfrak"), ("BLACK-LETTER", "mathfrak"),
              ("BOLD", "mathbf"))  # fmt: skip
    plain = unicodedata.normalize("NFKC", char)
    plain = _TEX.get(plain, plain)
    return next((rf"\{command}{{{plain}}}" for style, command in styles if style in name), plain)


def _identifier(element: Element) -> str:
    raw = "".join(str(piece) for piece in element.itertext()).strip()
    command = _VARIANTS.get(element.get("mathvariant", ""))
    if raw in _FUNCTIONS:
        return rf"\{raw} "
    if command:
        return rf"\{command}{{{_text(raw)}}}"
    return rf"\mathrm{{{raw}}}" if len(raw) > 1 and raw.isalnum() and raw.isascii() else _text(raw)


def _operator(element: Element) -> str:
    raw = "".join(str(piece) for piece in element.itertext()).strip()
    if raw in _FUNCTIONS:
        return rf"\{raw} "
    if len(raw) > 1 and raw.isalpha() and raw.isascii():
        return rf"\mathrm{{{raw}}} "
    tex = _text(raw)
    return (
        f" {tex} "
        if tex and ((tex[0] == "\\" and tex[1:2].isalpha()) or tex in {"=", "+", "-", "<", ">", ","})
        else tex
    )


def _words(element: Element) -> str:
    text = " ".join("".join(str(piece) for piece in element.itertext()).split())
    return rf" \text{{{text}}} " if re.search(r"[^\W\d_]{2}", text) else _text(text)


def _child(element: Element, index: int) -> Element | None:
    return element[index] if index < len(element) else None


def _command(name: str, count: int = 1) -> Callable[[Element], str]:
    return lambda element: rf"\{name}" + "".join(_argument(_child(element, i)) for i in range(count))


def _scripts(*marks: str) -> Callable[[Element], str]:
    def convert(element: Element) -> str:
        first = _child(element, 0)
        base = "" if first is None else _tidy(_tex(first))
        base = f"{{{base}}}" if re.search(r"(?<!\\left)[\^_]|[ +=-]", base) and not base.startswith("\\") else base
        scripts = ((mark, _child(element, i)) for i, mark in enumerate(marks, 1))
        return base + "".join(mark + _group(script) for mark, script in scripts if script is not None)

    return convert


def _accent(table: dict[str, str], mark: str, fallback: str) -> Callable[[Element], str]:
    def convert(element: Element) -> str:
        script = _child(element, 1)
        raw = "" if script is None else "".join(str(piece) for piece in script.itertext()).strip()
        if raw in table:
            return rf"\{table[raw]}{_argument(_child(element, 0))}"
        base = _argument(_child(element, 0))[1:-1]
        if re.fullmatch(r"\\(?:sum|prod|int|oint|lim|max|min|sup|inf|mathrm\{[a-z ]+\}|bigcup|bigcap)", base):
            return f"{base}{mark}{_group(script)} "
        return rf"\{fallback}{_argument(script)}{{{base}}}"

    return convert


def _root(element: Element) -> str:
    return rf"\sqrt[{_argument(_child(element, 1))[1:-1]}]{_argument(_child(element, 0))}"


def _fenced(element: Element) -> str:
    separator = (element.get("separators", ",").strip() or " ")[0]
    inner = f"{separator} ".join(_tidy(_tex(child)) for child in element)
    return _text(element.get("open", "(")) + inner + _text(element.get("close", ")"))


def _table(element: Element) -> str:
    rows = [" & ".join(_tidy(_row(cell)) for cell in row) for row in element if row.tag in {"mtr", "mlabeledtr"}]
    if len(rows) == 1:
        return rows[0].replace(" & ", " ")
    return r"\begin{matrix} " + r" \\ ".join(rows) + r" \end{matrix}"


_CONVERTERS: dict[str, Callable[[Element], str]] = {
    "mi": _identifier,
    "mn": lambda element: _text("".join(str(piece) for piece in element.itertext())),
    "mo": _operator,
    "mtext": _words,
    "ms": _words,
    "mspace": lambda element: " ",
    "mfrac": _command("frac", 2),
    "msqrt": lambda element: rf"\sqrt{{{_tidy(_row(element))}}}",
    "mroot": _root,
    "msub": _scripts("_"),
    "msup": _scripts("^"),
    "msubsup": _scripts("_", "^"),
    "munderover": _scripts("_", "^"),
    "mmultiscripts": _scripts("_", "^"),
    "mover": _accent(_OVER, "^", "overset"),
    "munder": _accent(_UNDER, "_", "underset"),
    "mfenced": _fenced,
    "mtable": _table,
}
