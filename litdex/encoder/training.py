"""The loop's parts, where the encoder's modules look for them; they live in `litdex.training`, below the tagger too."""

from litdex.training import Log, RunningAverage, load_state, optimizer_for, rate_at, read_log, save_state, total

__all__ = ["Log", "RunningAverage", "load_state", "optimizer_for", "rate_at", "read_log", "save_state", "total"]
