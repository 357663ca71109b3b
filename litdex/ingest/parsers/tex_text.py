r"""TeX in a line of metadata to plain Unicode: titles, names and abstracts out of arXiv and BibTeX.

Accents, special letters, font commands, quotes, dashes and escapes become what they print; formulas (`$…$`, `\(…\)`)
stay as TeX; a command that nobody knows stays as it is, unless it has an argument, which then stands for it. One pass
over the text, so what came out of an escape is never read as TeX again; tokens are bounded, so no text takes long. Full
LaTeX is the LaTeX parser's business.
"""

from __future__ import annotations

import re

from litdex.ingest.parsers.latex_symbols import accented, symbols

_LETTER = r"(?:\\[ij](?![A-Za-z])|[^\W\d_])"
_FONTS = (
    "it|bf|em|rm|tt|sc|sl|sf|itshape|bfseries|scshape|slshape|upshape|rmfamily|sffamily|ttfamily|normalfont|small|large"
)
_TOKEN = re.compile(
    rf"""
    (?=[$\\{{}}~`'-])(?:                   # only these begin a token: everything else is passed over quickly
    (?P<math>\$(?:[^$\\]|\\.)+\$|\\\(.{{1,2000}}?\\\)|\\\[.{{1,2000}}?\\\])
  | (?P<cite>~?\\(?:cite[a-z]*|footnote|thanks|label)\*?(?:\[[^\]]{{0,300}}\]){{0,2}}\{{[^{{}}]{{0,1000}}\}})
  | \\(?P<accent>['"`^~=.])\s*(?:\{{\s*(?P<braced>{_LETTER})\s*\}}|(?P<bare>{_LETTER}))
  | \\(?P<named>[ckHbdruv])(?:\s*\{{\s*(?P<inside>{_LETTER})\s*\}}|\s+(?P<after>{_LETTER})(?![A-Za-z]))
  | \\(?:{_FONTS})(?![A-Za-z])\s*
  | \\(?P<symbol>[A-Za-z]+)(?P<space>[ \t]*)(?P<empty>\{{\}})?
  | \\(?P<escaped>[%&$\#_{{}}])
  | \\(?P<control>[^A-Za-z\s])
  | (?P<typed>---?|``|'')
  | (?P<tie>(?<=[\w.}}])~(?=[\w$\\{{]))
  | [{{}}])
    """,
    re.VERBOSE | re.DOTALL,
)
_ACCENT = r"\\(?:['\"`^~=.]|[ckHbdruv](?![A-Za-z]))"
_NESTED = re.compile(  # an accent over a letter that has one, that is a command itself, or that stands in more braces
    rf"(?P<outer>{_ACCENT}\s*\{{)\s*(?P<inner>{_ACCENT}\s*(?:\{{\s*{_LETTER}\s*\}}|{_LETTER})|\{{\s*{_LETTER}\s*\}}"
    r"|\\(?:[oOlL]|ae|AE|oe|OE|aa|AA)(?![A-Za-z])(?:\{\})?)\s*\}"
)
_DEEPEST = 3  # of accents over one another: Vietnamese has two
_STRUCTURED = re.compile(r"\\(?:frac|sqrt|begin|over|sum|int|left)(?![A-Za-z])")
_TYPED = {"---": "—", "--": "–", "``": "“", "''": "”"}
_LETTERS = {
    "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip
_WORDS = {
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textdollar": "$", "textbraceleft": "{",
    "textbraceright": "}", "deg": "°",
}  # fmt: skip
_CONTROLS = {",": " ", ";": " ", ":": " ", "!": "", "/": "", "-": "", "\\": " ", "@": "", '"': "", "'": "'", "~": "~"}


def plain_tex(text: str) -> str:
    """`text` without TeX outside formulas, white space folded."""
    if "\\" in text or "{" in text or "~" in text or "--" in text or "``" in text or "''" in text:
        text = text if _STRUCTURED.search(_outside_math(text)) else _TOKEN.sub(_plain, _unnested(text))
    return " ".join(text.split())


def _unnested(text: str) -> str:
    """`text` with no accent inside the braces of another one."""
    for _ in range(_DEEPEST):
        text, count = _NESTED.subn(lambda m: m["outer"] + _TOKEN.sub(_plain, m["inner"]) + "}", text)
        if not count:
            break
    return text


def _outside_math(text: str) -> str:
    return re.sub(r"\$(?:[^$\\]|\\.)+\$", "", text)


def _plain(match: re.Match[str]) -> str:
    """What one token prints."""
    kind = match.lastgroup
    if kind in ("math", "tie", "typed", "escaped", "control", "cite"):
        value = match[kind]
        return {
            "math": value,
            "tie": " ",
            "typed": _TYPED.get(value, value),
            "escaped": value,
            "control": _CONTROLS.get(value, "\\" + value),
            "cite": "",
        }[kind]
    if match["accent"] or match["named"]:
        letter = match["braced"] or match["bare"] or match["inside"] or match["after"]
        return accented(_LETTERS.get(letter[1:], letter), f"\\{match['accent'] or match['named']}")
    return _symbol(match) if match["symbol"] else ""


def _symbol(match: re.Match[str]) -> str:
    """A command of letters. Only a letter's command swallows the space behind it: abstracts write "\\alpha decay"."""
    name, space = match["symbol"], match["space"] or ""
    if name in _LETTERS:
        return _LETTERS[name]
    follows = match.string[match.end() : match.end() + 1]
    found = _WORDS.get(name) or symbols().get(f"\\{name}")
    if found is not None:
        return found + ("" if match["empty"] else space)
    return "" if follows == "{" else match[0]
