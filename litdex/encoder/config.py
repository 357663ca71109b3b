"""Configs of the encoder's training, read from TOML: what a field may be, its default, and clear errors.

Sections are the dataclasses below; a relative path is taken from the folder of the config file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from litdex.errors import UserError
from litdex.settings import read_toml


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
    dropout: float = 0.1  # 0 is quicker, and enough where every text is seen once
    rate: float = 1e-4
    weight_decay: float = 0.01
    warmup: float = 0.06
    accumulate: int = 1
    phases: tuple[Phase, ...] = (Phase(tokens=128, epochs=4), Phase(tokens=512, epochs=6))
    precision: str = "bf16"
    checkpoint_every: int = 500
    minutes: float = 0.0  # end after so long at the latest, the rate having fallen to nothing; 0: no limit
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

    start: str  # a hub's name or a folder; "./" and "../" start at the config's own, here and in `teacher`
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
    minutes: float = 0.0  # end after so long at the latest, the rate having fallen to nothing; 0: no limit
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
    config = _with_folders(read_toml(path, Config, examples="litdex/encoder/configs"), path.parent)
    unknown = sorted(set(config.kinds) - set(KINDS))
    if unknown:
        raise UserError(f"{path}: [kinds.{unknown[0]}] is no kind of pairs. Kinds are: {', '.join(KINDS)}.")
    return config


def _with_folders(config: Config, base: Path) -> Config:
    """Models that are named by a relative path, "./" or "../", from the folder of the config."""

    def found(name: str) -> str:
        return str(base / name) if name.startswith(".") else name

    pretraining, tuning = config.pretrain, config.finetune
    return replace(
        config,
        pretrain=pretraining and replace(pretraining, start=found(pretraining.start)),
        finetune=tuning and replace(tuning, start=found(tuning.start), teacher=found(tuning.teacher)),
    )
