"""What Gnomon does around Spark: masters, settings, and one line for whatever goes wrong.

No Spark is needed here: a stand-in answers in its place, or does not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from forensics.engine import spark, sparkprocess, sparkside
from forensics.engine.runner import check_engine, open_runner
from forensics.engine.spark import SparkRunner, master_address, settings
from forensics.errors import EngineError

OPENED = 'say(is_="done", version="4.9.9")\n'
HEAD = """
import json, os, sys, time
def take():
    return json.loads(sys.stdin.readline() or '{"do": "close"}')
def say(is_, **more):
    print(json.dumps({"is": is_, **more}), flush=True)
take()
"""
# what a stand-in does for `table` and `write`, with the embedded database in place of Spark
WORKS = """
import duckdb
con = duckdb.connect()
while (asked := take())["do"] != "close":
    if asked["do"] == "table":
        con.execute(f"CREATE VIEW {asked['name']} AS FROM read_parquet({asked['files']})")
        say("done", rows=con.execute(f"SELECT COUNT(*) FROM {asked['name']}").fetchone()[0])
    else:
        os.mkdir(asked["folder"])
        con.execute(f"COPY ({asked['statement']}) TO '{asked['folder']}/part-0.parquet'")
        say("done", rows=con.execute(f"SELECT COUNT(*) FROM ({asked['statement']})").fetchone()[0])
"""


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], SparkRunner]:
    """Program of the process beside -> the runner that talks to it."""
    monkeypatch.setattr(spark, "find_spec", lambda _: object())
    monkeypatch.setattr(spark, "check_java", lambda: None)

    def start(program: str) -> SparkRunner:
        monkeypatch.setattr(sparkprocess, "_START", HEAD + program)
        return SparkRunner("local[2]", memory_limit_mb=600, threads=1, scratch=tmp_path / "s")

    return start


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.parquet"
    duckdb.execute(
        "COPY (SELECT 'a' AS account, CAST(i AS BIGINT) AS t_us FROM range(5) AS r(i)) "
        f"TO '{path}' (FORMAT parquet)"
    )
    return path


@pytest.mark.parametrize(
    ("master", "address"),
    [
        ("local[1]", None),
        ("local[*]", None),
        ("spark://192.0.2.7:7077", ("192.0.2.7", 7077)),
        ("spark://node-1.example:1", ("node-1.example", 1)),
        ("spark://[::1]:7077", ("::1", 7077)),
    ],
)
def test_masters(master: str, address: object) -> None:
    assert master_address(master) == address


@pytest.mark.parametrize(
    "master",
    [
        "", "local", "local[0]", "local[-1]", "local[2,3]", "local[1] ", "yarn", "k8s://a:1",
        "spark://a", "spark://a:0", "spark://a:70000", "spark://a:1,b:2", "spark://u@a:1",
        "spark://a:1/x", "mesos://a:1", "sc://a:1", "local-cluster[2,1,1024]", "local[2]\n",
        "spark://a:1\n", "local[٣]",
    ],
)  # fmt: skip
def test_other_masters_are_refused_in_one_line(master: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as refused:
        SparkRunner(master, memory_limit_mb=600, threads=1, scratch=tmp_path / "s")
    assert "use local[2], local[*] or spark://host:port" in refused.value.line()
    assert "\n" not in refused.value.line()
    assert not (tmp_path / "s").exists()


def test_without_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    with pytest.raises(EngineError, match=r"pip install 'gnomon-forensics\[spark\]'"):
        open_runner("local[2]", memory_limit_mb=600, threads=1, scratch=tmp_path)
    with pytest.raises(EngineError, match="Spark is not installed"):
        check_engine("spark://node:7077")  # before anything is read
    check_engine("duckdb")
    assert list(tmp_path.iterdir()) == []


def java_that_says(folder: Path, words: str, status: int = 0) -> None:
    (folder / "bin").mkdir(parents=True)
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit {status}\n")
    java.chmod(0o755)


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 0, ""),
        ('java version "21" 2023-09-19', 0, ""),
        ('java version "1.8.0_402"', 0, "too old"),
        ('openjdk version "11.0.2"', 0, "too old"),
        ("something else", 0, "too old"),
        ("broken", 1, "which is not here"),
    ],
)
def test_java(
    words: str, status: int, line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java_that_says(tmp_path, words, status)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if not line:
        sparkprocess.check_java()
        return
    with pytest.raises(EngineError, match=line):
        sparkprocess.check_java()


def test_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="install Java 17 or newer"):
        sparkprocess.check_java()


def test_sessions_differ_only_in_the_master_and_the_memory() -> None:
    two, many = settings("local[2]", memory_limit_mb=900), settings("local[*]", memory_limit_mb=100)
    assert {key for key in two if two[key] != many[key]} == {"spark.master", "spark.driver.memory"}
    assert two["spark.driver.memory"] == "900m"
    assert many["spark.driver.memory"] == "512m"
    assert two["spark.sql.session.timeZone"] == "UTC"
    assert two["spark.sql.ansi.enabled"] == "true"
    assert two["spark.ui.enabled"] == "false"
    assert two["spark.driver.bindAddress"] == two["spark.driver.host"] == "127.0.0.1"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]"])
def test_a_cluster_on_this_machine_is_called_from_this_machine(host: str) -> None:
    found = settings(f"spark://{host}:7077", memory_limit_mb=900)
    assert found["spark.driver.bindAddress"] == "127.0.0.1"
    assert found["spark.executor.memory"] == "900m"


def test_a_cluster_elsewhere_may_call_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The address is the one from which the master was reached: not known before."""
    found = settings("spark://node:7077", memory_limit_mb=900)
    assert "spark.driver.bindAddress" not in found
    monkeypatch.setenv("SPARK_CONF_DIR", "/etc/spark")
    monkeypatch.setenv("SPARK_HOME", "/opt/other")
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--packages x")
    away = sparkprocess.environment(tmp_path, ("node", 7077))
    assert away["SPARK_CONF_DIR"] == "/etc/spark"
    assert "SPARK_LOCAL_IP" not in away
    here = sparkprocess.environment(tmp_path, None)
    assert here["SPARK_CONF_DIR"] == str(tmp_path / "conf")
    assert here["SPARK_LOCAL_IP"] == "127.0.0.1"
    for variables in (away, here):
        assert "SPARK_HOME" not in variables
        assert "PYSPARK_SUBMIT_ARGS" not in variables


