"""What a search costs, in numbers that a busy machine does not change: calls, statements, modules, and one ratio.

A bound that is crossed by what is worth its price is raised, with the reason in the commit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder
from tests.search.conftest import papers

QUERY = "measurement of dark matter halos"
STATEMENTS = 6  # 4 when this was written
CALLS, CALLS_A_HIT = 1400, 140  # 1,078 and 103
RATIO = 120.0  # 40
MODULES = 360  # 313
STATEMENTS_A_PAPER = 31  # 25.9


def statements(library: Library, work: Callable[[], object]) -> list[str]:
    """The statements that SQLite runs meanwhile."""
    seen: list[str] = []
    library.connection.set_trace_callback(seen.append)
    try:
        work()
    finally:
        library.connection.set_trace_callback(None)
    return seen


def python_calls(work: Callable[[], object]) -> int:
    """How many Python functions this thread calls meanwhile."""
    count = 0

    def tell(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(tell)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_a_page_of_any_length_takes_the_same_few_statements(library: Library) -> None:
    with Searcher(library, HashingEncoder) as searcher:
        searcher.search("hello")
        first = statements(library, lambda: searcher.search(QUERY, limit=10, facets=("category", "year")))
        longer = statements(library, lambda: searcher.search("protein folding", limit=40))
    assert 0 < len(first) <= STATEMENTS
    assert len(longer) <= STATEMENTS


def test_a_search_calls_few_functions(searcher: Searcher) -> None:
    searcher.search(QUERY, limit=40)
    few = python_calls(lambda: searcher.search(QUERY, limit=1))
    many = python_calls(lambda: searcher.search(QUERY, limit=21))
    assert few <= CALLS
    assert (many - few) / 20 <= CALLS_A_HIT


def test_a_search_costs_a_bounded_multiple_of_plain_work(searcher: Searcher) -> None:
    text = json.dumps(papers())

    def plain() -> None:
        json.loads(text)

    def ratio() -> float:
        return _least(lambda: searcher.search(QUERY, limit=10)) / _least(plain)

    assert min(ratio() for _ in range(3)) <= RATIO


def test_the_command_imports_little(library: Library) -> None:
    code = (
        "import sys\nfrom litdex.cli.main import main\n"
        "sys.argv = ['litdex', 'search', 'dark matter', '--mode', 'lexical', '--library', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(library.folder)], check=True, capture_output=True, text=True)
    modules = done.stdout.splitlines()[-1].split()
    assert "litdex.search.searcher" in modules
    assert {"torch", "transformers", "lxml", "rich", "pydantic", "fastapi", "elasticsearch"}.isdisjoint(modules)
    assert len(modules) <= MODULES


def test_an_ingest_takes_a_bounded_number_of_statements_a_paper(tmp_path: Path) -> None:
    source = tmp_path / "papers.jsonl"
    source.write_text("\n".join(map(json.dumps, papers())))
    with Library.open_or_create(tmp_path / "library") as library:
        seen = statements(library, lambda: ingest(library, [source], HashingEncoder))
    assert len(seen) / len(papers()) <= STATEMENTS_A_PAPER


def _least(work: Callable[[], object], times: int = 15) -> float:
    """The least seconds of the processor, in all threads, that a piece of work took."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)
