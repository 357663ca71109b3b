r"""Tables of LaTeX commands: symbols and accents to Unicode, and the commands whose arguments are no text.

An argument pattern has one letter an argument: s (star), o (optional), m (mandatory), g (white space before the
group of text that follows).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

ACCENTS = {
    "\\'": "\u0301", "\\`": "\u0300", '\\"': "\u0308", "\\^": "\u0302", "\\~": "\u0303", "\\=": "\u0304",
    "\\.": "\u0307", "\\c": "\u0327", "\\k": "\u0328", "\\H": "\u030b", "\\b": "\u0331", "\\d": "\u0323",
    "\\r": "\u030a", "\\u": "\u0306", "\\v": "\u030c",
}  # fmt: skip

_OWN = {
    "\\,": " ", "\\;": " ", "\\:": " ", "\\>": " ", "\\ ": " ", "\\!": "", "\\/": "", "\\-": "", "\\@": "",
    "\\(": "", "\\)": "", "\\|": "‖", "\\%": "%", "\\_": "_", "\\quad": " ", "\\qquad": " ", "\\space": " ",
    "\\enspace": " ", "\\thinspace": " ", "\\nobreakspace": " ", "\\newline": " ", "\\linebreak": " ",
    "\\ldots": "…", "\\dots": "…", "\\textellipsis": "…", "\\slash": "/", "\\degr": "°", "\\degree": "°",
    "\\textdegree": "°", "\\arcdeg": "°", "\\arcmin": "′", "\\arcsec": "″", "\\farcs": ".″", "\\fdg": ".°",
    "\\micron": "μm", "\\textmu": "μ", "\\texttimes": "×", "\\TeX": "TeX", "\\LaTeX": "LaTeX", "\\LaTeXe": "LaTeX2e",
    "\\BibTeX": "BibTeX", "\\textasciitilde": "~", "\\textasciicircum": "^", "\\textunderscore": "_",
    "\\textless": "<", "\\textgreater": ">", "\\textbar": "|", "\\S": "§", "\\P": "¶", "\\pounds": "£",
    "\\copyright": "©", "\\textregistered": "®", "\\texttrademark": "™", "\\today": "", "\\ion": "", "\\dh": "ð",
    "\\th": "þ", "\\DH": "Ð", "\\TH": "Þ", "\\dj": "đ", "\\DJ": "Đ", "\\ng": "ŋ", "\\guillemotleft": "«",
    "\\guillemotright": "»", "\\glqq": "„", "\\grqq": "“", "\\quotedblbase": "„", "\\cdot": "·",
    "\\textquotesingle": "'",
    "\\textonehalf": "½", "\\textbullet": "•", "\\textperiodcentered": "·", "\\textsection": "§",
    "\\AND": " ", "\\And": " ", "\\and": " ", "\\sep": ";", "\\lq": "‘", "\\rq": "’", "\\backslash": "\\",
    "\\newblock": " ", "\\nolinebreak": "", "\\sun": "☉", "\\etal": "et al.", "\\textendash": "–", "\\bysame": "———",
    "\\hfill": " ", "\\hfil": " ", "\\tabularnewline": " ", "\\cr": " ",
    "\\bibnamedelima": " ", "\\bibnamedelimb": " ", "\\bibnamedelimc": " ", "\\bibnamedelimd": " ",
    "\\bibnamedelimi": " ", "\\bibrangedash": "–", "\\bibrangessep": ", ",
}  # fmt: skip

PARAGRAPHS = {
    "\\par", "\\bigskip", "\\vskip", "\\medskip", "\\smallskip", "\\newpage", "\\clearpage", "\\vfill",
    "\\maketitle", "\\eject",
    "\\cleardoublepage", "\\pagebreak", "\\noindent", "\\centerline", "\\endgraf",
}  # fmt: skip


def _words(text: str) -> list[str]:
    return text.split()


_ARGUMENTS = {
    "m": "bibliographystyle pagestyle thispagestyle hypersetup graphicspath selectlanguage linespread hypertarget "
    "hyperlink phantom hphantom vphantom orcid orcidlink orcidID emailAdd inst "
    "mailto shortauthors shorttitle runninghead authorrunning titlerunning received revised accepted published "
    "submitjournal index altaffilmark institute preprint BibitemShut bibnote includeonly newcounter subjclass "
    "fnref IEEEauthorblockA IEEEmembership lefthead righthead slugcomment paperheader corres firstpage pubyear "
    "AuthorNames AuthorCitation icmltitlerunning printAffiliationsAndNotice templatetype leadauthor dates equalcont "
    "significancestatement authorcontributions authordeclaration equalauthors verticaladjustment IEEEpubid nametag "
    "IEEEspecialpapernotice acmPrice acmArticle acmMonth acmJournal acmSubmissionID acmArticleSeq setcctype sout xout "
    "pagerange journal urladdr dedicatory AtBeginDocument AtEndDocument hyphenation acmBooktitle acmDOI "
    "acmISBN acmYear acmVolume acmNumber setcopyright copyrightyear citestyle settopmatter pdfinfo special thanksref "
    "tikzset pgfplotsset usetikzlibrary lstset sisetup captionsetup geometry theoremstyle nomenclature noalign cline "
    "cmidrule scalebox multirowsetup",
    "mm": "icmlaffiliation icmlcorrespondingauthor icmlsetsymbol setcounter addtocounter setlength addtolength "
    "altaffiltext markboth resizebox fontsize contentsline "
    "colorlet settowidth multicolumn setkeys",
    "mmm": "crefname Crefname crefformat category addcontentsline definecolor DeclareFontShape",
    "ommm": "acmConference",
    "mo": "ProvidesPackage ProvidesFile ProvidesClass NeedsTeXFormat",
    "som": "affil",
    "om": "email ccsdesc deleted correspondingauthor affiliation affiliations altaffiliation address "
    "thanks marginpar color "
    "includegraphics documentclass documentstyle todo corref tnoteref tnotetext fntext curraddr homepage note "
    "cortext authornote titlenote subtitlenote authornotemark plotone epsfig psfig eaddress offprints ead "
    "includestandalone rotatebox",
    "omm": "rule plottwo",
    "mmmm": "@setsize",
    "mg": "bibinfo bibfield",
    "omg": "textcolor colorbox",
    "ommg": "fcolorbox",
    "o": "footnotemark hyperref pagebreak subfloat subfigure",
    "sm": "vspace hspace",
    "ooom": "parbox",
    "moo": "raisebox",
    "mom": "multirow",
}

DROPPED: dict[str, str] = {f"\\{name}": pattern for pattern, names in _ARGUMENTS.items() for name in _words(names)}
"""Command -> pattern of the arguments that go with it. What follows those arguments is text."""

ENVIRONMENT_ARGUMENTS = {
    "minipage": "ooom", "multicols": "mo", "multicols*": "mo", "list": "mm", "wrapfigure": "omom", "wraptable": "omom",
    "adjustwidth": "mm", "textblock": "m", "spacing": "m", "figure": "o", "figure*": "o", "table": "o", "table*": "o",
    "subfigure": "om", "CJK": "mm", "CJK*": "mm", "deluxetable": "m", "deluxetable*": "m", "sidewaysfigure": "o",
    "thebibliography": "m", "itemize": "o", "enumerate": "o", "description": "o", "floatingfigure": "om",
    "tabular": "om", "tabularx": "mom", "tabular*": "mom",
}  # fmt: skip

CITES = frozenset(
    f"\\{name}{star}"
    for name in _words(
        "cite citep citealp citealt Citep onlinecite parencite autocite footcite fullcite supercite citenum nocite "
        "refcite rcite footfullcite smartcite cites parencites textsupercite"
    )
    for star in ("", "*")
)
TEXTUAL_CITES = frozenset(f"\\{name}" for name in _words("citet Citet textcite Textcite citeauthor Citeauthor"))
REFERENCES = {
    "\\ref": "", "\\eqref": "()", "\\autoref": "word", "\\cref": "word", "\\Cref": "word", "\\subref": "",
    "\\pageref": "page", "\\cpageref": "page", "\\nameref": "none", "\\vref": "word", "\\Vref": "word",
    "\\labelcref": "", "\\fullref": "word", "\\zcref": "word", "\\prettyref": "word",
    "\\fref": "word", "\\Fref": "word", "\\tref": "word", "\\Tref": "word", "\\sref": "word", "\\Sref": "word",
    "\\eref": "()", "\\crefrange": "range", "\\Crefrange": "range",
}  # fmt: skip

MATH = frozenset(
    name + star
    for name in _words(
        "equation align eqnarray gather multline displaymath flalign alignat dmath subeqnarray IEEEeqnarray xalignat"
    )
    for star in ("", "*")
) | {"math"}
NUMBERED_ROWS = {"align", "eqnarray", "gather", "flalign", "alignat", "IEEEeqnarray", "subeqnarray"}
FLOATS = {
    name + star: kind
    for kind, names in {
        "Figure": "figure wrapfigure sidewaysfigure SCfigure floatingfigure marginfigure subfigure inlinefigure scheme",
        "Table": "table longtable wraptable sidewaystable deluxetable supertabular xtabular margintable "
        "longtabu rotatetable",
        "Algorithm": "algorithm algorithm2e",
        "Listing": "listing",
    }.items()
    for name in _words(names)
    for star in ("", "*")
}
TABLES = frozenset(_words("tabular tabular* tabularx tabulary tabu longtabu tablenotes"))
"""Environments that hold a table's cells, or the notes under them."""
DISCARDED = frozenset(
    _words(
        "tabular tabular* tabularx tabulary tabu tikzpicture picture pspicture pgfpicture fmffile fmfgraph axis "
        "overpic forest asy algorithmic tikzcd feynman feynmandiagram longtabu highlights graphicalabstract psmatrix xy"
    )
)


