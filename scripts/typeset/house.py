"""Invented house styles: the look of journals that have no free class, every choice drawn at random."""

# ruff: noqa: E501  (templates and word lists read better unbroken)
from __future__ import annotations

import random
from dataclasses import dataclass, field

from scripts.typeset.body import Look, body, tex
from scripts.typeset.classes import FONTS, marked, placed
from scripts.typeset.content import Draft

SIZES = (r"\normalsize", r"\large", r"\Large", r"\LARGE", r"\huge")


@dataclass
class House:
    """The choices of one journal."""

    rng: random.Random
    wide: bool = field(init=False)
    align: str = field(init=False)

    def __post_init__(self) -> None:
        self.wide = self.rng.random() < 0.55
        self.align = self.rng.choice([r"\centering", r"\raggedright", r"\raggedright"])

    def set(self, text: str, *styles: str) -> str:
        """A paragraph of the front matter in a style drawn from several."""
        return f"{{{self.align} {self.rng.choice(styles)} {text}\\par}}\\vspace{{{self.rng.choice([2, 4, 6, 10])}pt}}\n"


def house(d: Draft, rng: random.Random) -> str:
    """A paper in a style of its own."""
    h = House(rng)
    paper = rng.choice(["a4paper", "letterpaper"])
    margins = rng.choice(["margin=2cm", "margin=2.5cm", "left=2cm,right=2cm,top=2.2cm,bottom=2.5cm", "margin=3cm"])
    options = f"{rng.choice(['10pt', '11pt', '9pt', '10pt', '12pt'])},{paper}"
    head = f"\\documentclass[{options}{',twocolumn' if h.wide else ''}]{{extarticle}}\n"
    head += (
        r"\usepackage[T1]{fontenc}\usepackage[latin1]{inputenc}"
        + rng.choice(FONTS).replace("\\usepackage{lmodern}", "")
        + r"\usepackage{lmodern}"[: 0 if rng.random() < 0.6 else None]
    )
    head += f"\\usepackage[{margins}]{{geometry}}\n" + _headings(rng) + _captions(rng) + _running(d, rng)
    head += (
        rng.choice(["", "", "", r"\usepackage{lineno}\linenumbers", r"\usepackage{setspace}\doublespacing"])
        if not h.wide
        else ""
    )
    front, inside = _front(d, h)
    start = (
        f"\\twocolumn[{{\\begin{{@twocolumnfalse}}\n{front}\n\\vspace{{8pt}}\\end{{@twocolumnfalse}}}}]\n"
        if h.wide
        else front
    )
    start += "\\thispagestyle{first}\n" + _notes(d, rng) + inside
    look = Look(
        numbered=rng.random() < 0.65, wide=h.wide, captions_above=rng.random() < 0.7, back_run_in=rng.random() < 0.25
    )
    size = rng.choice(["", "", r"\small", r"\footnotesize"])
    text = body(d, rng, look).replace("\\begin{thebibliography}", size + "\\begin{thebibliography}")
    return f"{head}\\begin{{document}}\n{start}{text}\n\\end{{document}}\n"


