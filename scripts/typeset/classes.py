"""Front matter in the document classes of publishers, each as a function from a draft to a whole LaTeX document."""

# ruff: noqa: E501  (templates and word lists read better unbroken)
from __future__ import annotations

import random
from collections.abc import Callable

from scripts.typeset.body import Look, body, tex
from scripts.typeset.content import Draft

Maker = Callable[[Draft, random.Random], str]

FONTS = ("", r"\usepackage{mathptmx}", r"\usepackage{mathpazo}", r"\usepackage{lmodern}", r"\usepackage{charter}")


def document(head: str, front: str, rest: str, packages: str = "") -> str:
    """A document of a class with what every one needs."""
    fixed = r"\usepackage[T1]{fontenc}\usepackage[latin1]{inputenc}\usepackage{lmodern}"
    return f"{head}\n{fixed}\n{packages}\n\\begin{{document}}\n{front}\n{rest}\n\\end{{document}}\n"


def _one_by_one(draft: Draft, place: str = "affiliation", note: str = "") -> str:
    """Each author followed by the author's places, as REVTeX, AASTeX and acmart want them."""
    lines = []
    for n, (name, homes) in enumerate(zip(draft.authors, draft.homes, strict=True)):
        lines.append(f"\\author{{{tex(name)}}}" + (note if n == 0 else ""))
        lines += [f"\\{place}{{{tex(draft.places[home])}}}" for home in homes]
    return "\n".join(lines)


def marked(draft: Draft, mark: str = "$^{%s}$", between: str = ", ", last: str = " and ", stars: bool = False) -> str:
    """All authors in one list, the numbers of their places raised behind each."""
    names = []
    for n, (name, homes) in enumerate(zip(draft.authors, draft.homes, strict=True)):
        marks = ",".join(str(home + 1) for home in homes) + (r",\ast" if stars and n == 0 else "")
        names.append(tex(name).replace(" ", "~") + (mark % marks if len(draft.places) > 1 or stars else ""))
    return names[0] if len(names) == 1 else between.join(names[:-1]) + last + names[-1]


def placed(draft: Draft, mark: str = "$^{%d}$", between: str = r"\\") -> str:
    """All places, each behind its number."""
    return between.join((mark % (n + 1) if len(draft.places) > 1 else "") + tex(p) for n, p in enumerate(draft.places))


def revtex(options: str, name: str = "revtex4-2") -> Maker:
    def make(d: Draft, rng: random.Random) -> str:
        grouped = "superscriptaddress," if rng.random() < 0.5 else ""
        note = (
            rf"\email{{{d.notes[0].split()[-1] if '@' in d.notes[0] else 'author@uni.edu'}}}"
            if rng.random() < 0.4
            else ""
        )
        front = f"\\title{{{tex(d.title)}}}\n{_one_by_one(d, note=note)}\n"
        front += rng.choice(
            [r"\date{\today}", f"\\date{{{d.dates[0]}}}", f"\\date{{Received {d.dates[0]}; published {d.dates[1]}}}"]
        )
        front += f"\n\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n"
        if rng.random() < 0.6:
            front += (
                "\\pacs{05.45.-a, 98.80.Cq, 42.50.Dv}\n"
                if rng.random() < 0.5
                else f"\\keywords{{{tex(', '.join(d.keywords))}}}\n"
            )
        front += (
            f"\\preprint{{{rng.choice(['CERN-TH', 'FERMILAB-PUB', 'UCB'])}-{d.year}-{d.page}}}\n"
            if rng.random() < 0.3
            else ""
        )
        return document(
            f"\\documentclass[{grouped}{options}]{{{name}}}",
            front + "\\maketitle",
            body(d, rng, Look(wide="two" in options or "prl" in options)),
        )

    return make


