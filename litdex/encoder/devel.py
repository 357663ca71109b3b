"""The tasks that training chooses on: small cuts of devel data, quick enough to run several times in a run."""

from __future__ import annotations

import random

from litdex.encoder.corpus import read_articles
from litdex.encoder.sources import Corpora
from litdex.encoder.tasks import Task, beir, citation, clustering, title_to_abstract


def devel_tasks(corpora: Corpora, *, scale: float = 1.0) -> list[Task]:
    """Clustering, citations, title to abstract, and a foreign collection for what must not be forgotten.

    Each is left out where the config names no data for it. `scale` multiplies their sizes.
    """
    found: list[Task] = []
    data = corpora.data
    if data.devel:
        articles = read_articles(data.devel)
        random.Random(0).shuffle(articles)
        found.append(clustering("clustering", articles, each=int(40 * scale), folds=2))
        found.append(title_to_abstract("title to abstract", articles[: int(800 * scale)]))
    if corpora.devel_edges:
        found.append(citation("citation", corpora.devel_edges, corpora.titles, size=int(1200 * scale)))
    if data.retrieval:
        found.append(beir("retrieval", data.retrieval, "train", documents=int(600 * scale), queries=int(300 * scale)))
    return found
