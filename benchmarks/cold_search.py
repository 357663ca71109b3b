"""A `litdex search` in a new process, from the shell's point of view, and where its time goes.

    python -m benchmarks.cold_search [RUNS]

The parts are measured in a process that does the same steps one after the other, so they may sum to more than the
whole, in which both legs run at once.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.library import physics_library

QUERY = "spin squeezing in a Bose-Einstein condensate"
PARTS = """
import json, sys, time
begun = time.perf_counter()
parts = {}
def part(name):
    global begun
    parts[name] = (time.perf_counter() - begun) * 1000
    begun = time.perf_counter()
from pathlib import Path
import litdex.cli.main, litdex.cli.search
part("import click and the command")
import numpy
part("import numpy")
from litdex.search.searcher import Searcher
from litdex.index.library import Library
from litdex.encoder.load import load_encoder
import litdex.index.tantivy.engine, litdex.index.edge.engine
part("import litdex, tantivy, qdrant_edge")
import onnxruntime, tokenizers
part("import onnxruntime, tokenizers")
library = Library.open(Path(sys.argv[1]))
part("open the database")
encoder = load_encoder()
part("load the encoder")
vector = encoder.encode_query(sys.argv[2])
part("encode the query")
lexical = library.lexical(library.generation("lexical"))
part("open the lexical engine")
lexical.search(sys.argv[2], limit=200)
part("lexical leg")
vectors = library.vectors(library.generation("vectors"))
part("open the vector engine")
vectors.search(vector, limit=200)
part("dense leg")
print(json.dumps({"parts": parts, "torch": "torch" in sys.modules}))
"""


def main(runs: int) -> None:
    """Print the table."""
    library = physics_library()
    command = [sys.executable, "-m", "litdex", "search", QUERY, "--limit", "5", "--library", str(library)]
    walls = sorted(wall(command) for _ in range(runs + 1))[:-1]
    bare = sorted(wall([sys.executable, "-c", "pass"]) for _ in range(runs))
    print(f"litdex search, {runs} new processes: median {statistics.median(walls) * 1000:.0f} ms", end="")
    print(f" (fastest {walls[0] * 1000:.0f}, slowest {walls[-1] * 1000:.0f}); aim 500 ms")
    print(f"  python itself        {statistics.median(bare) * 1000:7.1f} ms")
    samples = [measured(library) for _ in range(runs)]
    for name in samples[0]["parts"]:
        print(f"  {name:36} {statistics.median(sample['parts'][name] for sample in samples):7.1f} ms")
    print(f"  torch imported: {any(sample['torch'] for sample in samples)}")


def wall(command: list[str]) -> float:
    """Seconds that a command takes."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def measured(library: Path) -> dict[str, dict[str, float]]:
    """One process's parts in milliseconds."""
    command = [sys.executable, "-c", PARTS, str(library), QUERY]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    parts: dict[str, dict[str, float]] = json.loads(done.stdout)
    return parts


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
