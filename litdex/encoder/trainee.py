"""A SentenceTransformer in training: texts to vectors with a gradient, in chunks of similar length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litdex.encoder.config import Finetune, Kind
from litdex.encoder.contrast import contrastive, distillation
from litdex.encoder.gradcache import backward
from litdex.encoder.pairs import Batch

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch cut to pieces: chunks of similar length, still in main memory, and the order that its texts are in."""

    batch: Batch
    kind: Kind
    chunks: list[dict[str, torch.Tensor]]
    order: list[int]


class Trainee:
    """Wraps `model` for training. Dropout stays off: cached gradients and resumed runs are then exact."""

    def __init__(self, model: Any, settings: Finetune) -> None:
        self.model, self._settings = model, settings
        model.eval()

    def prepare(self, batch: Batch, kind: Kind) -> Prepared:
        """What can be done before the batch's turn, in another thread."""
        texts = [*batch.left, *batch.right]
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        chunks = [
            self._features([texts[i] for i in order[start : start + self._settings.chunk]], kind.tokens)
            for start in range(0, len(order), self._settings.chunk)
        ]
        return Prepared(batch, kind, chunks, order)

    def accumulate(self, prepared: Prepared) -> float:
        """Add the gradient of the batch's loss to the parameters; returns the loss."""
        size = sum(chunk["input_ids"].numel() for chunk in prepared.chunks)
        loss = self._loss(prepared.batch, prepared.kind, prepared.order)
        return backward(prepared.chunks, self._embed, loss, cached=size > self._settings.cached_over)

    def _features(self, texts: Sequence[str], tokens: int) -> dict[str, torch.Tensor]:
        return dict(
            self.model.tokenizer(list(texts), truncation=True, max_length=tokens, padding=True, return_tensors="pt")
        )

    def _embed(self, features: dict[str, torch.Tensor]) -> torch.Tensor:
        import torch

        device = self.model.device.type
        with torch.autocast(device, dtype=torch.bfloat16, enabled=self._settings.precision == "bf16"):
            moved = {name: tensor.to(self.model.device) for name, tensor in features.items()}
            vectors = self.model(moved)["sentence_embedding"]
        return torch.nn.functional.normalize(vectors.float(), dim=1)

    def _loss(self, batch: Batch, kind: Kind, order: Sequence[int]) -> Callable[[torch.Tensor], torch.Tensor]:
        """The loss as a function of all vectors in the order of embedding."""
        import torch

        settings = self._settings
        back = torch.tensor(order).argsort()
        related = torch.from_numpy(batch.related)

        def loss(vectors: torch.Tensor) -> torch.Tensor:
            straight = vectors[back.to(vectors.device)]
            left, right = straight.split([len(batch.left), len(batch.right)])
            value = contrastive(
                left, right, related.to(left.device), temperature=settings.temperature, shared=kind.shared
            )
            if batch.teacher is not None:
                value = value + settings.distil * distillation(
                    left,
                    right,
                    torch.from_numpy(batch.teacher).to(left.device),
                    temperature=settings.temperature,
                    teacher_temperature=settings.teacher_temperature,
                )
            return kind.weight * value

        return loss
