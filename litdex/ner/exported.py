"""The format of an exported tagger: config.json, head.npz, README.md, and each encoder's graph and tokenizer.

**Words to states.** Words become pieces (`litdex.ner.pieces`) and, where they are many, windows (`litdex.ner.windows`)
for each encoder by itself. `<encoder>.onnx` (see `litdex.runtime.graph`) takes `input_ids` (1, tokens), a window's
pieces between the tokenizer's special tokens, and answers `hidden` (1, tokens, width). A word's vector is that of its
first piece.

**Surface.** Where `characters` is not empty, each word also has a vector made of its characters as written, in their
case. Ids: 0 padding, 1 unknown, 2 start, 3 end, 4 + i for the i-th of `characters`. The ids [0, 2, first `word_length`
characters, 3, 0, 0 ...], always `word_length` + 4 of them, are looked up in `surface.embedding` (4 + n, e), and every
three neighbours e1 e2 e3 give relu(W [e1; e2; e3] + b) with `surface.weight` (s, 3 e) and `surface.bias` (s); the
word's vector is the maximum over these `word_length` + 2 places.

**Fusion.** With h_k (width_k) of each encoder in their order and c the surface vector (or nothing):
`linear`: z = relu(W [h_1; h_2; c] + b), `fusion.weight` (hidden, widths), `fusion.bias`.
`attention`: g = softmax(G [h_1; h_2] + g0) with `gate.weight` (encoders, widths of the encoders) and `gate.bias`,
then the same with [g_1 h_1; g_2 h_2; c].

**Heads.** For each head n in `heads`: emissions z E^T + e with `head.<n>.weight` (tags, hidden), `head.<n>.bias`; the
CRF has `head.<n>.start` (tags), `head.<n>.transitions` (tags, tags; from row to column), `head.<n>.end` (tags), where
what the scheme forbids is `FORBIDDEN`. Tags are IOBES, their order is the head's `tags`. A head without a CRF has
zeros there where a transition is allowed.

All arrays are float32. Where the encoders share a tokenizer they name one file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from litdex.errors import UserError

CONFIG = "config.json"
ARRAYS = "head.npz"
FUSIONS = ("linear", "attention")
FORBIDDEN = -10000.0
PADDING, UNKNOWN, START, END, FIRST_CHARACTER = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEncoder:
    """One encoder: the names of its two files in the folder."""

    graph: str
    tokenizer: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedHead:
    """One corpus's head: its name, and its tags in the order of its scores ("O", "B-Disease", ...)."""

    name: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggerSettings:
    """What config.json holds. `fingerprint` is written at export, so that a start need not hash the weights."""

    name: str
    encoders: tuple[ExportedEncoder, ...]
    heads: tuple[ExportedHead, ...]
    fusion: str = "linear"
    window: int = 128  # pieces
    overlap: int = 20  # pieces
    join: int = 0  # neighbouring sentences of a text are read together, up to so many words
    characters: str = ""
    word_length: int = 20
    licence: str = ""
    fingerprint: str = ""


def is_exported_tagger(folder: Path) -> bool:
    """Whether `folder` holds a tagger in this format."""
    return (folder / CONFIG).is_file() and (folder / ARRAYS).is_file()


def read_tagger_settings(folder: Path) -> TaggerSettings:
    """The settings of an exported tagger. Raises `UserError` where config.json is not one."""
    path = folder / CONFIG
    try:
        settings = _settings(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"{path} is not the config of a litdex tagger ({error}); export the model again") from error
    if settings.fusion not in FUSIONS:
        raise UserError(f"{path}: fusion must be one of {', '.join(FUSIONS)}, not {settings.fusion!r}")
    return settings


def write_tagger_settings(folder: Path, settings: TaggerSettings) -> TaggerSettings:
    """Write config.json beside the other files in `folder`; returns the settings with their fingerprint."""
    sealed = replace(settings, fingerprint=_fingerprint(folder, settings))
    (folder / CONFIG).write_text(json.dumps(asdict(sealed), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return sealed


def _settings(raw: dict[str, Any]) -> TaggerSettings:
    encoders = tuple(ExportedEncoder(**encoder) for encoder in raw.pop("encoders"))
    heads = tuple(ExportedHead(name=head["name"], tags=tuple(head["tags"])) for head in raw.pop("heads"))
    return TaggerSettings(encoders=encoders, heads=heads, **raw)


def _fingerprint(folder: Path, settings: TaggerSettings) -> str:
    """16 hexadecimal digits over all that decides a mention: weights, tokenizers and settings."""
    digest = hashlib.sha256()
    files = {ARRAYS} | {name for encoder in settings.encoders for name in (encoder.graph, encoder.tokenizer)}
    for name in sorted(files):
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    used = asdict(replace(settings, name="", licence="", fingerprint=""))
    digest.update(json.dumps(used, sort_keys=True).encode())
    return digest.hexdigest()[:16]
