"""An exported encoder as a torch folder to train on from: `python -m scripts.unexport MODEL NAME FOLDER`.

MODEL is a folder that `litdex ner export` or `litdex encoder export` wrote, NAME the graph's name in it without the
suffix (`domain`, `general`, `model`). Its 8-bit weights are what is left of those that were trained.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from litdex.encoder.starts import Weights, save_bert


def weights_of(graph: Path) -> Weights:
    """The weights of a graph of `litdex.runtime.graph` by the names of a `BertModel`."""
    import onnx

    stored = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(str(graph)).graph.initializer}
    found = {name: value for name, value in stored.items() if "LayerNorm" in name}
    found["embeddings.word_embeddings.weight"] = stored["words"].astype(np.float32) * stored["words.scale"]
    found["embeddings.position_embeddings.weight"] = stored["positions"]  # with the token type's in them
    width = stored["positions"].shape[1]
    found["embeddings.token_type_embeddings.weight"] = np.zeros((2, width), np.float32)
    for name in [name.removesuffix(".factors") for name in stored if name.endswith(".factors")]:
        scale = stored[f"{name}.scale"] * stored[f"{name}.factors"][:, None]
        weight, bias = (stored[f"{name}.weight"].astype(np.float32) * scale).T, stored[f"{name}.bias"]
        if name.endswith("self.query"):  # queries, keys and values in one
            for at, part in enumerate(("query", "key", "value")):
                rows, key = slice(at * width, (at + 1) * width), name.replace("query", part)
                found |= {f"{key}.weight": weight[rows], f"{key}.bias": bias[rows]}
        else:
            found |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return found


def main() -> None:
    """Write weights, config and tokenizer."""
    model, name, folder = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    graph = model / f"{name}.onnx"
    weights = weights_of(graph)
    tokenizer = model / ("tokenizer.json" if name == "model" else f"{name}.tokenizer.json")
    save_bert(weights, graph, tokenizer, folder, tokens=len(weights["embeddings.position_embeddings.weight"]))


if __name__ == "__main__":
    main()