def aastex(d: Draft, rng: random.Random, name: str = "aastex631", options: str = "") -> str:
    style = options or rng.choice(
        ["twocolumn", "manuscript", "preprint2", "modern", "linenumbers,preprint", "twocolumn"]
    )
    front = f"\\title{{{tex(d.title)}}}\n" + (
        f"\\correspondingauthor{{{tex(d.authors[0])}}}\n\\email{{author@astro.edu}}\n" if rng.random() < 0.5 else ""
    )
    front += (
        _one_by_one(d)
        + f"\n\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n\\keywords{{{tex(' --- '.join(d.keywords))}}}\n"
    )
    return document(f"\\documentclass[{style}]{{{name}}}", front, body(d, rng, Look(wide="two" in style)))


def emulateapj(d: Draft, rng: random.Random) -> str:
    front = f"\\title{{{tex(d.title)}}}\n\\author{{{marked(d, chr(92) + 'altaffilmark{%s}')}}}\n"
    front += "".join(f"\\altaffiltext{{{n}}}{{{tex(place)}}}\n" for n, place in enumerate(d.places, 1))
    front += f"\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n\\keywords{{{tex(' --- '.join(d.keywords))}}}\n"
    return document("\\documentclass[apj]{emulateapj}", front, body(d, rng, Look(wide=True)))


def mnras(d: Draft, rng: random.Random) -> str:
    author = f"\\author[{tex(d.authors[0])} et al.]{{{marked(d)}\\\\{placed(d)}}}"
    front = f"\\title[{tex(d.title[:40])}]{{{tex(d.title)}}}\n{author}\n\\date{{Accepted XXX. Received YYY}}\\pubyear{{{d.year}}}\n\\maketitle\n"
    front += f"\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n\\begin{{keywords}}{tex(' -- '.join(d.keywords))}\\end{{keywords}}\n"
    return document("\\documentclass[fleqn,usenatbib]{mnras}", front, body(d, rng, Look(wide=True)))


def elsarticle(options: str, name: str = "elsarticle") -> Maker:
    def make(d: Draft, rng: random.Random) -> str:
        authors = "".join(
            f"\\author[{','.join(map(str, homes))}]{{{tex(n)}}}\n" for n, homes in zip(d.authors, d.homes, strict=True)
        )
        places = "".join(f"\\address[{n}]{{{tex(place)}}}\n" for n, place in enumerate(d.places))
        front = f"\\begin{{frontmatter}}\n\\title{{{tex(d.title)}}}\n{authors}{places}\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n"
        front += f"\\begin{{keyword}}{tex(' @ '.join(d.keywords)).replace('@', chr(92) + 'sep')}\\end{{keyword}}\n\\end{{frontmatter}}\n"
        head = f"\\documentclass[{options}]{{{name}}}\n\\journal{{{tex(d.journal)}}}"
        return document(head, front, body(d, rng, Look(wide="5p" in options, back_run_in=rng.random() < 0.2)))

    return make


def ieee(options: str) -> Maker:
    def make(d: Draft, rng: random.Random) -> str:
        if "conference" in options:
            blocks = [f"\\IEEEauthorblockN{{{tex(n)}}}\n\\IEEEauthorblockA{{{tex(d.places[h[0]]).replace(', ', ',' + chr(92) * 2 + ' ', 1)}}}"
                      for n, h in zip(d.authors, d.homes, strict=True)]  # fmt: skip
            author = "\n\\and\n".join(blocks[:9])
            d.authors = d.authors[:9]
        else:
            author = ", ".join(
                f"{tex(n)},~\\IEEEmembership{{Member,~IEEE}}" if rng.random() < 0.5 else tex(n) for n in d.authors
            )
            author += f"\\thanks{{{tex('. '.join(d.places))}.}}\\thanks{{Manuscript received {d.dates[0]}; revised {d.dates[1]}.}}"
        front = f"\\title{{{tex(d.title)}}}\n\\author{{{author}}}\n\\markboth{{{tex(d.journal)}, Vol.~{d.volume}, {d.year}}}{{{tex(d.authors[0])}: {tex(d.title[:40])}}}\n\\maketitle\n"
        front += f"\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n\\begin{{IEEEkeywords}}{tex(', '.join(d.keywords))}\\end{{IEEEkeywords}}\n"
        return document(f"\\documentclass[{options}]{{IEEEtran}}", front, body(d, rng, Look(wide=True)))

    return make


