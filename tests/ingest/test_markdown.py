"""Markdown and Nougat's .mmd to papers."""

from __future__ import annotations

import time

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.paper import Paper
from litdex.ingest.parsers import markdown
from tests.ingest.latex_project import memory_blob

NOUGAT = r"""# Quantum Walks on \(\mathbb{Z}^{2}\)

Jane A. Doe\({}^{1}\), John Smith\({}^{1,2}\) and Li Wei\({}^{2}\)

\({}^{1}\)Department of Physics, University of Somewhere

###### Abstract

We study _discrete_ walks with \(\sigma^{2}\sim t^{2}\).

## 1 Introduction

Quantum walks [1] are **useful**. They obey

\[U=S(C\otimes I),\tag{1}\]

where \(C\) is a coin.

[MISSING_PAGE_FAIL:3]

\begin{table}
\begin{tabular}{l c}
A & B \\
\end{tabular}
\end{table}
Table 1: Parameters of the \(XY\) walk.

Figure 2: A picture.

### 1.1 Details

More.[^1]

[^1]: A footnote.

## Acknowledgments

We thank all.

## References

* [1] Y. Aharonov, L. Davidovich, "Quantum random walks," Phys. Rev. A **48**, 1687 (1993). arXiv:quant-ph/9301001.
* [2] A. Childs, Commun. Math. Phys. 294, 581 (2010). doi:10.1007/s00220-009-0930-1
"""

FRONT = """---
title: "A note on: things"
authors:
  - name: Ana María López
    affiliation: Somewhere
  - name: Bo Li
date: 2021-05-04
doi: 10.1234/ABC.5
keywords: [ham, eggs]
abstract: |
  We describe things
  in two lines.
---

Introduction
============

Text.
"""


def read(text: str) -> Paper:
    (paper,) = markdown.parse(memory_blob(text, "a.md"))
    assert isinstance(paper, Paper)
    return paper


def test_nougat_front() -> None:
    paper = read(NOUGAT)
    assert paper.title == r"Quantum Walks on $\mathbb{Z}^{2}$"
    assert [author.name for author in paper.authors] == ["Jane A. Doe", "John Smith", "Li Wei"]
    assert paper.abstract == r"We study discrete walks with $\sigma^{2}\sim t^{2}$."


def test_nougat_body() -> None:
    paper = read(NOUGAT)
    found = [(section.title, section.level, section.kind) for section in paper.sections]
    assert found == [("Introduction", 1, "body"), ("Details", 2, "body"), ("Acknowledgments", 1, "back")]
    text = "Quantum walks [1] are useful. They obey\n\n$$U=S(C\\otimes I),$$\n\nwhere $C$ is a coin."
    assert paper.sections[0].text == text
    assert paper.sections[1].text == "More."
    assert [(one.label, one.kind, one.text) for one in paper.captions] == [
        ("Table 1", "table", "A | B"),
        ("Table 1", "caption", "Parameters of the $XY$ walk."),
        ("Figure 2", "caption", "A picture."),
        ("", "footnote", "A footnote."),
    ]


def test_nougat_references() -> None:
    first, second = read(NOUGAT).references
    assert (first.title, first.authors, first.year) == ("Quantum random walks", ("Y. Aharonov", "L. Davidovich"), 1993)
    assert first.identifiers == {"arxiv": "quant-ph/9301001"}
    assert second.identifiers == {"doi": "10.1007/s00220-009-0930-1"}


TABLE = r"""# A title

## Results

Before.[^a]

\begin{table}
\begin{tabular}{l r@{.}l c} \hline \hline
\multicolumn{2}{c}{Atom} & \(T\) & Source \\ \cline{1-2}
Rb & 1 & \(5\,\mu\)K & Smith \& Li \\[2pt] \hline
Cs & & 7 & **Wei** \\
\end{tabular}
\end{table}
Table 2: Temperatures.

Footnote 1: Measured in a trap.

After.

## References

* [1] A. Childs, Commun. Math. Phys. 294, 581 (2010).

\begin{table}
\begin{tabular}{c}
Late \\
\end{tabular}
\end{table}
"""


