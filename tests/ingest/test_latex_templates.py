"""LaTeX as the templates of journals and conferences have it: where title, authors and abstract stand in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from litdex.ingest.paper import Paper
from litdex.ingest.walk import walk
from litdex.pipeline.reading import read

BODY = r"\section{Intro} Words of the body."


def paper(folder: Path, main: str, **others: str) -> Paper:
    """Read the one paper of a folder with `main` and further files ("house_sty" is house.sty)."""
    (folder / "main.tex").write_text(main)
    for name, text in others.items():
        (folder / name.replace("_", ".")).write_text(text)
    (found,) = [item for unit in walk([folder]) for piece in read(unit) for item in piece.items]  # type: ignore[arg-type]
    assert isinstance(found, Paper)
    return found


def document(front: str, preamble: str = "") -> str:
    return rf"\documentclass{{article}}{preamble}\begin{{document}}{front}{BODY}\end{{document}}"


NAMES = [("Mia", "Ford"), ("Olaf", "Berg")]
FRONTS = {
    "icml": r"\twocolumn[\icmltitle{On tin}\begin{icmlauthorlist}\icmlauthor{Mia Ford}{x}\icmlauthor{Olaf Berg}{x,y}"
    r"\end{icmlauthorlist}]\begin{abstract}We weigh tin.\end{abstract}",
    "jmlr": r"\title{On tin}\author{\name Mia Ford \email m@x.org \\ \addr House of Metals\\ Town \AND \name Olaf Berg "
    r"\email \href{mailto:o@x.org}{o@x.org} \\ \addr House}\maketitle\begin{abstract}We weigh tin.\end{abstract}",
    "colt": r"\title[Tin]{On tin}\coltauthor{\Name{Mia Ford} \Email{m@x.org}\\ \addr House \AND \Name{Olaf Berg} "
    r"\Email{o@x.org}\\ \addr House}\begin{abstract}We weigh tin.\end{abstract}",
    "mdpi": r"\Title{On tin}\Author{Mia Ford $^{1,\dagger}$\orcidA{} and Olaf Berg $^{2}$}"
    r"\AuthorNames{Mia Ford, Olaf Berg}\abstract{We weigh tin.}",
    "quads": r"\title{On tin}\author{Mia Ford \quad Olaf Berg\\ House of Metals}\maketitle"
    r"\begin{abstract}We weigh tin.\end{abstract}",
    "pnas": r"\templatetype{pnasarticle}\title{On tin}\author[a,1]{Mia Ford}\author[b]{Olaf Berg}"
    r"\begin{abstract}We weigh tin.\end{abstract}",
}


@pytest.mark.parametrize("template", FRONTS)
def test_title_authors_and_abstract_of_a_template(tmp_path: Path, template: str) -> None:
    found = paper(tmp_path, document(FRONTS[template]))
    assert (found.title, found.abstract) == ("On tin", "We weigh tin.")
    assert [(author.given, author.family) for author in found.authors] == NAMES
    assert [(section.title, section.text) for section in found.sections] == [("Intro", "Words of the body.")]


def test_xspace_is_a_space_unless_punctuation_follows(tmp_path: Path) -> None:
    macros = r"\newcommand{\tool}{\textsc{Hoist}\xspace}\newcommand{\ie}{i.e.,\xspace}"
    found = paper(
        tmp_path, document(r"\title{\tool for all}\section{The \tool way} Use \tool, \ie lift (\tool).", macros)
    )
    assert found.title == "Hoist for all"
    assert found.sections[0].title == "The Hoist way"
    assert found.sections[0].text == "Use Hoist, i.e., lift (Hoist)."


def test_a_style_that_redefines_the_abstract_leaves_nothing_in_it(tmp_path: Path) -> None:
    begin = r"\centerline{\bf Abstract}\begin{list}{}{}\item[]\@setsize\normalsize{11pt}\xipt"
    style = rf"\renewenvironment{{abstract}}{{{begin}}}{{\end{{list}}}}"
    front = "\\title{On tin}\\begin{abstract}\n\nWe weigh tin.\n\nIt is light.\n\\end{abstract}"
    found = paper(tmp_path, document(front, r"\usepackage{house}"), house_sty=style)
    assert found.abstract == "We weigh tin.\n\nIt is light."


def test_front_matter_may_stand_in_an_input_of_the_preamble(tmp_path: Path) -> None:
    text = r"\title{On tin}\author{Mia Ford}\begin{abstract}We weigh tin.\end{abstract}\begin{document}" + BODY
    found = paper(
        tmp_path, "\\documentclass{article}\\crefname{a}{B}{Bs}\n\\input{text.tex}\n\\end{document}", text_tex=text
    )
    assert (found.title, found.abstract, [one.family for one in found.authors]) == ("On tin", "We weigh tin.", ["Ford"])


def test_small_marks_leave_nothing_behind(tmp_path: Path) -> None:
    front = (
        r"\title{On tin}\author{Mia Ford}\email[Write to: ]{m@x.org}\homepage[]{http://x}\keywords{tin \and lead}"
        r"\section{\texorpdfstring{$x$}{bookmark} here} \added{new} \deleted{old} \replaced{this}{that} words"
    )
    found = paper(tmp_path, document(front))
    assert found.keywords == ("tin", "lead")
    assert (found.sections[0].title, found.sections[0].text) == ("$x$ here", "new this words")


def test_macros_of_journals_are_names_in_a_bibliography(tmp_path: Path) -> None:
    items = (
        r"\begin{thebibliography}{}"
        r"\bibitem[{Ford} (2016)]{a}{Ford}, D.~S., {Berg}, N.~J., {et~al.} 2016, \aap, 595, A36"
        r"\bibitem{b}{Ford}, J.~R., {Berg}, G., \& {Lund}, J. 1980, \prl, 45, 1980\end{thebibliography}"
    )
    first, second = paper(tmp_path, document(r"\title{On tin}" + BODY + items)).references
    assert (first.venue, first.volume, first.pages, first.year) == ("Astronomy and Astrophysics", "595", "A36", 2016)
    assert (second.venue, second.year) == ("Physical Review Letters", 1980)


def test_tables_their_notes_and_footnotes_stand_beside_the_text(tmp_path: Path) -> None:
    front = (
        r"\title{On tin\thanks{Paid by us.}}\section{Met} Words\footnote{A note on numbats.} here."
        r"\begin{table}\caption{Doses}\begin{tabular}{ll}Drug & IC50 \\ \hline zorbacin & 42 nM\end{tabular}"
        r"\begin{tablenotes}\item Means of quollin.\end{tablenotes}\end{table}"
    )
    found = paper(tmp_path, document(front))
    assert [(one.kind, one.label, one.text) for one in found.captions] == [
        ("footnote", "", "A note on numbats."),
        ("caption", "Table 1", "Doses"),
        ("table", "Table 1", "Drug | IC50\nzorbacin | 42 nM"),
        ("table-note", "Table 1", "Means of quollin."),
    ]
    assert found.sections[0].text == "Words here."
