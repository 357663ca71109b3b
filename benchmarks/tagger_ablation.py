"""The paper's table again under equal conditions, and what each part of the tagger is worth.

    python -m benchmarks.tagger_ablation CONFIG --work FOLDER [--only NAME]... [--epochs N]

CONFIG names two encoders and at least one corpus. Every row is one training run from the same encoders, seed, data and
epochs; a run that was killed goes on. Columns: token accuracy, precision, recall and F1 on the test split, one line a
corpus, and the best mean F1 on devel, which is what a choice may rest on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from litdex.ner.evaluation import evaluate
from litdex.ner.predictors import open_predictor
from litdex.ner.training.config import Augmentation, Config, Model, read_config
from litdex.ner.training.loop import train
from litdex.training import read_log

NOISE = Augmentation(noise=0.03, substitution=0.2)


def variants(config: Config) -> Iterator[tuple[str, Config]]:
    """Each row's name and config."""
    model, first, second = config.model, config.model.encoders[:1], config.model.encoders[1:]
    for name, encoders in (("first", first), ("second", second), ("both", model.encoders)):
        for crf in (False, True):
            yield f"{name}, {'CRF' if crf else 'softmax'}", _with(config, replace(model, encoders=encoders, crf=crf))
    yield "both, CRF, attention", _with(config, replace(model, fusion="attention"))
    yield "both, CRF, no characters", _with(config, replace(model, surface=0))
    for alpha in (0.0, 1.0):
        yield f"both, CRF, alpha {alpha:g}", replace(config, training=replace(config.training, alpha=alpha))
    yield "both, CRF, augmented", replace(config, augmentation=NOISE)


def _with(config: Config, model: Model) -> Config:
    alpha = config.training.alpha if model.crf else 0.0
    return replace(config, model=replace(model, start=()), training=replace(config.training, alpha=alpha))


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--work", type=click.Path(path_type=Path), required=True, help="Where the runs go.")
@click.option("--only", multiple=True, help="A row's name; all rows where absent.")
@click.option("--epochs", type=float, help="Instead of the config's.")
def main(config: Path, work: Path, only: tuple[str, ...], epochs: float | None) -> None:
    """Train one variant of CONFIG's tagger after the other and print its lines as they come."""
    print(f"{'':28} {'corpus':12} accuracy precision recall     F1  devel")
    for name, variant in variants(read_config(config)):
        if only and name not in only:
            continue
        training = replace(variant.training, output=work / name.replace(", ", "-").replace(" ", "-"))
        variant = replace(variant, training=replace(training, epochs=epochs or training.epochs))
        for line in rows(variant, train(variant)):
            print(f"{name:28} {line}", flush=True)


def rows(config: Config, best: Path) -> Iterator[str]:
    """One line a corpus."""
    devel = max(entry["devel F1"] for entry in read_log(best.parent) if "devel F1" in entry)
    for name, corpus in config.corpora.items():
        predictor = open_predictor(str(best), corpus.path, corpus.types)
        scores = evaluate(predictor, corpus.path, "test", types=corpus.types, head=name).scores
        micro = scores.micro
        figures = f"{micro.precision:9.4f} {micro.recall:6.4f} {micro.f1:6.4f} {devel:6.4f}"
        yield f"{name:12} {scores.accuracy:8.4f} {figures}"


if __name__ == "__main__":
    main()
