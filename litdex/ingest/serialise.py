"""The `Paper` record as JSON: what the library stores, `litdex export` writes and other programs read.

The fields are those of the records in `litdex.ingest.paper`, under the same names; whatever has its default value is
left out. Two more stand in front: "litdex", the version of this form, and "id", the paper's public id, for readers'
convenience (it is made anew on reading, never believed).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

from litdex.ingest.identity import paper_id
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section
from litdex.ingest.passages import APART

FORM = 1
"""The version of the JSON form. A reader refuses a higher one than its own."""

R = TypeVar("R")


def to_dict(paper: Paper) -> dict[str, Any]:
    """The paper as plain values (str, int, bool, list, dict), empty fields left out."""
    return {"litdex": FORM, "id": paper_id(paper), **_filled(paper)}


def from_dict(data: Mapping[str, Any]) -> Paper:
    """The paper that `to_dict` made `data` of; fields that this version does not know are passed over.

    Raises `ValueError` naming the field whose value has the wrong kind.
    """
    form = data.get("litdex", FORM)
    if not isinstance(form, int) or form > FORM:
        raise ValueError(f"litdex: form {form!r} was written by a newer litdex; this one reads up to {FORM}")
    return _record(Paper, _PAPER, data, "")


def to_json(paper: Paper) -> bytes:
    """`to_dict` as one line of UTF-8, without a newline. Equal papers give equal bytes."""
    return json.dumps(to_dict(paper), ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="replace")


def from_json(data: bytes | str) -> Paper:
    """The paper in one JSON object. Raises `ValueError` where `data` is no JSON or no paper."""
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError(f"a paper is a JSON object, not {_kind(value)}")
    return from_dict(value)


def _default(form: Field[Any]) -> object:
    return form.default if form.default is not MISSING else {} if form.default_factory is not MISSING else None


_DEFAULTS = {
    record: {form.name: _default(form) for form in fields(record)}
    for record in (Paper, Author, Section, Caption, Reference)
}
_ORDERED = frozenset({"identifiers", "claims"})  # mappings, written in the order of their schemes


def _filled(record: Paper | Author | Section | Caption | Reference) -> dict[str, Any]:
    """The fields that differ from their defaults, as plain values."""
    found: dict[str, Any] = {}
    for name, default in _DEFAULTS[type(record)].items():
        value = getattr(record, name)
        if value != default:
            found[name] = _plain(name, value)
    return found


def _plain(name: str, value: Any) -> Any:
    if name in _ORDERED:
        return dict(sorted(value.items()))
    if isinstance(value, tuple):
        return [item if isinstance(item, str) else _filled(item) for item in value]
    return value


Reader = Callable[[Any, str], Any]


def _of(kind: type[R]) -> Callable[[Any, str], R]:
    """A reader that takes values of one kind only (a truth value is no number)."""

    def read(value: Any, where: str) -> R:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"{where}: must be {_KINDS[kind]}, not {_kind(value)}")
        return value

    return read


def _many(item: Callable[[Any, str], R]) -> Callable[[Any, str], tuple[R, ...]]:
    def read(value: Any, where: str) -> tuple[R, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where}: must be a list, not {_kind(value)}")
        return tuple(item(one, f"{where}[{i}]") for i, one in enumerate(value))

    return read


def _pairs(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: must be an object, not {_kind(value)}")
    return {scheme: _text(one, f"{where}.{scheme}") for scheme, one in value.items()}


def _section_kind(value: Any, where: str) -> str:
    if value not in ("body", "back"):
        raise ValueError(f'{where}: must be "body" or "back", not {value!r}')
    return str(value)


def _caption_kind(value: Any, where: str) -> str:
    if value not in APART:
        raise ValueError(f"{where}: must be one of {', '.join(APART)}, not {value!r}")
    return str(value)


def _year(value: Any, where: str) -> int | None:
    return None if value is None else _number(value, where)


def _nested(record: type[R], readers: Mapping[str, Reader]) -> Callable[[Any, str], R]:
    def read(value: Any, where: str) -> R:
        if not isinstance(value, dict):
            raise ValueError(f"{where}: must be an object, not {_kind(value)}")
        return _record(record, readers, value, f"{where}.")

    return read


def _record(record: type[R], readers: Mapping[str, Reader], data: Mapping[str, Any], where: str) -> R:
    values = {name: readers[name](value, where + name) for name, value in data.items() if name in readers}
    try:
        return record(**values)
    except TypeError:
        missing = sorted(set(_REQUIRED.get(record, ())) - set(values))
        raise ValueError(f"{where}{missing[0] if missing else '?'}: is missing") from None


def _kind(value: object) -> str:
    return "null" if value is None else _KINDS.get(type(value), type(value).__name__)


_KINDS: dict[type, str] = {
    str: "a string",
    int: "a whole number",
    bool: "true or false",
    float: "a fraction",
    list: "a list",
    dict: "an object",
}
_REQUIRED: dict[type, Iterable[str]] = {
    record: [form.name for form in fields(record) if form.default is MISSING and form.default_factory is MISSING]
    for record in (Author, Section, Caption)
}

_text, _number, _flag = _of(str), _of(int), _of(bool)
_texts = _many(_text)
_AUTHOR: dict[str, Reader] = {"family": _text, "given": _text, "orcid": _text, "also": _texts}
_SECTION: dict[str, Reader] = {"title": _text, "text": _text, "level": _number, "kind": _section_kind}
_CAPTION: dict[str, Reader] = {"label": _text, "text": _text, "kind": _caption_kind}
_REFERENCE: dict[str, Reader] = {
    "text": _text,
    "title": _text,
    "authors": _texts,
    "year": _year,
    "venue": _text,
    "volume": _text,
    "pages": _text,
    "identifiers": _pairs,
}
_PAPER: dict[str, Reader] = {
    **dict.fromkeys(("title", "abstract", "date", "language", "license"), _text),
    **dict.fromkeys(("kind", "venue", "volume", "issue", "pages", "publisher"), _text),
    **dict.fromkeys(("categories", "keywords"), _texts),
    **dict.fromkeys(("identifiers", "claims"), _pairs),
    "version": _number,
    "retracted": _flag,
    "authors": _many(_nested(Author, _AUTHOR)),
    "editors": _many(_nested(Author, _AUTHOR)),
    "sections": _many(_nested(Section, _SECTION)),
    "captions": _many(_nested(Caption, _CAPTION)),
    "references": _many(_nested(Reference, _REFERENCE)),
}
