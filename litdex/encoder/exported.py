"""The format of an exported encoder: a folder of model.onnx, tokenizer.json, config.json and README.md.

`model.onnx` takes `input_ids` of shape (1, tokens), int64, and answers `hidden` of shape (1, tokens, dimension),
float32. There is no mask: one text a run, hence no padding, and a vector never depends on its neighbours.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from litdex.errors import UserError

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
POOLINGS = ("mean", "cls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What config.json holds. `fingerprint` is written at export, so that a cold start need not hash the weights."""

    name: str
    dimension: int
    max_tokens: int
    pooling: str = "mean"
    query_prefix: str = ""
    passage_prefix: str = ""
    source: str = ""
    licence: str = ""
    fingerprint: str = ""


def is_exported(folder: Path) -> bool:
    """Whether `folder` holds an encoder in this format."""
    return all((folder / name).is_file() for name in (MODEL, TOKENIZER, CONFIG))


def read_settings(folder: Path) -> Settings:
    """The settings of an exported encoder. Raises `UserError` where config.json is not one."""
    path = folder / CONFIG
    try:
        settings = Settings(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{path} is not the config of a litdex encoder ({error}); export the model again") from error
    if settings.pooling not in POOLINGS:
        raise UserError(f"{path}: pooling must be one of {', '.join(POOLINGS)}, not {settings.pooling!r}")
    return settings


def write_settings(folder: Path, settings: Settings) -> Settings:
    """Write config.json beside the model and tokenizer in `folder`; returns the settings with their fingerprint."""
    sealed = replace(settings, fingerprint=fingerprint(folder, settings))
    (folder / CONFIG).write_text(json.dumps(asdict(sealed), indent=2) + "\n", "utf-8")
    return sealed


def fingerprint(folder: Path, settings: Settings) -> str:
    """16 hexadecimal digits over all that decides a vector: weights, tokenizer and the settings in use."""
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER):
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    used = (settings.max_tokens, settings.pooling, settings.query_prefix, settings.passage_prefix)
    digest.update(json.dumps(used).encode())
    return digest.hexdigest()[:16]
