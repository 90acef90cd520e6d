"""Rows keep the numbers of their records, and their accounts, whatever shortcut is taken."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from forensics.engine.reduction import own_texts, windows_of
from forensics.read import ReadOptions, SourceFile, census, delimited, jsonfile, read_posts, rows
from forensics.read.database import connected, keeps_order
from forensics.read.posts import rows_read

from .conftest import read_paths

RECORDS = 60_000
PADDING = "x" * 90


def export(path: Path, seed: int) -> dict[str, int]:
    """A file with broken records and lines in fields; gives the number of each good record."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, no secret
    numbers, lines = {}, ["id,account,time,text"]
    for number in range(1, RECORDS + 1):
        name = f"{seed}-{number}"
        fault = rng.random()
        if fault < 0.002:
            lines.append(f"{name},short")
        elif fault < 0.004:
            lines.append(f"{name},a,2019-03-04T12:00:00Z,long,row")
        elif fault < 0.005:
            lines.append(f'{name},a,2019-03-04T12:00:00Z,"stray" quote')
        else:
            numbers[name] = number
            text = f'"{PADDING}\n{PADDING}"' if fault > 0.99 else PADDING
            lines.append(f"{name},a{number % 7},2019-03-04T12:00:00Z,{text}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return numbers


def test_rows_read_by_several_threads_have_the_numbers_of_their_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "MAX_RECORD", 100_000)
    monkeypatch.setattr(delimited, "BUFFER", 1_000_000)  # so that many pieces are read at once
    wanted = {}
    for seed in (1, 2):
        wanted |= export(tmp_path / f"{seed}.csv", seed)
    found = read_paths([tmp_path / "1.csv", tmp_path / "2.csv"], tmp_path / "out")
    assert {post["id"]: post["row"] for post in found.posts} == wanted
    assert len(found.refusals) == 2 * RECORDS - len(wanted)


