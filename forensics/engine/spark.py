"""Portable statements on Spark, over the same Parquet files and with the same bytes as result.

Spark reads tables that Gnomon wrote, never an export: readers of raw text disagree on broken rows.
It writes its result into a folder of its own; the embedded database orders that into the one file,
with the types it would have given the columns itself. So who ran a statement cannot be seen from
the file.

Spark lives in a process of its own (`forensics.engine.sparkprocess`), whose time is bounded. With a
master of the form `local[N]` it listens on 127.0.0.1 only. `spark://host:port` is the one place
beside the geocoders from which something leaves the machine; the user names the host.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from forensics.engine.embedded import DuckRunner
from forensics.engine.portable import divided, unportable
from forensics.engine.sparkprocess import HOME, LOOPBACK, Side, check_java, environment
from forensics.errors import EngineError
from forensics.read.database import ident

OPEN_S = 180
"""How long Java, Spark and a first worker may take to be there."""
SILENT_S = 120
"""How long Java may give no sign of life under way."""
WORKER_S = 60
"""How long a cluster has to give a first worker."""
LOST_S = 60
"""How long it may have none while it works."""
LEAST_HEAP_MB = 512
"""Spark refuses to start with less."""
TYPES = frozenset({"VARCHAR", "BIGINT", "INTEGER", "SMALLINT", "BOOLEAN"})
"""Types of columns that both engines write alike. Sums without a cast are none: HUGEINT."""

_LOCAL = re.compile(r"local\[([1-9]\d{0,3}|\*)\]", re.ASCII)
_CLUSTER = re.compile(r"spark://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})", re.ASCII)
_SEEN = "spark_result"


def master_address(master: str) -> tuple[str, int] | None:
    """Host and port of a cluster's master; None for Spark on this machine.

    Raises:
        EngineError: it is neither `local[N]`, `local[*]` nor `spark://host:port`.
    """
    if _LOCAL.fullmatch(master):
        return None
    match = _CLUSTER.fullmatch(master)
    if match is None or not 0 < int(match[2]) < 1 << 16:
        raise EngineError(
            f"{master!r:.60} is no master that Gnomon runs statements on",
            where="--engine",
            todo="use local[2], local[*] or spark://host:port",
        )
    return match[1].strip("[]"), int(match[2])


def check_spark(master: str) -> None:
    """Look whether this machine can run statements on a master; nobody is called.

    Raises:
        EngineError: it is no master, or `pyspark` or Java is missing.
    """
    master_address(master)
    if find_spec("pyspark") is None:
        raise EngineError(
            "Spark is not installed",
            where="--engine",
            todo="pip install 'gnomon-forensics[spark]', or use duckdb",
        )
    check_java()


def settings(master: str, *, memory_limit_mb: int) -> dict[str, str]:
    """How a session is set up; nothing of it depends on the machine.

    Args:
        master: As the user wrote it.
        memory_limit_mb: Becomes the heap of Java here, and of each worker of a cluster.
    """
    heap = f"{max(memory_limit_mb, LEAST_HEAP_MB)}m"
    java = "-Duser.timezone=UTC -Duser.language=en -Dfile.encoding=UTF-8"
    common = {
        "spark.master": master,
        "spark.app.name": "gnomon",
        "spark.driver.memory": heap,
        "spark.driver.extraJavaOptions": f"{java} -Djava.io.tmpdir=tmp -XX:-UsePerfData",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        "spark.log.level": "WARN",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": "warehouse",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.ansi.doubleQuotedIdentifiers": "true",
        "spark.sql.legacy.consecutiveStringLiterals.enabled": "false",
        "spark.sql.caseSensitive": "false",
        "spark.sql.parquet.mergeSchema": "false",
        "spark.sql.files.ignoreCorruptFiles": "false",
        "spark.sql.files.ignoreMissingFiles": "false",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.speculation": "false",
    }
    address = master_address(master)
    if address is None or HOME.fullmatch(address[0]):
        common |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
    if address is None:
        common |= {"spark.authenticate": "true"}  # with a secret made anew each time
    else:
        common |= {
            "spark.executor.memory": heap,
            "spark.executor.extraJavaOptions": java,
            "spark.dynamicAllocation.enabled": "false",
        }
    return common


class SparkRunner:
    """Runs portable statements with Spark; results as one Parquet file in key order."""

    def __init__(self, master: str, *, memory_limit_mb: int, threads: int, scratch: Path) -> None:
        """Start Spark.

        Args:
            master: `local[N]`, `local[*]` or `spark://host:port`.
            memory_limit_mb: Heap of Java here and of each worker (at least 512); the embedded
                database, which orders the results, may use half as much again.
            threads: Threads of the embedded database.
            scratch: Folder for what is under way; a cluster must see it at the same path.

        Raises:
            EngineError: the master is none, `pyspark` or Java is missing, or nobody answers.
        """
        check_spark(master)
        self._probe = master_address(master)
        self._master = master
        scratch.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="spark-", dir=scratch.resolve()))
        self._memory_limit_mb = memory_limit_mb
        self._views: dict[str, None] = {}
        self._results = 0
        self._here = DuckRunner.alone(
            memory_limit_mb=max(memory_limit_mb // 2, 64), threads=threads, scratch=self._folder
        )
        self._side = Side(self._folder, environment(self._folder, self._probe))
        try:
            opened = self._ask(
                {
                    "do": "open",
                    "settings": settings(master, memory_limit_mb=memory_limit_mb),
                    "probe": self._probe,
                    "worker_s": WORKER_S,
                    "lost_s": LOST_S,
                },
                OPEN_S,
            )
        except BaseException:
            self.close()
            raise
        self._version = str(opened["version"])

    @property
    def name(self) -> str:
        """Engine, version and master."""
        return f"spark {self._version} {self._master}"

    def table(self, name: str, files: Sequence[Path]) -> None:
        """Make `name` a view over Parquet files of equal columns; it replaces one of that name.

        Raises:
            EngineError: a file is missing or is no such table, or workers see other rows in it.
        """
        self._here.table(name, files)
        hidden = [file.name for file in files if file.name.startswith(("_", "."))]
        if hidden:
            raise EngineError(
                "Spark passes over files whose name begins so", where=hidden[0], todo="rename it"
            )
        rows = self._here.ask(f"SELECT COUNT(*) FROM {ident(name)}")[0][0]
        answer = self._ask(
            {
                "do": "table",
                "name": name,
                "files": [str(file.resolve()) for file in files],
                "bytes": sum(file.stat().st_size for file in files),
            }
        )
        self._same(rows, answer["rows"], name)
        self._views[name] = None

    def write(self, statement: str, path: Path, key: Sequence[str]) -> None:
        """Write the rows of a statement to `path`, ordered by the unique key; all or nothing.

        Raises:
            EngineError: the statement is not portable or failed, or its result is not visible
                from here.
        """
        typed = self._typed(statement, path.stem)
        self._results += 1
        folder = self._folder / f"out{self._results}"
        named, rest = divided(statement)
        if {one.name.lower() for one in named} & {view.lower() for view in self._views}:
            named, rest = [], statement
        answer = self._ask(
            {"do": "write", "statement": rest, "named": named, "folder": str(folder)}
        )
        try:
            parts = sorted(folder.glob("part-*.parquet"))
            if not parts:
                self._same(answer["rows"], -1, path.stem)
            self._here.table(_SEEN, parts)
            found = self._here.ask(f"SELECT COUNT(*) FROM {_SEEN}")[0][0]
            self._same(found, answer["rows"], path.stem)
            self._here.write(f"SELECT {typed} FROM {_SEEN}", path, key)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _typed(self, statement: str, where: str) -> str:
        """SQL: the columns of a statement with the types that the embedded database gives them.

        Raises:
            EngineError: the statement or a type does not mean the same in both engines.
        """
        names = {column for view in self._views for column in self._columns(view)}
        strange = unportable(statement, names | set(self._views))
        columns = {} if strange else self._columns(f"({statement})")
        strange += [f"the type {kind} of {one}" for one, kind in columns.items()
                    if kind not in TYPES]  # fmt: skip
        if strange:
            raise EngineError(
                f"the statement is not portable: {', '.join(strange)[:200]}",
                where=where,
                todo="use the engine duckdb",
            )
        return ", ".join(
            f"CAST({ident(name)} AS {kind}) AS {ident(name)}" for name, kind in columns.items()
        )

    def _columns(self, source: str) -> dict[str, str]:
        """Column -> type of a view or of a statement in brackets."""
        return {str(row[0]): str(row[1]) for row in self._here.ask(f"DESCRIBE FROM {source}")}

    def _same(self, here: int, there: int, where: str) -> None:
        """Refuse a table that has other rows there than here.

        Raises:
            EngineError: it has.
        """
        if here != there:
            raise EngineError(
                "Spark and this machine do not see the same files",
                where=where,
                todo="keep tables and scratch in a folder that all workers see at the same path",
            )

    def _ask(self, request: Mapping[str, Any], silent_s: float = SILENT_S) -> Mapping[str, Any]:
        """The answer to a request.

        Raises:
            EngineError: Spark refuses, fails, ends or falls silent.
        """
        answer = self._side.ask(request, silent_s)
        if answer["is"] == "done":
            return answer
        what = str(answer["what"])
        todo = str(answer.get("todo", ""))
        if "OutOfMemory" in what or "Java heap space" in what or "GC overhead" in what:
            what = f"needs more than {self._memory_limit_mb} MB of memory"
            todo = "raise the memory limit"
        raise EngineError(what[:400], where=f"spark {self._master}", todo=todo)

    def close(self) -> None:
        """End Spark and Java and remove what they left."""
        self._side.close()
        self._here.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """The runner itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()