@cache
def symbols() -> dict[str, str]:
    """Command -> characters, in text: pylatexenc's table of symbols with what litdex sees otherwise on top."""
    from pylatexenc.latex2text import get_default_latex_context_db

    table = {
        f"\\{spec.macroname}": spec.simplify_repl
        for spec in get_default_latex_context_db().iter_macro_specs()
        if isinstance(spec.simplify_repl, str) and 0 < len(spec.simplify_repl) <= 7 and "<" not in spec.simplify_repl
    }
    return {name: text for name, text in table.items() if "%s" not in text and "%(" not in text} | _OWN


def accented(base: str, accent: str) -> str:
    """`base` with the accent of a command of `ACCENTS` on its first letter."""
    base = base.replace("ı", "i").replace("ȷ", "j")
    return unicodedata.normalize("NFC", base[:1] + ACCENTS[accent]) + base[1:] if base.strip() else base


_TYPOGRAPHY = {"``": "“", "''": "”", "`": "‘", "'": "’", "---": "—", "--": "–", "!`": "¡", "?`": "¿"}
_TYPED = re.compile("|".join(map(re.escape, sorted(_TYPOGRAPHY, key=len, reverse=True))))


def typeset(text: str) -> str:
    """Quotes and dashes as they are printed."""
    return _TYPED.sub(lambda match: _TYPOGRAPHY[match[0]], text)
