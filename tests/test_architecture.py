"""The shape of the code: imports point one way, the surface is as documented, start-up stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import litdex
from tests.paths import ROOT

PACKAGE = Path(litdex.__file__).parent
ORDER = [
    "runtime",
    "ingest",
    "ner",
    "encoder",
    "index",
    "pipeline",
    "search",
    "shelf",
    "maintenance",
    "evaluation",
    "rag",
    "server",
    "cli",
]
BESIDE = {("evaluation", "rag")}  # neither of a pair needs the other, nor may it


def imported_stages(path: Path) -> set[str]:
    """The stages that a module imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {parts[1] for name in names if (parts := name.split("."))[0] == "litdex" and len(parts) > 1}
    return found & set(ORDER)


@pytest.mark.parametrize("stage", ORDER)
def test_imports_point_one_way(stage: str) -> None:
    allowed = set(ORDER[: ORDER.index(stage) + 1]) - {other for other, later in BESIDE if later == stage}
    for path in sorted((PACKAGE / stage).rglob("*.py")):
        up = imported_stages(path) - allowed
        assert not up, f"{path.relative_to(ROOT)} imports {sorted(up)}, which stand above {stage}"


def test_no_relative_imports_hide_a_direction() -> None:
    for path in PACKAGE.rglob("*.py"):
        relative = [
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom) and node.level
        ]
        assert not relative, f"{path.relative_to(ROOT)} uses a relative import"


def test_every_module_says_what_it_is_for() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        assert ast.get_docstring(ast.parse(path.read_text())), f"{path.relative_to(ROOT)} has no docstring"


@pytest.mark.parametrize("command", ["--help", "--version", "search --help", "ingest --help", "status --help"])
def test_help_is_light(command: str) -> None:
    heavy = ["torch", "transformers", "onnxruntime", "numpy", "lxml", "tantivy", "qdrant_edge", "rich"]
    program = (
        f"import sys; from litdex.cli.main import run; run({command.split()!r});"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
