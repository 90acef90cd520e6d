"""A process for hostile files is bounded: what spins, eats, writes or calls costs one job."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forensics.pixels.limits import Limits
from forensics.pixels.pool import work
from forensics.pixels.worker import OPEN_FILES, WRITTEN_BYTES

SERVER = """
import os, signal, socket, sys, tempfile
from forensics.pixels.worker import serve_with


def answer(job, limits):
    what = job["do"]
    if what == "spin":
        while True:
            pass
    if what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "crash":
        os.abort()
    try:
        if what == "eat":
            return {"took": len(bytearray(limits.memory_mb * 2_000_000))}
        if what == "write":
            with open(job["path"], "wb") as file:
                for _ in range(64):
                    file.write(bytes(1 << 20))
                    file.flush()
            return {"wrote": True}
        if what == "open":
            return {"opened": [open(job["path"], "rb") for _ in range(1000)] and True}
        if what == "call":
            socket.create_connection(("127.0.0.1", 9), timeout=1)
    except (MemoryError, OSError) as error:
        return {"refused": type(error).__name__}
    return {"pid": os.getpid()}


def serve(limits):
    serve_with(answer, limits)
"""
LIMITS = Limits(memory_mb=300, cpu_s=1, wall_s=60)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "bounded_server.py").write_text(SERVER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return "bounded_server"


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
def test_each_excess_costs_its_own_job(server: str, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x")
    does = ["", "spin", "", "killed", "", "crash", "eat", "write", "open", "call", ""]
    paths = {"write": str(tmp_path / "out"), "open": str(tmp_path / "in")}
    jobs = [{"do": one, "path": paths.get(one, "")} for one in does]
    answers = [answer for _, answer in work(jobs, LIMITS, workers=1, server=server)]
    by = dict(zip(does, answers, strict=True))
    assert by["spin"] == {"reason": "too_large", "raw": "needs more than 1 s of processor time"}
    assert (by["killed"]["reason"], by["killed"]["passing"]) == ("damaged", True)
    assert by["killed"]["raw"].endswith("status -9")
    assert by["crash"]["raw"].endswith("status -6")
    assert by["eat"] == {"refused": "MemoryError"}
    assert by["write"] == {"refused": "OSError"}
    assert (tmp_path / "out").stat().st_size <= WRITTEN_BYTES
    assert by["open"] == {"refused": "OSError"}
    assert by["call"] == {"refused": "PermissionError"}
    sound = [one["pid"] for what, one in zip(does, answers, strict=True) if not what]
    assert len(sound) == 4
    assert os.getpid() not in sound


def test_the_limits_hold_for_what_a_worker_starts_too(server: str) -> None:
    code = (
        "import resource, sys; from forensics.pixels.limits import Limits; "
        "from forensics.pixels import worker; worker._limit(Limits(memory_mb=300)); "
        "print(*(resource.getrlimit(one)[1] for one in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE,"
        " resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(n) for n in (300_000_000, WRITTEN_BYTES, OPEN_FILES, 0)]
