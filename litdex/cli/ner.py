"""`litdex ner`: corpora of entities, and the tagger: its training, its measures, its export."""

from __future__ import annotations

import click

from litdex.cli.lazy import LazyGroup

COMMANDS = {
    "convert": "litdex.cli.ner_convert:convert",
    "statistics": "litdex.cli.ner_statistics:statistics",
}
"""Each sub-command and where it lives: a module for each, `litdex/cli/ner_<name>.py`."""

SUMMARIES = {
    "convert": "Turn a corpus into another format or tagging scheme.",
    "statistics": "Count what is in a corpus, and what its splits share.",
}


@click.group(cls=LazyGroup, places=COMMANDS, summaries=SUMMARIES)
def ner() -> None:
    """Work with the entity tagger and the corpora it learns from.

    \b
    litdex ner statistics corpora/NCBI-disease
    """
