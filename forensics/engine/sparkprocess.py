"""The process in which Spark lives: found, started, asked, bounded in time, and ended.

It runs `forensics.engine.sparkside`. Whatever happens in it, and in the Java it starts, becomes an
answer: it can die, hang or fill its log, and the caller still gets one line.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from forensics.errors import EngineError

LEAST_JAVA = 17
CLOSE_S = 20
LOOPBACK = "127.0.0.1"
HOME = re.compile(r"127(\.\d{1,3}){3}|localhost|\[?::1\]?", re.ASCII | re.IGNORECASE)
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from forensics.engine.sparkside import serve; serve()"
)


def check_java() -> None:
    """Look for the Java that Spark would start.

    Raises:
        EngineError: there is none, or it is too old.
    """
    todo = f"install Java {LEAST_JAVA} or newer, or let JAVA_HOME name one"
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    try:
        if java is None:
            raise FileNotFoundError
        said = subprocess.run(  # noqa: S603 - the user's Java, as Spark itself would start it
            [java, "-version"], capture_output=True, text=True, check=True, timeout=60
        ).stderr
    except (OSError, subprocess.SubprocessError):
        raise EngineError("Spark needs Java, which is not here", where="java", todo=todo) from None
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < LEAST_JAVA:
        raise EngineError("this Java is too old for Spark", where=java, todo=todo)


def environment(folder: Path, probe: tuple[str, int] | None) -> dict[str, str]:
    """Environment of the process: without settings of another Spark; scratch inside the folder."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("SPARK_", "PYSPARK_", "LOCAL_DIRS"))
    }
    own = os.environ.get("SPARK_CONF_DIR") if probe else None  # may hold a cluster's secret
    kept["SPARK_CONF_DIR"] = own or str(folder / "conf")
    kept["SPARK_LOCAL_DIRS"] = "local"
    if probe is None or HOME.fullmatch(probe[0]):
        kept["SPARK_LOCAL_IP"] = LOOPBACK
    return kept


class Side:
    """The process beside this one, and the clock on what it does."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        for name in ("conf", "local", "tmp"):
            (folder / name).mkdir()
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [
                    sys.executable,
                    "-c",
                    _START,
                    json.dumps([str(Path(one).resolve()) for one in sys.path]),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env=dict(variables),
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        self._answers: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(
            target=self._read, args=(self._process.stdout,), daemon=True
        )
        self._reader.start()

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            self._answers.put(json.loads(line))
        self._answers.put(None)

    def ask(self, request: Mapping[str, Any], silent_s: float) -> Mapping[str, Any]:
        """The answer to one request; a process that ended or fell silent is a failure too."""
        with contextlib.suppress(OSError):
            self._send(request)
        while True:
            try:
                answer = self._answers.get(timeout=silent_s)
            except queue.Empty:
                self._kill()
                return {"is": "failed", "what": f"Spark gave no sign of life for {silent_s:g} s"}
            if answer is None:
                self._answers.put(None)
                return {"is": "failed", "what": f"Spark ended by itself ({self._last_words()})"}
            if answer["is"] != "alive":
                return answer

    def _send(self, request: Mapping[str, Any]) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(dict(request)) + "\n")
            self._process.stdin.flush()

    def _last_words(self) -> str:
        """The last line of the log that is no place in a program."""
        with contextlib.suppress(OSError):
            text = self._log.read_text(encoding="utf-8", errors="replace")
            lines = [one.strip() for one in text.splitlines() if one.strip()]
            said = [one for one in lines if not one.startswith(("at ", "File ", "..."))]
            if said:
                return said[-1][:200]
        return "without a word"

    def _kill(self) -> None:
        """End the process and all it started."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:  # Windows: Java ends when its input does
                self._process.kill()

    def close(self) -> None:
        """Let it end, and end it if it does not."""
        with contextlib.suppress(OSError):
            self._send({"do": "close"})
        try:
            self._process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill()
            self._process.wait()
            self._reader.join(CLOSE_S)
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
