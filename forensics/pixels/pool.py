"""Worker processes that decode, watched: one that dies or hangs costs one file, not the run.

Each worker has one job at a time, so the parent knows which file a dead worker had in hand. Answers
come back in the order of the jobs, and only a few jobs are under way at once: memory does not grow
with the number of files.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from forensics.pixels.limits import Limits

_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from importlib import import_module; from forensics.pixels.limits import Limits; "
    "import_module(sys.argv[3]).serve(Limits(**json.loads(sys.argv[2])))"
)
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Linear algebra reserves address space for each thread, which would eat the memory limit."""
DECODER = "forensics.pixels.worker"
"""The module whose `serve(limits)` a worker runs, if no other is named."""
_AHEAD = 4
"""Jobs taken in advance for each worker."""

Job = Mapping[str, Any]
Answer = Mapping[str, Any]


class _Worker:
    """One process, started when it is first needed and again after it died."""

    def __init__(self, limits: Limits, server: str) -> None:
        self._limits = limits
        self._server = server
        self._process: subprocess.Popen[str] | None = None

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [
                    sys.executable,
                    "-c",
                    _START,
                    json.dumps([path or os.getcwd() for path in sys.path]),  # noqa: PTH109 - text
                    json.dumps(asdict(self._limits)),
                    self._server,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, **_ONE_THREAD},
            )
        return self._process

    def do(self, job: Job) -> Answer:
        """The answer of the process, or a refusal that says how it ended."""
        if self._process is not None and self._process.poll() is not None:
            self.end()
        process = self._started()
        if process.stdin is None or process.stdout is None:  # pragma: no cover - both are pipes
            return {"reason": "unreadable", "raw": "no pipe"}
        too_late = threading.Event()

        def give_up() -> None:
            too_late.set()
            process.kill()

        timer = threading.Timer(self._limits.wall_s, give_up)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps(dict(job)) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if line.endswith("\n"):
            answer: Answer = json.loads(line)
            return answer
        process.wait()
        code = process.returncode
        self.end()
        return self._why(code, timed_out=too_late.is_set())

    def stop(self) -> None:
        """End what the process is doing now: its answer is not wanted any more."""
        process = self._process
        if process is not None:
            process.kill()

    def _why(self, code: int, *, timed_out: bool) -> Answer:
        """How a process that gave no answer ended."""
        out_of_time = getattr(signal, "SIGXCPU", None)  # not there on Windows
        if out_of_time is not None and code == -out_of_time:
            raw = f"needs more than {self._limits.cpu_s} s of processor time"
            return {"reason": "too_large", "raw": raw}
        if timed_out:
            raw = f"gave no answer within {self._limits.wall_s} s"
            return {"reason": "too_large", "raw": raw, "passing": True}
        return {
            "reason": "damaged",
            "raw": f"the decoder ended with status {code}",
            "passing": True,
        }

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                # a job that was not taken is still in the pipe
                with contextlib.suppress(OSError):
                    stream.close()
        self._process = None


def work(
    jobs: Iterable[Job], limits: Limits, *, workers: int = 2, server: str = DECODER
) -> Iterator[tuple[Job, Answer]]:
    """Each job with its answer, in the order of the jobs.

    Args:
        jobs: What to do; taken a few at a time, so it may be a generator over any number. A job
            whose answer is known carries it as `known`: it keeps its place and costs nothing.
        limits: What a job may cost.
        workers: Processes at the same time.
        server: Module whose `serve(limits)` answers the jobs in the workers.

    Returns:
        Pairs of job and answer. An answer with `passing` true was not caused by the file alone (a
        time limit by the clock on the wall) and is not to be kept.
    """
    tasks: queue.Queue[tuple[Job, queue.Queue[Answer]] | None] = queue.Queue()
    crew = [_Worker(limits, server) for _ in range(max(workers, 1))]
    threads = [threading.Thread(target=_attend, args=(one, tasks), daemon=True) for one in crew]
    for thread in threads:
        thread.start()
    waiting: deque[tuple[Job, queue.Queue[Answer]]] = deque()
    finished = False
    try:
        for job in jobs:
            slot: queue.Queue[Answer] = queue.Queue(1)
            waiting.append((job, slot))
            if "known" in job:
                slot.put(job["known"])
            else:
                tasks.put((job, slot))
            if len(waiting) >= _AHEAD * len(crew):
                done, answer = waiting.popleft()
                yield done, answer.get()
        while waiting:
            done, answer = waiting.popleft()
            yield done, answer.get()
        finished = True
    finally:
        with contextlib.suppress(queue.Empty):
            while True:
                tasks.get_nowait()
        for one in crew if not finished else ():
            one.stop()
        for _ in crew:
            tasks.put(None)
        for thread in threads:
            thread.join()


def _attend(worker: _Worker, tasks: queue.Queue[tuple[Job, queue.Queue[Answer]] | None]) -> None:
    """Hand jobs to one process until told to stop."""
    try:
        while (task := tasks.get()) is not None:
            job, slot = task
            slot.put(worker.do(job))
    finally:
        worker.end()
