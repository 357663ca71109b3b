"""Speed of the shipped encoder beside torch: `python -m benchmarks.encoder_speed FOLDER [TEXTS [EXPORTED ...]]`.

FOLDER is the sentence-transformers folder that the shipped model was exported from (`scripts/export_minilm.py` names
the package); each EXPORTED is the folder of another encoder in litdex's format, for a row of its own. Passages are
real abstracts of about 200 words. A CPU-second counts all threads, and so moves less than wall time when the machine
has other work.
"""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from litdex.encoder.base import Vectors
from litdex.encoder.inference import OnnxEncoder
from litdex.encoder.weights import DEFAULT
from litdex.runtime.session import thread_count
from litdex.runtime.weights import models_folder

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data" / "physics" / "devel.jsonl.xz"
WORDS = 200
COLD = """
import time
start = time.perf_counter()
from litdex.encoder.load import load_encoder
import numpy, onnxruntime, tokenizers
imported = time.perf_counter()
encoder = load_encoder()
loaded = time.perf_counter()
encoder.encode_query("spin squeezing in a Bose-Einstein condensate")
print(imported - start, loaded - imported, time.perf_counter() - loaded, time.process_time())
"""


def passages(count: int) -> list[str]:
    """The first `count` abstracts that are long enough, cut to `WORDS` words."""
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        texts = (f"{paper['title']} {paper['abstract']}".split() for paper in map(json.loads, lines))
        return [" ".join(words[:WORDS]) for words in texts if len(words) >= 150][:count]


def torch_encoder(folder: str, precision: str) -> Callable[[list[str]], Vectors]:
    """Sentence-transformers on the CPU in "float32" or "bfloat16", with as many threads as ours."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(thread_count())
    model: Any = SentenceTransformer(folder, device="cpu").to(getattr(torch, precision))

    def encode(texts: list[str]) -> Vectors:
        vectors = model.encode(texts, batch_size=16, convert_to_tensor=True, show_progress_bar=False).float().numpy()
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    return encode


def main() -> None:
    """Print the table of speeds and agreement, then three cold starts."""
    texts = passages(int(sys.argv[2]) if len(sys.argv) > 2 else 256)
    ours = OnnxEncoder(models_folder() / DEFAULT)
    rows: list[tuple[str, Callable[[list[str]], Vectors]]] = [
        ("torch float32", torch_encoder(sys.argv[1], "float32")),
        ("torch bfloat16", torch_encoder(sys.argv[1], "bfloat16")),
        ("litdex", ours.encode_passages),
        *((Path(folder).name, OnnxEncoder(Path(folder)).encode_passages) for folder in sys.argv[3:]),
    ]
    reference: Vectors | None = None
    print(f"{len(texts)} passages\n{'':16} {'1/s':>6} {'1/CPU-s':>8} {'cosine':>8} {'least':>8}")
    for name, encode in rows:
        encode(texts[:16])
        wall, cpu = time.perf_counter(), time.process_time()
        vectors = encode(texts)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        reference = vectors if reference is None else reference
        cosines = (vectors * reference).sum(axis=1)
        rates = f"{len(texts) / wall:6.1f} {len(texts) / cpu:8.1f}"
        print(f"{name:16} {rates} {cosines.mean():8.5f} {cosines.min():8.5f}", flush=True)
    print("\ncold start, ms: import, load, first query, CPU in all")
    for _ in range(3):
        answer = subprocess.run([sys.executable, "-c", COLD], check=True, capture_output=True, text=True).stdout
        print("  ".join(f"{1000 * float(value):.0f}" for value in answer.split()))


if __name__ == "__main__":
    main()
