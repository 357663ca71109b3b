"""Texts for the tagger's domain encoder: `python -m scripts.domain_texts FOLDER MEDLINE.xml.gz ...`.

Writes FOLDER/texts.jsonl, what `litdex encoder pretrain` reads with `litdex/encoder/configs/biomedical.toml` copied
beside it: all MEDLINE abstracts, 6,000 of astro-ph and 6,000 of the rest of physics, and the train sentences of the
tagger's corpora, six together.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from litdex.encoder.corpus import Article, read_articles
from litdex.ner.corpora.read import read_corpus

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CORPORA = ("NCBI-disease-IOB", "BC5CDR-IOB", "BC2GM-IOB", "WIESP2022-DEAL")
ASTRO, PHYSICS, TOGETHER = 6000, 6000, 6


def sentences() -> Iterator[Article]:
    """The corpora's train sentences: the first of six as a title."""
    for corpus in CORPORA:
        texts = [" ".join(sentence.words) for sentence in read_corpus(DATA / "ner" / corpus, "train")]
        for start in range(0, len(texts), TOGETHER):
            yield Article(f"{corpus}{start}", texts[start], " ".join(texts[start + 1 : start + TOGETHER]))


def main() -> None:
    """Draw, shuffle and write."""
    rng = random.Random(0)
    folder = Path(sys.argv[1])
    medline = read_articles(Path(name) for name in sys.argv[2:])
    physics = read_articles(sorted((DATA / "physics").glob("train-*.jsonl.xz")))
    sides: tuple[list[Article], list[Article]] = ([], [])
    for article in physics:
        sides[article.field == "astro-ph"].append(article)
    chosen = [*medline, *rng.sample(sides[1], ASTRO), *rng.sample(sides[0], PHYSICS), *sentences()]
    rng.shuffle(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "texts.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(asdict(article), ensure_ascii=False) + "\n" for article in chosen)


if __name__ == "__main__":
    main()
