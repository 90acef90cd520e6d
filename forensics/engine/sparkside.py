"""The process that speaks to Spark: it takes one request a line and answers one line.

Spark changes the process it lives in (signals, the environment, standard output) and can wait for
ever for a cluster. Here it may: whoever started this process bounds its time and ends it. Started
by `forensics.engine.spark` as `serve()`. Ends by itself, and Java with it, when its standard input
does.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any, TextIO

PROBE_MS = 5_000
"""How long the master has to accept a connection."""
BEAT_S = 2
BYTES_PER_TASK = 32 << 20
"""Parquet bytes for each task after a shuffle, so that a task fits into memory."""
LOOPBACK = "127.0.0.1"

Request = Mapping[str, Any]
Answer = dict[str, Any]


class RefusedError(Exception):
    """A failure with a sentence of its own: `what` and `todo`."""

    def __init__(self, what: str, todo: str = "") -> None:
        """Keep both parts apart."""
        super().__init__(what)
        self.what = what
        self.todo = todo


def told(error: BaseException) -> str:
    """What an error of Spark says, as one line: the first line of the innermost cause."""
    own = error if hasattr(error, "java_exception") else getattr(error, "_origin", None)
    java = getattr(own, "java_exception", None)  # any name exists on an object of Java: ask last
    text = ""
    try:
        while java is not None:
            text = str(java.getMessage() or java.getClass().getSimpleName())
            java = java.getCause()
    except Exception:  # noqa: BLE001 - Java is gone; what Python knows has to do
        text = ""
    lines = [line for line in (text or str(error)).splitlines() if line.strip()]
    return " ".join(lines[0].split()) if lines else type(error).__name__


class Session:
    """A session of Spark, and what keeps it from waiting for ever."""

    def __init__(self, request: Request) -> None:
        """Start Java, look whether the master is there, and open the session.

        Raises:
            RefusedError: the master is not reachable, or gives no worker.
        """
        # by name, so that neither types nor start-up of Gnomon depend on the package
        core = import_module("pyspark")
        gateways = import_module("pyspark.java_gateway")
        conf = core.SparkConf(loadDefaults=False)
        for key, value in request["settings"].items():
            conf.set(key, value)
        gateway = gateways.launch_gateway(conf)
        conf = core.SparkConf(_jvm=gateway.jvm)
        if request["probe"]:
            host, port = request["probe"]
            self._probe(gateway.jvm, str(host), int(port), conf)
        self._cluster = bool(request["probe"])
        try:
            self.context = core.SparkContext(conf=conf, gateway=gateway)
            self.spark = (
                import_module("pyspark.sql").SparkSession.builder.config(conf=conf).getOrCreate()
            )
        except Exception as error:
            if not self._cluster:
                raise
            raise RefusedError(
                f"{host}:{port} answers, but gives no session ({told(error)})",
                "see whether a master of the same version of Spark listens there",
            ) from None
        self._bytes: dict[str, int] = {}
        self._worker_s, self._lost_s = float(request["worker_s"]), float(request["lost_s"])
        self._lost = threading.Event()
        self._seen = time.monotonic()
        if self._cluster:
            self._wait_for_worker()

    @staticmethod
    def _probe(jvm: Any, host: str, port: int, conf: Any) -> None:
        """Call the master once, and listen on the one address from which it was reached."""
        socket = jvm.java.net.Socket()
        try:
            socket.connect(jvm.java.net.InetSocketAddress(host, port), PROBE_MS)
            local = str(socket.getLocalAddress().getHostAddress())
        except Exception as error:  # noqa: BLE001 - Java names many reasons; each is one line
            raise RefusedError(
                f"no master answers at {host}:{port} ({told(error)})",
                "start the master, or see whether host and port are right",
            ) from None
        finally:
            socket.close()
        for key in ("spark.driver.host", "spark.driver.bindAddress"):
            if not conf.contains(key):
                conf.set(key, local)

    def workers(self) -> int:
        """Executors of a cluster that take work now."""
        return int(self.context._jsc.sc().getExecutorMemoryStatus().size()) - 1

    def _wait_for_worker(self) -> None:
        """Wait for the first executor.

        Raises:
            RefusedError: none came in time.
        """
        until = time.monotonic() + self._worker_s
        while self.workers() < 1:
            if time.monotonic() > until or self.context._jsc.sc().isStopped():
                raise RefusedError(
                    f"the cluster gave no worker within {self._worker_s:g} s",
                    "start workers of the same version of Spark, or lower the memory limit",
                )
            time.sleep(0.2)

    def watch(self) -> None:
        """Give up the work at hand when all workers of a cluster have been gone for long."""
        if not self._cluster:
            self.context._jsc.sc().isStopped()  # an answer: Java is alive
            return
        if self.workers() > 0:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > self._lost_s:
            self._lost.set()
            self.context.cancelAllJobs()

    def table(self, request: Request) -> Answer:
        """Show Parquet files as a view; answers with the rows that Spark sees in them."""
        reader = self.spark.read.option("recursiveFileLookup", "true")
        reader = reader.option("__globPaths__", "false")
        frame = reader.parquet(*[f"file:{name}" for name in request["files"]])
        frame.createOrReplaceTempView(request["name"])
        self._bytes[request["name"]] = int(request["bytes"])
        return {"rows": int(frame.count())}

    def write(self, request: Request) -> Answer:
        """Run a statement into a folder of Parquet files; answers with the rows it had."""
        tasks = max(
            int(self.context.defaultParallelism), sum(self._bytes.values()) // BYTES_PER_TASK
        )
        self.spark.conf.set("spark.sql.shuffle.partitions", str(tasks))
        sql = import_module("pyspark.sql")
        seen = sql.Observation()
        kept = []
        try:
            for name, select, uses in request["named"]:
                part = self.spark.sql(select)
                kept += [part.persist()] if uses > 1 else []
                part.createOrReplaceTempView(name)
            frame = self.spark.sql(request["statement"])
            counted = frame.observe(seen, sql.functions.count(sql.functions.lit(1)).alias("rows"))
            counted.write.parquet(f"file:{request['folder']}")
        finally:
            for part in kept:
                part.unpersist()
            for name, _, _ in request["named"]:
                self.spark.catalog.dropTempView(name)
        return {"rows": int(seen.get["rows"])}

    def do(self, request: Request) -> Answer:
        """The answer to a request.

        Raises:
            RefusedError: the cluster lost all its workers.
        """
        try:
            return self.table(request) if request["do"] == "table" else self.write(request)
        except Exception:
            if self._lost.is_set():
                raise RefusedError(
                    f"the cluster had no worker left for {self._lost_s:g} s",
                    "look after its workers",
                ) from None
            raise


class _Beats:
    """Says every two seconds that Java is alive, while something is under way."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self.session: Session | None = None
        threading.Thread(target=self._beat, daemon=True).start()

    def say(self, answer: Answer) -> None:
        """Write one answer."""
        with self._lock:
            self._out.write(json.dumps(answer) + "\n")
            self._out.flush()

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_S)
            if self.session is not None:
                with contextlib.suppress(Exception):  # no beat is the message
                    self.session.watch()
                    self.say({"is": "alive"})


def _requests(lines: TextIO) -> queue.SimpleQueue[Request]:
    """Requests as they come. The end of them ends the process, whatever it waits for."""
    waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()

    def pump() -> None:
        for line in lines:
            waiting.put(json.loads(line))
        os._exit(1)

    threading.Thread(target=pump, daemon=True).start()
    return waiting


def serve() -> None:
    """Answer requests until one says `close` or the input ends."""
    requests = _requests(os.fdopen(os.dup(0), "r", encoding="utf-8"))
    beats = _Beats(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # Java inherits it and prints what it likes
    while (request := requests.get())["do"] != "close":
        try:
            if request["do"] == "open":
                beats.session = Session(request)
                version = str(beats.session.context.version)
                beats.say({"is": "done", "version": version})
            elif beats.session is not None:
                beats.say({"is": "done", **beats.session.do(request)})
        except RefusedError as error:
            beats.say({"is": "refused", "what": error.what, "todo": error.todo})
        except Exception as error:  # noqa: BLE001 - whatever Spark says becomes one line
            beats.say({"is": "failed", "what": told(error)})
    if (session := beats.session) is not None:
        beats.session = None
        session.spark.stop()