def acmart(options: str) -> Maker:
    def make(d: Draft, rng: random.Random) -> str:
        authors = ""
        for name, homes in zip(d.authors, d.homes, strict=True):
            parts = [part.strip() for part in d.places[homes[0]].split(",")]
            authors += f"\\author{{{tex(name)}}}\n\\affiliation{{\\institution{{{tex(', '.join(parts[:-2]) or parts[0])}}}\\city{{{tex(parts[-2])}}}\\country{{{tex(parts[-1])}}}}}\n"
            authors += "\\email{author@uni.edu}\n" if rng.random() < 0.5 else ""
        front = f"\\title{{{tex(d.title)}}}\n{authors}\\acmDOI{{{d.doi}}}\\acmYear{{{d.year}}}\n\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n"
        front += f"\\keywords{{{tex(', '.join(d.keywords))}}}\n\\maketitle\n"
        return (
            document(f"\\documentclass[{options}]{{acmart}}", front, body(d, rng, Look(wide="sig" in options)))
            .replace("\\usepackage{lmodern}", "")
            .replace("\\usepackage[T1]{fontenc}", "")
        )

    return make


def llncs(d: Draft, rng: random.Random) -> str:
    names = " \\and ".join(
        f"{tex(n)}\\inst{{{','.join(str(h + 1) for h in homes)}}}" for n, homes in zip(d.authors, d.homes, strict=True)
    )
    front = f"\\title{{{tex(d.title)}}}\n\\author{{{names}}}\n\\institute{{{' {} '.join(map(tex, d.places)).replace('{}', chr(92) + 'and')}}}\n\\maketitle\n"
    front += (
        f"\\begin{{abstract}}{tex(d.abstract)}"
        + (
            f"\\keywords{{{' {} '.join(map(tex, d.keywords)).replace('{}', chr(92) + 'and')}}}"
            if rng.random() < 0.7
            else ""
        )
        + "\\end{abstract}\n"
    )
    return document("\\documentclass{llncs}", front, body(d, rng, Look()))


def ams(name: str) -> Maker:
    def make(d: Draft, rng: random.Random) -> str:
        front = f"\\title{{{tex(d.title)}}}\n{_one_by_one(d, 'address')}\n\\email{{author@math.edu}}\n\\keywords{{{tex(', '.join(d.keywords))}}}\\subjclass[2010]{{Primary 35Q30; Secondary 76D05}}\n"
        front += f"\\date{{{d.dates[0]}}}\n\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n\\maketitle\n"
        return document(
            f"\\documentclass[{rng.choice(['10pt', '11pt', '12pt'])}]{{{name}}}", front, body(d, rng, Look())
        )

    return make


def achemso(d: Draft, rng: random.Random) -> str:
    front = f"{_one_by_one(d)}\n\\email{{author@chem.edu}}\n\\title{{{tex(d.title)}}}\n"
    rest = f"\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n" + body(d, rng, Look(numbered=False))
    return document(
        f"\\documentclass[journal={rng.choice(['jacsat', 'jctcce', 'jpcafh'])},manuscript={rng.choice(['article', 'communication'])}]{{achemso}}\n{front}",
        "",
        rest,
    )


def spie(d: Draft, rng: random.Random) -> str:
    front = f"\\title{{{tex(d.title)}}}\n\\author[1]{{{marked(d)}}}\n\\affil[1]{{{placed(d)}}}\n\\maketitle\n\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n\\keywords{{{tex(', '.join(d.keywords))}}}\n"
    return document("\\documentclass[]{spie}", front, body(d, rng, Look()))


def jmlr(d: Draft, rng: random.Random) -> str:
    names = " \\and\n".join(
        f"\\Name{{{tex(n)}}} \\Email{{author@cs.edu}}\\\\\n\\addr {tex(d.places[h[0]])}"
        for n, h in zip(d.authors[:6], d.homes, strict=False)
    )
    d.authors = d.authors[:6]
    front = f"\\title[{tex(d.title[:40])}]{{{tex(d.title)}}}\n\\author{{{names}}}\n\\maketitle\n\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n\\begin{{keywords}}{tex(', '.join(d.keywords))}\\end{{keywords}}\n"
    return document("\\documentclass[pmlr]{jmlr}", front, body(d, rng, Look()))


