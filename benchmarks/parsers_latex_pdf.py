"""How much of an article comes back from a PDF that LaTeX made, in three styles: text, captions, references, heads.

    python -m benchmarks.parsers_latex_pdf [--articles N] [--keep FOLDER]

The JATS articles in ../shared/data/papers/jats are typeset by pdflatex as IEEEtran (two columns, journal), revtex4-2
(two columns, aps) and article (one column). Needs pdflatex with both classes: on Debian texlive-latex-base,
texlive-publishers, texlive-fonts-recommended, 75 MB to fetch. Columns: body 5-grams that came back; 5-grams of what was
read that stand in no paragraph; captions and references of which nine words in ten came back, in their place; how often
a running head or a page's number stands in the text. Files are kept in FOLDER.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.parsers_latex import ARTICLES
from benchmarks.parsers_pdf import body_words, other, read
from litdex.ingest.paper import Paper
from tests.ingest.latex_project import to_tex
from tests.ingest.pdf_article import Article, read_jats, recovered, words_of

HEAD = "Journal of Invented Results"
SECONDS = 120
_COMMON = r"\usepackage[utf8]{inputenc}\usepackage{textcomp}" + "\n"
PREAMBLES: Mapping[str, str] = {
    "IEEEtran": r"\documentclass[journal]{IEEEtran}" + _COMMON,
    "revtex4-2": r"\documentclass[aps,prb,twocolumn,superscriptaddress]{revtex4-2}" + _COMMON,
    "article": r"\documentclass[11pt]{article}"
    + _COMMON
    + rf"\usepackage{{fancyhdr}}\pagestyle{{fancy}}\fancyhf{{}}\lhead{{{HEAD} 12 (2009)}}\rhead{{\thepage}}",
}
_COMMANDS = ("section", "section", "subsection", "subsubsection", "paragraph")


def source(article: Article, style: str) -> str:
    """The LaTeX file that prints an article."""
    title, abstract = to_tex(article.title), f"\\begin{{abstract}}\n{to_tex(article.abstract)}\n\\end{{abstract}}\n"
    names = [to_tex(name) for name in article.authors]
    if style == "revtex4-2":
        authors = "".join(f"\\author{{{name}}}\n\\affiliation{{University of Nowhere}}\n" for name in names)
        front = f"\\title{{{title}}}\n{authors}{abstract}\\maketitle\n"
    else:
        joined = ", ".join(names) if style == "IEEEtran" else " \\and ".join(names)
        front = f"\\title{{{title}}}\n\\author{{{joined}}}\n\\maketitle\n{abstract}"
    if style == "IEEEtran":
        front = f"\\markboth{{{HEAD}, Vol.~12, 2009}}{{{HEAD}}}\n" + front
    body, captions = "", list(article.captions)
    for level, heading, paragraphs in article.sections:
        if heading:
            body += f"\\{_COMMANDS[min(level, 4)]}{{{to_tex(heading)}}}\n"
        for paragraph in paragraphs:
            body += to_tex(paragraph) + "\n\n"
            if captions:
                body += _figure(*captions.pop(0))
    body += "".join(_figure(*caption) for caption in captions)
    if article.thanks:
        body += f"\\section*{{Acknowledgments}}\n{to_tex(article.thanks)}\n"
    items = "\n".join(f"\\bibitem{{r{n}}} {to_tex(_unnumbered(text))}" for n, text in enumerate(article.references))
    references = f"\\begin{{thebibliography}}{{99}}\n{items}\n\\end{{thebibliography}}\n" if items else ""
    return f"{PREAMBLES[style]}\n\\begin{{document}}\n{front}{body}{references}\\end{{document}}\n"


def _unnumbered(reference: str) -> str:
    return re.sub(r"^\[?\d+\]?[.\s]*", "", reference)


def _figure(label: str, text: str) -> str:
    return f"\\begin{{figure}}[t]\\centering\\rule{{5cm}}{{3cm}}\\caption{{{to_tex(text)}}}\\end{{figure}}\n"


def typeset(article: Article, style: str, folder: Path) -> bytes | None:
    """The PDF; None where LaTeX gave up."""
    (folder / "paper.tex").write_text(source(article, style), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "paper.tex"]
    made = folder / "paper.pdf"
    made.unlink(missing_ok=True)
    for _ in range(2):
        subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS)
    return made.read_bytes() if made.is_file() else None


@dataclass(slots=True)
class Found:
    """What came back of the articles in one style; shares are weighted by words."""

    words: int = 0
    back: float = 0.0
    spurious: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, article: Article, paper: Paper) -> None:
        """Count one article."""
        truth, found = article.words, body_words(paper)
        self.words += len(truth)
        self.back += recovered(truth, found) * len(truth)
        self.spurious += other(truth, found) * len(truth)
        self.counts["captions"] += len(article.captions)
        self.counts["captions back"] += _back([text for _, text in article.captions], [c.text for c in paper.captions])
        self.counts["references"] += len(article.references)
        printed = [one.text for one in paper.references]
        self.counts["references back"] += _back(map(_unnumbered, article.references), printed)
        self.counts["references read"] += len(printed)
        self.counts["with title"] += sum(bool(one.title) for one in paper.references)
        self.counts["heads"] += " ".join(s.text for s in paper.sections).lower().count(HEAD.lower())
        self.counts["title"] += words_of(paper.title) == words_of(article.title)
        self.counts["authors"] += [words_of(a.name) for a in paper.authors] == [words_of(n) for n in article.authors]
        self.counts["articles"] += 1

    def row(self) -> str:
        """A line of the table."""
        n = self.counts
        parts = [f"{self.back / max(1, self.words):>9.4f}{self.spurious / max(1, self.words):>10.4f}"]
        parts += [f"{n[f'{what} back']}/{n[what]}".rjust(14) for what in ("captions", "references")]
        parts += [f"{n[what]}/{n['articles']}".rjust(9) for what in ("title", "authors")]
        return "".join(parts) + f"{n['with title']:>11}{n['heads']:>7}"


def _back(truth: Iterable[str], found: Sequence[str]) -> int:
    """How many of the texts are there, nine words in ten and not much more."""
    left = [Counter(words_of(text)) for text in found]
    back = 0
    for text in truth:
        words = Counter(words_of(text))
        match = next((one for one in left if _same(words, one)), None)
        if match is not None:
            left.remove(match)
            back += 1
    return back


def _same(words: Counter[str], found: Counter[str]) -> bool:
    shared = (words & found).total()
    return shared >= 0.9 * words.total() and shared >= 0.9 * found.total()


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=12)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    if shutil.which("pdflatex") is None:
        raise SystemExit("no pdflatex here: install texlive-latex-base, texlive-publishers, texlive-fonts-recommended")
    print(f"{'style':<11}{'5-grams':>9}{'spurious':>10}{'captions':>14}{'references':>14}{'title':>9}{'authors':>9}"
          f"{'ref titles':>11}{'heads':>7}")  # fmt: skip
    for style in PREAMBLES:
        total = Found()
        for path in sorted(ARTICLES.glob("*.xml"))[: asked.articles]:
            article = read_jats(path)
            with tempfile.TemporaryDirectory() as folder:
                data = typeset(article, style, Path(folder))
            if data is None:
                print(f"{style}: LaTeX made nothing of {path.name}")
                continue
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / f"{path.stem}-{style}.pdf").write_bytes(data)
            total.add(article, read(data)[0])
        print(f"{style:<11}{total.row()}", flush=True)


if __name__ == "__main__":
    main()
