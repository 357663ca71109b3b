"""How fast papers go in, where the time goes, and the ratio to encoding the same text with nothing around it.

    python -m benchmarks.ingest_rate [PAPERS] [LIBRARY]

Ingests PAPERS (all 12,814 by default) of the physics test file into a new library, then the unchanged file again, then
encodes every third of the very same passages with the encoder alone. LIBRARY is kept, a temporary one is not.
Aim: a ratio of 1.3 at most, and 2 s for the second ingest.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.library import PHYSICS
from litdex.encoder.load import load_encoder
from litdex.evaluation.beir import read_lines
from litdex.index.documents import documents
from litdex.index.library import Library
from litdex.ingest.passages import embedding_text
from litdex.pipeline.ingest import ingest

SAMPLE = 3
STAGES = {
    "encode": ("encode_passages",),
    "parse": ("parse",),
    "settle sources, cut passages, SQLite": ("put",),
    "lexical engine": ("replace", "embedded.py"),
    "vector engine": ("replace", "edge.py"),
    "optimise": ("optimise", "apply.py"),
}


def main(count: int | None, kept: Path | None) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "papers.jsonl"
        papers = list(read_lines(PHYSICS))[:count]
        source.write_text("\n".join(map(json.dumps, papers)))
        encoder = load_encoder()
        encoder.encode_query("warm")
        with Library.open_or_create(kept or Path(scratch) / "library") as library:
            profile = cProfile.Profile()
            begun = time.perf_counter()
            profile.enable()
            ingest(library, [source], lambda: encoder)
            profile.disable()
            whole = time.perf_counter() - begun
            begun = time.perf_counter()
            ingest(library, [source], lambda: encoder)
            again = time.perf_counter() - begun
            texts = stored_texts(library)
        begun = time.perf_counter()
        encoder.encode_passages(texts[::SAMPLE])
        alone = (time.perf_counter() - begun) * len(texts) / len(texts[::SAMPLE])
    print(f"{len(papers):,} papers, {len(texts):,} passages")
    print(f"  ingest            {whole:7.1f} s   {len(papers) / whole:6.1f} papers/s (profiler running)")
    print(f"  encoder alone     {alone:7.1f} s   {len(texts) / alone:6.1f} passages/s")
    print(f"  ratio             {whole / alone:7.2f}     aim 1.30 at most")
    print(f"  unchanged, again  {again:7.3f} s   aim 2 s at most")
    print_stages(profile)


def stored_texts(library: Library) -> list[str]:
    """What the encoder was given, in the order of the store."""
    texts = []
    for number in library.store.numbers():
        card = library.store.card(number)
        if card:
            found = documents(card, library.store.passages(number))
            texts += [embedding_text(document.title, document.text) for document in found]
    return texts


def print_stages(profile: cProfile.Profile) -> None:
    """Cumulative seconds of each stage, from the profile of the ingest."""
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    print("  where the time goes (cumulative, parsing is lazy and counts inside its own row):")
    for stage, (name, *file) in STAGES.items():
        seconds = sum(
            row[3]
            for (path, _, function), row in stats.items()
            if function == name and "litdex" in path and all(path.endswith(end) for end in file)
        )
        print(f"    {stage:38} {seconds:7.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
