"""Speed of the tagger and its share of an ingest: `python -m benchmarks.tagger_speed [TAGGER] [PAPERS]`.

TAGGER is a name or folder (the shipped one without). Texts are real physics abstracts from `shared/data/physics/devel`,
tagged and embedded as an ingest does it: the tagger reads title and abstract, the encoder the passages with the title
in front. A CPU-second counts all threads, and so moves less than wall time when the machine has other work.
"""

from __future__ import annotations

import json
import lzma
import sys
import time
from collections.abc import Callable
from pathlib import Path

from litdex.encoder.load import load_encoder
from litdex.ingest.paper import Paper
from litdex.ingest.passages import embedding_text, passages
from litdex.ingest.sentences import sentences
from litdex.ner.load import load_tagger
from litdex.pipeline.tagging import tag_papers

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data" / "physics" / "devel.jsonl.xz"


def papers(count: int) -> list[Paper]:
    """The first `count` papers."""
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line, _ in zip(lines, range(count), strict=False))
        return [Paper(title=record["title"], abstract=record["abstract"]) for record in records]


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall time and of CPU that the work takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print the table."""
    tagger = load_tagger(sys.argv[1] if len(sys.argv) > 1 else None)
    encoder = load_encoder()
    some = papers(int(sys.argv[2]) if len(sys.argv) > 2 else 400)
    texts = [embedding_text(paper.title, passage.text) for paper in some for passage in passages(paper)]
    read = sum(len(sentences(text)) for paper in some for text in (paper.title, paper.abstract))
    tag_papers(tagger, some[:8])
    encoder.encode_passages(texts[:8])
    rows = {
        f"{tagger.name}, sentences": (read, timed(lambda: tag_papers(tagger, some))),
        f"{encoder.name}, passages": (len(texts), timed(lambda: encoder.encode_passages(texts))),
    }
    print(f"{len(some)} papers\n{'':28} {'count':>6} {'1/s':>7} {'1/CPU-s':>8} {'s':>7} {'CPU s':>7}")
    for name, (count, (wall, cpu)) in rows.items():
        print(f"{name:28} {count:6} {count / wall:7.1f} {count / cpu:8.1f} {wall:7.1f} {cpu:7.1f}")
    (tagging, tagging_cpu), (embedding, embedding_cpu) = (row[1] for row in rows.values())
    print(
        f"tagging takes {tagging / embedding:.2f} times as long as embedding, {tagging_cpu / embedding_cpu:.2f} in CPU"
    )


if __name__ == "__main__":
    main()
