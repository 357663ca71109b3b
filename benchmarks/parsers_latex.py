"""How much of an article's body comes back from a LaTeX project made of it, and how fast.

    python -m benchmarks.parsers_latex

Projects are made from the JATS articles in ../shared/data/papers/jats (`tests.ingest.latex_project`). Per article: the
share of its body 5-grams that the LaTeX parser gives back, spurious ones, and kilobytes of source a second.
"""

from __future__ import annotations

import time
from pathlib import Path

from litdex.ingest.paper import Paper
from litdex.ingest.parsers import jats, latex
from tests.ingest.latex_project import MemoryBlob, body_text, project_of, recovered

ARTICLES = Path(__file__).resolve().parents[2] / "shared" / "data" / "papers" / "jats"


def article(path: Path) -> Paper:
    """The paper of a JATS file."""
    (paper,) = (found for found in jats.parse(MemoryBlob({path.name: path.read_bytes()}, path.name)))
    if not isinstance(paper, Paper):
        raise SystemExit(f"{path}: {paper.reason}")
    return paper


def main() -> None:
    """Prints the table."""
    print(f"{'article':<28}{'kB':>6}{'recovered':>11}{'spurious':>10}{'captions':>10}{'refs':>10}{'kB/s':>7}")
    shares: list[float] = []
    for path in sorted(ARTICLES.glob("*.xml")):
        source = article(path)
        project = project_of(source)
        size = sum(map(len, project.files.values())) / 1000
        start = time.perf_counter()
        (found,) = (paper for paper in latex.parse(project) if isinstance(paper, Paper))
        seconds = time.perf_counter() - start
        share, spurious = (
            recovered(body_text(source), body_text(found)),
            1 - recovered(body_text(found), body_text(source)),
        )
        shares.append(share)
        captions = f"{len(found.captions)}/{len(source.captions)}"
        references = f"{len(found.references)}/{len(source.references)}"
        counts = f"{captions:>10}{references:>10}{size / seconds:>7.0f}"
        print(f"{path.stem:<28}{size:>6.0f}{share:>11.4f}{spurious:>10.4f}{counts}")
    print(f"{'mean':<28}{'':>6}{sum(shares) / len(shares):>11.4f}   lowest {min(shares):.4f}")


if __name__ == "__main__":
    main()
