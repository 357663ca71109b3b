"""What every training loop here shares: learning-rate schedule, running average, checkpoints, a log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def rate_at(step: float, steps: int, warmup: float) -> float:
    """The share of the peak rate at `step`: a linear rise over `warmup` of all steps, then a linear fall to nothing."""
    rise = max(1, int(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    return max(0.0, (steps - step) / max(1, steps - rise))


class Clock:
    """How far a run is, from 0 to 1: by its steps alone, or by the clock as well where `minutes` is not 0.

    A run with a time limit ends where its rate has fallen to nothing, however fast the machine turned out to be; the
    number of its steps is then no longer certain, nor are its weights the same in a second run. What a run does before
    its first step counts towards its time, if not towards its rate: `begun` is when it began.
    """

    def __init__(self, minutes: float = 0.0, begun: float | None = None) -> None:
        self._since = time.monotonic()
        self._seconds = max(0.1, 60 * minutes - (0.0 if begun is None else self._since - begun)) if minutes else 0.0

    def share(self, by_steps: float) -> float:
        """The larger of the share of the steps, `by_steps`, and of the time that are over."""
        by_time = (time.monotonic() - self._since) / self._seconds if self._seconds else 0.0
        return min(1.0, max(by_steps, by_time))


def optimizer_for(model: torch.nn.Module, rate: float, weight_decay: float) -> torch.optim.Optimizer:
    """AdamW, without decay on biases and norms."""
    import torch

    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, fused=parameters[0].is_cuda)


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


def device_of(name: str = "") -> str:
    """`name`, or the GPU where there is one, else the CPU."""
    import torch

    found = name or ("cuda" if torch.cuda.is_available() else "cpu")
    if found != "cpu":
        torch.set_float32_matmul_precision("high")
    return found


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
