"""A tagger of random weights, as torch trains it and as it is exported: two small encoders with a tokenizer each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORDS = [
    "the",
    "cystic",
    "fibrosis",
    "of",
    "mice",
    "and",
    "men",
    "is",
    "a",
    "disease",
    "in",
    "lung",
    "cells",
    "that",
    "spin",
    "glass",
    "shows",
    "at",
    "low",
    "temperature",
]
TAGS = {
    "disease": ("O", "B-Disease", "I-Disease", "E-Disease", "S-Disease"),
    "physics": ("O", *(f"{prefix}-{kind}" for kind in ("Model", "Telescope") for prefix in "BIES")),
}


@dataclass(frozen=True)
class TinyTagger:
    """The torch model, its tokenizers, and the folder that it was exported to."""

    model: Any
    tokenizers: list[Any]
    folder: Path


def make(
    folder: Path, *, fusion: str = "linear", surface: int = 12, seed: int = 0, confidence: float = 6.0
) -> TinyTagger:
    """Random weights, the same for one seed; `confidence` scales the scores, so that entities are found."""
    import torch

    from litdex.ner.training.config import Model
    from litdex.ner.training.model import Tagger

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    encoders = [_bert(vocabulary) for vocabulary in _vocabularies()]
    settings = Model(encoders=("a", "b"), fusion=fusion, hidden=24, surface=surface)
    model = Tagger(encoders, TAGS, settings).eval()
    with torch.no_grad():
        for name in TAGS:
            model.head(name).scores.weight.mul_(confidence)
            for parameter in model.head(name).crf.parameters():
                parameter.mul_(10)
    tokenizers = [_tokenizer(vocabulary) for vocabulary in _vocabularies()]
    export(model, tokenizers, folder, fusion)
    return TinyTagger(model, tokenizers, folder)


def _vocabularies() -> list[list[str]]:
    """The first knows whole words, the second cuts them into pieces."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(code) for code in range(33, 127)]
    pieces = sorted({f"##{word[2:]}" for word in WORDS if len(word) > 2} | {word[:2] for word in WORDS})
    single = [*letters, *(f"##{letter}" for letter in letters)]
    return [[*special, *single, *(word for word in WORDS if len(word) > 1)], [*special, *single, *pieces]]


def _bert(vocabulary: Sequence[str]) -> Any:
    from transformers import BertConfig, BertModel

    shape = BertConfig(
        vocab_size=len(set(vocabulary)) + 10,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=160,
        initializer_range=0.2,
    )
    return BertModel(shape, add_pooling_layer=False).eval()


def _adopt(model: Any, graph: Any) -> None:
    """Give the torch model the weights that are stored in `graph`, in 8 bits."""
    import torch
    from onnx import numpy_helper

    from litdex.runtime.graph import PROJECTIONS

    arrays = {stored.name: numpy_helper.to_array(stored) for stored in graph.graph.initializer}
    for name, weight in model.named_parameters():
        layer, _, last = name.removesuffix(".weight").rpartition(".")
        if name.endswith("word_embeddings.weight"):
            wide = arrays["words"] * arrays["words.scale"]
        elif weight.dim() == 2 and "embeddings" not in name:
            at = PROJECTIONS.index(last) if last in PROJECTIONS else 0
            first = f"{layer}.{PROJECTIONS[0] if last in PROJECTIONS else last}"
            together = arrays[f"{first}.weight"] * arrays[f"{first}.scale"] * arrays[f"{first}.factors"][:, None]
            wide = together.T[at * len(weight) : (at + 1) * len(weight)]
        else:
            continue
        weight.data = torch.from_numpy(wide.astype("float32"))


def _tokenizer(vocabulary: Sequence[str]) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing

    ids = {piece: at for at, piece in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = [(name, ids[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=special)
    return tokenizer


def export(model: Any, tokenizers: Sequence[Any], folder: Path, fusion: str) -> None:
    """Write the tagger in litdex's format."""
    import numpy as np
    import onnx

    from litdex.ner import exported
    from litdex.ner.training.inputs import CHARACTERS
    from litdex.runtime.graph import bert_graph

    folder.mkdir(parents=True, exist_ok=True)
    for at, (encoder, tokenizer) in enumerate(zip(model.encoders, tokenizers, strict=True)):
        shape = encoder.config
        weights = {key: value.float().numpy() for key, value in encoder.state_dict().items()}
        graph = bert_graph(
            weights, layers=shape.num_hidden_layers, heads=shape.num_attention_heads, epsilon=shape.layer_norm_eps
        )
        onnx.save(graph, folder / f"{at}.onnx")
        _adopt(encoder, graph)
        tokenizer.save(str(folder / f"{at}.json"))
    arrays = {f"head.{name}.{key}": value for name in model.heads for key, value in model.head(name).arrays().items()}
    named = {"fusion": model.fusion.mix, "gate": model.fusion.gate, "surface": model.surface and model.surface.mix}
    for name, layer in named.items():
        if layer is not None:
            arrays |= {f"{name}.weight": layer.weight.detach().numpy(), f"{name}.bias": layer.bias.detach().numpy()}
    if model.surface is not None:
        arrays["surface.embedding"] = model.surface.embedding.weight.detach().numpy()
    np.savez(folder / exported.ARRAYS, **arrays)
    settings = exported.TaggerSettings(
        name="tiny",
        encoders=tuple(
            exported.ExportedEncoder(graph=f"{at}.onnx", tokenizer=f"{at}.json") for at in range(len(model.encoders))
        ),
        heads=tuple(exported.ExportedHead(name=name, tags=model.head(name).tags) for name in model.heads),
        fusion=fusion,
        characters=CHARACTERS if model.surface is not None else "",
    )
    exported.write_tagger_settings(folder, settings)
