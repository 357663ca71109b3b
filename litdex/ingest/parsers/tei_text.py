"""What the elements of TEI mean for running text: formulas, highlighting, lists, notes."""

from __future__ import annotations

from litdex.ingest.parsers.mathml import to_tex
from litdex.ingest.parsers.xml import Element
from litdex.ingest.parsers.xml_text import (
    LINE,
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


def _formula(element: Element, out: list[str], dialect: Dialect) -> None:
    """TeX and MathML in dollars; GROBID's formulas, which are only characters off the page, as they are."""
    label, math = inline(element.find("label"), dialect), element.find(".//math")
    text = to_tex(math) if math is not None else _without(element, "label", dialect)
    if math is not None or element.get("notation", "").lower() in {"tex", "latex"}:
        mark = "$" if attribute(element, "rend") == "inline" else "$$"
        text = f"{mark}{text.strip('$ ')}{mark}"
    out.append(f" {text} {label} ")


def _without(element: Element, tag: str, dialect: Dialect) -> str:
    pieces = [element.text or ""]
    for child in element:
        if child.tag != tag:
            visit(child, pieces, dialect)
        pieces.append(child.tail or "")
    return " ".join(finish(pieces).split())


def _highlighted(element: Element, out: list[str], dialect: Dialect) -> None:
    rend = attribute(element, "rend")
    if "sup" in rend:
        raise_text(inline(element, dialect), out)
    elif "sub" in rend:
        subscript(element, out, dialect)
    else:
        walk(element, out, dialect)


def _item(element: Element, out: list[str], dialect: Dialect) -> None:
    out.append(f"{LINE}- {inline(element, dialect)}{LINE}")


TEI = Dialect(
    dropped=tags("note figure figDesc listBibl graphic table fw desc teiHeader"),
    paragraphs=tags("p ab div head lg list quote sp bibl abstract"),
    lines=frozenset({"l"}),
    apart=frozenset(
        {"s", "lb", "pb", "cb", "forename", "surname", "genName", "author", "persName", "title", "date", "biblScope"}
    ),
    handlers={"formula": _formula, "hi": _highlighted, "item": _item},
)
