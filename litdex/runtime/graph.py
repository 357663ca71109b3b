"""A BERT encoder's weights as an ONNX graph made for ONNX Runtime on a CPU.

Written by hand rather than traced: the operators are named outright, the three projections of attention are one matrix
product, and there is no mask, because a run takes one text, whose vectors then depend on nothing else.

**Storage.** 8 bits, with one scale for each word of the embeddings and each output of a linear layer. Before a linear
layer is rounded its inputs are evened out (`_evened`); the states are divided by the same factors.

**Arithmetic.** Linear layers multiply 8-bit integers, several times as fast as 32-bit numbers. One integer is too
coarse for a state, a few of whose dimensions are twenty times as large as the others, so each state is the sum of two,
the second for what the first leaves: 13 bits, whose rounding the vectors do not show. Each integer keeps to `REACH`,
because CPUs without instructions of their own for this add two 8-bit products in 16 bits, and would clip them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Weights = Mapping[str, Array]

REACH = 63  # the largest integer of a state, on either side of zero
FUSED = "com.microsoft"  # ONNX Runtime's own operators
PROJECTIONS = ("query", "key", "value")


def bert_graph(weights: Weights, *, layers: int, heads: int, epsilon: float, tokens: int | None = None) -> Any:
    """The `onnx.ModelProto` of a BERT model whose weights carry their Hugging Face names.

    No text has more than `tokens`, where that is given: positions beyond are left out.
    """
    graph = _Graph(weights, epsilon)
    states = graph.embed(tokens)
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

    def embed(self, tokens: int | None) -> str:
        """Word, position (of so many tokens) and segment embeddings, normalised. Every text is segment 0."""
        words, scales = _quantise(self._weights["embeddings.word_embeddings.weight"])
        positions = (
            self._weights["embeddings.position_embeddings.weight"][:tokens]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        found = self._add("Gather", self._constant("words", words), "input_ids")
        scale = self._add("Gather", self._constant("words.scale", scales[:, None]), "input_ids")
        word = self._add("Mul", self._add("Cast", found, to=1), scale)
        length = self._add("Shape", "input_ids", start=1)
        start = self._constant("zero", np.array([0]))
        place = self._add("Slice", self._constant("positions", positions), start, length, start)
        norm = self._norm("embeddings.LayerNorm")
        return self._add("LayerNormalization", self._add("Add", word, place), *norm, epsilon=self._epsilon)

    def layer(self, states: str, name: str, heads: int) -> str:
        """One block: attention and feed-forward, each added to its input and normalised."""
        projected = self._linear(states, *(f"{name}.attention.self.{part}" for part in PROJECTIONS))
        parts = self._split(projected, f"{name}.split")
        context = self._add("MultiHeadAttention", *parts, domain=FUSED, num_heads=heads)
        states = self._residual(context, states, f"{name}.attention.output")
        wide = self._add("Gelu", self._linear(states, f"{name}.intermediate.dense"), domain=FUSED)
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
        """`states` through one or more linear layers side by side."""
        matrix = np.concatenate([self._weights[f"{name}.weight"].T for name in names], axis=1)  # (inputs, outputs)
        bias = np.concatenate([self._weights[f"{name}.bias"] for name in names])
        even, factors = _evened(matrix)
        values, scales = _quantise(even.T)
        weight = self._constant(f"{names[0]}.weight", values.T)
        scale = self._constant(f"{names[0]}.scale", scales)
        states = self._add("Mul", states, self._constant(f"{names[0]}.factors", 1 / factors))
        (coarse, step), (fine, fine_step) = self._coarse_and_fine(states)
        added = self._constant(f"{names[0]}.bias", bias)
        first = self._product(coarse, weight, step, scale, self._middle(), "", added)
        return self._add("Add", first, self._product(fine, weight, fine_step, scale, self._middle()))

    def _product(self, *inputs: str) -> str:
        """Integers times integers, as 32-bit numbers: states, weights, the scales of both, the states' zero ..."""
        return self._add("MatMulIntegerToFloat", *inputs, domain=FUSED)

    def _coarse_and_fine(self, states: str) -> tuple[tuple[str, str], tuple[str, str]]:
        """`states` as the sum of two, each as its integers (0 to 2 * REACH + 1) and the step between two of them."""
        number = self._number
        high = self._add("Mul", self._add("ReduceMax", states, keepdims=0), number("per.reach", 1 / REACH))
        low = self._add("Mul", self._add("ReduceMin", states, keepdims=0), number("per.minus.reach", -1 / REACH))
        step = self._add("Max", high, low, number("least", 1e-30))
        fine_step = self._add("Mul", step, number("finer", 1 / (2 * REACH)))  # what is left is at most half a step
        coarse = self._add("QuantizeLinear", states, step, self._middle())
        left = self._add("Sub", states, self._add("DequantizeLinear", coarse, step, self._middle()))
        return (coarse, step), (self._add("QuantizeLinear", left, fine_step, self._middle()), fine_step)

    def _middle(self) -> str:
        """The unsigned integer that stands for zero."""
        return self._constant("middle", np.array(REACH + 1, np.uint8))

    def _number(self, name: str, value: float) -> str:
        return self._constant(name, np.array(value, np.float32))

    def _residual(self, states: str, skip: str, name: str) -> str:
        # Not SkipLayerNormalization: on a CPU it takes six times as long as these two.
        total = self._add("Add", self._linear(states, f"{name}.dense"), skip)
        norm = self._norm(f"{name}.LayerNorm")
        return self._add("LayerNormalization", total, *norm, epsilon=self._epsilon)

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


def _quantise(rows: Array) -> tuple[Array, Array]:
    """8-bit values, shape as `rows`, and their scales, one a row: symmetric."""
    scales = np.abs(rows).max(axis=1) / 127
    scales[scales == 0] = 1
    return np.round(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _evened(matrix: Array) -> tuple[Array, Array]:
    """The rows of `matrix` times factors that bring their sizes nearer to one another, and the factors.

    Rows share the scale of their column, so small ones are rounded coarsely. The square root of the way to equal sizes:
    all of it would make the states as uneven as the weights were.
    """
    sizes = np.sqrt((matrix.astype(np.float32) ** 2).mean(axis=1))
    factors = np.where(sizes > 0, sizes, 1) ** -0.5
    return matrix * factors[:, None], factors.astype(np.float32)
