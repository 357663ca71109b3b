"""Contrastive fine-tuning of a SentenceTransformer on a mixture of pairs: evaluated on devel, the best weights kept.

A run folder holds `log.jsonl`, `state.pt` (to resume from), `teacher/` and `best/`, the model that did best on devel.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from litdex.encoder.config import Config, Finetune
from litdex.encoder.devel import devel_tasks
from litdex.encoder.models import embedder, open_model
from litdex.encoder.sources import Corpora, mixture
from litdex.encoder.tasks import Task
from litdex.encoder.trainee import Prepared, Trainee
from litdex.errors import UserError
from litdex.training import Clock, Log, RunningAverage, load_state, optimizer_for, rate_at, save_state, total

Progress = Callable[[int, int, float], None]  # step, steps, loss
AHEAD = 4  # batches that are drawn and cut to pieces before their turn


def finetune(
    config: Config,
    *,
    progress: Progress | None = None,
    note: Callable[[str], None] | None = None,
    stop_after: int | None = None,
) -> Path:
    """Run, or go on with, the fine-tuning that `config` describes; returns the folder of the best model.

    `stop_after` ends the run at that step, with a checkpoint, as a kill would. Raises `UserError` for a bad config.
    """
    import torch

    settings = config.finetune
    if settings is None:
        raise UserError("the config has no [finetune] section: add one (see configs/small.toml).")
    if settings.threads:
        torch.set_num_threads(settings.threads)
    begun = time.monotonic()
    torch.manual_seed(settings.seed)
    corpora = Corpora(config.data, settings.seed, note or (lambda _: None))
    run = _Run(config, settings, corpora, begun)
    run.go(progress or (lambda *_: None), min(settings.steps, stop_after or settings.steps))
    return settings.output / "best"


class _Run:
    """The state of one run: model, optimiser, average, log."""

    def __init__(self, config: Config, settings: Finetune, corpora: Corpora, begun: float) -> None:
        self._settings, self._kinds = settings, config.kinds
        self._batches = mixture(config, settings, corpora)
        self._model = open_model(settings.start)
        if settings.freeze_words:
            self._model[0].auto_model.get_input_embeddings().requires_grad_(False)
        self._trainee = Trainee(self._model, settings)
        self._optimizer = optimizer_for(self._model, settings.rate, settings.weight_decay)
        self._average = RunningAverage(self._model, settings.average) if settings.average else None
        self._tasks: Sequence[Task] = devel_tasks(corpora) if settings.evaluations else ()
        self._step, self._best = 0, float("-inf")
        self._resume()
        self._log = Log(settings.output, resumed_at=self._step)
        self._clock = Clock(settings.minutes, begun)

    def go(self, progress: Progress, until: int) -> None:
        """Train from the current step to `until`, evaluating, saving and logging on the way."""
        every = max(1, self._settings.steps // self._settings.evaluations) if self._settings.evaluations else 0
        saved = time.monotonic()
        if self._step == 0 and every:
            self._evaluate()
        for prepared in self._prepared(until):
            loss = self._one_step(prepared)
            progress(self._step, self._settings.steps, loss)
            if every and (self._step % every == 0 or self._step == self._settings.steps):
                self._evaluate()
            if time.monotonic() - saved > 60 * self._settings.checkpoint_minutes:
                self._save()
                saved = time.monotonic()
        self._save()
        if not every:
            self._keep()
        elif self._step < until:  # the time was over
            self._evaluate()

    def _prepared(self, until: int) -> Iterator[Prepared]:
        """The batches up to step `until`, or until the time is over; the next ones are made meanwhile."""

        def make(step: int) -> Prepared:
            return self._trainee.prepare(self._batches.batch(step), self._kinds[self._batches.kind(step)])

        with ThreadPoolExecutor(1) as pool:
            waiting: deque[Future[Prepared]] = deque()
            steps = iter(range(self._step, until))
            waiting.extend(pool.submit(make, step) for step in islice(steps, AHEAD))
            while waiting and self._clock.share(0) < 1:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(make, step) for step in islice(steps, 1))
            pool.shutdown(cancel_futures=True)

    def _one_step(self, prepared: Prepared) -> float:
        import torch

        share = self._clock.share(self._step / self._settings.steps)
        rate = self._settings.rate * rate_at(share * self._settings.steps, self._settings.steps, self._settings.warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        kind = self._batches.kind(self._step)
        loss = self._trainee.accumulate(prepared)
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        if self._average:
            self._average.update()
        self._step += 1
        self._log.write(self._step, kind=kind, loss=round(loss, 5), rate=rate)
        return loss

    def _evaluate(self) -> None:
        """Measure the averaged weights on devel, and keep them where they are the best so far."""
        if self._average:
            self._average.swap()
        whole, self._model.max_seq_length = self._model.max_seq_length, self._settings.evaluation_tokens
        found = {name: v.value for task in self._tasks for name, v in task.measure(embedder(self._model)).items()}
        self._model.max_seq_length = whole
        self._log.write(self._step, **{f"devel {name}": round(value, 2) for name, value in found.items()})
        if total(found.values()) > self._best and self._step:
            self._best = total(found.values())
            self._keep()
        if self._average:
            self._average.swap()
        self._model.eval()

    def _keep(self) -> None:
        self._model.save(str(self._settings.output / "best"), create_model_card=False)

    def _state(self) -> dict[str, Any]:
        return {
            "step": self._step,
            "best": self._best,
            "model": self._model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self._average.state() if self._average else None,
        }

    def _save(self) -> None:
        save_state(self._settings.output / "state.pt", self._state())

    def _resume(self) -> None:
        state = load_state(self._settings.output / "state.pt")
        if state is None:
            return
        self._step, self._best = state["step"], state["best"]
        self._model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        if self._average and state["average"]:
            self._average.restore(state["average"])
