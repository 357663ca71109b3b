"""LaTeX to papers: what each feature of real sources becomes, hostile sources, and articles that come back whole."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.paper import Paper
from litdex.ingest.parsers import jats, latex
from tests.ingest.latex_project import MemoryBlob, body_text, memory_blob, project_of, recovered

PROSE = "Some words of prose here."


def read(source: str | bytes, **others: str | bytes) -> Paper:
    (paper,) = latex.parse(memory_blob(source, "main.tex", **others))
    assert isinstance(paper, Paper)
    return paper


def body(source: str, **others: str | bytes) -> str:
    """The text of a document of which `source` is the content."""
    document = f"\\documentclass{{article}}\\title{{T}}\\begin{{document}}\n{source}\n\\end{{document}}"
    return "\n\n".join(section.text for section in read(document, **others).sections)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"na\"{\i}ve \'Etude, \v{S}koda, \c c", "naïve Étude, Škoda, ç"),
        (r"{\AA}ngstr\"om, Stra\ss e, \O re", "Ångström, Straße, Øre"),
        (r"``quoted'' --- a 1--2 range~here\ldots", "“quoted” — a 1–2 range here…"),
        (r"\emph{a} {\bf b} \textbf{c \textit{d}} \texttt{e\_f}", "a b c d e_f"),
        ("one % comment { $\n  two", "one two"),
        ("one\n% only a comment\n\ntwo", "one\n\ntwo"),
        (r"50\% of \$10 \& \#1", "50% of $10 & #1"),
        (r"as shown~\cite{a,b}, and [see][]\citep[e.g.][p.~2]{c}.", "as shown, and [see][]."),
        (r"known (see, e.g., Refs.~\cite{a} and \cite{b}).", "known."),
        (r"energy $E = mc^2$ and \(p\)", "energy $E = mc^2$ and $p$"),
        (r"so \[ a = b \label{x} \] ends", "so $$a = b$$ ends"),
        (r"\begin{align} a &= b \nonumber\\ c &= d \label{q} \end{align} By \eqref{q}", r"$$a &= b \\ c &= d$$ By (1)"),
        (r"\begin{eqnarray*} x \end{eqnarray*}", "$$x$$"),
        (r"text\footnote{A note with {braces}.} goes on", "text goes on"),
        (r"\begin{itemize}\item one \item[b)] two\end{itemize}", "one\n\nb) two"),
        (r"a \textcolor{red}{b} \href{http://x.y/%7E}{c} \url{http://z/a_b%20}", "a b c http://z/a_b%20"),
        (r"\verb|x_{1} % 2| ok", "x_{1} % 2 ok"),
        ("\\begin{verbatim}\nif {x}:\n  % y\n\\end{verbatim}", "if {x}:\n  % y"),
        (r"\SI{780}{\nano\meter} and \SI{3}{\kilo\meter\per\second}", "780 nm and 3 km/s"),
        (r"\begin{tikzpicture}\draw (0,0) node {no};\end{tikzpicture} yes", "yes"),
        (r"\iffalse no \else yes \fi \iftrue both\fi", "yes both"),
        (r"\unknown[opt]{kept} \vspace{1cm} x", "kept x"),
        (r"\texorpdfstring{$\eta$}{Lambda} \replaced{new}{old} \added{more}\deleted[id=A]{less} \sout{gone}",
         r"$\eta$ new more"),
        (r"\begin{table}\caption{C}\label{t}\end{table} in \autoref{t} on page~\pageref{t} (p.~\pageref{t}).",
         "in Table 1."),
        (r"\begin{figure}\caption{C}\label{f}\end{figure} See \vref{f}, \Cref{f} (\fref{f}).",
         "See Figure 1, Figure 1 (Figure 1)."),
        (r"\section{One}\label{s} a \section{Two} see Sec.~\ref{s} not \ref{none}.", "a\n\nsee Sec. 1 not."),
    ],
)  # fmt: skip
def test_text(source: str, text: str) -> None:
    assert body(source) == text


@pytest.mark.parametrize(
    ("macros", "use", "text"),
    [
        (r"\newcommand{\ie}{i.e.}", r"so \ie{} x", "so i.e. x"),
        (r"\newcommand{\pair}[2]{(#1, #2)}", r"\pair{a}{b}", "(a, b)"),
        (r"\newcommand{\opt}[2][dflt]{#1-#2}", r"\opt{x} \opt[y]{z}", "dflt-x y-z"),
        (r"\def\vev#1{\langle #1\rangle}", r"$\vev{x}$", r"$\langle x\rangle$"),
        (r"\def\cut#1.{<#1>}", r"\cut abc. d", "<abc> d"),
        (r"\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}}", r"\be a \ee", "$$a$$"),
        (r"\newcommand\al{\alpha}", r"$\al x$", r"$\alpha x$"),
        (r"\newenvironment{note}[1]{Note #1: }{ End.}", r"\begin{note}{A} b\end{note}", "Note A: b End."),
        (r"\let\eps=\varepsilon", r"$\eps$", r"$\varepsilon$"),
        (r"\DeclareMathOperator{\Tr}{Tr}", r"$\Tr x$", r"$\operatorname{Tr} x$"),
        (
            r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}",
            r"$\abs*{x} \abs[\big]{y}$",
            r"$\lvert x\rvert \lvert y\rvert$",
        ),
        (r"\NewDocumentCommand{\hi}{O{so} m}{#1 #2}", r"\hi{x} \hi[oh]{y}", "so x oh y"),
        (
            r"\newcommand{\tool}{\textsc{Gizmo}\xspace}",
            r"\tool is {\tool} (\tool). \tool, \tool\ x",
            "Gizmo is Gizmo (Gizmo). Gizmo, Gizmo x",
        ),
        (r"\newif\iflong \longtrue", r"\iflong long\else short\fi", "long"),
        (r"\newtheorem{thm}{Theorem}", r"\begin{thm}[Gauss] It holds. \end{thm}", "Theorem 1 (Gauss). It holds."),
        (r"\renewcommand{\section}[1]{gone}", r"\section{A} b", "b"),
    ],
)
def test_user_macros(macros: str, use: str, text: str) -> None:
    assert body(macros + "\n" + use) == text


def test_levels_and_kinds_of_sections() -> None:
    paper = read(
        r"\documentclass{article}\begin{document} Lead. \section{A} a \subsection*{B} b \paragraph{C} c "
        r"\section{Acknowledgments} Thanks. \appendix \section{D} d \end{document}"
    )
    found = [(section.title, section.level, section.kind, section.text) for section in paper.sections]
    assert found == [
        ("", 1, "body", "Lead."),
        ("A", 1, "body", "a"),
        ("B", 2, "body", "b"),
        ("C", 4, "body", "c"),
        ("Acknowledgments", 1, "back", "Thanks."),
        ("D", 1, "body", "d"),
    ]


def test_floats_become_captions() -> None:
    paper = read(
        r"\documentclass{article}\begin{document} Before Fig.~\ref{f}."
        r"\begin{figure*}[t]\centering\includegraphics{x}\caption[s]{A \emph{map} of $x$~\cite{a}.\label{f}}"
        r"\end{figure*}"
        r"\begin{table}\caption{Numbers}\begin{tabular}{l} 1 & 2 \end{tabular}\end{table} After.\end{document}"
    )
    assert [(caption.label, caption.text) for caption in paper.captions] == [
        ("Figure 1", "A map of $x$."),
        ("Table 1", "Numbers"),
    ]
    assert paper.sections[0].text == "Before Fig. 1. After."


AUTHORS = {
    "article": r"\author{Ann Lee\thanks{x} \and Bo de Vries \\ Dept. of Physics \\ \texttt{a@b.c}}",
    "revtex": r"\author{Ann Lee}\email{a@b.c}\affiliation{MIT}\author{Bo de Vries}\altaffiliation[Also ]{CERN}",
    "elsarticle": r"\author[a]{Ann Lee\corref{c}\fnref{f}}\author[b]{Bo de Vries}\address[a]{Here}\cortext[c]{x}",
    "aastex": r"\author[0000-0001-2345-678X]{Ann Lee}\affil{Here}\author{Bo de Vries}\altaffiliation{There}",
    "IEEE": r"\author{\IEEEauthorblockN{Ann Lee\IEEEauthorrefmark{1}}\IEEEauthorblockA{MIT\\x@y.z}\and"
    r"\IEEEauthorblockN{Bo de Vries}\IEEEauthorblockA{CERN}}",
    "mnras": "\\author[A. Lee et al.]{\nAnn Lee,$^{1}$\\thanks{E-mail: a@b.c}\n"
    "and Bo de Vries$^{2}$\n\\\\\n$^{1}$Here\\\\}",
    "amsart": r"\author{Ann Lee}\address{Here}\email{a@b}\author{Bo de Vries}\address{There}",
    "sn-jnl": r"\author*[1]{\fnm{Ann} \sur{Lee}}\email{a@b}\author[2]{\fnm{Bo} \sur{de Vries}}\affil[1]{Here}",
    "JHEP": r"\author[a,1]{Ann Lee,\note{Corresponding.}}\author[b]{and Bo de Vries}\affiliation[a]{H}\emailAdd{a@b}",
    "quads": r"\author{Ann Lee$^{1}$ \quad Bo de Vries$^{2}$ \\ $^1$MIT \quad $^2$Carnegie Mellon}",
    "spaces": r"\author{{\bf Ann Lee}$^\dagger$ \hspace{0.5cm} {\bf Bo de Vries}$^\ddagger$\\ Here}",
    "ampersand": r"\author{Ann Lee\affmark[1] \& Bo de Vries\affmark[2] \\ \affaddr{\affmark[1]Here}}",
    "line ends": r"\author{\textbf{Ann Lee} \hspace{1cm} \\ \and Bo de Vries \\ MIT \qquad CERN}",
    "ICML": r"\twocolumn[\icmltitle{T [x]}\begin{icmlauthorlist}\icmlauthor{Ann Lee}{x,y}\icmlauthor{Bo de Vries}{y}"
    r"\end{icmlauthorlist}\icmlaffiliation{x}{Here}\icmlcorrespondingauthor{Ann Lee}{a@b}\icmlkeywords{a, b}]",
    "JMLR": r"\author{\name Ann Lee \email a@b.c \\ \addr Institute of X\\ Nowhere \AND \name Bo de Vries \email d@e \\"
    r"\addr Here}",
    "TMLR": r"\author{\name Ann Lee \email \href{mailto:a@b}{a@b}\\ \addr Here\AND\name Bo de Vries"
    r"\email{d@e}\\ \addr There}",
    "one address": r"\author{\name Ann Lee \email a@b \\ \name Bo de Vries \email d@e \\ \addr Here}",
    "COLT": r"\coltauthor{\Name{Ann Lee} \Email{a@x.org}\\ \addr Here \AND "
    r"\Name{Bo de Vries}\nametag{*} \Email{b@x}\\ \addr X}",
    "MDPI": r"\Author{Ann Lee $^{1,\dagger}$\orcidA{} and Bo de Vries $^{2,*}$}\AuthorNames{Ann Lee and Bo de Vries}",
    "Copernicus": r"\Author[1][a@b]{Ann}{Lee}\Author[2]{Bo}{de Vries}\affil[1]{Here}",
    "Interspeech": r"\name{Ann Lee$^1$, Bo de Vries$^2$}\address{$^1$Here}",
    "PNAS": r"\author[a,1]{Ann Lee}\author[b]{Bo de Vries}\affil[a]{Here}\leadauthor{Lee}"
    r"\equalauthors{\textsuperscript{1}A}",
    "acmart": r"\author{Ann Lee}\orcid{0000}\affiliation{\institution{Here}}\author{Bo de Vries}\authornote{x}"
    r"\acmConference[A '24]{A B}{May}{X}\ccsdesc[500]{Computing}",
    "REVTeX": r"\author{Ann Lee}\email[Contact: ]{a@b}\homepage[]{http://x}\author{Bo \surname{de Vries}}"
    r"\noaffiliation",
    "llncs": r"\author{Ann Lee\inst{1}\orcidID{0000-0001-2345-678X} \and Bo de Vries\inst{2}}\institute{Here}",
}


@pytest.mark.parametrize("style", AUTHORS)
def test_authors_of_the_journals_classes(style: str) -> None:
    paper = read(f"\\documentclass{{x}}{AUTHORS[style]}\\begin{{document}}{PROSE}\\end{{document}}")
    assert [author.name for author in paper.authors] == ["Ann Lee", "Bo de Vries"]
    assert paper.authors[0].orcid == ("0000-0001-2345-678X" if style == "aastex" else "")


def test_lines_of_names_end_where_affiliations_begin() -> None:
    names = (
        r"Ann Lee$^1$ \quad Bo de Vries \\ Carla Poe \quad Dan Roe \\ {\rm $^1$}Carnegie Mellon \quad Ohio State \\ x"
    )
    paper = read(f"\\documentclass{{x}}\\author{{{names}}}\\begin{{document}}{PROSE}\\end{{document}}")
    assert [author.family for author in paper.authors] == ["Lee", "de Vries", "Poe", "Roe"]


@pytest.mark.parametrize("start", ["", "\n\n"])
def test_an_environment_that_a_style_file_programs_is_what_its_name_says(start: str) -> None:
    style = (
        r"\renewenvironment{abstract}{\begin{list}{}{\setlength{\leftmargin}{1cm}}\item[]\@setsize\normalsize{12pt}\xpt"
    )
    style += r"\@xpt}{\end{list}}\newenvironment{boxed}{\@ifnextchar[{1pt}{2pt}}{}"
    source = (
        f"\\begin{{abstract}}{start}We study.\n\nTwice.\\end{{abstract}}\\section{{A}}\\begin{{boxed}}b\\end{{boxed}}"
    )
    paper = read(
        f"\\documentclass{{x}}\\usepackage{{house}}\\begin{{document}}{source}\\end{{document}}", house__sty=style
    )
    assert (paper.abstract, paper.sections[0].text) == ("We study.\n\nTwice.", "b")


def test_the_document_may_begin_in_a_file_that_the_preamble_reads() -> None:
    text = r"\title{On tin}\author{Ann Lee}\begin{abstract}Short.\end{abstract}\begin{document}\maketitle\section{A} b"
    main = r"\documentclass{pnas-new}\templatetype{research}\crefname{equation}{Equation}{Equations}"
    main += r"\input{text}\end{document}"
    paper = read(main, text__tex=text)
    assert (paper.title, [author.name for author in paper.authors], paper.abstract) == ("On tin", ["Ann Lee"], "Short.")
    assert [(section.title, section.text) for section in paper.sections] == [("A", "b")]


def test_what_a_front_matter_over_two_columns_says() -> None:
    source = r"\twocolumn[\title[S]{On $[0,1)$ tin}\author{Ann Lee}\begin{abstract}Short [1].\end{abstract}]"
    source += r"\section{A} b [c]"
    paper = read(f"\\documentclass{{article}}\\begin{{document}}{source}\\end{{document}}")
    assert (paper.title, paper.abstract, paper.sections[0].text) == ("On $[0,1)$ tin", "Short [1].", "b [c]")


def test_references_to_theorems_have_word_and_number() -> None:
    macros = r"\newtheorem{theorem}{Theorem}[section]\newtheorem{lemma}[theorem]{Lemma}\newtheorem*{remark}{Remark}"
    uses = (
        r"\begin{lemma} x \end{lemma}\begin{theorem}\label{t} y \end{theorem}\begin{remark} z\end{remark} By \cref{t}."
    )
    assert body(rf"{macros}\section{{A}} {uses}") == "Lemma 1.1. x\n\nTheorem 1.2. y\n\nRemark. z\n\nBy Theorem 1.2."


def test_front_matter() -> None:
    paper = read(
        r"\documentclass{jhep}\title[Short]{Long \emph{title}\\ of $H$\thanks{Grant}}"
        r"\collaboration{The X Collaboration}"
        r"\date{14 March 2011}\keywords{Dark matter \and lensing}\pacs{98.80.-k, 04.20.Cv}\arxivnumber{1103.1234}"
        r"\doi{10.1000/ABC}\begin{document}\maketitle\begin{abstract}We \textit{do}."
        r"\end{abstract}\section{A} b\end{document}"
    )
    assert paper.title == "Long title of $H$"
    assert paper.authors[0].family == "X Collaboration"
    assert (paper.date, paper.abstract) == ("2011-03-14", "We do.")
    assert paper.keywords == ("Dark matter", "lensing", "98.80.-k", "04.20.Cv")
    assert paper.claims == {"arxiv": "1103.1234", "doi": "10.1000/abc"}
    assert paper.identifiers == {}


def test_abstract_of_five_arguments() -> None:
    paper = read(
        r"\documentclass{aa}\begin{document}\abstract{Context.}{Aims.}{Methods.}{Results.}{} Body.\end{document}"
    )
    assert paper.abstract == "Context.\n\nAims.\n\nMethods.\n\nResults."
    assert paper.sections[0].text == "Body."


def test_bibitems() -> None:
    paper = read(
        r"""\documentclass{article}\begin{document} As \citet{b} say. \begin{thebibliography}{9}
        \bibitem{a} A. Au and B. Bee, ``A long title,'' Phys. Rev. \textbf{9}, 1 (1999), arXiv:hep-th/9901001.
        \bibitem[Cee et al.(2004)Cee, Dee]{b} C. Cee. \newblock Another title. \newblock {\em Nature}, 2004.
        \bibitem{c} \bibinfo{author}{J. Ma}, \href{http://dx.doi.org/10.1016/j.x.2011}{\bibinfo{journal}{Phys. Rep.}}
        (\bibinfo{year}{2011}).
        \end{thebibliography}\end{document}"""
    )
    first, second, third = paper.references
    assert (first.title, first.authors, first.year) == ("A long title", ("A. Au", "B. Bee"), 1999)
    assert first.identifiers == {"arxiv": "hep-th/9901001"}
    assert (second.title, second.authors, second.year) == ("Another title", ("C. Cee",), 2004)
    assert (third.authors, third.year, third.venue) == (("J. Ma",), 2011, "Phys. Rep.")
    assert third.identifiers == {"doi": "10.1016/j.x.2011"}
    assert paper.sections[0].text == "As Cee et al. (2004) say."


BIBLATEX = r"""% $ biblatex bbl format version 3.2 $
\begingroup\makeatletter\@ifundefined{ver@biblatex.sty}
  {\@latex@error{Missing package}{The bibliography requires it.} \aftergroup\endinput}{}
\endgroup
\refsection{0}\datalist[entry]{nty}
\entry{k}{article}{}
  \name{author}{2}{}{{{hash=a1}{family={Müller},familyi={M\bibinitperiod},given={Jan},giveni={J}}}%
  {{hash=b2}{family={Li},familyi={L},given={Wei\bibnamedelima X.},givenun=0,
  prefix={van}}}
  {{hash=c3}{family={{The {\'E}tude Team}}}}}
  \field{title}{On {T}hings}\field{journaltitle}{J. Things}\field{year}{2015}
  \field{volume}{7}\field{pages}{1\bibrangedash 9}
  \verb{doi}
  \verb 10.1000/xyz
  \endverb
\endentry\enddatalist"""


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("Bob~B. Roe and Carla Poe. 2018.", ("Bob B. Roe", "Carla Poe")),
        ("Carla Poe, Kim Lo, and Bob Roe. 2019a.", ("Carla Poe", "Kim Lo", "Bob Roe")),
        ("Han Solo. 2020.", ("Han Solo",)),
        ("Poe, A. and Mud, B. (2001).", ("A. Poe", "B. Mud")),
    ],
)
def test_authors_before_a_year(head: str, authors: tuple[str, ...]) -> None:
    item = rf"\bibitem{{a}} {head} \newblock Gadgets of tin. \newblock {{\em J. Gadg.}}, 2:3--4."
    source = rf"\documentclass{{x}}\begin{{document}}{PROSE}\begin{{thebibliography}}{{9}}{item}\end{{thebibliography}}"
    (found,) = read(source).references
    assert found.authors == authors


def test_bbl_of_biblatex() -> None:
    source = rf"\documentclass{{article}}\begin{{document}}{PROSE}\printbibliography\end{{document}}"
    (found,) = read(source, main__bbl=BIBLATEX).references
    assert (found.title, found.authors, found.year) == (
        "On Things",
        ("Jan Müller", "Wei X. van Li", "The Étude Team"),
        2015,
    )
    assert (found.volume, found.pages) == ("7", "1–9")
    assert (found.venue, found.identifiers) == ("J. Things", {"doi": "10.1000/xyz"})


def test_bib_file_gives_what_is_cited() -> None:
    bib = "@article{k, author={Li, Wei}, title={On Things}, year=2015}\n@book{other, title={Not cited}}"
    source = r"\documentclass{article}\begin{document} \citet{k} say.\bibliography{refs}\end{document}"
    paper = read(source, refs__bib=bib)
    assert [(found.title, found.authors, found.year) for found in paper.references] == [
        ("On Things", ("Wei Li",), 2015)
    ]
    assert paper.sections[0].text == "Li (2015) say."


def test_parts_in_files_of_their_own() -> None:
    files = {
        "main.tex": r"\documentclass{article}\usepackage{mine}\begin{document}\input{ch/one}\include{two}"
        r"\import{ch/}{three}\input missing \subfile{four}\end{document}",
        "mine.sty": r"\newcommand{\me}{myself}",
        "ch/one.tex": r"One \me.",
        "two.tex": "Two.",
        "ch/three.tex": r"Three. \input{deep}",
        "ch/deep.tex": "Deep.",
        "four.tex": r"\documentclass[main]{subfiles}\begin{document}Four.\end{document}",
    }
    (paper,) = latex.parse(MemoryBlob({path: text.encode() for path, text in files.items()}))
    assert isinstance(paper, Paper)
    assert paper.sections[0].text == "One myself. Two. Three. Deep. Four."


def test_input_never_leaves_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("SECRET")
    assert body(rf"a \input{{{tmp_path}/secret}} \input{{../../secret}} \input{{/etc/passwd}} b") == "a b"


@pytest.mark.parametrize(
    "source",
    [
        PROSE + r"\input{main}\input{./main.tex}",
        r"\def\a{\b\b\b}\def\b{\a\a x}" + PROSE + r"\a",
        r"\newcommand{\a}[1]{#1#1}" + PROSE + r"\a{" * 40 + "x" + "}" * 40,
        PROSE + r"\emph{\footnote{\section{" * 20_000,
        PROSE + "{" * 5_000_000,
        PROSE + "$x\n\n" * 50_000,
        PROSE + r"\begin{equation}\[\begin{verbatim}" * 20_000,
        r"\title{" * 5_000 + "x" + "}" * 5_000 + PROSE,
        r"\newenvironment{a}{\begin{a}\begin{a}}{}" + PROSE + r"\begin{a}",
        PROSE + r"\begin{figure}\caption{" * 10_000,
        r"\twocolumn[" * 3_000 + PROSE,
        r"\DeclarePairedDelimiter{\a}{\a{}}{\a{}} \a{} \a{} " + PROSE,
    ],
    ids=[
        "self",
        "bomb",
        "arguments",
        "unclosed",
        "braces",
        "dollars",
        "displays",
        "nested",
        "environments",
        "floats",
        "columns",
        "fences",
    ],
)
def test_hostile_sources_keep_their_prose(source: str) -> None:
    start = time.monotonic()
    assert read(source).text.count(PROSE) == 1
    assert time.monotonic() - start < 30


def test_files_that_read_one_another() -> None:
    assert body(r"a \input{x} b", x__tex=r"x \input{y}", y__tex=r"y \input{x} \input{main}") == "a x y b"


def test_truncated_source_keeps_what_is_there() -> None:
    paper = read(r"\documentclass{article}\title{T}\begin{document}\section{A} Text. \begin{figure}\caption{Cap")
    assert (paper.title, paper.sections[0].text[:5]) == ("T", "Text.")


def test_latin_1() -> None:
    assert read("\\documentclass{article}\\usepackage[latin1]{inputenc}\\title{Été}x".encode("latin-1")).title == "Été"


def test_source_without_text_is_one_clear_line() -> None:
    with pytest.raises(UnreadableFile, match=r"main\.tex: no text"):
        read(r"\documentclass{article}\begin{document}\end{document}")


def test_plain_source_without_title_or_abstract_commands() -> None:
    paper = read(
        "\\centerline{\\bf On Widgets}\n\n\\centerline{Abstract}\n\nWe study widgets.\n\n\\noindent Text.\n\\bye"
    )
    assert (paper.title, paper.abstract) == ("On Widgets", "We study widgets.")


@pytest.mark.parametrize("at", range(12))
def test_articles_come_back_from_projects_made_of_them(shared_data: Path, at: int) -> None:
    path = sorted((shared_data / "papers" / "jats").glob("*.xml"))[at]
    (source,) = jats.parse(MemoryBlob({path.name: path.read_bytes()}, path.name))
    assert isinstance(source, Paper)
    (found,) = latex.parse(project_of(source))
    assert isinstance(found, Paper)
    assert recovered(body_text(source), body_text(found)) >= 0.95
    assert captions(found) == captions(source)
    assert len(found.references) == len(source.references)
    assert "A remark" not in found.running_text


def captions(paper: Paper) -> int:
    """Return how many captions of figures and tables a paper has."""
    return sum(one.kind == "caption" for one in paper.captions)


def test_assignments_of_plain_tex_are_no_text() -> None:
    assert body("\\hsize=6.5in \\vskip .5cm Words.") == "Words."


def test_keywords_of_elsarticle() -> None:
    source = r"\begin{keyword} lattice QCD \sep glueball \PACS 12.38.Gc \end{keyword}"
    assert read(f"\\documentclass{{elsarticle}}\\begin{{document}}{source}{PROSE}\\end{{document}}").keywords == (
        "lattice QCD",
        "glueball",
        "12.38.Gc",
    )
