"""The tables of the comparison, in Markdown, from what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.peers.measures import KINDS

Measured = Mapping[str, Any]


def print_install(installed: Mapping[str, Measured]) -> None:
    """What a system brings onto the disk."""
    print("\n| | version | packages | MB | seconds (warm cache) |\n|---|---|---|---|---|")
    for name, one in installed.items():
        print(f"| {name} | {one['version']} | {one['packages']} | {one['mb']:.0f} | {one['seconds']:.0f} |")


def print_size(count: int, measured: Mapping[str, Measured]) -> None:
    """Everything at one size."""
    print(f"\n## {count:,} papers\n")
    _print_rows(measured, BUILT)
    print(f"\nMilliseconds of a query: p50 / p99 (processor's time)\n\n| | {' | '.join(measured)} |")
    print("|---" * (len(measured) + 1) + "|")
    for kind in KINDS:
        cells = [_latency(one.get("queries", {}).get(kind)) for one in measured.values()]
        print(f"| {kind} | {' | '.join(cells)} |")
    print()
    _print_rows(measured, QUALITY)
    for name, one in measured.items():
        for what in ("error", "failed"):
            if what in one:
                print(f"\n{name}: {one[what]}")


def _latency(one: Measured | None) -> str:
    return f"{one['p50']:.1f} / {one['p99']:.1f} ({one['cpu']:.1f})" if one else "-"


def _cold(one: Measured) -> str:
    walls, cpu = ([run[part] for run in one["cold"]] for part in ("wall", "cpu"))
    return f"{statistics.median(walls):.2f} ({statistics.median(cpu):.2f})"


def _changed(one: Measured, what: str) -> str:
    answer = one[what]
    return "failed" if "error" in answer else f"{answer['seconds']:.2f} ({answer['cpu']:.2f})"


Row = Callable[[Measured], str]
BUILT: Mapping[str, Row] = {
    "index, documents/s": lambda one: f"{one['rate']:.0f}",
    "index, CPU s": lambda one: f"{one['build_cpu']:.1f}",
    "index, peak MB": lambda one: f"{one['peak']:.0f}",
    "on disk, MB": lambda one: f"{one['disk']:.0f}",
    "cold search, s (CPU s)": _cold,
    "at rest after queries, MB": lambda one: f"{one['memory']['now']:.0f}",
    "of it not mapped files, MB": lambda one: f"{one['memory']['own']:.0f}",
    "10 papers added until found, s (CPU s)": lambda one: _changed(one, "add"),
    "10 papers deleted, s (CPU s)": lambda one: _changed(one, "remove"),
}
QUALITY: Mapping[str, Row] = {
    "ten nearest that are found": lambda one: f"{one['quality']['recall']:.3f}",
    "hybrid's ten hits, also in the words' ten": lambda one: f"{one['quality']['also lexical']:.1f}",
    "hybrid's ten hits, also in the meaning's ten": lambda one: f"{one['quality']['also dense']:.1f}",
    "hits that satisfy the 10 % condition": lambda one: f"{one['quality']['hybrid, 10 %']:.3f}",
    "hits that satisfy the 1 % condition": lambda one: f"{one['quality']['hybrid, 1 %']:.3f}",
}


def _print_rows(measured: Mapping[str, Measured], rows: Mapping[str, Row]) -> None:
    print(f"| | {' | '.join(measured)} |")
    print("|---" * (len(measured) + 1) + "|")
    for label, row in rows.items():
        print(f"| {label} | {' | '.join(_cell(row, one) for one in measured.values())} |")


def _cell(row: Row, one: Measured) -> str:
    try:
        return row(one)
    except KeyError:
        return "-"
