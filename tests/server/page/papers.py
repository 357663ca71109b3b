"""A small library with all that a page shows: sections, entities, references, hostile text, papers for a map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from litdex.cli.main import run

HOSTILE = "Spins <script>alert(1)</script> & \"more\" 'quotes'"
FULL: dict[str, Any] = {
    "identifiers": {"arxiv": "0901.0001", "doi": "10.1/full"},
    "title": "Asthma and spin squeezing",
    "abstract": "We squeeze spins in people with asthma. The mouse was not squeezed.",
    "authors": [{"family": "Adams", "given": "Ann"}, {"family": "ATLAS Collaboration"}],
    "date": "2009-01-02",
    "venue": "Journal of Spins",
    "categories": ["quant-ph"],
    "sections": [
        {"title": "Introduction", "text": "Asthma is a disease.\n\nA mouse has <b>asthma</b> too.", "level": 1},
        {"title": "Methods in a mouse", "text": "We measured noise with care. It was low.", "level": 2},
    ],
    "captions": [{"label": "Figure 1", "text": "A mouse <i>in</i> a trap."}],
    "references": [
        {"text": "B. Bell, Noise of clocks", "identifiers": {"arxiv": "0901.0002"}},
        {"title": "A paper that is not here", "authors": ["Else, S"], "year": 1999},
    ],
}
CITED = {
    "identifiers": {"arxiv": "0901.0002"},
    "title": "Noise of clocks",
    "abstract": "Clocks are noisy.",
    "authors": [{"family": "Bell", "given": "Bo"}],
    "date": "2001",
    "categories": ["physics.optics"],
}
BAD = {
    "identifiers": {"arxiv": "0901.0003"},
    "title": HOSTILE,
    "abstract": "<img src=x onerror=alert(1)> An abstract.",
    "authors": [{"family": "<b>Bold</b>", "given": "X"}],
    "venue": "<u>Venue</u>",
    "date": "2003",
    "categories": ["hep-th"],
    "retracted": True,
}
TOPICS = ("squeezed atoms in a trap", "dark matter halos of galaxies", "folding of long proteins", "surface codes")
FIELDS = ("quant-ph", "astro-ph.CO", "physics.bio-ph", "quant-ph")
MANY = [
    {
        "identifiers": {"arxiv": f"0902.{n:04d}"},
        "title": f"On {TOPICS[n % 4]}, part {n}",
        "abstract": f"We report measurement {n} of {TOPICS[n % 4]} in detail.",
        "authors": [{"family": f"Author{n % 5}", "given": "Ann"}],
        "date": f"{2001 + n % 15}",
        "categories": [FIELDS[n % 4]],
    }
    for n in range(40)
]
ENTITIES = "D1\tasthma\t\tDisease\nS1\tmouse\tmice\tSpecies\n"


def make_library(folder: Path) -> Path:
    """Ingest them all into `folder / "library"`."""
    add(folder, "papers", [FULL, CITED, BAD, *MANY])
    return folder / "library"


def add(folder: Path, name: str, papers: list[dict[str, Any]]) -> None:
    """Ingest more."""
    (folder / "entities.tsv").write_text(ENTITIES)
    (folder / f"{name}.jsonl").write_text("\n".join(json.dumps({"litdex": 1, **paper}) for paper in papers))
    arguments = ["--library", str(folder / "library"), "--tagger", str(folder / "entities.tsv")]
    if run(["ingest", str(folder / f"{name}.jsonl"), *arguments]) != 0:
        raise RuntimeError("the library of the tests could not be made")
