"""`/v1/search` under load: requests a second and latency at 1, 8 and 32 clients, and memory over many requests.

    python -m benchmarks.server_load LIBRARY QUERIES [--requests 2000] [--long 10000]

QUERIES is a text file, a query a line. The server is `litdex serve` in a process of its own; the clients are threads of
another one on the same machine, so on two cores they take part of what the server could use.
"""

from __future__ import annotations

import argparse
import http.client
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

import numpy as np

CLIENTS = (1, 8, 32)
SERVE = "import sys; from litdex.cli.main import run; sys.exit(run(sys.argv[1:]))"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--requests", type=int, default=2000, help="for each number of clients")
    parser.add_argument("--long", type=int, default=10_000, help="requests over which memory is watched")
    parser.add_argument("--readers", default="2")
    asked = parser.parse_args()
    queries = [line.strip() for line in asked.queries.read_text().splitlines() if line.strip()]
    paths = [f"/v1/search?{urllib.parse.urlencode({'q': query, 'limit': 10})}" for query in queries]
    with serving(asked.library, asked.readers) as (port, process):
        ask(port, paths[: min(100, len(paths))])
        print(f"{'clients':>8} {'requests/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'errors':>7}")
        for clients in CLIENTS:
            report(port, list(islice(cycle(paths), asked.requests)), clients)
        before = memory(process.pid)
        report(port, list(islice(cycle(paths), asked.long)), 8)
        print(f"memory: {before:.0f} MB before the last {asked.long:,} requests, {memory(process.pid):.0f} MB after")


def report(port: int, paths: list[str], clients: int) -> None:
    """Send `paths` by `clients` at once, and print one line."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = list(pool.map(lambda at: ask(port, paths[at::clients]), range(clients)))
    took = time.perf_counter() - begun
    times = np.array([each for part in parts for each, status in part])
    errors = sum(status != 200 for part in parts for _, status in part)
    p50, p99 = np.percentile(times, [50, 99]) * 1000
    print(f"{clients:>8} {len(times) / took:>11.1f} {p50:>8.1f} {p99:>8.1f} {errors:>7}", flush=True)


def ask(port: int, paths: list[str]) -> list[tuple[float, int]]:
    """Seconds and status of each request, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    found = []
    for path in paths:
        begun = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - begun, answer.status))
    connection.close()
    return found


@contextmanager
def serving(library: Path, readers: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """`litdex serve` on a free port, until the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVE, "serve", "--library", str(library), "--port", str(port)]
    process = subprocess.Popen([*command, "--readers", readers])
    try:
        for _ in range(600):
            try:
                ask(port, ["/health"])
                break
            except OSError:
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def memory(process: int) -> float:
    """Megabytes that a process has resident."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main()
