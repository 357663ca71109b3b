"""YAML front matter of a Markdown file, as far as papers use it: scalars, lists, block scalars, lists of names."""

from __future__ import annotations

import re

_FENCED = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z][\w-]*):(?:[ \t]+(.*))?$")


def split_front_matter(text: str) -> tuple[dict[str, list[str]], str]:
    """(key in lower case -> values, the text after the front matter). Nested maps give their `name` only."""
    match = _FENCED.match(text)
    if not match or not re.search(r"^[A-Za-z][\w-]*:", match[1], re.MULTILINE):
        return {}, text
    fields: dict[str, list[str]] = {}
    key, block = "", False
    for line in match[1].split("\n"):
        top = _KEY.match(line)
        if top:
            key, value = top[1].lower(), (top[2] or "").strip()
            block = value[:1] in ("|", ">")
            fields[key] = [] if block else _values(value)
        elif key and line.strip():
            _continue(fields[key], line, block)
    return fields, text[match.end() :]


def _continue(values: list[str], line: str, block: bool) -> None:
    """A further line of a value: an item of a list, a name in a map, or more text."""
    item = re.match(r"\s*-\s+(?:(\w+):\s*)?(.*)$", line)
    nested = re.match(r"\s+(\w+):\s+(.*)$", line)
    if item and not block:
        if item[1] in (None, "name"):
            values.extend(_values(item[2], listed=False))
    elif nested and not block:
        if nested[1] == "name":
            values.extend(_values(nested[2], listed=False))
    elif values:
        values[-1] += " " + line.strip().strip("\"'")
    else:
        values.append(line.strip())


def _values(text: str, listed: bool = True) -> list[str]:
    text = re.sub(r"\s+#.*$", "", text).strip()
    if listed and text.startswith("[") and text.endswith("]"):
        return [part.strip().strip("\"'") for part in text[1:-1].split(",") if part.strip()]
    text = text.strip("\"'")
    return [text] if text else []
