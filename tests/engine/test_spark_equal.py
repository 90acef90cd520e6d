"""Spark and the embedded database give the same bytes. Needs Java and the extra `spark`."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from forensics.engine import statements
from forensics.engine.borders import later_gaps, later_windows
from forensics.engine.reduction import REDUCTIONS, own_texts, reduction
from forensics.engine.runner import Runner, open_runner
from forensics.engine.sparkprocess import check_java
from forensics.errors import EngineError

pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
try:
    check_java()
except EngineError as error:
    pytest.skip(error.line(), allow_module_level=True)
pytestmark = [pytest.mark.spark, pytest.mark.slow]

COLUMNS = {
    "original": "VARCHAR", "row": "BIGINT", "account": "VARCHAR", "t_us": "BIGINT",
    "precision_s": "INTEGER", "basis": "VARCHAR", "offset_min": "SMALLINT", "id": "VARCHAR",
    "kind": "VARCHAR", "client": "VARCHAR", "language": "VARCHAR", "text": "VARCHAR",
    "label": "VARCHAR", "media": "VARCHAR", "unit": "VARCHAR", "id_gap_s": "BIGINT",
}  # fmt: skip
NASTY = (
    "", " ", "  ", "a", "A", "a ", "é", "e\u0301", "\U0001f600", "\ufffd", "\ue000", "\uffff",
    "\U00010000", "z'", '"q"', "\\n", "\\", "\n", "\t", "\x00", "a\x00", "\x01", "ß", "İ", "i",
    "ı", "\u200b", "\u202e", "null", "NULL", "NaN", "-0", "1e3", "漢", "ﬀ", "%", "$x",
)  # fmt: skip
"""Accounts on which orders of text differ: by UTF-16 units, by language, by case, by end."""
KINDS = ("original", "repost", "quote", "reply")
START_US = 1_551_702_896_000_000


class Both(NamedTuple):
    """The two engines and a folder."""

    here: Runner
    there: Runner
    folder: Path

    def table(self, files: Sequence[Path], name: str = "posts") -> None:
        for runner in (self.here, self.there):
            runner.table(name, files)

    def same(self, statement: str, key: Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows of a statement, after the files of both were compared byte for byte."""
        mine, theirs = self.folder / "mine.parquet", self.folder / "theirs.parquet"
        self.here.write(statement, mine, key)
        self.there.write(statement, theirs, key)
        rows = duckdb.execute(f"FROM read_parquet('{mine}')").fetchall()
        assert duckdb.execute(f"FROM read_parquet('{theirs}')").fetchall() == rows
        assert theirs.read_bytes() == mine.read_bytes()
        return rows


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """One session for all tests of this module, in folders whose names are no easy ones."""
    folder = tmp_path_factory.mktemp("spark")
    patch = pytest.MonkeyPatch()
    patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # short work
    awkward = folder / "a b,[x]{y}#?%20;é=1'"
    options: dict[str, Any] = {"memory_limit_mb": 600, "threads": 2}
    with (
        open_runner("duckdb", scratch=folder, **options) as here,
        open_runner("local[2]", scratch=awkward, **options) as there,
    ):
        yield Both(here, there, folder)
    patch.undo()
    assert list(awkward.iterdir()) == []


def rows_of(seed: int, count: int) -> list[tuple[Any, ...]]:
    """Posts with ties, gaps of all sizes, several kinds, NULLs and texts shared within a minute."""
    dice = random.Random(seed)  # noqa: S311 - test data
    texts = (None, "", " ", "t", "T", "é\U0001f600", "it's \\n", "\x00", "long " * 40)
    return [
        (
            dice.choice("fg") * 64, row, dice.choice(NASTY),
            START_US + dice.choice((0, 1, 999_999, 59_999_999, 60_000_001, dice.randrange(10**12))),
            dice.choice((1, 60, 61, 3600)), "stated", None, dice.choice((None, str(row))),
            dice.choice(KINDS), dice.choice((None, "", "web")), None, dice.choice(texts),
            dice.choice((None, None, "x", "X")), None, dice.choice((None, "", "u")),
            dice.choice((None, 0, -7, 7, -(2**62), 2**62)),
        )
        for row in range(1, count + 1)
    ]  # fmt: skip


