"""A trained tagger into litdex's own format, which runs without torch (see `litdex.ner.exported`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from litdex.errors import UserError
from litdex.ner.exported import ARRAYS, ExportedEncoder, ExportedHead, TaggerSettings, write_tagger_settings
from litdex.ner.training.inputs import CHARACTERS, WORD_LENGTH
from litdex.ner.training.model import Tagger
from litdex.ner.training.saved import ENCODERS, load
from litdex.ner.windows import WINDOW
from litdex.runtime.graph import bert_graph

Arrays = Mapping[str, NDArray[Any]]


def export_tagger(trained: Path, folder: Path, *, name: str, licence: str, card: str) -> TaggerSettings:
    """Write the tagger that training left in `trained` to `folder`, with `card` as its README.md.

    Raises `UserError` where an encoder is not a BERT with GELU: only these have a graph.
    """
    found = load(trained)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizers = _tokenizers(found.tokenizers, folder)
    encoders = []
    for part, encoder, tokenizer in zip(ENCODERS, found.model.encoders, tokenizers, strict=False):
        _graph(encoder, folder / f"{part}.onnx")
        encoders.append(ExportedEncoder(graph=f"{part}.onnx", tokenizer=tokenizer))
    np.savez_compressed(folder / ARRAYS, **arrays_of(found.model))  # type: ignore[arg-type]  # no array is called allow_pickle
    (folder / "README.md").write_text(card, "utf-8")
    settings = TaggerSettings(
        name=name,
        encoders=tuple(encoders),
        heads=tuple(ExportedHead(name=head, tags=found.model.head(head).tags) for head in found.model.heads),
        fusion=found.settings.fusion,
        join=max(found.join.values(), default=0),
        characters=CHARACTERS if found.model.surface is not None else "",
        word_length=WORD_LENGTH,
        licence=licence,
    )
    return write_tagger_settings(folder, settings)


def arrays_of(model: Tagger) -> dict[str, NDArray[Any]]:
    """All but the encoders, by the names of the format. Matrices of layers are in 16 bits, all else in 32."""
    layers = {"fusion": model.fusion.mix, "gate": model.fusion.gate}
    arrays = {f"head.{name}.{key}": value for name in model.heads for key, value in model.head(name).arrays().items()}
    if model.surface is not None:
        layers["surface"] = model.surface.mix
        arrays["surface.embedding"] = model.surface.embedding.weight.detach().numpy()
    for name, layer in layers.items():
        if layer is not None:
            arrays |= {f"{name}.weight": layer.weight.detach().numpy(), f"{name}.bias": layer.bias.detach().numpy()}
    return {name: value.astype(np.float16) if name.endswith(".weight") else value for name, value in arrays.items()}


def _graph(encoder: Any, path: Path) -> None:
    import onnx

    shape = encoder.config
    if shape.model_type != "bert" or shape.hidden_act != "gelu":
        raise UserError(
            f"only BERT encoders with GELU can be exported: not {shape.model_type} with {shape.hidden_act}."
        )
    weights = {key: value.detach().float().numpy() for key, value in encoder.state_dict().items()}
    graph = bert_graph(
        weights,
        layers=shape.num_hidden_layers,
        heads=shape.num_attention_heads,
        epsilon=shape.layer_norm_eps,
        tokens=WINDOW + 2,  # a window between [CLS] and [SEP]
    )
    onnx.save(graph, path)


def _tokenizers(tokenizers: Sequence[Any], folder: Path) -> list[str]:
    """Write each tokenizer once; the file's name for each encoder."""
    files: dict[str, str] = {}
    for name, tokenizer in zip(ENCODERS, tokenizers, strict=False):
        backend = tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        files.setdefault(backend.to_str(), f"{name}.tokenizer.json")
    for text, name in files.items():
        (folder / name).write_text(text, "utf-8")
    return [files[tokenizer.backend_tokenizer.to_str()] for tokenizer in tokenizers]
