"""Configs of the tagger's training, read from TOML."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from litdex.errors import UserError
from litdex.ner.exported import FUSIONS
from litdex.settings import read_toml

DECAYS = ("linear", "plateau")
PRECISIONS = ("fp32", "bf16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One corpus: a folder with the splits train, devel and test, and how it is read. Each has a head of its own."""

    path: Path
    share: float = 1.0  # how often an epoch passes over it: 0.5 is a random half
    types: dict[str, str] = field(default_factory=dict)  # new names; "" drops a type, "*" stands for all others
    join: int = 0  # neighbouring sentences are read together, up to so many words, as an abstract is later
    longest: int = 0  # cut training sentences of more words
    without: float | None = None  # keep so many texts without a mention for each text with one; all where absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The tagger's parts."""

    encoders: tuple[str, ...]  # one or two: Hugging Face names, or folders; "./" and "../" start at the config's own
    fusion: str = "linear"
    hidden: int = 256  # width of the fused vector of a word
    surface: int = 128  # width of the vector of a word's characters in their case; 0: none
    crf: bool = True  # else softmax
    dropout: float = 0.1
    start: tuple[Path, ...] = ()  # trained taggers whose fusions and heads side by side are the start of this one's


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """Changes to the training sentences, drawn anew each epoch."""

    noise: float = 0.0  # the share of letters and digits that are edited
    noisy: float = 0.5  # the share of sentences in which they are
    substitution: float = 0.0  # the share of mentions that another of the same type replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """The loop."""

    output: Path
    alpha: float = 0.5  # alpha * CRF + (1 - alpha) * cross-entropy, both a mean over words
    rate: float = 8e-5  # of the encoders
    head_rate: float = 1e-3  # of all the rest
    weight_decay: float = 0.01
    warmup: float = 0.1  # of the whole run
    decay: str = "linear"  # or "plateau": halved after an evaluation that is no better
    epochs: float = 20.0
    batch: int = 1024  # pieces, padding too
    evaluations: int = 1  # an epoch; 0: only one, at the end
    devel: int = 0  # sentences of each devel split that an evaluation reads (0: all)
    patience: int = 4  # stop after so many evaluations without a better one
    freeze_words: bool = False  # leave the encoders' word embeddings as they are: quicker, and forgets less
    precision: str = "fp32"
    checkpoint_minutes: float = 5.0
    minutes: float = 0.0  # end after so long at the latest, the rate having fallen to nothing; 0: no limit
    workers: int = 0  # processes that make the batches; 0: the training's own does
    threads: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """Distillation: text that nobody annotated, as the mean of trained taggers of the same types tags it."""

    taggers: tuple[Path, ...] = ()
    texts: Path | None = None  # JSON lines with title and abstract; the corpora alone where absent
    share: float = 1.0  # texts of it in an epoch, for each text of the corpora
    weight: float = 1.0  # of the distillation beside the loss on the corpora's own labels
    join: int = 80  # as for a corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole config file."""

    model: Model
    training: Training
    corpora: dict[str, Corpus]
    augmentation: Augmentation = field(default_factory=Augmentation)
    teacher: Teacher = field(default_factory=Teacher)


def read_config(path: Path) -> Config:
    """The config in `path`; raises `UserError` that names the section and key at fault, and what it may be."""
    config = _with_folders(read_toml(path, Config, examples="litdex/ner/configs"), path.parent)
    _one_of(path, "model.fusion", config.model.fusion, FUSIONS)
    _one_of(path, "training.decay", config.training.decay, DECAYS)
    _one_of(path, "training.precision", config.training.precision, PRECISIONS)
    if not 1 <= len(config.model.encoders) <= 2:
        raise UserError(f"{path}: model.encoders must name one or two encoders, not {len(config.model.encoders)}.")
    if config.training.alpha > 1:
        raise UserError(f"{path}: training.alpha must lie between 0 and 1, not {config.training.alpha}.")
    if config.training.alpha and not config.model.crf:
        raise UserError(f"{path}: training.alpha must be 0 where model.crf is false: there is no CRF to weigh.")
    for key in ("noise", "noisy", "substitution"):
        if getattr(config.augmentation, key) > 1:
            raise UserError(f"{path}: augmentation.{key} is a share, at most 1.")
    if not any(corpus.share for corpus in config.corpora.values()):
        raise UserError(f"{path}: there is nothing to train on. Add a section [corpora.NAME] with a path.")
    return config


def _with_folders(config: Config, base: Path) -> Config:
    """Encoders that are named by a relative path, from the folder of the config."""
    names = (str(base / name) if name.startswith(".") else name for name in config.model.encoders)
    return replace(config, model=replace(config.model, encoders=tuple(names)))


def _one_of(path: Path, key: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise UserError(f"{path}: {key} must be one of {', '.join(known)}, not {value!r}.")