def test_the_stand_in_works(stand_in, posts: Path, tmp_path: Path) -> None:
    statement = "SELECT account, COUNT(*) AS n FROM posts GROUP BY account"
    with open_runner("duckdb", memory_limit_mb=600, threads=1, scratch=tmp_path) as here:
        here.table("posts", [posts])
        here.write(statement, tmp_path / "here.parquet", ["account"])
    with stand_in(OPENED + WORKS) as runner:
        assert runner.name == "spark 4.9.9 local[2]"
        runner.table("posts", [posts])
        runner.write(statement, tmp_path / "there.parquet", ["account"])
        assert len(list((tmp_path / "s").iterdir())) == 1
    assert (tmp_path / "there.parquet").read_bytes() == (tmp_path / "here.parquet").read_bytes()
    assert list((tmp_path / "s").iterdir()) == []


ENDS = {
    "refused": ('say("refused", what="no master answers", todo="start one")', "start one"),
    "failed": ('say("failed", what="what it said")', "what it said"),
    "dies": ("print('the last\\n\\tat some.Place', file=sys.stderr); sys.exit(3)", "(the last)"),
    "dies silently": ("os._exit(3)", "without a word"),
    "no memory": ('say("failed", what="Java heap space")', "needs more than 600 MB of memory"),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_start_that_fails_is_one_line_and_leaves_nothing(case, stand_in, tmp_path: Path) -> None:
    program, line = ENDS[case]
    with pytest.raises(EngineError) as refused:
        stand_in(program)
    assert line in refused.value.line()
    assert refused.value.where == "spark local[2]"
    assert list((tmp_path / "s").iterdir()) == []


def test_silence_ends_the_process(stand_in, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "OPEN_S", 0.5)
    monkeypatch.setattr(sparkprocess, "CLOSE_S", 0.5)
    begun = time.monotonic()
    with pytest.raises(EngineError, match=r"no sign of life for 0\.5 s"):
        stand_in(f"open('{tmp_path}/pid', 'w').write(str(os.getpid())); time.sleep(600)")
    assert time.monotonic() - begun < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_signs_of_life_keep_it_going(stand_in, monkeypatch, posts: Path) -> None:
    monkeypatch.setattr(spark, "SILENT_S", 1)
    slow = "for _ in range(4):\n    time.sleep(0.4)\n    say('alive')\nsay('done', rows=5)\n"
    with stand_in(OPENED + "take()\n" + slow + "take()\n") as runner:
        begun = time.monotonic()
        runner._ask({"do": "table", "name": "posts", "files": [str(posts)], "bytes": 1}, 1)
        assert time.monotonic() - begun > 1.2


def test_tables_that_workers_see_otherwise_are_refused(stand_in, posts: Path) -> None:
    with (
        stand_in(OPENED + "take(); say('done', rows=4); take()") as runner,
        pytest.raises(EngineError, match="do not see the same files"),
    ):
        runner.table("posts", [posts])


@pytest.mark.parametrize("kept", ["nothing", "less"])
def test_a_result_that_stayed_elsewhere_is_refused(
    kept: str, stand_in, posts: Path, tmp_path: Path
) -> None:
    """Without a common folder the workers write where nobody looks: that must not be no rows."""
    broken = {
        "nothing": WORKS.replace("con.execute(f\"COPY", "str(f\"COPY"),
        "less": WORKS.replace("asked['statement']}) TO", "asked['statement']} LIMIT 1) TO"),
    }  # fmt: skip
    with stand_in(OPENED + broken[kept]) as runner:
        runner.table("posts", [posts])
        with pytest.raises(EngineError, match="folder that all workers see"):
            runner.write("SELECT t_us FROM posts", tmp_path / "x.parquet", ["t_us"])
    assert not (tmp_path / "x.parquet").exists()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("SELECT median(t_us) AS m FROM posts", "the function MEDIAN"),
        ("SELECT account, SUM(t_us) AS n FROM posts GROUP BY account", "the type HUGEINT of n"),
        ("SELECT other FROM posts", "the word other"),
        ("SELECT account FROM read_csv('x.csv')", "the function READ_CSV"),
    ],
)
def test_a_statement_that_is_not_portable_is_not_run(
    statement: str, what: str, stand_in, posts: Path, tmp_path: Path
) -> None:
    only_table = "take(); say('done', rows=5); take()"
    with stand_in(OPENED + only_table) as runner:
        runner.table("posts", [posts])
        with pytest.raises(EngineError) as refused:
            runner.write(statement, tmp_path / "x.parquet", ["account"])
    assert "not portable" in refused.value.what
    assert what in refused.value.what


def test_files_that_spark_passes_over_are_refused(stand_in, posts: Path, tmp_path: Path) -> None:
    hidden = posts.rename(tmp_path / "_posts.parquet")
    with (
        stand_in(OPENED + WORKS) as runner,
        pytest.raises(EngineError, match="rename it"),
    ):
        runner.table("posts", [hidden])


def test_an_error_of_java_becomes_its_innermost_first_line() -> None:
    class Java:
        def __init__(self, text: str | None, cause: Java | None = None) -> None:
            self.getMessage = lambda: text
            self.getCause = lambda: cause
            self.getClass = lambda: self
            self.getSimpleName = lambda: "Gone"

    class FromJavaError(Exception):
        java_exception = Java("outer\n\tat a.b", Java("inner  words\n\tat c.d"))

    assert sparkside.told(FromJavaError("An error occurred")) == "inner words"
    FromJavaError.java_exception = Java(None)
    assert sparkside.told(FromJavaError("An error occurred")) == "Gone"
    assert sparkside.told(ValueError("\n plain \nmore")) == "plain"
    assert sparkside.told(ValueError()) == "ValueError"