def posts(path: Path, rows: Sequence[tuple[Any, ...]]) -> Path:
    """A table of posts, as the readers write it."""
    con = duckdb.connect()
    con.execute(f"CREATE TABLE posts ({', '.join(f'{n} {t}' for n, t in COLUMNS.items())})")
    if rows:
        con.executemany(f"INSERT INTO posts VALUES ({', '.join('?' * len(COLUMNS))})", rows)
    quoted = str(path).replace("'", "''")
    con.execute(
        f"COPY (FROM posts ORDER BY account, t_us, original, row) TO '{quoted}' (FORMAT parquet)"
    )
    con.close()
    return path


@pytest.fixture(scope="module")
def random_table(both: Both) -> Both:
    """Both engines over one random table in two files, one of them with an awkward name."""
    first = posts(both.folder / "posts.parquet", rows_of(1, 700))
    second = posts(both.folder / "p [2]{3},*?.parquet", rows_of(2, 300))
    both.table([first, second])
    return both


@pytest.mark.parametrize("one", REDUCTIONS, ids=lambda one: one.name)
def test_reductions_of_a_random_table(one, random_table: Both) -> None:
    rows = random_table.same(one.statement, one.key)
    assert len(rows) > 10
    assert len({row[: len(one.key)] for row in rows}) == len(rows)


def test_what_later_parts_add(both: Both) -> None:
    """Signed counts at the borders of parts, and the tables of all parts."""
    earlier, later = (posts(both.folder / f"part{i}.parquet", rows_of(i, 150)) for i in (4, 5))
    first_us, last_us = START_US, START_US + 10**12
    for path, name in ((earlier, "earlier"), (later, "later")):
        both.table([path])
        for one in (reduction("spans"), reduction("windows")):
            made = both.folder / f"{one.name} {name}.parquet"
            both.here.write(one.statement, made, one.key)
            both.table([made], f"{one.name}_{name}")
    both.table([earlier], "earlier")
    both.table([both.folder / "spans earlier.parquet"], "spans_parts")
    assert both.same(later_gaps(overlapping=True), reduction("gaps").key)
    assert both.same(later_gaps(overlapping=False), reduction("gaps").key)
    windows = later_windows(
        first_us, last_us, texts=own_texts("posts"), earlier=own_texts("earlier")
    )
    assert both.same(windows, reduction("windows").key)
    parts = "(SELECT * FROM spans_parts UNION ALL SELECT * FROM spans_later)"
    merged = both.same(reduction("spans").merged(parts), reduction("spans").key)
    assert sum(row[1] for row in merged) == 300


def test_reductions_of_no_posts(both: Both) -> None:
    both.table([posts(both.folder / "none.parquet", [])])
    for one in REDUCTIONS[:2]:
        assert both.same(one.statement, one.key) == []


def whole(text: str, columns: str) -> str:
    """A statement with the sums in it as whole numbers."""
    return f"SELECT {columns} FROM ({text}) AS found"


