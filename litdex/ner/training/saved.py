"""A trained tagger in a folder: each encoder as Hugging Face has it, all the rest in one file. Loads without a hub."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from litdex.errors import UserError
from litdex.ner.pieces import Pieces
from litdex.ner.training.config import Config, Model
from litdex.ner.training.ensemble import start_from
from litdex.ner.training.model import Tagger

SETTINGS = "tagger.json"
REST = "head.pt"
ENCODERS = ("domain", "general")


def fresh(settings: Model, tags: Mapping[str, Sequence[str]]) -> tuple[Tagger, list[Any]]:
    """A tagger on pre-trained encoders, with their tokenizers. Raises `UserError` where an encoder is not there."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    found = [_encoder(name) for name in settings.encoders]
    model = Tagger([encoder for encoder, _ in found], tags, settings)
    if settings.start:
        start_from(model, [load(folder).model for folder in settings.start])
    return model, [tokenizer for _, tokenizer in found]


def save(folder: Path, model: Tagger, tokenizers: Sequence[Any], config: Config) -> None:
    """Write the tagger to `folder`, with what of `config` decides how it reads."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, encoder, tokenizer in zip(ENCODERS, model.encoders, tokenizers, strict=False):
        encoder.save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    rest = {key: value for key, value in model.state_dict().items() if not key.startswith("encoders.")}
    torch.save(rest, folder / REST)
    described = {
        "model": asdict(config.model) | {"start": ()},
        "tags": {name: model.head(name).tags for name in model.heads},
        "join": {name: corpus.join for name, corpus in config.corpora.items()},
    }
    (folder / SETTINGS).write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained tagger as it was loaded."""

    model: Tagger
    tokenizers: list[Any]
    settings: Model
    join: dict[str, int]  # for each head, up to how many words neighbouring sentences are read together


def load(folder: Path) -> Trained:
    """The tagger in `folder`, ready to tag. Raises `UserError` where there is none."""
    try:
        described = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        rest = torch.load(folder / REST, map_location="cpu", weights_only=True)
    except (OSError, ValueError) as error:
        fault = str(error).splitlines()[0]
        raise UserError(
            f"{folder} holds no trained tagger ({fault}). Name one that `litdex ner train` wrote."
        ) from None
    count = len(described["model"]["encoders"])
    own = {"encoders": tuple(str(folder / name) for name in ENCODERS[:count]), "start": ()}
    settings = Model(**(described["model"] | own))
    model, tokenizers = fresh(settings, described["tags"])
    model.load_state_dict(rest, strict=False)
    return Trained(model.eval(), tokenizers, settings, described["join"])


def cutters(tokenizers: Sequence[Any]) -> list[Pieces]:
    """What cuts words into each encoder's pieces."""
    return [Pieces(tokenizer.backend_tokenizer) for tokenizer in tokenizers]


def _encoder(name: str) -> tuple[Any, Any]:
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    try:
        shape = AutoConfig.from_pretrained(name)
        # Attention without dropout takes the fused path, which is much the quicker one on a CPU.
        shape.attention_probs_dropout_prob = 0.0
        pooled = {"add_pooling_layer": False} if shape.model_type in ("bert", "roberta") else {}
        spaced = {"add_prefix_space": True} if shape.model_type == "roberta" else {}
        return AutoModel.from_pretrained(name, config=shape, **pooled), AutoTokenizer.from_pretrained(name, **spaced)
    except (OSError, ValueError) as error:
        raise UserError(f"model.encoders: there is no encoder {name} ({str(error).splitlines()[0]}).") from None
