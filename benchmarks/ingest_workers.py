"""The same ingest by one process, by two, and on a local Ray cluster: seconds, and whether the libraries are equal.

    python -m benchmarks.ingest_workers [ABSTRACTS] [--ray]

Files of physics abstracts and the full texts of JATS articles, through the command line, so that starting counts, and
without entities, which the ingest's own process looks for with either.
Ray's time is told with and without the start of its cluster.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.library import DATA
from litdex.evaluation.beir import read_lines
from litdex.index.library import Library

FILES = 20
WAYS = {"1 process": ["--workers", "1"], "2 processes": ["--workers", "2"], "Ray, local": ["--ray", "local"]}


def main(abstracts: int, ray: bool) -> None:
    """Print a line for each way."""
    with tempfile.TemporaryDirectory() as scratch:
        source = make_papers(Path(scratch) / "papers", abstracts)
        first, usual = None, 0.0
        for number, (way, options) in enumerate(WAYS.items()):
            if "--ray" in options and not ray:
                continue
            folder = Path(scratch) / f"library{number}"
            begun = time.perf_counter()
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "litdex",
                    "ingest",
                    str(source),
                    "--library",
                    str(folder),
                    "--no-entities",
                    *options,
                ],
                capture_output=True,
                text=True,
            )
            seconds = time.perf_counter() - begun
            if done.returncode:
                raise SystemExit(f"{way}: {done.stderr}")
            inside = done.stdout.splitlines()[0].rsplit(", ", 1)[-1]
            kept, usual = contents(folder), usual or seconds
            first = first or kept
            equal = "the same library" if kept == first else "ANOTHER LIBRARY"
            print(f"{way:<12} {seconds:7.1f} s ({inside} inside), x {usual / seconds:.2f}, {equal}", flush=True)


def make_papers(folder: Path, abstracts: int) -> Path:
    """Files of abstracts, and articles' full texts."""
    folder.mkdir()
    papers = list(read_lines(DATA / "physics" / "devel.jsonl.xz"))[:abstracts]
    for file in range(FILES):
        (folder / f"{file}.jsonl").write_text("\n".join(map(json.dumps, papers[file::FILES])))
    for article in sorted((DATA / "papers" / "jats").glob("*.xml")):
        (folder / article.name).write_bytes(article.read_bytes())
    return folder


def contents(folder: Path) -> list[Any]:
    """Papers and passages by number, and what each engine holds."""
    with Library.open(folder) as library:
        tables = [
            library.connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("papers", "passages")
        ]
        held = []
        for one in library.outbox.generations("active"):
            engine = library.lexical(one) if one.kind == "lexical" else library.vectors(one)
            held.append(engine.passages())
            engine.close()
        return [tables, held]


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    main(numbers[0] if numbers else 2000, "--ray" in sys.argv)
