"""Does an engine answer? Asked where a damaged one can do no harm.

Qdrant's engine ends its whole process over some damaged files. So an embedded one is first opened by a child:
`python -m litdex.maintenance.probe FOLDER DIMENSION`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from litdex.errors import LibraryBusy, LitdexError, SystemFault
from litdex.index.engine import Engine
from litdex.index.library import Library
from litdex.index.outbox import Generation
from litdex.pipeline.apply import check_there

SECONDS = 120.0
"""How long a child may take: a large index is read from a cold disk."""


def opened(library: Library, generation: Generation) -> Engine:
    """Open a generation for reading, after trying it. Raises SystemFault and LibraryBusy, and nothing else."""
    try:
        check_there(library, generation)
        if generation.engine == "qdrant-edge":
            _try(library.home(generation), int(generation.settings["dimension"]))
        return library.lexical(generation) if generation.kind == "lexical" else library.vectors(generation)
    except LitdexError:
        raise
    except Exception as error:  # damage shows itself as errors of many kinds
        raise SystemFault(" ".join(f"{type(error).__name__}: {error}".split())) from error


def fault(library: Library, generation: Generation) -> str:
    """Why a generation does not answer; nothing where it does. A writer that holds it for a moment is no fault."""
    if not library.is_begun(generation):
        return ""
    try:
        engine = opened(library, generation)
    except LibraryBusy:
        return ""
    except LitdexError as error:
        return str(error)
    try:
        engine.count()
    except Exception as error:
        return " ".join(str(error).split())
    finally:
        engine.close()
    return ""


def _try(folder: Path, dimension: int) -> None:
    command = [sys.executable, "-m", "litdex.maintenance.probe", str(folder), str(dimension)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise SystemFault(f"{folder}: the vector index did not open within {SECONDS:.0f} s") from None
    if done.returncode < 0:
        raise SystemFault(f"{folder}: the vector index is damaged: opening it ends the process")
    if done.returncode:
        raise SystemFault(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"{folder}: does not open")


def main(folder: Path, dimension: int) -> int:
    """Open a vector index and read all its numbers; returns an exit code."""
    from litdex.index.edge.engine import EdgeIndex

    try:
        index = EdgeIndex.open(folder, dimension, writable=False, patience=10)
        index.passages()
        index.close()
    except LibraryBusy:
        return 0
    except Exception as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
