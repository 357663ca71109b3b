"""Config files: TOML into dataclasses, with errors that name the file, the section, the key, and what it may be.

A section is a frozen dataclass; a relative path is taken from the folder of the config file.
"""

from __future__ import annotations

import dataclasses
import tomllib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from litdex.errors import UserError

Section = TypeVar("Section")


def read_toml(path: Path, kind: type[Section], *, examples: str) -> Section:
    """The config file `path` as the dataclass `kind`. `examples` tells where sound configs are.

    Raises `UserError` with the section and key at fault, and what it may be.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UserError(f"{path} cannot be read. Name a config file (see {examples}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not TOML: {error}.") from None
    return _section(kind, raw, str(path), path.parent)


def _section(kind: type[Section], raw: Mapping[str, Any], where: str, base: Path) -> Section:
    if not isinstance(raw, Mapping):
        raise UserError(f"{where} must be a section, not {raw!r}.")
    types = typing.get_type_hints(kind)
    for key in raw:
        if key not in types:
            raise UserError(f"{where}: unknown key '{key}'. It may be: {', '.join(types)}.")
    missing = [f.name for f in dataclasses.fields(kind) if _required(f) and f.name not in raw]  # type: ignore[arg-type]
    if missing:
        raise UserError(f"{where}: '{missing[0]}' is missing.")
    return kind(**{key: _value(types[key], value, f"{where}: {key}", base) for key, value in raw.items()})


def _required(entry: dataclasses.Field[Any]) -> bool:
    return entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING


def _value(kind: Any, value: Any, where: str, base: Path) -> Any:
    """`value` as `kind`, or a `UserError`."""
    arguments = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if type(None) in arguments:
        return _value(next(a for a in arguments if a is not type(None)), value, where, base)
    if dataclasses.is_dataclass(kind):
        return _section(typing.cast(Any, kind), value, where, base)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(arguments[0], item, where, base) for item in value)
    if origin is dict and isinstance(value, dict):
        return {key: _value(arguments[1], item, f"{where}.{key}", base) for key, item in value.items()}
    if kind is Path and isinstance(value, str):
        return base / Path(value).expanduser()
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return _checked(value, where)
    expected = {tuple: "a list", dict: "a section"}.get(origin or kind, getattr(kind, "__name__", str(kind)))
    raise UserError(f"{where} must be {expected}, not {value!r}.")


def _checked(value: Any, where: str) -> Any:
    """Numbers are sizes, rates and counts: none may be negative."""
    if isinstance(value, int | float) and value < 0:
        raise UserError(f"{where} must not be negative, not {value!r}.")
    return value
