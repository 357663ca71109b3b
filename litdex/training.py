"""What every training loop here shares: learning-rate schedule, running average, checkpoints, a log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def rate_at(step: int, steps: int, warmup: float) -> float:
    """The share of the peak rate at `step`: a linear rise over `warmup` of all steps, then a linear fall to nothing."""
    rise = max(1, int(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(0.0, (steps - step) / max(1, steps - rise))


def optimizer_for(model: torch.nn.Module, rate: float, weight_decay: float) -> torch.optim.Optimizer:
    """AdamW, without decay on biases and norms."""
    import torch

    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate)


class RunningAverage:
    """An exponential average of a model's parameters, usable in their place for an evaluation."""

    def __init__(self, model: torch.nn.Module, decay: float) -> None:
        self._model, self._decay, self._updates = model, decay, 0
        self.weights = {name: p.detach().clone() for name, p in model.named_parameters()}

    def update(self) -> None:
        """Move towards the model's weights; early on faster, so that the start does not linger."""
        self._updates += 1
        decay = min(self._decay, self._updates / (self._updates + 10))
        for name, parameter in self._model.named_parameters():
            self.weights[name].lerp_(parameter.detach(), 1 - decay)

    def swap(self) -> None:
        """Exchange the model's weights and the average; a second call undoes the first."""
        for name, parameter in self._model.named_parameters():
            kept = parameter.detach().clone()
            parameter.data.copy_(self.weights[name])
            self.weights[name].copy_(kept)

    def state(self) -> dict[str, Any]:
        """What a resume needs."""
        return {"weights": self.weights, "updates": self._updates}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from `state`."""
        self.weights, self._updates = dict(state["weights"]), int(state["updates"])


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Write a checkpoint so that a kill at any moment leaves the old one or the new one."""
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    torch.save(dict(state), unfinished)
    unfinished.replace(path)


def load_state(path: Path) -> dict[str, Any] | None:
    """The last checkpoint, or None at the first start."""
    import torch

    if not path.is_file():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


class Log:
    """One JSON object a line, in `folder`/log.jsonl; lines past a resumed step are dropped."""

    def __init__(self, folder: Path, *, resumed_at: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "log.jsonl"
        kept = [entry for entry in read_log(folder) if entry["step"] <= resumed_at] if resumed_at else []
        self._path.write_text("".join(json.dumps(entry) + "\n" for entry in kept), encoding="utf-8")

    def write(self, step: int, **values: float | str) -> None:
        """Append what happened at `step`."""
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"step": step, **values}) + "\n")


def read_log(folder: Path) -> list[dict[str, Any]]:
    """All entries of a run's log."""
    path = folder / "log.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def total(values: Iterable[float]) -> float:
    """The mean, for choosing a checkpoint; 0 of nothing."""
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
