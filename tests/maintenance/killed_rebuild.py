"""A process that kills itself: `python -m tests.maintenance.killed_rebuild LIBRARY BATCHES` rebuilds in small batches.

It dies in the middle of a batch after so many whole ones: SIGKILL, from inside the encoder.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litdex.index.library import Library
from litdex.maintenance.rebuild import Wanted, rebuild
from litdex.pipeline import apply
from tests.index.conftest import HashingEncoder


def main(folder: Path, batches: int) -> None:
    """Rebuild both engines, or die on the way."""
    apply.BATCH_PASSAGES = 7

    class Mortal(HashingEncoder):
        """Dies after some batches."""

        left = batches

        def encode_passages(self, texts: Sequence[str], progress: Any = None) -> Any:
            """A batch, or death."""
            if not self.left:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1
            return super().encode_passages(texts, progress)

    with Library.open(folder) as library:
        done = rebuild(library, Wanted(), Mortal)
    sys.stdout.write(json.dumps({"active": done.active}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
