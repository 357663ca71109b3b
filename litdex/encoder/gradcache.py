"""Large contrastive batches in little memory, by gradient caching.

Source: Gao et al., "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup", 2021. Each chunk is
embedded twice: once without a graph to get the loss and its gradient for every vector, once with one to pass it on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import torch

Chunk = TypeVar("Chunk")


def backward(
    chunks: Sequence[Chunk],
    embed: Callable[[Chunk], torch.Tensor],
    loss: Callable[[torch.Tensor], torch.Tensor],
    *,
    cached: bool,
) -> float:
    """Add the gradient of `loss(vectors of all chunks)` to the parameters under `embed`; returns the loss.

    `cached` or not, the gradient is the same as long as `embed` is deterministic.
    """
    import torch

    if not cached:
        value = loss(torch.cat([embed(chunk) for chunk in chunks]))
        value.backward()
        return float(value.detach())
    with torch.no_grad():
        vectors = [embed(chunk) for chunk in chunks]
    leaf = torch.cat(vectors).requires_grad_()
    value = loss(leaf)
    value.backward()
    if leaf.grad is not None:
        for chunk, gradient in zip(chunks, leaf.grad.split([len(v) for v in vectors]), strict=True):
            embed(chunk).backward(gradient)
    return float(value.detach())
