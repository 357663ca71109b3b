"""A saved search as an Atom feed (RFC 4287): what came to it since it was saved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

from litdex.index.library import Library
from litdex.index.store import Card
from litdex.shelf.store import Found, SavedSearch, shelf

ENTRIES = 100
"""Papers in a feed, the latest."""
ATOM = "http://www.w3.org/2005/Atom"


def feed(library: Library, saved: SavedSearch, base: str = "") -> str:
    """The feed; `base` is the address of the page, without which entries have no link to it ("http://host:8080")."""
    with shelf(library.folder) as kept:
        found = kept.found(saved.id, ENTRIES)
    numbers = {one: number for one in found if (number := library.store.find(one.paper))}
    cards = library.store.cards(numbers.values())
    return _feed(library.identity(), saved, [(one, cards[of]) for one, of in numbers.items() if of in cards], base)


def _feed(library: str, saved: SavedSearch, found: Sequence[tuple[Found, Card]], base: str) -> str:
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    _add(root, "id", f"urn:litdex:{library}:search:{saved.id}")
    _add(root, "title", f"litdex: {saved.name}")
    _add(root, "subtitle", saved.query)
    _add(root, "updated", _moment(max((one.at for one, _ in found), default=saved.made)))
    _add(_add(root, "author"), "name", "litdex")
    if base:
        _add(root, "link", rel="self", href=f"{base}/saved/{saved.id}/feed.atom")
    for one, card in found:
        _entry(_add(root, "entry"), library, one, card, base)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _entry(entry: ET.Element, library: str, found: Found, card: Card, base: str) -> None:
    paper = card.paper
    _add(entry, "id", f"urn:litdex:{library}:paper:{quote(card.name, safe='')}")
    _add(entry, "title", paper.title or "(no title)")
    _add(entry, "updated", _moment(found.at))
    for author in paper.authors:
        _add(_add(entry, "author"), "name", author.name)
    for category in paper.categories:
        _add(entry, "category", term=category)
    about = " · ".join(part for part in (paper.venue, paper.date, card.name) if part)
    _add(entry, "summary", about)
    if base:
        _add(entry, "link", rel="alternate", href=f"{base}/paper/{quote(card.name, safe='')}")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    """A child element; what XML cannot hold is left out of its text."""
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}", {key: _legal(value) for key, value in attributes.items()})
    child.text = _legal(text)
    return child


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
