"""Wall clock, CPU and memory of one command in a process of its own, its children included."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_PAUSE_S = 0.05
"""Between two looks at memory."""


class Cost(NamedTuple):
    """What one run needed, from its start to its end."""

    wall_s: float
    cpu_s: float
    peak_mb: int
    """Most memory that the process and all its children held at one time."""
    said: str
    """What it printed; empty where it failed."""
    error: str
    """Last line of what it said of its failure."""


class _Watch(threading.Thread):
    """Looks at the memory of a process and its children until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak_kb = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        """Look again and again."""
        while not self.stopped.wait(_PAUSE_S):
            self.peak_kb = max(self.peak_kb, sum(_resident_kb(pid) for pid in _tree(self.pid)))


def _tree(pid: int) -> list[int]:
    """A process and all below it; only where /proc is."""
    found, at = [pid], 0
    while at < len(found):
        for listed in Path(f"/proc/{found[at]}/task").glob("*/children"):
            try:
                found.extend(int(child) for child in listed.read_text().split())
            except OSError:  # ended meanwhile
                continue
        at += 1
    return found


def _resident_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def measure(command: Sequence[str]) -> Cost:
    """Run a command once."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    watch = _Watch(process.pid)
    watch.start()
    said = process.stdout.read() if process.stdout else b""
    told = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.stopped.set()
    watch.join()
    lines = told.decode("utf-8", "replace").strip().splitlines()
    error = ""
    if process.returncode:
        error = lines[-1] if lines else f"ended with {process.returncode}"
    return Cost(
        wall_s,
        used.ru_utime + used.ru_stime,
        max(watch.peak_kb, used.ru_maxrss) // 1024,
        "" if error else said.decode("utf-8", "replace"),
        error,
    )
