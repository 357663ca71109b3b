"""The training loop: batches of several corpora, two learning rates, devel F1, early stop, checkpoints.

All that is random in an epoch or a step comes from the seed and its number, so a run that was killed and resumed ends
with the weights of one that was not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import torch

from litdex.ner.corpora.schemes import labels_of as all_tags
from litdex.ner.scores import score
from litdex.ner.training.config import Config, Training
from litdex.ner.training.data import PLAIN, Corpora
from litdex.ner.training.feed import Feed, Prepared
from litdex.ner.training.model import Tagger
from litdex.ner.training.reading import Reader
from litdex.ner.training.saved import cutters, fresh, save
from litdex.ner.training.teaching import Teachers, taught
from litdex.training import Clock, Log, device_of, load_state, save_state, total

Progress = Callable[[float, float], None]
"""Told the epochs done, as a fraction, and the loss."""
BEST = "best"
STATE = "state.pt"
LOGGED = 25  # steps whose mean loss is one line of the log


def train(config: Config, *, progress: Progress | None = None, stop_after: int | None = None) -> Path:
    """Run, or go on with, the training that `config` describes; returns the folder of the best tagger.

    `stop_after` ends at that step with a checkpoint, as a kill would. Raises `UserError` for corpora or encoders that
    cannot be read.
    """
    if config.training.threads:
        torch.set_num_threads(config.training.threads)
    torch.manual_seed(config.training.seed)
    _Run(config).go(progress or (lambda *_: None), stop_after)
    return config.training.output / BEST


class _Run:
    """The state of one run: model, optimiser, place in the epochs, best score."""

    def __init__(self, config: Config) -> None:
        begun = time.monotonic()
        self._config, self._settings = config, config.training
        self._corpora = Corpora(config)
        tags = {name: all_tags(types) for name, types in self._corpora.types().items()}
        self._model, self._tokenizers = fresh(config.model, tags)
        self._device = device_of()
        self._model.to(self._device)
        self._cutters = cutters(self._tokenizers)
        taggers = config.teacher.taggers
        self._teachers = Teachers(taggers, tags, self._device) if taggers else None
        every = [*self._cutters, *(self._teachers.cutters if self._teachers else ())]
        self._feed = Feed(self._corpora, every, tags, config.training.workers)
        self._optimizer = optimizer_of(self._model, self._settings)
        self._step, self._epoch, self._place = 0, 0, 0
        self._best, self._worse, self._factor = -1.0, 0, 1.0
        self._resume()
        self._log = Log(self._settings.output, resumed_at=self._step)
        self._recent: list[
            tuple[float, float | None]
        ] = []  # loss and accuracy of the steps since the last line of the log
        self._saved_at = time.monotonic()
        self._clock = Clock(self._settings.minutes, begun)

    def go(self, progress: Progress, stop_after: int | None) -> None:
        """Train until the epochs are done, devel stops getting better, or `stop_after`."""
        self._model.train()
        if not self._step and self._config.model.start:
            self._evaluate(0.0)  # what the taggers that it starts from are worth side by side
        for batch, done, due in self._steps(stop_after):
            loss = self._one_step(batch, done)
            progress(done, loss)
            if due:
                self._evaluate(done)
            if time.monotonic() - self._saved_at > 60 * self._settings.checkpoint_minutes:
                self._save()
            if self._clock.share(0) >= 1:
                if not due:
                    self._evaluate(done)
                break
        self._save()

    def _steps(self, stop_after: int | None) -> Iterator[tuple[Prepared, float, bool]]:
        """Batches from where the run stands; the epochs done before each; whether an evaluation follows."""
        settings = self._settings
        for epoch in count(self._epoch):
            if epoch >= settings.epochs:
                return
            for batch in self._feed.epoch(epoch, self._place):
                last = min(batch.of, round((settings.epochs - epoch) * batch.of))
                if batch.at >= last:
                    break
                if self._worse >= settings.patience or (stop_after is not None and self._step >= stop_after):
                    return
                self._place = batch.at + 1
                yield batch, epoch + batch.at / batch.of, self._due(epoch, last, batch.of)
            self._epoch, self._place = epoch + 1, 0

    def _due(self, epoch: int, last: int, batches: int) -> bool:
        """Whether an evaluation follows the batch at which the run stands."""
        count = self._settings.evaluations
        if self._place == last and (count or epoch + 1 >= self._settings.epochs):
            return True
        return self._place in {round(batches * (at + 1) / count) for at in range(count)}

    def _one_step(self, batch: Prepared, done: float) -> float:
        settings = self._settings
        over = self._clock.share(done / settings.epochs)
        share = rate_share(over, settings.warmup, linear=settings.decay == "linear") * self._factor
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * share
        torch.manual_seed(hash((settings.seed, self._step)) % 2**31)  # dropout
        loss, accuracy = self._loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._step += 1
        self._note(float(loss.detach()), accuracy, done)
        return float(loss.detach())

    def _loss(self, batch: Prepared) -> tuple[torch.Tensor, float | None]:
        """The loss, and the share of words whose own best tag is right where that is known."""
        half = self._settings.precision == "bf16"
        inputs = batch.inputs.to(self._device)
        own = len(self._cutters)
        with torch.autocast(self._device, dtype=torch.bfloat16, enabled=half):
            fused = self._model(inputs.of(0, own))
        loss, right = fused.new_zeros((), dtype=torch.float32), None
        if batch.corpus != PLAIN and batch.labels is not None:
            head, labels = self._model.head(batch.corpus), batch.labels.to(self._device)
            scores = head(fused)
            loss = loss + head.loss(scores, labels, inputs.mask, self._settings.alpha)
            right = float((scores.detach().argmax(2) == labels)[inputs.mask].float().mean())
        if self._teachers is not None:
            targets = self._teachers.targets(inputs.of(own, len(inputs.rows) - own), half=half)
            loss = loss + self._config.teacher.weight * taught(self._model, fused, inputs.mask, targets)
        return loss, right

    def _note(self, loss: float, accuracy: float | None, done: float) -> None:
        self._recent.append((loss, accuracy))
        if self._step % LOGGED == 0:
            losses, rights = (
                [value for value in values if value is not None] for values in zip(*self._recent, strict=True)
            )
            means = [round(total(values), 5) for values in (losses, rights)]
            self._log.write(self._step, epoch=round(done, 3), loss=means[0], accuracy=means[1], time=round(time.time()))
            self._recent = []

    def _evaluate(self, done: float) -> None:
        """Measure devel; keep the weights where the mean F1 is the best so far."""
        reader = Reader(self._model, self._cutters)
        measured: dict[str, list[float]] = {"F1": [], "loss": [], "accuracy": []}
        for name, sentences in self._corpora.devel.items():
            join = self._config.corpora[name].join
            reading = reader.read(name, sentences, join=join, alpha=self._settings.alpha)
            found = score(sentences, reading.spans)
            for key, value in (("F1", found.micro.f1), ("loss", reading.loss), ("accuracy", found.accuracy)):
                measured[key].append(value)
        means = {f"devel {key}": round(sum(values) / len(values), 5) for key, values in measured.items()}
        each = {f"devel F1 {name}": round(f1, 5) for name, f1 in zip(self._corpora.devel, measured["F1"], strict=True)}
        self._log.write(self._step, epoch=round(done, 3), time=round(time.time()), **means, **each)
        self._keep(sum(measured["F1"]) / len(measured["F1"]))

    def _keep(self, f1: float) -> None:
        if f1 > self._best:
            self._best, self._worse = f1, 0
            save(self._settings.output / BEST, self._model, self._tokenizers, self._config)
        else:
            self._worse += 1
            self._factor *= 0.5 if self._settings.decay == "plateau" else 1.0

    def _save(self) -> None:
        self._saved_at = time.monotonic()
        state = {
            "model": self._model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "place": [self._step, self._epoch, self._place],
            "best": [self._best, self._worse, self._factor],
        }
        save_state(self._settings.output / STATE, state)

    def _resume(self) -> None:
        state = load_state(self._settings.output / STATE)
        if state is None:
            return
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._step, self._epoch, self._place = state["place"]
        self._best, self._worse, self._factor = state["best"]


def rate_share(done: float, warmup: float, *, linear: bool) -> float:
    """The share of the peak rate after the part `done` of a run: a linear rise, then a linear fall or none."""
    if done < warmup:
        return (done + 0.001) / (warmup + 0.001)
    return max(0.0, (1 - done) / max(1e-9, 1 - warmup)) if linear else 1.0


def optimizer_of(model: Tagger, settings: Training) -> torch.optim.Optimizer:
    """AdamW with one rate for encoders and one for the rest, without decay on biases and norms."""
    if settings.freeze_words:
        for encoder in model.encoders:
            encoder.get_input_embeddings().requires_grad_(False)
    groups: list[dict[str, Any]] = []
    for rate, inside in ((settings.rate, True), (settings.head_rate, False)):
        learnt = [
            value
            for name, value in model.named_parameters()
            if name.startswith("encoders.") == inside and value.requires_grad
        ]
        for matrices, decay in ((True, settings.weight_decay), (False, 0.0)):
            chosen = [value for value in learnt if (value.ndim > 1) == matrices]
            groups.append({"params": chosen, "lr": rate, "peak": rate, "weight_decay": decay})
    return torch.optim.AdamW([group for group in groups if group["params"]], fused=next(model.parameters()).is_cuda)
