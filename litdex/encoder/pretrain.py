"""Masked-language pre-training of a BERT of any size, from random weights or from a checkpoint.

One process, or several under `torchrun`: each then takes its part of every batch. All that is random in a step comes
from the seed and the step's number, so a run that was killed and resumed ends with the weights of one that was not.
Source: PhysBERT (Hellert et al., 2024): 15 % dynamic masking, 128 tokens first, then 512, no next-sentence task.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from litdex.encoder.config import Config, Phase, Pretrain
from litdex.encoder.masking import Ids, masked, packed
from litdex.encoder.sources import Corpora
from litdex.encoder.vocabulary import transplant
from litdex.errors import UserError
from litdex.training import Clock, Log, device_of, load_state, optimizer_for, rate_at, save_state

if TYPE_CHECKING:
    import torch

Progress = Callable[[int, int, float], None]  # step, steps, loss


@dataclass(frozen=True, slots=True)
class Worker:
    """Which of how many processes this is, and where it computes."""

    rank: int = 0
    count: int = 1
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class _Stage:
    """One phase with its rows; `start` is its first step in the whole run."""

    rows: Ids
    batch: int  # rows an optimiser step, over all workers and accumulation
    start: int
    steps: int


def join() -> Worker:
    """This process's place under `torchrun`, or the only one. Joins the process group where there is one."""
    import torch

    count, local = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("LOCAL_RANK", "0"))
    device = f"cuda:{local}" if device_of() == "cuda" else "cpu"
    if count > 1 and not torch.distributed.is_initialized():
        torch.distributed.init_process_group("nccl" if device != "cpu" else "gloo")
    return Worker(int(os.environ.get("RANK", "0")), count, device)


def pretrain(config: Config, *, progress: Progress | None = None, stop_after: int | None = None) -> Path:
    """Run, or go on with, the pre-training that `config` describes; returns the folder of the trained model.

    `stop_after` ends at that step with a checkpoint, as a kill would. Raises `UserError` for a bad config.
    """
    import torch

    settings = config.pretrain
    if settings is None:
        raise UserError("the config has no [pretrain] section: add one (see configs/physbert.toml).")
    begun = time.monotonic()
    torch.manual_seed(settings.seed)
    worker = join()
    tokenizer = _tokenizer(settings)
    model = _model(settings, tokenizer).to(worker.device)
    articles = Corpora(config.data, settings.seed).articles
    if not articles:
        raise UserError("there is no text to pre-train on: name files under data.papers.")
    texts = [f"{article.title}. {article.abstract}" for article in articles]
    stages = list(_stages(settings, tokenizer, texts, worker))
    run = _Run(settings, worker, model, tokenizer, stages, begun)
    run.go(progress or (lambda *_: None), stop_after)
    if worker.rank == 0:
        model.save_pretrained(settings.output / "model")
        tokenizer.save_pretrained(settings.output / "model")
    return settings.output / "model"


def _tokenizer(settings: Pretrain) -> Any:
    from transformers import AutoTokenizer

    source = str(settings.tokenizer or settings.start)
    if not source:
        raise UserError("pretrain.tokenizer is missing: name the folder that `train-tokenizer` wrote.")
    try:
        return AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError):
        raise UserError(f"there is no tokenizer in {source}. Run `litdex encoder train-tokenizer` first.") from None


def _model(settings: Pretrain, tokenizer: Any) -> Any:
    """The start's weights under the tokenizer's vocabulary, or random ones of the shape asked for."""
    from transformers import AutoTokenizer, BertConfig

    from litdex.encoder.masked_model import MaskedModel, open_masked

    dropout = {"hidden_dropout_prob": settings.dropout, "attention_probs_dropout_prob": settings.dropout}
    if settings.start:
        try:
            model = open_masked(settings.start, **dropout)
            old = AutoTokenizer.from_pretrained(settings.start).get_vocab()
        except (OSError, ValueError) as error:
            raise UserError(f"pretrain.start: no BERT in {settings.start} ({str(error).splitlines()[0]}).") from None
        if old != tokenizer.get_vocab():
            transplant(model, old, tokenizer.get_vocab())
        return model
    if settings.width % settings.heads:
        raise UserError(
            f"pretrain.heads must divide pretrain.width: {settings.heads} does not divide {settings.width}."
        )
    shape = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=settings.width,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        intermediate_size=settings.inner,
        max_position_embeddings=max(512, *(phase.tokens for phase in settings.phases)),
        pad_token_id=tokenizer.pad_token_id,
        **dropout,
    )
    return MaskedModel(shape)


def _stages(settings: Pretrain, tokenizer: Any, texts: list[str], worker: Worker) -> Iterator[_Stage]:
    start = 0
    for phase in settings.phases:
        rows = packed(tokenizer, texts, _fitting(phase))
        batch = phase.batch * settings.accumulate * worker.count
        steps = max(1, round(phase.epochs * len(rows) / batch))
        yield _Stage(rows, batch, start, steps)
        start += steps


