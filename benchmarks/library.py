"""The library that several benchmarks share: the 12,814 papers of the physics test file, made once and kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from litdex.encoder.load import load_encoder
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PHYSICS = DATA / "physics" / "test.jsonl.xz"


def physics_library() -> Path:
    """The library's folder: LITDEX_BENCH_LIBRARY, or one in the temporary folder."""
    named = os.environ.get("LITDEX_BENCH_LIBRARY")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / "litdex-bench-physics"
    with Library.open_or_create(folder) as library:
        ingest(library, [PHYSICS], load_encoder)
    return folder