def _headings(rng: random.Random) -> str:
    """Styles of the three levels of headings."""
    one = rng.choice(
        [
            r"\large\bfseries",
            r"\bfseries",
            r"\Large\bfseries\sffamily",
            r"\scshape\centering",
            r"\bfseries\MakeUppercase",
            r"\normalsize\bfseries",
            r"\MakeUppercase",
        ]
    )
    two = rng.choice([r"\bfseries", r"\itshape", r"\bfseries\itshape", r"\normalsize\sffamily\bfseries"])
    three = rng.choice([r"\itshape", r"\itshape", r"\bfseries", r"\small\bfseries"])
    result = r"\usepackage{titlesec}" + f"\\titleformat*{{\\section}}{{{one}}}\\titleformat*{{\\subsection}}{{{two}}}"
    result += (
        f"\\titleformat{{\\subsubsection}}[runin]{{{three}}}{{\\thesubsubsection}}{{0.6em}}{{}}[.]"
        if rng.random() < 0.4
        else f"\\titleformat*{{\\subsubsection}}{{{three}}}"
    )
    if rng.random() < 0.25:
        result += r"\renewcommand{\thesection}{\Roman{section}}\renewcommand{\thesubsection}{\Alph{subsection}}"
    elif rng.random() < 0.3:
        result += r"\renewcommand{\thesection}{\arabic{section}.}\renewcommand{\thesubsection}{\arabic{section}.\arabic{subsection}.}"
    return (
        result
        + rng.choice(["", r"\titlespacing*{\section}{0pt}{6pt}{2pt}\titlespacing*{\subsection}{0pt}{4pt}{0pt}"])
        + "\n"
    )


def _captions(rng: random.Random) -> str:
    font = rng.choice(["small", "footnotesize", "normalsize", "small,sf"])
    name = rng.choice(
        [
            "",
            r"\renewcommand{\figurename}{Fig.}",
            r"\renewcommand{\figurename}{FIG.}",
            r"\renewcommand{\figurename}{FIGURE}\renewcommand{\tablename}{TABLE}",
        ]
    )
    mark = rng.choice(["period", "colon", "space", "period"])
    return f"\\usepackage[font={{{font}}},labelfont={{{rng.choice(['bf', 'rm', 'sc'])}}},labelsep={mark}]{{caption}}{name}\n"


def _running(d: Draft, rng: random.Random) -> str:
    """Running heads, and the head and foot of the first page with journal, copyright and DOI."""
    short = tex(d.title[:50])
    line = journal_line(d, rng)
    right = rng.choice(
        [
            f"\\copyright\\ {d.year} {tex(d.publisher)}",
            f"https://doi.org/{tex(d.doi)}",
            f"DOI: {tex(d.doi)}",
            f"{d.volume}-{d.page}",
            "",
        ]
    )
    heads = rng.choice(
        [(short, r"\thepage"), (tex(line), r"\thepage"), (tex(d.authors[0]) + " et al.", short), ("", "")]
    )
    head, foot = ("head", "foot") if rng.random() < 0.7 else ("foot", "head")
    first = (
        f"\\fancy{head}[L]{{\\small {tex(line)}}}\\fancy{foot}[L]{{\\footnotesize {right}}}"
        if rng.random() < 0.75
        else ""
    )
    first += (
        f"\\fancy{head}[R]{{\\small {rng.choice(['RESEARCH ARTICLE', 'Letter', 'Open Access', 'Original paper', 'Preprint'])}}}"
        if rng.random() < 0.3
        else ""
    )
    d.extra["line"] = line if first else ""
    number = rng.choice([r"\fancyfoot[C]{\thepage}", r"\fancyfoot[C]{\thepage}", ""])
    rule = rng.choice([r"\renewcommand{\headrulewidth}{0pt}", ""])
    return (f"\\usepackage{{fancyhdr}}\\pagestyle{{fancy}}\\fancyhf{{}}\\fancyhead[L]{{\\small {heads[0]}}}\\fancyhead[R]{{\\small {heads[1]}}}{number}{rule}"
            f"\\fancypagestyle{{first}}{{\\fancyhf{{}}{first}{number}}}\n")  # fmt: skip


