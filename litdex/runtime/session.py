"""ONNX Runtime and the tokenizers library as litdex uses them.

Each run stays on one thread, and several runs go side by side: no thread spins between runs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from litdex.errors import UserError


def load_session(path: Path) -> Any:
    """An `onnxruntime.InferenceSession` of a graph file. Raises what the library raises: plain Exception subclasses."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graphs name the fused operators that they want; the optimiser would fuse more, which is slower on a CPU.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # Graphs of litdex 0.1 store weights in 8 bits and compute with them in 32: have them widened once, at load.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def load_tokenizer(path: Path) -> Any:
    """A `tokenizers.Tokenizer` that pads nothing and cuts nothing. Raises what the library raises."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def thread_count() -> int:
    """How many runs go side by side: LITDEX_THREADS, else the physical cores this process may use."""
    asked = os.environ.get("LITDEX_THREADS", "")
    if not asked:
        return len({_core(cpu) for cpu in _usable_cpus()})
    if not asked.isdecimal() or int(asked) < 1:
        raise UserError(f"LITDEX_THREADS must be a whole number from 1 up, not {asked!r}")
    return int(asked)


def clean(text: str) -> str:
    """Lone surrogates, which a Python string may hold and UTF-8 may not, become question marks, one each."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _usable_cpus() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def _core(cpu: int) -> str:
    """A name shared by the hardware threads of one core; the cpu itself where the system does not tell."""
    siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    try:
        return siblings.read_text()
    except OSError:
        return str(cpu)
