"""LaTeX of what follows the front matter: sections, formulas, figures with words in them, tables, notes, references."""

# ruff: noqa: E501  (templates and word lists read better unbroken)
from __future__ import annotations

import random
import re
from dataclasses import dataclass

from scripts.typeset.content import Draft

FORMULAS = (
    r"\frac{\partial \rho}{\partial t} + \nabla\cdot(\rho v) = 0", r"E = m c^2 + \sum_{i=1}^{N} \frac{p_i^2}{2 m_i}",
    r"S = \int d^4x \sqrt{-g}\, \left( R - 2\Lambda \right)", r"H = -J \sum_{\langle ij\rangle} \sigma_i \sigma_j - h \sum_i \sigma_i",
    r"\chi^2 = \sum_{k} \frac{(O_k - E_k)^2}{E_k}", r"f(x) = a_0 + a_1 x + a_2 x^2 + \cdots", r"x_{n+1} = r x_n (1 - x_n)",
)  # fmt: skip
INLINE = (
    r"($\alpha = 0.12$)",
    r"at $10^{-5}$ s",
    r"for $x_i \to \infty$",
    r"with $\Delta E/E \approx 3\%$",
    r"($n \leq 4$)",
)
_SPECIAL = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
            "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "<": r"$<$", ">": r"$>$", "|": r"$|$"}  # fmt: skip


def tex(text: str) -> str:
    """Plain text as LaTeX."""
    text = text.replace("\u2013", "--").replace("\u2014", "---").replace("\u2019", "'").replace("\u2018", "`")
    text = text.replace("\u201c", "``").replace("\u201d", "''").replace("\u2022", "*")
    text = "".join(_SPECIAL.get(char, char) for char in text)
    return text.encode("latin-1", "ignore").decode("latin-1")


@dataclass
class Look:
    """What the body looks like, where the class leaves a choice."""

    numbered: bool = True
    wide: bool = False  # has two columns: some floats go over both
    captions_above: bool = True
    labels_bold: bool = False
    unnumbered_back: bool = True
    bibliography: str = "thebibliography"
    back_run_in: bool = False
    max_level: int = 3


def body(draft: Draft, rng: random.Random, look: Look) -> str:
    """The sections, floats spread among them, the back matter and the references."""
    pieces: list[str] = []
    floats = _floats(draft, rng, look)
    notes = list(draft.notes[2:])
    for level, heading, paragraphs in draft.sections:
        pieces.append(section(min(level, look.max_level), heading, look.numbered))
        for paragraph in paragraphs:
            pieces.append(_paragraph(paragraph, rng, notes))
            if rng.random() < 0.35:
                pieces.append(f"\\begin{{equation}}\n{rng.choice(FORMULAS)}\n\\end{{equation}}")
            if floats and rng.random() < 0.4:
                pieces.append(floats.pop())
    for head, text in draft.back:
        pieces.append(
            f"\\paragraph{{{tex(head)}}} {tex(text)}" if look.back_run_in else f"\\section*{{{tex(head)}}}\n{tex(text)}"
        )
    pieces.append(references(draft))
    return "\n\n".join(pieces)


def section(level: int, heading: str, numbered: bool) -> str:
    command = ("section", "subsection", "subsubsection")[level - 1]
    return f"\\{command}{'' if numbered else '*'}{{{tex(heading)}}}"


def _paragraph(text: str, rng: random.Random, notes: list[str]) -> str:
    written = re.sub(r"@M@", lambda _: rng.choice(INLINE), tex(text))
    if notes and rng.random() < 0.15:
        place = written.find(". ")
        if place > 0:
            written = f"{written[:place]}.\\footnote{{{tex(notes.pop())}}}{written[place + 1 :]}"
    if rng.random() < 0.06:
        parts = written.split(". ")[:4]
        written = "\\begin{itemize}\n" + "\n".join(f"\\item {part}." for part in parts) + "\n\\end{itemize}"
    return written


def _floats(draft: Draft, rng: random.Random, look: Look) -> list[str]:
    result = []
    for caption, labels in zip(draft.captions, draft.figures, strict=True):
        star = "*" if look.wide and rng.random() < 0.25 else ""
        result.append(
            f"\\begin{{figure{star}}}[tb]\n\\centering\n{_picture(labels, rng)}\n\\caption{{{tex(caption)}}}\n\\end{{figure{star}}}"
        )
    for caption, rows in draft.tables:
        head, *rest = [" & ".join(map(tex, row)) + r" \\" for row in rows]
        tabular = (
            f"\\begin{{tabular}}{{l{'r' * (len(rows[0]) - 1)}}}\n\\hline\n{head}\n\\hline\n"
            + "\n".join(rest)
            + "\n\\hline\n\\end{tabular}"
        )
        size = rng.choice(["", "\\small ", "\\footnotesize "])
        parts = [f"\\caption{{{tex(caption)}}}", size + tabular]
        inner = "\n".join(parts if look.captions_above else reversed(parts))
        result.append(f"\\begin{{table}}[tb]\n\\centering\n{inner}\n\\end{{table}}")
    rng.shuffle(result)
    return result[: rng.randint(1, 6)]


def _picture(labels: list[str], rng: random.Random) -> str:
    """A box with an axis of numbers and some words, as plots have them."""
    ticks = "".join(f"\\put({10 + 30 * n},4){{{rng.choice([n * 10, round(n * 0.2, 1)])}}}" for n in range(6))
    inside = "".join(f"\\put({rng.randint(8, 110)},{22 + 14 * n}){{{tex(text)}}}" for n, text in enumerate(labels))
    font = rng.choice([r"\tiny\sffamily", r"\scriptsize", r"\footnotesize\sffamily", r"\scriptsize\sffamily"])
    return f"\\fbox{{\\begin{{picture}}(190,112){font}{ticks}{inside}\\end{{picture}}}}"


def references(draft: Draft) -> str:
    entries = "\n".join(f"\\bibitem{{r{n}}} {tex(text)}" for n, text in enumerate(draft.references))
    return f"\\begin{{thebibliography}}{{99}}\n{entries}\n\\end{{thebibliography}}"
