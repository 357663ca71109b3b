"""A BERT encoder's weights as an ONNX graph made for ONNX Runtime on a CPU.

Written by hand rather than traced: the fused operators are named outright, the three projections of attention are one
matrix product, and there is no mask, because a run takes one text, or several of equal length. Linear weights are
stored in 8 bits with one scale for each output and `BLOCK` inputs, word embeddings with one scale a row; all arithmetic
is in 32 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Weights = Mapping[str, Array]

BLOCK = 32
FUSED = "com.microsoft"  # ONNX Runtime's own operators
PROJECTIONS = ("query", "key", "value")


def bert_graph(weights: Weights, *, layers: int, heads: int, epsilon: float) -> Any:
    """The `onnx.ModelProto` of a BERT model whose weights carry their Hugging Face names."""
    graph = _Graph(weights, epsilon)
    states = graph.embed()
    for layer in range(layers):
        states = graph.layer(states, f"encoder.layer.{layer}", heads)
    return graph.model(states)


class _Graph:
    """Collects nodes and initialisers; each method adds one part of BERT and returns the name of its output."""

    def __init__(self, weights: Weights, epsilon: float) -> None:
        self._weights = weights
        self._epsilon = epsilon
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def embed(self) -> str:
        """Word, position and segment embeddings, normalised. Every text is segment 0."""
        words, scales = _quantise(self._weights["embeddings.word_embeddings.weight"], block=None)
        positions = (
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        found = self._add("Gather", self._constant("words", words), "input_ids")
        scale = self._add("Gather", self._constant("words.scale", scales), "input_ids")
        word = self._add("Mul", self._add("Cast", found, to=1), scale)
        length = self._add("Shape", "input_ids", start=1)
        start = self._constant("zero", np.array([0]))
        place = self._add("Slice", self._constant("positions", positions), start, length, start)
        norm = self._norm("embeddings.LayerNorm")
        return self._add("LayerNormalization", self._add("Add", word, place), *norm, epsilon=self._epsilon)

    def layer(self, states: str, name: str, heads: int) -> str:
        """One block: attention and feed-forward, each added to its input and normalised."""
        attention = [f"{name}.attention.self.{part}" for part in PROJECTIONS]
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in attention])
        projected = self._add("Add", self._linear(states, *attention), self._constant(f"{name}.qkv.bias", bias))
        parts = self._split(projected, f"{name}.split")
        context = self._add("MultiHeadAttention", *parts, domain=FUSED, num_heads=heads)
        states = self._residual(context, states, f"{name}.attention.output")
        wide = self._linear(states, f"{name}.intermediate.dense")
        wide = self._add("BiasGelu", wide, self._weight(f"{name}.intermediate.dense.bias"), domain=FUSED)
        return self._residual(wide, states, f"{name}.output")

    def model(self, output: str) -> Any:
        """The finished model, its input named `input_ids` and its output `hidden`."""
        from onnx import TensorProto, helper

        self._nodes.append(helper.make_node("Identity", [output], ["hidden"]))
        width = self._weights["embeddings.LayerNorm.weight"].shape[0]
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
            [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["texts", "tokens", width])],
            list(self._constants.values()),
        )
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(FUSED, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10, producer_name="litdex")

    def _linear(self, states: str, *names: str) -> str:
        """`states` times the weights of one or more linear layers side by side, without their biases."""
        matrix = np.concatenate([self._weights[f"{name}.weight"].T for name in names], axis=1)  # (inputs, outputs)
        values, scales = _quantise(matrix.T, block=BLOCK)
        stored = self._constant(f"{names[0]}.weight", values.T)
        scale = self._constant(f"{names[0]}.scale", scales.T)
        return self._add("MatMul", states, self._add("DequantizeLinear", stored, scale, axis=0, block_size=BLOCK))

    def _residual(self, states: str, skip: str, name: str) -> str:
        product = self._linear(states, f"{name}.dense")
        parts = (*self._norm(f"{name}.LayerNorm"), self._weight(f"{name}.dense.bias"))
        return self._add("SkipLayerNormalization", product, skip, *parts, domain=FUSED, epsilon=self._epsilon)

    def _norm(self, name: str) -> tuple[str, str]:
        return self._weight(f"{name}.weight"), self._weight(f"{name}.bias")

    def _split(self, value: str, name: str) -> list[str]:
        from onnx import helper

        outputs = [f"{name}.{part}" for part in PROJECTIONS]
        self._nodes.append(helper.make_node("Split", [value], outputs, axis=-1, num_outputs=len(outputs)))
        return outputs

    def _add(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = f"{operator}.{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, values: Array) -> str:
        from onnx import numpy_helper

        self._constants[name] = numpy_helper.from_array(np.array(values, order="C"), name)
        return name


def _quantise(rows: Array, block: int | None) -> tuple[Array, Array]:
    """8-bit values, shape as `rows`, and their scales, shape (rows, blocks): symmetric, `block` columns a scale."""
    height, width = rows.shape
    cells = rows.astype(np.float32).reshape(height, -1, block or width)
    scales = np.abs(cells).max(axis=2) / 127
    scales[scales == 0] = 1
    values = np.round(cells / scales[:, :, None]).astype(np.int8)
    return values.reshape(height, width), scales.astype(np.float32)
