"""An Elasticsearch server that a test may kill: its own, on a port and in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from tests.index.elasticsearch_server import SCRIPT, NoServer

PORT = 9290
SECONDS = 600


class OwnServer:
    """Starts and kills the server; what it was told stays on its disk until the end of the `with` statement.

    Raises NoServer where none can be started.
    """

    def __init__(self, port: int = PORT) -> None:
        missing = [tool for tool in ("java", "javac", "mvn", "unzip", "curl") if not shutil.which(tool)]
        if not SCRIPT.is_file() or missing:
            reason = f"{', '.join(missing)} not installed" if SCRIPT.is_file() else f"{SCRIPT} is not there"
            raise NoServer(f"needs an Elasticsearch server that may be killed ({reason})")
        self._folder = Path(tempfile.mkdtemp(prefix="litdex-elasticsearch-"))
        self._folder.chmod(0o755)  # the server runs as nobody
        self._port = port
        self.url = f"elasticsearch://127.0.0.1:{port}"

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        done = self._script("start")
        deadline = time.monotonic() + SECONDS
        while done.returncode and not self._answers():  # the script waits a minute, a busy machine takes longer
            if time.monotonic() > deadline or _state(self._pid()) == "Z":
                raise NoServer(f"{SCRIPT} start failed: {done.stdout[-500:]}")
            time.sleep(0.5)

    def kill(self) -> None:
        """End it without a word."""
        pid = self._pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
                pass
            (self._folder / "pid").unlink(missing_ok=True)
        for lock in self._folder.glob("data/**/node.lock"):
            lock.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Let it take connections, and answer nothing."""
        os.kill(self._pid(), signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self._pid(), signal.SIGCONT)

    def __enter__(self) -> OwnServer:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self._port}/_cluster/health?wait_for_status=yellow", timeout=30) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _pid(self) -> int:
        path = self._folder / "pid"
        return int(path.read_text()) if path.is_file() else 0

    def _script(self, verb: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ES_PORT": str(self._port), "ES_RUN": str(self._folder)}
        return subprocess.run(
            [str(SCRIPT), verb],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=SECONDS,
        )


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
