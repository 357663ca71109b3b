"""litdex side by side with what a user would pick instead.

    python -m benchmarks.peers [--sizes 10000,100000] [--systems litdex,txtai,…] [--envs FOLDER] [--work FOLDER]

Each system has an environment of its own, made in `--envs` by uv, and is driven by its own program in `workers/`. All
get the same papers and the same vectors; no system embeds anything. The tables are printed, everything is written to
`results.json` in the work folder, beside what it has of other sizes. 100,000 papers take three quarters of an hour on
two busy cores.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.peers import corpus
from benchmarks.peers.measures import Places, measure
from benchmarks.peers.systems import SYSTEMS, install
from benchmarks.peers.tables import print_install, print_size


def machine() -> dict[str, Any]:
    """What it ran on."""
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
        "when": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime()),
    }


def main(sizes: list[int], names: list[str], rounds: int, envs: Path, work: Path, minutes: float) -> None:
    """Measure, print and write."""
    corpus.make(work / "corpus", minutes)
    kept = work / "results.json"
    results: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
    results |= {"machine": machine(), "install": {name: install(envs, name) for name in SYSTEMS}}
    print_install(results["install"])
    for count in sizes:
        places = Places(envs, work / "corpus", work / str(count))
        results[str(count)] = measure(places, count, names, rounds, _say)
        results["machine at the end"] = machine()
        kept.write_text(json.dumps(results, indent=1))
        print_size(count, results[str(count)])


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line} (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    base = Path(tempfile.gettempdir()) / "litdex-bench-peers"
    parser.add_argument("--rounds", type=int, default=4, help="of queries: 25 of each kind in each")
    parser.add_argument("--envs", type=Path, default=base / "envs")
    parser.add_argument("--work", type=Path, default=base)
    parser.add_argument("--minutes", type=float, default=20, help="of CPU time, for embedding papers, the first time")
    given = parser.parse_args()
    sizes, systems = [int(size) for size in given.sizes.split(",")], given.systems.split(",")
    main(sizes, systems, given.rounds, given.envs, given.work, given.minutes)