def apa(d: Draft, rng: random.Random) -> str:
    style = rng.choice(["jou", "man", "doc"])
    if len(d.authors) > 1:
        d.places, d.homes = d.places[:1], [[0] for _ in d.authors]
    names = ", ".join(map(tex, d.authors))
    head = f"\\documentclass[{style}]{{apa7}}\n\\title{{{tex(d.title)}}}\\shorttitle{{{tex(d.title[:40])}}}\n\\author{{{names}}}\n\\affiliation{{{tex(d.places[0])}}}\n"
    head += f"\\abstract{{{tex(d.abstract)}}}\n\\keywords{{{tex(', '.join(d.keywords))}}}\n\\authornote{{{tex(d.notes[0])}}}"
    return document(head, "\\maketitle", body(d, rng, Look(numbered=False, wide=style == "jou")))


def plain(d: Draft, rng: random.Random) -> str:
    """The article class as it is: the commonest preprint."""
    options = rng.choice(["10pt", "11pt", "12pt", "11pt,a4paper", "10pt,twocolumn", "12pt,a4paper"])
    if rng.random() < 0.5:
        author = f"{marked(d, last=', ')}\\\\[1ex] {placed(d)}"
    else:
        author = " \\and ".join(
            f"{tex(n)}"
            + (f"\\thanks{{{tex(d.notes[0])}}}" if k == 0 and rng.random() < 0.4 else "")
            + f"\\\\{tex(d.places[h[0]])}"
            for k, (n, h) in enumerate(zip(d.authors, d.homes, strict=True))
        )
    date = rng.choice([r"\today", d.dates[0], ""])
    packages = rng.choice(FONTS)
    front = f"\\title{{{tex(d.title)}}}\n\\author{{{author}}}\n\\date{{{date}}}\n\\maketitle\n\\begin{{abstract}}{tex(d.abstract)}\\end{{abstract}}\n"
    front += f"\\noindent\\textbf{{Keywords:}} {tex(', '.join(d.keywords))}\n" if rng.random() < 0.4 else ""
    return document(
        f"\\documentclass[{options}]{{{rng.choice(['article', 'article', 'scrartcl'])}}}",
        front,
        body(d, rng, Look(wide="two" in options)),
        packages,
    )


CLASSES: dict[str, Maker] = {
    "revtex-prl": revtex("aps,prl,twocolumn"), "revtex-prd": revtex("aps,prd,twocolumn,nofootinbib"),
    "revtex-preprint": revtex("aps,preprint,12pt"), "revtex-aip": revtex("aip,jcp,reprint,twocolumn"),
    "revtex-rmp": revtex("aps,rmp,twocolumn"), "revtex41": revtex("aps,pra,reprint,twocolumn", "revtex4-1"),
    "revtex-onecolumn": revtex("aps,pre,onecolumn,notitlepage"),
    "aastex": aastex, "emulateapj": emulateapj, "mnras": mnras,
    "elsarticle-preprint": elsarticle("preprint,12pt"), "elsarticle-3p": elsarticle("final,3p,times"),
    "elsarticle-5p": elsarticle("final,5p,times,twocolumn"), "elsarticle-review": elsarticle("review,authoryear"),
    "ieee-conference": ieee("conference"), "ieee-journal": ieee("journal"),
    "acmart-sigconf": acmart("sigconf,nonacm=false"), "acmart-small": acmart("acmsmall"), "acmart-large": acmart("acmlarge"),
    "llncs": llncs, "amsart": ams("amsart"), "amsproc": ams("amsproc"), "achemso": achemso,
    "spie": spie, "jmlr": jmlr, "apa7": apa, "article": plain,
}  # fmt: skip
HELD_OUT = frozenset({"mnras", "acmart-sigconf", "emulateapj", "elsarticle-5p", "revtex-prd", "llncs"})
"""Classes that training never sees."""
