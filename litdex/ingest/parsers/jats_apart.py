"""What stands beside the running text of a JATS article: captions, tables, footnotes, the front in other languages."""

from __future__ import annotations

from collections.abc import Iterator

from litdex.ingest.paper import Caption, Section
from litdex.ingest.parsers.jats_text import JATS, abstract_text
from litdex.ingest.parsers.xml import Element
from litdex.ingest.parsers.xml_text import attribute, flow, inline, table_text, tags

_STATEMENTS = tags(
    "conflict COI-statement con equal corresp present-address current-aff deceased supported-by financial-disclosure "
    "presented-at presented-by participating-researchers"
)
"""Kinds of `fn` that tell something of the authors, not of the work."""


def apart(article: Element) -> Iterator[Caption]:
    """The captions, tables, notes under tables, and footnotes, in document order."""
    for element in article.iter("fig", "table-wrap", "supplementary-material", "fn"):
        if any(True for _ in element.iterancestors("sub-article", "response")):
            continue
        if element.tag == "fn":
            yield from _footnote(element)
            continue
        label, caption = inline(element.find("label"), JATS).rstrip(".: "), element.find("caption")
        text = flow(caption, JATS) if caption is not None else ""
        if label or text:
            yield Caption(label=label, text=text)
        if element.tag == "table-wrap":
            yield from _table(element, label)


def _table(wrap: Element, label: str) -> Iterator[Caption]:
    if cells := table_text(wrap, JATS):
        yield Caption(label=label, text=cells, kind="table")
    notes = (_note(child) for foot in wrap.iterfind("table-wrap-foot") for child in foot)
    if text := "\n\n".join(note for note in notes if note):
        yield Caption(label=label, text=text, kind="table-note")


def _note(child: Element) -> str:
    """A note under a table, or a group of them, without their marks."""
    if child.tag == "fn-group":
        return "\n\n".join(text for note in child if (text := _note(note)))
    marked = child.tag == "fn" and child.find("p") is not None
    return " ".join(inline(each, JATS) for each in (child.iterfind("p") if marked else (child,)))


def _footnote(note: Element) -> Iterator[Caption]:
    """A footnote of the text; those of tables go with their tables, statements and addresses of authors go."""
    elsewhere = any(True for _ in note.iterancestors("table-wrap", "author-notes", "contrib-group", "ref-list"))
    if not elsewhere and note.get("fn-type") not in _STATEMENTS and (text := _note(note)):
        yield Caption(label="", text=text, kind="footnote")


def translations(article: Element, meta: Element) -> Iterator[Section]:
    """Titles and abstracts in further languages, a section each: the title, and below it the abstract."""
    texts: dict[str, list[str]] = {}
    for group in (*meta.iterfind("title-group"), *meta.iterfind("title-group/trans-title-group")):
        for title in _titles(group):
            language = attribute(title, "lang") or attribute(group, "lang")
            named = (inline(part, JATS) for part in (title, group.find(title.tag.replace("title", "subtitle"))))
            texts.setdefault(language.lower(), []).append(": ".join(name for name in named if name))
    for abstract in meta.iterfind("trans-abstract"):
        texts.setdefault(attribute(abstract, "lang").lower(), []).append(abstract_text(abstract))
    for part in article.iterfind("sub-article[@article-type='translation']"):
        front = part.find("front-stub")
        if front is not None:
            parts = [
                inline(front.find("title-group/article-title"), JATS),
                *map(abstract_text, front.iterfind("abstract")),
            ]
            texts.setdefault(attribute(part, "lang").lower(), []).extend(parts)
    for language, found in texts.items():
        if text := "\n\n".join(dict.fromkeys(each for each in found if each)):
            yield Section(title=f"Abstract ({language})" if language else "Abstract in another language", text=text)


def _titles(group: Element) -> list[Element]:
    """The translated titles of a group: those that are marked so, and further ones that stand beside the first."""
    return [*group.iterfind("trans-title"), *group.findall("article-title")[1:]]
