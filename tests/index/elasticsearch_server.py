"""An Elasticsearch server for tests: the one that LITDEX_TEST_ELASTICSEARCH_URL names, else one that is started here.

All processes of a test run share it: the first to come starts it, the last to leave stops it. Who is using it is
written down in a folder beside it, a file a process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.paths import SHARED

VARIABLE = "LITDEX_TEST_ELASTICSEARCH_URL"
SCRIPT = SHARED / "services" / "elasticsearch" / "start-elasticsearch.sh"
HOME = Path(tempfile.gettempdir()) / "litdex-tests-elasticsearch"
IN_MEMORY = Path("/dev/shm/litdex-tests-elasticsearch")
PORT = 9270
START_SECONDS = 300


class NoServer(Exception):
    """There is no server, and none can be started; says why."""


@contextmanager
def running() -> Iterator[str]:
    """The server's address, "http://127.0.0.1:9270". Raises NoServer."""
    named = os.environ.get(VARIABLE)
    if named:
        yield named.rstrip("/")
        return
    missing = [tool for tool in ("java", "javac", "mvn", "unzip", "curl") if not shutil.which(tool)]
    if not SCRIPT.is_file() or missing:
        reason = f"{', '.join(missing)} not installed" if SCRIPT.is_file() else f"{SCRIPT} is not there"
        raise NoServer(f"needs Elasticsearch: set {VARIABLE} to a server's address ({reason})")
    with _shared():
        yield f"http://127.0.0.1:{PORT}"


@contextmanager
def _shared() -> Iterator[None]:
    users = HOME.with_name(HOME.name + "-users")
    users.mkdir(exist_ok=True)
    own = users / str(os.getpid())
    with _locked(users):
        if _script("status").returncode:
            _start()
        own.touch()
    try:
        yield
    finally:
        with _locked(users):
            own.unlink(missing_ok=True)
            if not any(_alive(one) for one in users.glob("[0-9]*")):
                _script("stop")
                shutil.rmtree(IN_MEMORY, ignore_errors=True)


def _start() -> None:
    """Start it; its data is kept in memory where that can be: tests make hundreds of indices, each synced to disk."""
    if IN_MEMORY.parent.is_dir():
        IN_MEMORY.mkdir(exist_ok=True)
        IN_MEMORY.chmod(0o777)  # the server runs as nobody
        HOME.mkdir(exist_ok=True)
        if not (HOME / "data").exists():
            (HOME / "data").unlink(missing_ok=True)
            (HOME / "data").symlink_to(IN_MEMORY)
    started = _script("start")
    deadline = time.monotonic() + START_SECONDS
    # On a machine with much else to do it may take longer than the script waits.
    while started.returncode and _script("status").returncode:
        if time.monotonic() > deadline:
            raise NoServer(f"{SCRIPT} start failed: {started.stdout[-500:]}")
        time.sleep(1)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _alive(user: Path) -> bool:
    if Path(f"/proc/{user.name}").exists():
        return True
    user.unlink(missing_ok=True)
    return False


def _script(verb: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ES_PORT": str(PORT), "ES_RUN": str(HOME)}
    return subprocess.run(
        [str(SCRIPT), verb],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=2 * START_SECONDS,
    )
