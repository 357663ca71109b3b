"""Configs of the encoder's training, read from TOML: what a field may be, its default, and clear errors.

Sections are the dataclasses below; a relative path is taken from the folder of the config file.
"""

from __future__ import annotations

import dataclasses
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from litdex.errors import UserError

Section = TypeVar("Section")


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Where the texts are. Papers in `held_out` and citing papers of `held_out_edges` are never trained on."""

    papers: tuple[Path, ...] = ()
    devel: tuple[Path, ...] = ()
    held_out: tuple[Path, ...] = ()
    edges: Path | None = None
    held_out_edges: Path | None = None
    titles: Path | None = None
    questions: Path | None = None
    general: tuple[Path, ...] = ()  # text of other fields, for distillation
    retrieval: Path | None = None  # a BEIR folder with a `train` split, measured during training and never trained on
    limit: int = 0  # use no more papers than this (0: all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenizer:
    """A WordPiece vocabulary of one's own."""

    output: Path = Path("tokenizer")
    size: int = 30523
    lowercase: bool = True
    least: int = 2  # a piece must occur this often


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase of pre-training: sequences of one length."""

    tokens: int
    epochs: float
    batch: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretrain:
    """Masked-language pre-training."""

    output: Path = Path("pretrained")
    tokenizer: Path | None = None
    start: str = ""  # a checkpoint to go on from; random weights where empty
    layers: int = 12
    width: int = 768
    heads: int = 12
    inner: int = 3072
    masking: float = 0.15
    rate: float = 1e-4
    weight_decay: float = 0.01
    warmup: float = 0.06
    accumulate: int = 1
    phases: tuple[Phase, ...] = (Phase(tokens=128, epochs=4), Phase(tokens=512, epochs=6))
    precision: str = "bf16"
    checkpoint_every: int = 500
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of pairs: its share of the steps, pairs in a batch, and the texts' length."""

    share: float = 0.0
    size: int = 64
    tokens: int = 128
    sentence: float = 0.0  # query/source: the share of queries that are a sentence rather than the title
    shared: bool = False  # one set of negatives for all rows, so that one threshold fits all
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finetune:
    """Contrastive fine-tuning."""

    start: str
    output: Path = Path("finetuned")
    steps: int = 1000
    rate: float = 2e-4
    weight_decay: float = 0.01
    warmup: float = 0.1
    temperature: float = 0.05
    cached_over: int = 16384  # tokens in a batch from which gradients are cached
    chunk: int = 32  # texts embedded at once
    evaluations: int = 6  # 3 an epoch
    evaluation_tokens: int = 128
    average: float = 0.0  # decay of the running average of weights; 0: none
    precision: str = "fp32"
    checkpoint_minutes: float = 10.0
    teacher: str = ""
    teacher_texts: int = 6000
    teacher_temperature: float = 0.02
    distil: float = 1.0  # weight of distillation beside the contrast of the same batch
    hard_negatives: int = 0  # neighbours mined by BM25 for each paper
    hard_from: int = 60000  # papers among which they are mined
    freeze_words: bool = False  # leave the word embeddings as they are: quicker, and forgets less
    threads: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole config file."""

    data: Data = field(default_factory=Data)
    tokenizer: Tokenizer | None = None
    pretrain: Pretrain | None = None
    finetune: Finetune | None = None
    kinds: dict[str, Kind] = field(default_factory=dict)


KINDS = ("field", "citation", "source", "question", "general")


def read_config(path: Path) -> Config:
    """The config in `path`; raises `UserError` that names the line's section and key, and what it may be."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UserError(f"{path} cannot be read. Name a config file (see litdex/encoder/configs).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not TOML: {error}.") from None
    config = _section(Config, raw, str(path), path.parent)
    unknown = sorted(set(config.kinds) - set(KINDS))
    if unknown:
        raise UserError(f"{path}: [kinds.{unknown[0]}] is no kind of pairs. Kinds are: {', '.join(KINDS)}.")
    return config


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
