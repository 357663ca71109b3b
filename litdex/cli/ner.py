"""`litdex ner`: corpora of entities, and the tagger: its training, its measures, its export."""

from __future__ import annotations

import click

from litdex.cli.lazy import LazyGroup

COMMANDS = {
    "convert": "litdex.cli.ner_convert:convert",
    "evaluate": "litdex.cli.ner_evaluate:evaluate",
    "export": "litdex.cli.ner_export:export",
    "statistics": "litdex.cli.ner_statistics:statistics",
    "tag": "litdex.cli.tag:tag",
    "train": "litdex.cli.ner_train:train",
}
"""Each sub-command and where it lives: a module for each, `litdex/cli/ner_<name>.py`."""

SUMMARIES = {
    "convert": "Turn a corpus into another format or tagging scheme.",
    "evaluate": "Score a tagger on a corpus.",
    "export": "Turn a trained tagger into the form that runs without torch.",
    "statistics": "Count what is in a corpus, and what its splits share.",
    "tag": "Find the entities in any file: the same as `litdex tag`.",
    "train": "Train a tagger on any corpora.",
}


@click.group(cls=LazyGroup, places=COMMANDS, summaries=SUMMARIES)
def ner() -> None:
    """Work with the entity tagger and the corpora it learns from.

    \b
    litdex ner statistics corpora/NCBI-disease
    """