def journal_line(d: Draft, rng: random.Random) -> str:
    """Where the paper appeared, as journals print it at the head or the foot of its first page."""
    last = d.page + rng.randint(2, 30)
    return rng.choice([
        f"{d.journal} {d.volume}, {d.page} ({d.year})", f"{d.journal} {d.volume} ({d.year}) {d.page}-{last}",
        f"{d.journal}, Vol. {d.volume}, No. {rng.randint(1, 12)}, pp. {d.page}-{last}, {d.year}",
        f"{d.journal} {d.volume}, {d.page}-{last} ({d.year})", f"{d.journal} ({d.year}) {d.volume}:{d.page}",
        f"Published in {d.journal} {d.volume}:{d.page}, {d.year}", f"{d.journal} | Vol {d.volume} | {d.year}",
        f"{d.journal.upper()}, {d.volume}:{d.page}-{last}, {d.year} {rng.choice(['January', 'May', 'October'])} {rng.randint(1, 28)}",
    ])  # fmt: skip


KINDS = ("", "", "", "Research article", "Letter", "Review", "REGULAR ARTICLE", "OPEN ACCESS", "Articles", "Original paper",
         "Databases and ontologies", "Plasma physics", "Debates and perspectives", "Technical note", "Papers")  # fmt: skip


def _front(d: Draft, h: House) -> tuple[str, str]:
    """The front matter over the columns, and what of it stands inside the first one."""
    rng = h.rng
    kind = rng.choice(KINDS)
    title = tex(d.title)
    parts = (
        [h.set(tex(d.journal), r"\Huge\itshape", r"\LARGE\scshape", r"\huge\sffamily")] if rng.random() < 0.12 else []
    )
    parts += [h.set(tex(kind), r"\small", r"\sffamily\bfseries", r"\footnotesize\itshape")] if kind else []
    parts.append(
        h.set(
            title,
            *(
                size + weight
                for size in SIZES[1:]
                for weight in (r"\bfseries", r"\bfseries", "", r"\bfseries\sffamily")
            ),
        )
    )
    parts.append(_authors(d, h))
    dates = rng.choice(
        [
            f"Received {d.dates[0]}; accepted {d.dates[1]}",
            f"(Received {d.dates[0]}; revised {d.dates[1]}; published {d.dates[2]})",
            f"Dated: {d.dates[0]}",
            "",
            "",
        ]
    )
    line = h.set(tex(dates), r"\small", r"\footnotesize", r"\normalsize") if dates else ""
    keywords = _keywords(d, rng)
    abstract = _abstract(d, rng)
    tail = rng.choice([[line, abstract, keywords], [abstract, keywords, line], [keywords, line, abstract]])
    doi = (
        h.set(rng.choice([f"doi: {tex(d.doi)}", f"https://doi.org/{tex(d.doi)}"]), r"\small", r"\footnotesize")
        if rng.random() < 0.2
        else ""
    )
    rules = rng.choice(["", "", r"\noindent\rule{\linewidth}{0.4pt}\par "])
    if h.wide and rng.random() < 0.4:  # as proceedings set it: the abstract opens the first column
        return "\\vspace*{6pt}\n" + "".join([*parts, line, doi]), "\\relax\n" + abstract + keywords + _citation(d, rng)
    return "\\vspace*{6pt}\n" + "".join([*parts, rules, *tail, doi, rules]), _citation(d, rng)


def _citation(d: Draft, rng: random.Random) -> str:
    """How the paper is to be cited, who edited it, who owns it: small type before the body, in one of six papers."""
    if rng.random() < 0.84:
        return ""
    names = ", ".join(short_name(name) for name in d.authors[:4])
    cited = f"{names} ({d.year}) {d.title}. {d.journal} {d.volume}({rng.randint(1, 12)}): e{d.page}. doi:{d.doi}"
    d.extra["citation"] = cited
    lines = [
        f"\\textbf{{{rng.choice(['Citation:', 'Cite this article as:', 'How to cite this article:', 'Reference'])}}} {tex(cited)}",
        f"\\textbf{{Received:}} {d.dates[0]}", f"\\textbf{{Accepted:}} {d.dates[1]}", f"\\textbf{{Published:}} {d.dates[2]}",
        f"\\textbf{{Copyright:}} \\copyright\\ {d.year} {names}. This is an open access article distributed under the terms of the "
        "Creative Commons Attribution License, which permits unrestricted use, distribution, and reproduction in any medium.",
        f"\\textbf{{Funding:}} {tex(d.notes[-1])}. The funders had no role in study design.",
    ]  # fmt: skip
    kept = [line for n, line in enumerate(lines) if n == 0 or rng.random() < 0.7]
    return f"{{\\noindent\\footnotesize {(chr(92) + 'par ').join(kept)}\\par}}\\vspace{{6pt}}\n"