def test_tables_and_footnotes_stand_apart_from_the_text() -> None:
    paper = read(TABLE)
    rows = "Atom | $T$ | Source\nRb | 1 | $5\\,\\mu$K | Smith & Li\nCs | 7 | Wei"
    assert paper.sections[0].text == "Before.\n\nAfter."
    assert [(caption.kind, caption.text) for caption in paper.captions] == [
        ("table", rows),
        ("caption", "Temperatures."),
        ("footnote", "Measured in a trap."),
        ("table", "Late"),
    ]
    assert len(paper.references) == 1


def test_a_tabular_without_an_end_takes_little_time() -> None:
    start = time.monotonic()
    read("Words here.\n\n" + "\\begin{table}\n\\begin{tabular}{c}\na & b\n" * 2_000)
    assert time.monotonic() - start < 10


def test_front_matter() -> None:
    paper = read(FRONT)
    assert (paper.title, paper.date, paper.keywords) == ("A note on: things", "2021-05-04", ("ham", "eggs"))
    assert [author.name for author in paper.authors] == ["Ana María López", "Bo Li"]
    assert (paper.abstract, paper.claims) == ("We describe things in two lines.", {"doi": "10.1234/abc.5"})
    assert [(section.title, section.text) for section in paper.sections] == [("Introduction", "Text.")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Some *text* **with *both* kinds** and __more__", "Some text with both kinds and more"),
        ("snake_case_word 2*3*4", "snake_case_word 2*3*4"),
        ("[a link](http://x.y/a_(b)) and <http://z>", "a link and http://z"),
        ("`a*b*c` and <b>html</b> &amp; more", "a*b*c and html & more"),
        ("costs \\$5, not $10; p<0.05", "costs $5, not $10; p<0.05"),
        ("$a_1 * b_2 * c$ and $$x\\label{y}$$", "$a_1 * b_2 * c$ and $$x$$"),
        ("* one\n* two\n  more", "one\n\ntwo more"),
        ("> quoted\n> text", "quoted text"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nafter", "after"),
        ("*an emphasis over\ntwo lines*", "an emphasis over two lines"),
        (r"Seen [\[1\]](#p-8), [\[2,](#p-8) [3\]](#p-8); [\[4\]](#p-9)[\[5\]](#p-9)", "Seen [1], [2, 3]; [4][5]"),
        (r"a formula \(x\) and `` a`b ``", "a formula $x$ and a`b"),
        ("```python\ndef f(x):\n    return *x*\n```", "def f(x):\n    return *x*"),
        ("<!-- hidden\n\nstill --> seen", "seen"),
        ("one[^a] two\n\n[^a]: note", "one two"),
        ("line\nbroken", "line broken"),
    ],
)
def test_text(source: str, text: str) -> None:
    assert read(f"# T\n\n## S\n\n{source}").sections[0].text == text


def test_text_below_the_title_that_is_no_list_of_names_stays() -> None:
    paper = read("# Title\n\nThis tool reads papers and finds things.\n\n## Use\n\nRun it.")
    assert paper.authors == ()
    assert [section.text for section in paper.sections] == ["This tool reads papers and finds things.", "Run it."]


@pytest.mark.parametrize(
    "mark", ["*a ", "**a", "[", "[a](", "![", "<a ", "_a ", "`a ", "$a ", r"\[ ", "<!--", "[^", "~~a"]
)
def test_hostile_marks_take_little_time(mark: str) -> None:
    start = time.monotonic()
    read("Words here. " + mark * 50_000)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("text", ["", "---\n\n***\n", "\n\n|||\n"])
def test_nothing_to_read_is_one_clear_line(text: str) -> None:
    with pytest.raises(UnreadableFile, match=r"a\.md: no text"):
        read(text)


