"""A real cluster on this machine: a master and two workers, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from forensics.engine import spark
from forensics.engine.spark import SparkRunner
from forensics.engine.sparkprocess import check_java
from forensics.errors import EngineError

if find_spec("pyspark") is None:
    pytest.skip("the extra `spark` is not installed", allow_module_level=True)
try:
    check_java()
except EngineError as error:
    pytest.skip(error.line(), allow_module_level=True)
pytestmark = [pytest.mark.spark, pytest.mark.slow]

QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java compiles less: the tests are short."""
START_S = 120


class Cluster:
    """Processes of Spark that are started here and ended at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master = ""
        self.workers = 0
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, part: str, *words: str) -> Path:
        """Start a part of Spark; gives its log."""
        package = find_spec("pyspark")
        assert package is not None
        assert package.origin is not None
        log = self.folder / f"{part}{len(self._started)}.log"
        with log.open("wb") as out:
            self._started.append(
                subprocess.Popen(
                    [
                        Path(package.origin).parent / "bin" / "spark-class",
                        f"org.apache.spark.deploy.{part.lower()}.{part}",
                        *("--host", "127.0.0.1", "--port", "0", "--webui-port", "0", *words),
                    ],
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    env={
                        **os.environ,
                        "SPARK_LOCAL_IP": "127.0.0.1",
                        "SPARK_DAEMON_MEMORY": "256m",
                        "JDK_JAVA_OPTIONS": QUICK,
                    },
                    start_new_session=True,
                )
            )
        return log

    def start_master(self) -> None:
        self.master = said(self.start("Master"), r"Starting Spark master at (spark://\S+)")

    def start_worker(self) -> Path:
        """Start a worker with one core; gives its log."""
        work = self.folder / f"work{len(self._started)}"
        log = self.start("Worker", "--cores", "1", "--memory", "1g", "-d", str(work), self.master)
        said(log, r"Successfully registered with (master)")
        self.workers += 1
        return log

    def lose_workers(self) -> None:
        """End all workers at once, and what they started."""
        for process in self._started[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def end(self) -> None:
        for process in reversed(self._started):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def said(log: Path, pattern: str) -> str:
    """What a part of Spark says in its log, as soon as it does."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    pytest.fail(f"{log.name}: {log.read_text(errors='replace')[-1000:]}")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master without workers."""
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        started.start_master()
        yield started
    finally:
        started.end()


def test_a_cluster_without_workers_is_told_and_not_waited_for(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JDK_JAVA_OPTIONS", QUICK)
    monkeypatch.setattr(spark, "WORKER_S", 1)
    with pytest.raises(EngineError, match=r"the cluster gave no worker within 1 s; start workers"):
        SparkRunner(cluster.master, memory_limit_mb=600, threads=1, scratch=tmp_path)
    assert list(tmp_path.iterdir()) == []


EXPORT = "account,time,text\n" + "".join(
    f"{account},2024-0{month}-{day:02d}T{day * 7 % 24:02d}:0{day % 10}:{shift:02d}Z,{text}\n"
    for shift, account in enumerate(("ada", "\U0001f600", "\ufffd", "漢", "Ada"))
    for month in range(1, 5)
    for day in range(1, 29)
    for text in ("hello", f"about {day % 3}")
)


@pytest.fixture
def counted(root: Path, tmp_path: Path) -> Callable[..., Path]:
    """Engine -> folder that `gnomon count` made with it."""
    (tmp_path / "posts.csv").write_text(EXPORT, encoding="utf-8")

    def count(engine: str) -> Path:
        folder = tmp_path / re.sub(r"\W", "", engine)
        words = ["count", tmp_path / "posts.csv", "--out", folder, "--engine", engine]
        done = subprocess.run(
            [sys.executable, root / "cli.py", *words, "--memory", "600"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "JDK_JAVA_OPTIONS": QUICK},
        )
        assert done.returncode == 0, done.stderr
        assert "WARN" not in done.stderr
        return folder

    return count


def test_two_workers_count_to_the_same_bytes(cluster: Cluster, counted) -> None:
    logs = [cluster.start_worker(), cluster.start_worker()]
    here, there = counted("duckdb"), counted(cluster.master)
    tables = sorted(path.relative_to(here) for path in here.rglob("*.parquet"))
    assert len(tables) >= 7
    assert tables == sorted(path.relative_to(there) for path in there.rglob("*.parquet"))
    for table in tables:
        assert (there / table).read_bytes() == (here / table).read_bytes(), table
    for log in logs:
        assert "Asked to launch executor" in log.read_text(errors="replace"), "both took part"


def test_a_cluster_that_loses_its_workers_is_not_waited_for(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JDK_JAVA_OPTIONS", QUICK)
    monkeypatch.setattr(spark, "LOST_S", 3)
    table = tmp_path / "posts.parquet"
    duckdb.execute(f"COPY (SELECT CAST(i AS BIGINT) AS n FROM range(9) r(i)) TO '{table}'")
    if cluster.workers == 0:  # run by itself
        cluster.start_worker()
    options = {"memory_limit_mb": 600, "threads": 1, "scratch": tmp_path / "s"}
    with SparkRunner(cluster.master, **options) as runner:
        runner.table("posts", [table])
        monkeypatch.undo()
        cluster.lose_workers()
        begun = time.monotonic()
        with pytest.raises(EngineError, match=r"the cluster had no worker left for 3 s"):
            runner.write("SELECT n FROM posts", tmp_path / "x.parquet", ["n"])
        assert time.monotonic() - begun < START_S