def test_objects_read_by_several_threads_have_the_numbers_of_their_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "MAX_RECORD", 100_000)
    monkeypatch.setattr(jsonfile, "BUFFER", 1_000_000)
    row = '{{"id": "{0}", "account": "a", "time": "2019-03-04T12:00:00Z", "text": "{1}"}}'
    lines = [
        row.format(number, PADDING) if number % 97 else '{"cut": "off'
        for number in range(1, RECORDS // 2)
    ]
    (tmp_path / "a.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    found = read_paths([tmp_path / "a.ndjson"], tmp_path / "out")
    assert all(post["id"] == str(post["row"]) for post in found.posts)
    assert [row % 97 for row, _ in found.reasons] == [0] * len(found.reasons)
    assert len(found.posts) + len(found.refusals) == len(lines)


def test_the_plan_says_whether_the_order_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    scan = f"read_csv('{path}', header=true, all_varchar=true)"
    long = ", ".join(f"'{number}'" for number in range(20))
    with connected(memory_limit_mb=200, threads=2, scratch=None) as con:
        con.execute("CREATE TEMP TABLE t (a VARCHAR)")
        assert keeps_order(con, f"INSERT INTO t SELECT a FROM {scan}")
        joined = f"INSERT INTO t SELECT CASE WHEN a IN ({long}) THEN a END FROM {scan}"
        assert not keeps_order(con, joined), "if this holds now, `among` may be `IN` again"
        named = joined.replace("'19'", "'19', 'BATCH_INSERT'")
        assert not keeps_order(con, named), "words of the statement are none of the plan"


def test_bytes_do_not_depend_on_how_rows_are_numbered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(tmp_path / "1.csv", 1)
    quick = read_paths([tmp_path / "1.csv"], tmp_path / "quick")
    monkeypatch.setattr("forensics.read.onefile.keeps_order", lambda *_: False)
    slow = read_paths([tmp_path / "1.csv"], tmp_path / "slow")
    assert quick.reading.posts.read_bytes() == slow.reading.posts.read_bytes()
    assert quick.reading.refusals.read_bytes() == slow.reading.refusals.read_bytes()


def test_names_that_are_too_many_stay_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["account,time"]
    lines += [f"{name},2019-03-04T12:00:00Z" for name in ("b", "Ä", "a", "aa", "B", "张三", "a b")]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n,2019-03-04T12:00:00Z\nshort\n", "utf-8")
    few = read_paths([path], tmp_path / "few")
    monkeypatch.setattr(rows, "FEW_NAMES", 2)
    many = read_paths([path], tmp_path / "many")
    assert few.reading.posts.read_bytes() == many.reading.posts.read_bytes()
    names = [post["account"] for post in few.posts]
    assert names == sorted(names, key=lambda name: name.encode())
    assert len(names) == 7


def counted(file: Path, out: Path) -> list[tuple[object, ...]]:
    """What counting sees of a file."""
    files = [SourceFile("0" * 64, file.name, file)]
    with rows_read(files, ReadOptions(), out, lambda *_: None) as (con, _):
        reach = rows.let_count(con, "posts")
        assert con.execute("SELECT min(t_us), max(t_us) FROM posts").fetchone() == reach
        return con.execute(
            "SELECT account::VARCHAR, t_us, precision_s, basis::VARCHAR, kind::VARCHAR, text "
            "FROM posts ORDER BY 1, 2"
        ).fetchall()


def test_what_is_counted_is_what_is_written(tmp_path: Path) -> None:
    lines = ["account,time,text,kind"]
    lines += [f"u{n % 5},2019-03-04T12:{n:02d}:00Z,t{n},retweet" for n in range(40)]
    (tmp_path / "a.csv").write_text("\n".join([*lines, "x,soon,t,post"]) + "\n")
    files = [SourceFile("0" * 64, "a.csv", tmp_path / "a.csv")]
    reading = read_posts(files, ReadOptions(), tmp_path / "out", lambda *_: None)
    written = duckdb.sql(
        "SELECT account, t_us, precision_s, basis, kind, text "
        f"FROM read_parquet('{reading.posts}') ORDER BY 1, 2"
    ).fetchall()
    assert written[0][2:5] == (60, "written_offset", "repost"), "whole minutes are told as such"
    assert len(written) == 40
    assert counted(tmp_path / "a.csv", tmp_path / "seen") == written


@pytest.mark.parametrize("whole", [True, False])
def test_texts_that_others_posted_are_kept_apart(tmp_path: Path, *, whole: bool) -> None:
    said = [
        ("a", "both", ""),
        ("b", "both", ""),
        ("a", "mine", ""),
        ("a", "mine", ""),
        ("b", "", ""),
        ("a", "", ""),
        ("a", "passed on", ""),
        ("b", "passed on", "retweet"),
        ("c", "of the last minute, \u4f60\u597d", ""),
    ]
    lines = ["account,time,text,kind"]
    lines += [
        f'{who},2019-03-04T12:00:0{n}Z,"{text}",{kind}' for n, (who, text, kind) in enumerate(said)
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    files, options = [SourceFile("0" * 64, path.name, path)], ReadOptions(whole=whole)
    with rows_read(files, options, tmp_path / "out", lambda *_: None) as (con, _):
        _, last_us = rows.let_count(con, "posts")
        rows.set_apart(con, "posts", "t", own="kind <> 'repost'", near=f"t_us >= {last_us}")
        found = con.execute("SELECT account::VARCHAR, text_md5 FROM t ORDER BY 1").fetchall()
        columns = {name for name, *_ in con.execute("DESCRIBE rows").fetchall()}
    texts = [said[n][1].encode() for n in (0, 0, 8)]
    digests = [hashlib.md5(text, usedforsecurity=False).hexdigest() for text in texts]
    assert found == list(zip("abc", digests, strict=True))
    assert (columns >= set(rows.SHOWN)) == whole
    assert whole or not columns & set(rows.SHOWN), "what is not written takes no memory"


@pytest.mark.parametrize("gap_s", [30, 90, 400])
def test_texts_kept_apart_hold_all_that_coincide(tmp_path: Path, gap_s: int) -> None:
    """Nothing is lost beside a comparison of all texts, and what nobody is near to is left out."""
    rng = random.Random(gap_s)  # noqa: S311 - repeatable, no secret
    at, lines = datetime(2019, 3, 4, tzinfo=UTC), ["account,time,text"]
    for _ in range(500):
        at += timedelta(seconds=rng.randint(0, gap_s))
        lines.append(f"u{rng.randint(1, 4)},{at:%Y-%m-%dT%H:%M:%SZ},t{rng.randint(1, 3)}")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    files = [SourceFile("0" * 64, path.name, path)]
    with rows_read(files, ReadOptions(), tmp_path / "out", lambda *_: None) as (con, _):
        rows.let_count(con, "posts")
        rows.set_apart(con, "posts", "t", own="TRUE", near="FALSE")
        few, all_texts = (
            con.execute(f"SELECT * FROM ({windows_of(texts)}) ORDER BY ALL").fetchall()
            for texts in ("SELECT * FROM t", own_texts("posts"))
        )
        kept = con.execute("SELECT count(*) FROM t").fetchone()
    assert few == all_texts
    assert len(all_texts) > 10
    assert kept is not None
    assert len(few) <= kept[0]
    assert gap_s < 400 or kept[0] < 250, "most stand alone"


@pytest.mark.parametrize(
    ("few", "rows_a_name", "name_bytes", "numbers"),
    [
        (4, 99, 300, True),
        (3, 10, 300, True),
        (3, 11, 300, False),
        (4, 99, 10**12, False),
    ],
)
def test_numbers_stand_for_names_where_it_pays(
    few: int,
    rows_a_name: int,
    name_bytes: int,
    *,
    numbers: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rows, "FEW_NAMES", few)
    monkeypatch.setattr(rows, "ROWS_A_NAME", rows_a_name)
    monkeypatch.setattr(rows, "NAME_BYTES", name_bytes)
    path = tmp_path / "a.csv"
    lines = [f"u{number % 4},2019-03-04T12:00:{number:02d}Z" for number in range(40)]
    path.write_text("\n".join(["account,time", *lines]) + "\n")
    files = [SourceFile("0" * 64, path.name, path)]
    with rows_read(files, ReadOptions(), tmp_path / "out", lambda *_: None) as (con, _):
        kinds = con.execute("SELECT DISTINCT typeof(account) FROM rows").fetchall()
    assert [kind.startswith("ENUM") for (kind,) in kinds] == [numbers]


@pytest.mark.parametrize(("memory_mb", "numbers"), [(12, False), (1500, True)])
def test_long_names_stay_texts(memory_mb: int, *, numbers: bool) -> None:
    """Numbers are to spare memory: they may not take it for names of half a megabyte."""
    with connected(memory_limit_mb=500, threads=1, scratch=None) as con:
        rows.make_tables(con, ["0" * 64], whole=False)
        con.execute(
            "INSERT INTO rows (account) SELECT repeat(i::VARCHAR, 500_000) FROM range(6) t(i)"
        )
        rows.number_accounts(con, memory_mb)
        kinds = con.execute("SELECT DISTINCT typeof(account)[:4] FROM rows").fetchall()
    assert kinds == [("ENUM" if numbers else "VARC",)]
