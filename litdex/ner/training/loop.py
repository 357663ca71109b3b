"""The training loop: batches of several corpora, two learning rates, devel F1, early stop, checkpoints.

All that is random in an epoch or a step comes from the seed and its number, so a run that was killed and resumed ends
with the weights of one that was not.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import torch

from litdex.ner.corpora.schemes import labels_of as tags_of_types
from litdex.ner.corpora.schemes import tags_of
from litdex.ner.corpora.sentence import Sentence
from litdex.ner.training.config import Config, Training
from litdex.ner.training.data import Example, batches_of, sentences_of, texts_of_epoch, types_of
from litdex.ner.training.inputs import inputs_of, labels_of
from litdex.ner.training.model import Tagger
from litdex.ner.training.reading import score, tags_in
from litdex.ner.training.saved import cutters, fresh, save
from litdex.training import Log, load_state, save_state

Progress = Callable[[float, float], None]
"""Told the epochs done, as a fraction, and the loss."""
BEST = "best"
LOGGED = 25  # steps whose mean loss is one line of the log


def train(config: Config, *, progress: Progress | None = None, stop_after: int | None = None) -> Path:
    """Run, or go on with, the training that `config` describes; returns the folder of the best tagger.

    `stop_after` ends at that step with a checkpoint, as a kill would. Raises `UserError` for corpora or encoders that
    cannot be read.
    """
    if config.training.threads:
        torch.set_num_threads(config.training.threads)
    torch.manual_seed(config.training.seed)
    run = _Run(config)
    run.go(progress or (lambda *_: None), stop_after)
    return config.training.output / BEST


class _Run:
    """The state of one run: model, optimiser, place in the epochs, best score."""

    def __init__(self, config: Config) -> None:
        self._config, self._settings = config, config.training
        self._train = {
            name: sentences_of(corpus, "train", longest=corpus.longest) for name, corpus in config.corpora.items()
        }
        self._devel = {name: self._some(sentences_of(corpus, "devel")) for name, corpus in config.corpora.items()}
        tags = {name: tags_of_types(types_of(sentences)) for name, sentences in self._train.items()}
        self._ids = {name: {tag: at for at, tag in enumerate(found)} for name, found in tags.items()}
        self._model, self._tokenizers = fresh(config.model, tags)
        self._cutters = cutters(self._tokenizers)
        self._optimizer = optimizer_of(self._model, self._settings)
        self._step, self._epoch, self._place = 0, 0, 0
        self._best, self._worse, self._factor = -1.0, 0, 1.0
        self._resume()
        self._log = Log(self._settings.output, resumed_at=self._step)
        self._losses: list[float] = []
        self._saved_at = time.monotonic()

    def go(self, progress: Progress, stop_after: int | None) -> None:
        """Train until the epochs are done, devel stops getting better, or `stop_after`."""
        self._model.train()
        for batch, done, due in self._steps():
            if stop_after is not None and self._step >= stop_after:
                self._save()
                return
            loss = self._one_step(batch, done)
            self._note(batch[0].corpus, loss)
            progress(done, loss)
            if due:
                self._evaluate(done)
                if self._worse >= self._settings.patience:
                    break
            if time.monotonic() - self._saved_at > 60 * self._settings.checkpoint_minutes:
                self._save()
        self._save()

    def _steps(self) -> Iterator[tuple[list[Example], float, bool]]:
        """Batches from where the run stands; the epochs done before each; whether an evaluation follows."""
        for self._epoch in count(self._epoch):
            if self._epoch >= self._settings.epochs:
                return
            batches = self._batches(self._epoch)
            last = min(len(batches), round((self._settings.epochs - self._epoch) * len(batches)))
            due = {
                round(len(batches) * (at + 1) / self._settings.evaluations) for at in range(self._settings.evaluations)
            }
            while self._place < last:
                at = self._place
                self._place += 1
                yield batches[at], self._epoch + at / len(batches), at + 1 in due or at + 1 == last
            self._place = 0

    def _batches(self, epoch: int) -> list[list[Example]]:
        """All batches of an epoch, in order: each of one corpus, the corpora mixed."""
        rng = random.Random(f"{self._settings.seed}:{epoch}")
        batches: list[list[Example]] = []
        for name, corpus in self._config.corpora.items():
            texts = texts_of_epoch(self._train[name], corpus, rng)
            cut = [cutter.cut([text.words for text in texts]) for cutter in self._cutters]
            examples = [Example(name, text, tuple(pieces[at] for pieces in cut)) for at, text in enumerate(texts)]
            batches += batches_of(examples, self._settings.batch, rng)
        rng.shuffle(batches)
        return batches

    def _one_step(self, batch: list[Example], done: float) -> float:
        settings = self._settings
        share = rate_share(done / settings.epochs, settings.warmup, linear=settings.decay == "linear") * self._factor
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * share
        torch.manual_seed(hash((settings.seed, self._step)) % 2**31)  # dropout
        loss = self._loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._step += 1
        return float(loss.detach())

    def _loss(self, batch: list[Example]) -> torch.Tensor:
        name = batch[0].corpus
        words = [example.sentence.words for example in batch]
        pieces = [[example.pieces[at] for example in batch] for at in range(len(self._cutters))]
        inputs = inputs_of(words, pieces, self._cutters)
        labels = labels_of([self._tags(name, example.sentence) for example in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._settings.precision == "bf16"):
            fused = self._model(inputs)
        return self._model.head(name).loss(fused.float(), labels, inputs.mask, self._settings.alpha)

    def _tags(self, name: str, sentence: Sentence) -> list[int]:
        return [self._ids[name][tag] for tag in tags_of(sentence.spans, len(sentence.words))]

    def _some(self, sentences: list[Sentence]) -> list[Sentence]:
        return sentences[: self._settings.devel or None]

    def _note(self, name: str, loss: float) -> None:
        self._losses.append(loss)
        if self._step % LOGGED == 0:
            mean = sum(self._losses) / len(self._losses)
            self._log.write(
                self._step, loss=round(mean, 5), kind=name, epoch=round(self._epoch, 3), time=round(time.time())
            )
            self._losses = []

    def _evaluate(self, done: float) -> None:
        """Measure devel; keep the weights where the mean F1 is the best so far."""
        scores, losses = {}, {}
        for name, sentences in self._devel.items():
            join = self._config.corpora[name].join
            scores[name] = score(sentences, tags_in(self._model, self._cutters, name, sentences, join)).f1
        mean = sum(scores.values()) / len(scores)
        entry = {f"devel {name}": round(100 * f1, 2) for name, f1 in scores.items()} | losses
        self._log.write(self._step, epoch=round(done, 3), mean=round(100 * mean, 2), time=round(time.time()), **entry)
        if mean > self._best:
            self._best, self._worse = mean, 0
            save(self._settings.output / BEST, self._model, self._tokenizers, self._config.model)
        else:
            self._worse += 1
            self._factor *= 0.5 if self._settings.decay == "plateau" else 1.0

    def _save(self) -> None:
        self._saved_at = time.monotonic()
        save_state(
            self._settings.output / "state.pt",
            {
                "model": self._model.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "place": [self._step, self._epoch, self._place],
                "best": [self._best, self._worse, self._factor],
            },
        )

    def _resume(self) -> None:
        state = load_state(self._settings.output / "state.pt")
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
    groups: list[dict[str, Any]] = []
    for rate, inside in ((settings.rate, True), (settings.head_rate, False)):
        named = [(name, value) for name, value in model.named_parameters() if name.startswith("encoders.") == inside]
        kept = [value for name, value in named if not (settings.freeze_words and _is_table(name, value))]
        for matrices, decay in ((True, settings.weight_decay), (False, 0.0)):
            chosen = [value for value in kept if (value.ndim > 1) == matrices]
            groups.append({"params": chosen, "lr": rate, "peak": rate, "weight_decay": decay})
    return torch.optim.AdamW([group for group in groups if group["params"]])


def _is_table(name: str, value: torch.Tensor) -> bool:
    """Whether a parameter is an encoder's word embeddings; if so it is frozen."""
    found = name.startswith("encoders.") and "word_embeddings" in name
    if found:
        value.requires_grad_(False)
    return found