STATEMENTS = {
    "ACCOUNTS": (statements.ACCOUNTS.format(posts="posts"), ["account"]),
    "ACCOUNT_UNITS": (statements.ACCOUNT_UNITS.format(posts="posts"), ["account", "unit"]),
    "MINUTES": (statements.MINUTES.format(posts="posts", keep="kind <> 'quote'"), ["minute"]),
    "PLACED": (
        whole(
            statements.PLACED.format(posts="posts"),
            "account, label, t_us, original, row, CAST(place AS BIGINT) AS place",
        ),
        ["place"],
    ),
    "THINNED": (
        whole(
            statements.THINNED.format(
                cells=f"({statements.CELLS.format(posts='posts')}) AS cells", keep="q > 0"
            ),
            "account, q, CAST(n AS BIGINT) AS n",
        ),
        ["account", "q"],
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_other_statements_of_a_random_table(name: str, both: Both) -> None:
    both.table([posts(both.folder / "posts.parquet", rows_of(1, 700))])
    assert both.same(*STATEMENTS[name])


DIFFERENCES = {
    # orders by UTF-16 units or by a language would put U+FFFF after U+10000, and a after B
    "order of texts": (
        """SELECT kind, MIN(account) AS first, MAX(account) AS last, COUNT(DISTINCT account) AS n
        FROM posts WHERE account > 'a' AND account < '\U0001f600' GROUP BY kind""",
        ["kind"],
    ),
    "NULL is counted, summed and grouped alike": (
        """SELECT unit, COUNT(*) AS n, COUNT(label) AS labels, MIN(label) AS least,
            CAST(SUM(offset_min) AS BIGINT) AS nothing, COALESCE(MAX(client), 'none') AS client
        FROM posts GROUP BY unit""",
        ["unit"],
    ),
    "md5 of NULL, of nothing and of four bytes": (
        "SELECT DISTINCT text, md5(text) AS hashed FROM posts",
        ["text"],
    ),
    "the remainder keeps the sign": (
        """SELECT row, id_gap_s % 5 AS rest, id_gap_s % 4611686018427387904 AS large,
            CASE WHEN id_gap_s < 0 THEN 1 ELSE 0 END AS less FROM posts""",
        ["row"],
    ),
    "the row before, the first has none": (
        """SELECT row, LAG(label) OVER (PARTITION BY account ORDER BY t_us, original, row) AS label,
            CAST(ROW_NUMBER() OVER (PARTITION BY kind ORDER BY row) AS INTEGER) AS place,
            CAST(SUM(precision_s) OVER (PARTITION BY kind ORDER BY row ROWS UNBOUNDED PRECEDING)
                AS BIGINT) AS running
        FROM posts""",
        ["row"],
    ),
    "narrow columns stay narrow": (
        """SELECT row, precision_s, offset_min, CAST(precision_s AS BIGINT) AS wide, 7 AS seven
        FROM posts""",
        ["row"],
    ),
    "unions of equal rows are one": (
        "SELECT kind, label FROM posts UNION SELECT kind, label FROM posts",
        ["kind", "label"],
    ),
    "names are one in any case": (
        """SELECT P.Row, ACCOUNT FROM POSTS AS p LEFT JOIN (SELECT row AS other FROM posts) AS o
            ON o.OTHER = p.row""",
        ["row"],
    ),
    "quotes inside a text": ("SELECT row, 'it''s \"x\"' AS said FROM posts", ["row"]),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_what_engines_are_known_to_differ_in(name: str, both: Both) -> None:
    both.table([posts(both.folder / "one.parquet", rows_of(3, 200))])
    statement, key = DIFFERENCES[name]
    assert both.same(statement, key)


def test_an_overflow_is_an_error_in_both_and_the_session_goes_on(both: Both) -> None:
    both.table([posts(both.folder / "one.parquet", rows_of(3, 200))])
    statement = "SELECT row, id_gap_s + id_gap_s AS twice FROM posts"
    for runner in (both.here, both.there):
        with pytest.raises(EngineError) as refused:
            runner.write(statement, both.folder / "x.parquet", ["row"])
        assert "verflow" in refused.value.what
        assert "\n" not in refused.value.line()
    assert both.same("SELECT COUNT(*) AS n FROM posts", ["n"]) == [(200,)]


def listening(pid: int) -> set[str]:
    """Addresses on which a process waits for calls, as the kernel writes them."""
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {link[8:-1] for link in links if link.startswith("socket")}
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6") if sockets else ():
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in sockets and (fields[3] == "0A" or table.startswith("udp")):
                found.add(fields[1].rpartition(":")[0])
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel's tables")
def test_on_this_machine_it_listens_to_this_machine_only(both: Both) -> None:
    group = both.there._side._process.pid
    members = [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and os.getpgid(int(path.name)) == group
    ]
    heard = set().union(*(listening(pid) for pid in members))
    assert heard
    assert heard <= {"0100007F", "0000000000000000FFFF00000100007F"}


def test_a_master_that_is_not_there_is_told_soon(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(EngineError, match=r"no master answers at 127\.0\.0\.1:1 .*refused"):
        open_runner("spark://127.0.0.1:1", memory_limit_mb=600, threads=1, scratch=tmp_path)
    assert time.monotonic() - begun < 60
    assert list(tmp_path.iterdir()) == []
