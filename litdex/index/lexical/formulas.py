r"""Formulas as words: one spelling for what TeX, Unicode and a keyboard write differently.

`\alpha` and `α` become "alpha"; `H_2O`, `H$_2$O`, `\mathrm{H_2O}` and `H₂O` "H2O"; `\sqrt` and `√` "sqrt". A number
below joins what it stands at, for it is a part of a name; letters below and whatever stands above are words of their
own, as "alpha s" in `\alpha_s`. Commands that only lay out, and signs of relation and operation, are no words: else
"left" and "times" would find every formula.
"""

from __future__ import annotations

import re
import unicodedata

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
    *("nu", "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
)
_SIGNS = {
    **{"√": "sqrt", "∞": "infty", "∂": "partial", "∇": "nabla", "∑": "sum", "∏": "prod", "∫": "int", "∮": "oint"},
    **{"ℏ": "hbar", "ħ": "hbar", "ℓ": "ell", "†": "dagger", "⊗": "otimes", "⊕": "oplus", "µ": "mu", "∆": "delta"},
    **{"ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϖ": "pi", "ϱ": "rho", "Ω": "omega"},
}
_SPELLED = {chr(first + at): name for first in (0x391, 0x3B1) for at, name in enumerate(_GREEK)} | _SIGNS
_SAME = {**{f"var{name}": name for name in _GREEK}, "surd": "sqrt", "hslash": "hbar", "dag": "dagger"}
"""Commands that mean what another one does."""

_NO_WORDS = """
    left right big bigl bigr Big Bigl Bigr bigg biggl biggr Bigg middle frac dfrac tfrac cfrac binom over atop
    displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits quad qquad hspace vspace hskip kern phantom
    nonumber notag tag hline cr newline noindent par item operatorname mathop mathord
    textsuperscript textsubscript mbox hbox ensuremath overline underline overbrace underbrace widehat widetilde hat
    tilde bar vec dot ddot acute grave check breve overrightarrow stackrel overset underset substack
    times cdot cdots ldots dots vdots ddots pm mp div ast star circ bullet le leq ge geq ne neq equiv approx simeq cong
    sim propto ll gg lt gt prec succ in notin ni subset subseteq supset supseteq cup cap emptyset setminus forall exists
    neg wedge vee land lor to gets mapsto leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow
    longrightarrow longleftarrow uparrow downarrow rightleftharpoons langle rangle lfloor rfloor lceil rceil lvert rvert
    mid vert Vert colon prime lesssim gtrsim lessgtr thinspace
"""
_NONE = frozenset(_NO_WORDS.split())
_FONTS = r"\\(?:(?:math|text)?(?:rm|bf|it|sf|tt|sc|sl|cal|scr|frak|bb|normal)|text|em|emph|mbox|bm|pmb|boldsymbol)"

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_FORMULA = re.compile(r"[\\_^]")
_SHIFTED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ]+|[₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ]+")
_IN_FONT = re.compile(rf"{_FONTS}\s*\{{([^{{}}\\]*)\}}|\{{{_FONTS}\s+([^{{}}\\]*)\}}")
_NAMED = re.compile(r"\\(?:begin|end|label|eqref|ref|cite)\s*\{[^{}]{0,200}\}")  # names of environments, keys
_SHIFT = r"(?:\{[^{}]{0,40}\}|\w)"
_TURNED = re.compile(rf"(\^{_SHIFT})(_{_SHIFT})")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_BEFORE = re.compile(r"(?<![\w)}\]])\$?\^\{?(\d{1,3})\}?\$?(?=[A-Z])")
_BELOW = re.compile(r"(?<=[^\W_])\}?\$?_\$?\{?(\d+)\}?\$?")


def folded(text: str) -> str:
    """The text with formulas as words. What has none is returned as it is."""
    if not text.isascii():
        text = _SHIFTED.sub(_as_tex, text)
        text = _NOT_ASCII.sub(_spelled, text)
    if not _FORMULA.search(text):
        return text
    text = _IN_FONT.sub(lambda match: match[1] or match[2] or "", _NAMED.sub(" ", text))
    text = _COMMAND.sub(_named, _TURNED.sub(r"\2\1", text))
    return _BELOW.sub(r"\1", _BEFORE.sub(r" \1", text)).replace("_", " ").replace("^", " ")


def _as_tex(match: re.Match[str]) -> str:
    """Raised or lowered characters as TeX has them."""
    raised = unicodedata.decomposition(match[0][0]).startswith("<super>")
    return ("^{" if raised else "_{") + unicodedata.normalize("NFKC", match[0]) + "}"


def _spelled(match: re.Match[str]) -> str:
    """A Greek letter or a sign by its name, a word of its own but for a number after it."""
    name = _SPELLED.get(match[0])
    if name is None:
        return match[0]
    return f" {name} " if match.string[match.end() : match.end() + 1].isalpha() else f" {name}"


def _named(match: re.Match[str]) -> str:
    """A command's name; a blank for one that is no word."""
    name = match[1]
    return " " if name in _NONE else f" {_SAME.get(name, name)}"