def _authors(d: Draft, h: House) -> str:
    """Names and places: in one list with marks, each with its place, or the places as a note."""
    rng = h.rng
    bold = rng.choice(["", r"\bfseries", r"\large", r"\scshape", r"\large\sffamily", r"\itshape"])
    small = rng.choice(
        [r"\small", r"\small\itshape", r"\footnotesize", r"\itshape", r"\normalsize", r"\footnotesize\sffamily"]
    )
    way = rng.choice(["list", "list", "list", "each", "note", "upper", "grid", "plain"])
    if way == "each" and len(d.authors) <= 6:
        between = rng.choice(["", "", h.set("and", small)])
        capital = rng.random() < 0.25
        return between.join(
            h.set(tex(name.upper() if capital else name), bold)
            + h.set(r"\\".join(tex(d.places[home]) for home in homes), small)
            for name, homes in zip(d.authors, d.homes, strict=True)
        )
    if way == "grid" and len(d.authors) <= 9:
        return _grid(d, rng, bold, small)
    if way == "plain":  # names, one place, addresses of mail: as conferences want it
        d.places, d.homes = d.places[:1], [[0] for _ in d.authors]
        people = [tex(name) for name in d.authors]
        text = ", ".join(people[:-1]) + " and " + people[-1] if len(people) > 1 else people[0]
        return (
            h.set(text, bold)
            + h.set(tex(d.places[0]), small)
            + h.set(_mails(d, rng), r"\ttfamily", r"\small", r"\small\ttfamily")
        )
    last = rng.choice([" and ", ", and ", ", ", r" \& "])
    mark = rng.choice(["$^{%s}$", "$^{%s}$", r"\textsuperscript{%s}", "\\,(%s)"])
    between = rng.choice([", ", ", ", r" $\cdot$ ", r" $\bullet$ ", "; "])
    names = marked(d, mark, between, last if between == ", " else between, rng.random() < 0.3)
    text = h.set(rng.choice(["", "", "", "by "]) + (f"\\MakeUppercase{{{names}}}" if way == "upper" else names), bold)
    if way == "note":
        d.extra["note"] = "places"
        return text
    number = rng.choice(["$^{%d}$", r"\textsuperscript{%d}", "%d. ", "(%d) ", "$^{%d}$ "])
    return text + h.set(placed(d, number, rng.choice([r"\\", r"\\", "; ", ", "])), small)


def _grid(d: Draft, rng: random.Random, bold: str, small: str) -> str:
    """Two to four authors side by side, each over the own place and address of mail."""
    across = rng.choice([2, 3, 3, 4])
    rows = []
    for start in range(0, len(d.authors), across):
        part = list(zip(d.authors, d.homes, strict=True))[start : start + across]
        cells = [[f"{{{bold} {tex(name)}}}" for name, _ in part]]
        places = [tex(d.places[homes[0]]).split(", ") for _, homes in part]
        deep = max(map(len, places))
        cells += [[f"{{{small} {place[n] if n < len(place) else ''}}}" for place in places] for n in range(deep)]
        cells += [[f"{{{small} {tex(mail_of(name))}}}" for name, _ in part]] if rng.random() < 0.7 else []
        rows.append(
            f"\\begin{{tabular}}{{{'c' * len(part)}}}"
            + r"\\ ".join(" & ".join(row) for row in cells)
            + "\\end{tabular}"
        )
    return "{\\centering\\setlength{\\tabcolsep}{10pt} " + "\\par\\vspace{6pt} ".join(rows) + "\\par}\\vspace{6pt}\n"


