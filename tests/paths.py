"""Where the repository is, and the shared folder beside it with corpora, cases and services."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