MARKER = r"""# Bricks in rivers

Ann Clearwater, Bob Stone

# Abstract

Bricks sink.

# 1 Introduction

Bricks are common [\[1\]](#page-8-0), as is <sup>3</sup>He.

<span id="page-1-0"></span><sup>1</sup>Some float.

<table><thead><tr><th>Brick</th><th>Depth</th></tr></thead>
<tbody><tr><td>red</td><td>3&nbsp;m</td></tr></tbody></table>

Table 4: Depths.

# References

- <span id="page-8-0"></span>[1] A. Doe and B. Roe, "Bricks of the north," *J. Bricks*, vol. 3, pp. 1-9, 2018.
- <span id="page-8-1"></span>[2] C. Poe, "Bricks of the south," *J. Bricks*, vol. 4, pp. 1-9, 2019.
"""


def test_what_marker_writes() -> None:
    """Brackets in links, HTML tables, footnotes as paragraphs, anchors and numbers in front of references."""
    paper = read(MARKER)
    assert [section.text for section in paper.sections] == ["Bricks are common [1], as is 3He."]
    assert [(one.kind, one.label, one.text) for one in paper.captions] == [
        ("footnote", "", "Some float."),
        ("table", "Table 4", "Brick | Depth\nred | 3 m"),
        ("caption", "Table 4", "Depths."),
    ]
    assert [(one.text[:8], one.authors) for one in paper.references] == [
        ("A. Doe a", ("A. Doe", "B. Roe")),
        ("C. Poe, ", ("C. Poe",)),
    ]


OLMOCR = r"""---
primary_language: en
is_table: False
---
Bricks in Rivers

Ann Clearwater\(^1\) and Bob B. Stone\(^2\)

\(^1\) Institute of Bricks
\(^2\) University of Nowhere

Abstract

Bricks sink.

1 Introduction

Bricks are common.

2.1 Depth

They lie deep.

Acknowledgements

Thanks.

References

[1] A. Doe, "Bricks of the north," J. Bricks, vol. 3, 2018.
"""


def test_a_text_without_headings() -> None:
    """As olmOCR writes: the first line is the title, lines that are known as headings or numbered are headings."""
    paper = read(OLMOCR)
    assert (paper.title, paper.abstract) == ("Bricks in Rivers", "Bricks sink.")
    assert [author.name for author in paper.authors] == ["Ann Clearwater", "Bob B. Stone"]
    assert [(one.title, one.text, one.level, one.kind) for one in paper.sections] == [
        ("Introduction", "Bricks are common.", 1, "body"),
        ("Depth", "They lie deep.", 2, "body"),
        ("Acknowledgements", "Thanks.", 1, "back"),
    ]
    assert len(paper.references) == 1


def test_a_title_on_the_level_of_all_headings() -> None:
    """As docling writes: everything stands on the second level."""
    paper = read("## Bricks\n\nAnn Clearwater, Bob Stone\n\n## Abstract\n\nThey sink.\n\n## 1 Introduction\n\nSo deep.")
    assert (paper.title, paper.abstract, len(paper.authors)) == ("Bricks", "They sink.", 2)
    assert read("## 1 Introduction\n\nSo deep.").title == ""


TOKENS = ["- ", "-", " ", "#", "# ", "|", "*", "_", "`", "$", "\\(", "\\[", "[", "](", "<", "> ", "\n", "~", "!["]


@pytest.mark.parametrize("token", TOKENS)
def test_time_grows_with_the_length(token: str) -> None:
    """Ten times the input in less than fifteen times the time, whatever is repeated (with room for a busy machine)."""

    def seconds(times: int) -> float:
        text = f"# T\n\nWords {token * times}x\n\n{token * times}x"
        taken = []
        for _ in range(3):
            start = time.process_time()
            read(text)
            taken.append(time.process_time() - start)
        return min(taken)

    assert seconds(20_000) < 15 * max(seconds(2_000), 0.005)