def _fitting(phase: Phase) -> int:
    if phase.tokens < 8:
        raise UserError(f"pretrain.phases: {phase.tokens} tokens are too few; sequences have 128 or 512.")
    return phase.tokens


class _Run:
    """The state of one run: model, optimiser, step, log."""

    def __init__(
        self, settings: Pretrain, worker: Worker, model: Any, tokenizer: Any, stages: list[_Stage], begun: float
    ) -> None:
        import torch

        self._settings, self._worker, self._plain, self._stages = settings, worker, model, stages
        self._tokenizer = tokenizer
        self._optimizer = optimizer_for(model, settings.rate, settings.weight_decay)
        self._steps = sum(stage.steps for stage in stages)
        state = load_state(settings.output / "state.pt")
        self._step = 0 if state is None else int(state["step"])
        if state is not None:
            model.load_state_dict(state["model"])
            self._optimizer.load_state_dict(state["optimizer"])
        parallel = torch.nn.parallel.DistributedDataParallel
        self._model = parallel(model) if worker.count > 1 else model
        self._log = Log(settings.output, resumed_at=self._step) if worker.rank == 0 else None
        self._clock = Clock(settings.minutes, begun)
        self._orders: dict[tuple[int, int], Ids] = {}

    def go(self, progress: Progress, stop_after: int | None) -> None:
        """Train to the end, or to `stop_after`, saving and logging on the way."""
        self._plain.train()
        until = min(self._steps, stop_after or self._steps)
        while self._step < until and self._clock.share(0) < 1:
            stage = next(s for s in reversed(self._stages) if s.start <= self._step)
            loss = self._one_step(stage)
            self._step += 1
            if self._log:
                self._log.write(self._step, loss=round(loss, 5), tokens=stage.rows.shape[1])
                progress(self._step, self._steps, loss)
            if self._step % self._settings.checkpoint_every == 0:
                self._save()
        self._save()

    def _one_step(self, stage: _Stage) -> float:
        import torch

        share = self._clock.share(self._step / self._steps)
        for group in self._optimizer.param_groups:
            group["lr"] = self._settings.rate * rate_at(share * self._steps, self._steps, self._settings.warmup)
        torch.manual_seed(hash((self._settings.seed, self._step, self._worker.rank)) % 2**31)  # dropout
        pieces = np.array_split(self._rows(stage), self._settings.accumulate)
        losses = [self._accumulate(piece, i, len(pieces)) for i, piece in enumerate(pieces)]
        torch.nn.utils.clip_grad_norm_(self._plain.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return sum(losses) / len(losses)

    def _rows(self, stage: _Stage) -> Ids:
        """This worker's rows of the step: a permutation an epoch, the same for all workers."""
        first = (self._step - stage.start) * stage.batch
        places = np.arange(first, first + stage.batch)
        epochs, within = np.divmod(places, len(stage.rows))
        chosen = [self._order(stage, int(epoch))[place] for epoch, place in zip(epochs, within, strict=True)]
        return stage.rows[chosen[self._worker.rank :: self._worker.count]]

    def _order(self, stage: _Stage, epoch: int) -> Ids:
        """An epoch's permutation of a stage's rows; the last two are kept."""
        found = self._orders.get((stage.start, epoch))
        if found is None:
            rng = np.random.default_rng([self._settings.seed, stage.start, epoch])
            found = rng.permutation(len(stage.rows)).astype(np.int32)
            self._orders = dict([*self._orders.items()][-1:]) | {(stage.start, epoch): found}
        return found

    def _accumulate(self, rows: Ids, piece: int, pieces: int) -> float:
        import contextlib

        last = piece == pieces - 1
        unsynced = contextlib.nullcontext() if last or self._worker.count == 1 else self._model.no_sync()
        with unsynced:
            loss = self._loss(rows, piece) / pieces
            loss.backward()
        return float(loss.detach()) * pieces

    def _loss(self, rows: Ids, piece: int) -> torch.Tensor:
        import torch

        tokenizer, settings = self._tokenizer, self._settings
        rng = np.random.default_rng([settings.seed, self._step, self._worker.rank, piece])
        inputs, labels = masked(
            rows,
            rng,
            share=settings.masking,
            special=tokenizer.all_special_ids,
            mask=tokenizer.mask_token_id,
            vocabulary=len(tokenizer),
        )
        device = self._worker.device
        ids, wanted = (torch.from_numpy(array).long().to(device) for array in (inputs, labels))
        with torch.autocast(device.split(":")[0], dtype=torch.bfloat16, enabled=settings.precision == "bf16"):
            padded = bool((inputs == tokenizer.pad_token_id).any())
            mask = (ids != tokenizer.pad_token_id).long() if padded else None
            found: torch.Tensor = self._model(input_ids=ids, attention_mask=mask, labels=wanted)
        return found

    def _save(self) -> None:
        if self._worker.rank == 0:
            state = {
                "step": self._step,
                "model": self._plain.state_dict(),
                "optimizer": self._optimizer.state_dict(),
            }
            save_state(self._settings.output / "state.pt", state)