def mail_of(name: str) -> str:
    """An address for a name."""
    return "".join(char for char in short_name(name).lower() if char.isascii() and char.isalpha()) + "@uni.edu"


def short_name(name: str) -> str:
    """ "Ann B. Clark" -> "Clark AB", as medical journals cite."""
    *given, family = name.split()
    return f"{family} {''.join(part[0] for part in given)}"


def _mails(d: Draft, rng: random.Random) -> str:
    """The addresses of all authors, each whole or in one pair of braces."""
    mails = [mail_of(name) for name in d.authors[:6]]
    return tex(
        "{" + ",".join(mail.split("@")[0] for mail in mails) + "}@uni.edu" if rng.random() < 0.5 else ", ".join(mails)
    )


def _keywords(d: Draft, rng: random.Random) -> str:
    if rng.random() < 0.4:
        return ""
    label = rng.choice(
        [
            r"\textbf{Keywords:} ",
            r"\textit{Key words:} ",
            r"{\bfseries Keywords} ",
            "KEYWORDS: ",
            r"\textbf{Key words.} ",
            r"\textbf{Index terms---}",
            r"\textbf{Keywords}\\",
        ]
    )
    return f"{{\\noindent {rng.choice(['', chr(92) + 'small ', chr(92) + 'footnotesize '])}{label}{tex(rng.choice([', ', '; ', ' - ']).join(d.keywords))}\\par}}\\vspace{{4pt}}\n"


def _abstract(d: Draft, rng: random.Random) -> str:
    label = rng.choice([
        r"{\centering\bfseries Abstract\par}", r"\textbf{Abstract.} ", r"\textbf{Abstract} ", "ABSTRACT\\par ", r"{\bfseries\large Abstract\par}", "",
        r"\textit{Abstract:} ", r"{\centering ABSTRACT\par}", "A B S T R A C T\\par ", r"\textbf{Summary.} ", r"\textbf{\textit{Abstract}---}", r"{\bfseries Abstract\par}",
    ])  # fmt: skip
    size = rng.choice(["", "", r"\small", r"\footnotesize", r"\bfseries", r"\itshape", r"\small\bfseries"])
    text = tex(d.abstract)
    if rng.random() < 0.12:
        sentences = d.abstract.split(". ")
        names = ["Background", "Methods", "Results", "Conclusions"]
        step = max(1, -(-len(sentences) // 4))
        chunks = [". ".join(sentences[n * step : (n + 1) * step]) for n in range(4)]
        text = "\\par ".join(
            f"\\textbf{{{name}{rng.choice([':', '.'])}}} {tex(chunk)}{'' if chunk.endswith('.') else '.'}"
            for name, chunk in zip(names, chunks, strict=True)
            if chunk
        )
    inset = rng.choice(["", "", r"\leftskip=1.2cm\rightskip=1.2cm", r"\leftskip=3cm"])
    return f"{{\\noindent {inset}{size} {label}{text}\\par}}\\vspace{{6pt}}\n"


def _notes(d: Draft, rng: random.Random) -> str:
    """What stands at the foot of the first column: places, addresses, the copyright."""
    lines = [tex(note) for note in d.notes[: rng.randint(0, 2)]]
    if d.extra.get("note") == "places":
        lines = [placed(d, "$^{%d}$", r"\\ "), *lines]
    if rng.random() < 0.25:
        lines.append(f"\\copyright\\ {d.year} {tex(d.publisher)}. All rights reserved.")
    return (
        f"\\begingroup\\renewcommand{{\\thefootnote}}{{}}\\footnotetext{{{chr(92) * 2} {(chr(92) * 2 + ' ').join(lines)}}}\\endgroup\n".replace(
            "{\\\\ ", "{", 1
        )
        if lines
        else ""
    )
