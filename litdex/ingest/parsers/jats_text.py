"""What the elements of JATS mean for running text: sections, formulas, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litdex.ingest.paper import Section, SectionKind
from litdex.ingest.parsers.mathml import to_tex
from litdex.ingest.parsers.xml import Element
from litdex.ingest.parsers.xml_text import (
    LINE,
    PARAGRAPH,
    Dialect,
    attribute,
    finish,
    inline,
    raise_text,
    subscript,
    tags,
    visit,
    walk,
)

_NOTES = frozenset({"fn", "table-fn", "corresp", "aff", "author-notes", "author-note"})
_BACK_TITLE = re.compile(
    r"acknowled?ge?ments?\b.*|"
    r"(sources? of )?(funding|financial)( (sources?|statement|information|support|disclosures?))?|"
    r"(.{0,8}author.{0,3} )?contributions?( of authors)?|author.{0,3} contributions?.*|"
    r".*(competing|conflicts? of) .*interests?.*|(declarations? of )?interests?|"
    r"ethic(s|al) .*(approval|statement|declaration|consent).*|.*\bavailability( statement)?|availability of .*|"
    r"support(ing|ed) information.*|supplement(ary|al) (materials?|information|data|files?)|"
    r"(list of )?abbreviations?( used)?|disclosures?.*|(informed )?consent .*|publisher.s note|"
    r"pre-publication history|about the authors?|associated content",
    re.IGNORECASE,
)
_BACK_ELEMENTS = {"ack": "Acknowledgements", "glossary": "Abbreviations", "notes": "Notes", "bio": "About the authors"}


def tex_of(formula: Element) -> str:
    """The TeX of a formula element: as the source gives it, else converted from MathML; "" if it is only a picture."""
    tex = formula if formula.tag == "tex-math" else formula.find(".//tex-math")
    if tex is not None:
        return bare_tex("".join(str(piece) for piece in tex.itertext()))
    math = formula if formula.tag == "math" else formula.find(".//math")
    return to_tex(math) if math is not None else ""


def bare_tex(source: str) -> str:
    """A formula without the LaTeX document, and without the dollars, that publishers wrap around it."""
    document = re.search(r"\\begin\{document\}(.*?)(?:\\end\{document\}|$)", source, re.DOTALL)
    tex = " ".join((document[1] if document else source).split())
    for opening, closing in (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)")):
        if len(tex) >= len(opening + closing) and tex.startswith(opening) and tex.endswith(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex


def _inline_formula(element: Element, out: list[str], dialect: Dialect) -> None:
    tex = tex_of(element)
    if tex:
        out.append(f"${tex}$")
    else:
        walk(element, out, dialect)


def _display_formula(element: Element, out: list[str], dialect: Dialect) -> None:
    tex, label = tex_of(element), inline(element.find("label"), dialect)
    if tex:
        out.append(f" $${tex}$$ {label} ")
    elif "".join(str(piece) for piece in element.itertext()).strip() != label:
        out.append(" ")
        walk(element, out, dialect)
        out.append(" ")


def _alternatives(element: Element, out: list[str], dialect: Dialect) -> None:
    """One of several forms of the same thing: a formula, else the first that has text."""
    if tex_of(element):
        _inline_formula(element, out, dialect)
        return
    for child in element:
        pieces: list[str] = []
        visit(child, pieces, dialect)
        if "".join(pieces).strip():
            out.extend(pieces)
            return


def _reference_mark(element: Element, out: list[str], dialect: Dialect) -> None:
    """A cross-reference: marks of footnotes go, raised numbers of citations become "[12]"."""
    if element.get("ref-type", "") in _NOTES:
        return
    raised = len(element) == 1 and element[0].tag == "sup" and not (element.text or "").strip()
    if raised and element.get("ref-type") == "bibr":
        out.append(f"[{inline(element[0], dialect)}]")
    else:
        walk(element, out, dialect)


def _superscript(element: Element, out: list[str], dialect: Dialect) -> None:
    text = inline(element, dialect)
    if element.find("xref[@ref-type='bibr']") is not None:
        out.append(text if text.startswith("[") else f"[{text}]")
    elif text:
        raise_text(text, out)


def _list_item(element: Element, out: list[str], dialect: Dialect) -> None:
    label, title = inline(element.find("label"), dialect), inline(element.find("title"), dialect)
    pieces: list[str] = []
    for child in element:
        if child.tag not in {"label", "title"}:
            visit(child, pieces, dialect)
    text = finish(pieces).replace("\n\n", "\n").replace("\n", LINE)
    out.append(LINE + " ".join(piece for piece in (label or "-", title, text) if piece) + LINE)


def _definition(element: Element, out: list[str], dialect: Dialect) -> None:
    terms = ", ".join(inline(term, dialect) for term in element.iterfind("term"))
    meaning = " ".join(inline(definition, dialect) for definition in element.iterfind("def"))
    out.append(f"{LINE}{terms}: {meaning}{LINE}")


def _label(element: Element, out: list[str], dialect: Dialect) -> None:
    walk(element, out, dialect)
    out.append(" ")


def _inline_supplement(element: Element, out: list[str], dialect: Dialect) -> None:
    """A supplement without a caption is a link in the running text; one with a caption stands apart."""
    if element.find("caption") is None and element.find("label") is None:
        walk(element, out, dialect)


JATS = Dialect(
    dropped=tags(
        "fn fn-group fig fig-group table-wrap table-wrap-group table array graphic inline-graphic media object-id "
        "index-term alt-text long-desc ref-list sec-meta permissions chem-struct-wrap private-char hr "
        "custom-meta-group processing-meta"
    ),
    paragraphs=tags(
        "p sec title disp-quote verse-group preformat speech statement boxed-text list def-list attrib "
        "disp-formula-group answer question explanation"
    ),
    lines=frozenset({"verse-line", "speaker"}),
    apart=frozenset({"break", "name", "string-name", "surname", "given-names", "suffix", "td", "th", "tr", "kwd"}),
    handlers={
        "sup": _superscript,
        "sub": subscript,
        "inline-formula": _inline_formula,
        "disp-formula": _display_formula,
        "tex-math": _inline_formula,
        "math": _inline_formula,
        "alternatives": _alternatives,
        "xref": _reference_mark,
        "list-item": _list_item,
        "def-item": _definition,
        "label": _label,
        "supplementary-material": _inline_supplement,
    },
)


def heading(element: Element, default: str = "") -> str:
    """The title of a section; its number goes, a label in words ("Appendix A") stays in front."""
    title, label = inline(element.find("title"), JATS).rstrip(), inline(element.find("label"), JATS)
    worded = re.search(r"[^\W\d_]{2}", label)
    if label and not worded and title.startswith(label):
        title = title.removeprefix(label).lstrip(" .")
    return " ".join(piece for piece in (label if worded else "", title) if piece) or default


def sections(container: Element, level: int = 1, title: str = "", kind: SectionKind = "body") -> Iterator[Section]:
    """The sections of a body, back or `sec` in reading order; text before and between sub-sections has its own."""
    loose: list[str] = []
    for child in container:
        if child.tag == "sec" or (child.tag == "boxed-text" and child.find(".//p") is not None):
            yield from _flushed(loose, title, level, kind)
            title = ""
            yield from _nested(child, level + (container.tag == "sec"), kind)
        elif child.tag == "caption" and container.tag == "boxed-text":
            loose.extend(f"{PARAGRAPH}{inline(each, JATS)}{PARAGRAPH}" for each in child.iterfind("p"))
        elif child.tag not in {"title", "label"}:
            visit(child, loose, JATS)
    yield from _flushed(loose, title, level, kind)


def _flushed(loose: list[str], title: str, level: int, kind: SectionKind) -> Iterator[Section]:
    text = finish(loose)
    loose.clear()
    if text or (title and kind == "body"):
        yield Section(title=title, text=text, level=level, kind=kind)


def _nested(element: Element, level: int, kind: SectionKind) -> Iterator[Section]:
    inner = element.find("sec") if element.tag == "boxed-text" and element.find("p") is None else None
    wrapped = inner is not None and heading(element) == "" and not element.findtext("caption/title")
    title = heading(element) or inline(element.find("caption/title"), JATS)
    back = _is_back(title, element.get("sec-type", ""))
    found = sections(element, level, title, "back" if back else kind)
    yield from (sections(inner, level, heading(inner), kind) if wrapped and inner is not None else found)


def _is_back(title: str, sec_type: str) -> bool:
    named = _BACK_TITLE.fullmatch(title.rstrip(" .:")) is not None and len(title) < 80
    return named or sec_type in {"supplementary-material", "COI-statement"}


def back_sections(back: Element) -> Iterator[Section]:
    """Acknowledgements and the like, and appendices, which are body."""
    for child in back:
        if child.tag in _BACK_ELEMENTS:
            yield from sections(child, title=heading(child, _BACK_ELEMENTS[child.tag]), kind="back")
        elif child.tag == "app-group":
            for app in child.iterfind("app"):
                yield from sections(app, title=heading(app, "Appendix"))
        elif child.tag == "app":
            yield from sections(child, title=heading(child, "Appendix"))
        elif child.tag == "sec":
            yield from _nested(child, 1, "body")


def summary_title(abstract: Element) -> str:
    """What a secondary abstract is called."""
    kind = attribute(abstract, "abstract-type").replace("-", " ")
    return heading(abstract) or ("Summary" if kind in {"", "toc", "teaser", "short"} else kind.capitalize())


def abstract_text(abstract: Element) -> str:
    """An abstract with the headings of its parts as text: "Background: …", paragraphs parted by a blank line."""
    parts: list[str] = []
    for section in sections(abstract, title=""):
        joint = " " if section.title.endswith((":", ".", "?")) else ": "
        parts.append(f"{section.title}{joint}{section.text}" if section.title and section.text else section.text)
    return "\n\n".join(part for part in parts if part)
