r"""Inline Markdown to text: emphasis, links and HTML go, formulas become `$…$` and `$$…$$` and are not touched."""

from __future__ import annotations

import html
import re

_MATH = re.compile(
    r"\\\[(?P<square>(?:(?!\\\[).){0,20000}?)\\\]|\\\((?P<round>(?:(?!\\\().){0,5000}?)\\\)"
    r"|\$\$(?P<double>[^$]{1,20000})\$\$"
    r"|(?<![\\$\w])\$(?P<single>(?![\s\d][^$]*\s\$)[^$\n]{1,2000}?(?<![\s\\]))\$(?![\w$])"
    r"|(?P<code>(?<!`)(?P<ticks>`{1,3})(?!`)(?P<inside>.{1,2000}?)(?<!`)(?P=ticks)(?!`))",
    re.DOTALL,
)
_TAG = re.compile(r"\\(?:tag\*?|label)\{[^{}]*\}|\\(?:nonumber|notag)\b")
_STEPS: tuple[tuple[str, re.Pattern[str], str], ...] = (  # (what opens it, pattern, replacement)
    (
        "![",
        re.compile(r"!\[([^\[\]]{0,1000})\](?:\([^()\s]{0,1000}(?:\s+\"[^\"]{0,1000}\")?\)|\[[^\[\]]{0,100}\])"),
        r"\1",
    ),
    ("[^", re.compile(r"\[\^[^\]\s]{1,60}\]"), ""),
    (
        "](",
        re.compile(r"\[([^\[\]]{1,1000})\]\((?:[^()\s]|\([^()\s]{0,300}\)){0,1000}(?:\s+\"[^\"]{0,1000}\")?\)"),
        r"\1",
    ),
    ("<", re.compile(r"<((?:https?|mailto|ftp):[^<>\s]{1,1000})>"), r"\1"),
    ("<", re.compile(r"</?[A-Za-z][^<>\n]{0,300}>"), ""),
    (
        "",
        re.compile(r"(?<![\w\\*~])(\*\*\*|\*\*|\*|___|__|_|~~)(?=[^\s*_])([^\n]{0,1000}?)(?<=[^\s\\])\1(?![\w*])"),
        r"\2",
    ),
    ("**", re.compile(r"(?<!\\)(\*\*)(?=\S)([^\n*]{1,1000}?)(?<=\S)\1"), r"\2"),
    ("\\", re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_BRACKETED = re.compile(  # marker's links to references: "[\\[1\\]](#page-8-0)", whose brackets begin no formula
    r"\[((?:\\[\[\]]|[^\[\]\\\n]){1,300})\]\((#[^()\s]{0,300})\)"
)
MAX_MARKS = 2000
"""A block with more marks of a kind than this is no prose; they are left as they stand, to bound the time."""
_HOLD, _OPEN, _CLOSE = "\ue000", "\ue001", "\ue002"


def inline(text: str) -> str:
    """One block's text, in one line."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(_formula(match))
        return f"{_HOLD}{len(held) - 1}{_HOLD}"

    text = re.sub("[\ue000-\uf8ff]", "", text)
    text = _BRACKETED.sub(_link_text, text) if "](" in text else text
    text = " ".join(_MATH.sub(hold, text).split())  # emphasis may go over lines
    crowded = sum(map(text.count, "*_~")) > MAX_MARKS
    for opener, pattern, replacement in _STEPS * 2:  # twice: emphasis within emphasis
        if opener == "\\" or not (crowded if opener in ("", "**") else text.count(opener) > MAX_MARKS):
            text = pattern.sub(replacement, text)
    text = re.sub(f"{_HOLD}(\\d+){_HOLD}", lambda match: held[int(match[1])], html.unescape(text))
    text = text.replace(_OPEN, "[").replace(_CLOSE, "]")
    return " ".join(text.split())


def _link_text(match: re.Match[str]) -> str:
    """What a link inside the document shows; its brackets are letters to the steps that follow."""
    return match[1].replace("\\[", _OPEN).replace("\\]", _CLOSE)


def _formula(match: re.Match[str]) -> str:
    if match["code"]:
        return match["inside"].strip()
    display = match["square"] if match["square"] is not None else match["double"]
    body = display if display is not None else match["round"] if match["round"] is not None else match["single"]
    formula = " ".join(_TAG.sub("", body).split())
    if not formula:
        return ""
    return f" $${formula}$$ " if display is not None else f"${formula}$"
