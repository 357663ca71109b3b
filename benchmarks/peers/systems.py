"""The systems that are compared, and the environment of each: made once, with its size and the time that it took."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class System:
    """What is installed for a system, and what its table rows need to say."""

    packages: tuple[str, ...]
    shown: str  # the package whose version counts
    note: str


SYSTEMS: Mapping[str, System] = {
    "litdex": System((str(ROOT),), "litdex", "as `litdex ingest` and `litdex search` set it up, without its tagger"),
    "txtai": System(("txtai",), "txtai", "hybrid: true, content: true, Faiss; facets by SQL over 1,000 candidates"),
    "lancedb": System(("lancedb",), "lancedb", "IVF_PQ with refine_factor 10, its own full-text index, bitmaps, RRF"),
    "haystack": System(("haystack-ai",), "haystack-ai", "in memory, both retrievers and a joiner (RRF) in a pipeline"),
    "chroma": System(("chromadb",), "chromadb", "HNSW, persistent; it does not rank by words on one machine"),
    "bm25s": System(("bm25s", "PyStemmer", "numpy"), "bm25s", "with an exact scan in numpy, RRF of 100 a leg"),
}


def python_of(envs: Path, name: str) -> Path:
    """The Python of a system's environment."""
    return envs / name / "bin" / "python"


def install(envs: Path, name: str) -> dict[str, Any]:
    """Make a system's environment where it is not there; its size, versions, and the time that making it took."""
    folder, told = envs / name, envs / f"{name}.json"
    if not told.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        _run(uv, "pip", "install", "--quiet", "--python", str(python_of(envs, name)), *SYSTEMS[name].packages)
        seconds = time.monotonic() - begun
        listed = _run(uv, "pip", "list", "--format", "json", "--python", str(python_of(envs, name)))
        versions = {one["name"]: one["version"] for one in json.loads(listed)}
        size = sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) / 1e6
        told.write_text(json.dumps({"seconds": seconds, "mb": size, "packages": len(versions), "versions": versions}))
    made: dict[str, Any] = json.loads(told.read_text())
    made["version"] = made["versions"].get(SYSTEMS[name].shown, "?")
    return made


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
