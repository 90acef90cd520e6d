"""The whole reading: columns, several files, determinism, refusals of whole files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.model import REFUSAL_REASONS
from forensics.read import (
    READERS,
    SYNONYMS,
    ReadOptions,
    detect,
    read_posts,
)
from forensics.read.columns import normal

Read = Callable[..., Any]
CSV = b"account,epoch_seconds,text\nada,1551702896,hello\nbob,1551702897,\n"


@pytest.mark.slow
def test_every_synonym_is_found(read: Read) -> None:
    for role, names in SYNONYMS.items():
        for name in names:
            row = {"account": "x", "epoch_seconds": "1551702896"}
            value = {"account": "ada", "time": "1551702896"}.get(role, "1")
            if role in ("account", "time"):
                row.pop({"account": "account", "time": "epoch_seconds"}[role])
            row[name.upper() if "." not in name else name] = value
            head, cells = ",".join(row), ",".join(row.values())
            if len(names) > 6 and name not in (names[0], names[-1]):
                continue  # the first and the last of a long list stand for it
            source = read(f"{head}\n{cells}\n".encode()).source
            assert normal(source.columns[role]) == normal(name)


def test_no_synonym_belongs_to_two_roles() -> None:
    seen = [normal(name) for names in SYNONYMS.values() for name in names]
    assert len(seen) == len(set(seen))


def test_the_user_s_word_goes_before_names(read: Read) -> None:
    data = b"account,author,epoch_seconds,when\nx,ada,1551702896,1551702999\n"
    outcome = read(data, columns={"account": "AUTHOR", "time": "when"}, by="account")
    (post,) = outcome.posts
    assert (post["account"], post["t_us"], post["unit"]) == ("ada", 1551702999000000, "x")
    assert outcome.source.columns == {"account": "author", "time": "when", "unit": "account"}


def test_a_constant_account(read: Read) -> None:
    outcome = read(b"time\n1551702896\n1551702897\n", columns={"account": "=ada's"})
    assert {post["account"] for post in outcome.posts} == {"ada's"}
    assert outcome.source.columns["account"] == "=ada's"
    assert outcome.source.rows_present == 2


def test_blank_lines_of_a_single_column_are_not_records(read: Read) -> None:
    outcome = read(b"time\n1551702896\n\n1551702897\n", columns={"account": "=ada"})
    assert outcome.source.rows_present == 2


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"acount": "x"}, "no role is called 'acount'"),
        ({"text": "=x"}, "text cannot be a constant"),
        ({"time": "gone"}, "has no column 'gone' for time"),
    ],
)
def test_wrong_mappings(read: Read, columns: dict[str, str], words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(CSV, columns=columns)


def test_no_files() -> None:
    with pytest.raises(ReadError, match="no file of posts"):
        read_posts([], ReadOptions(), Path("unused"), lambda *_: None)


def test_the_other_columns(read: Read) -> None:
    data = (
        "account,epoch_seconds,kind,lang,来源,ip属地,media,id\n"
        'a,1551702896,R, en ,微博网页版,江苏,"[\'p/one.jpg\', ""two.png""]",\n'
        'a,1551702897,C,,,,"https://x.example/m/three.jpg?w=1; none",9\n'
        "a,1551702898,odd,,,,,\n"
    )
    rows = sorted(read(data.encode()).posts, key=lambda post: post["row"])
    assert [row["kind"] for row in rows] == ["repost", "reply", "unknown"]
    assert [row["media"] for row in rows] == ["one.jpg|two.png", "three.jpg", None]
    assert (rows[0]["language"], rows[0]["client"], rows[0]["label"]) == (
        "en",
        "微博网页版",
        "江苏",
    )
    assert [row["id"] for row in rows] == [None, "9", None]


@pytest.mark.parametrize(
    ("head", "cells", "kind"),
    [
        ("is_retweet", "True", "repost"),
        ("is_retweet", "False", "original"),
        ("is_retweet,quoted_status_id", "false,123", "quote"),
        ("in_reply_to_status_id", "123", "reply"),
        ("in_reply_to_status_id", "nan", "original"),
        ("post_type", "Q", "quote"),
        ("post_type", "O", "original"),
        ("text", "RT @x: y", "repost"),
        ("text", "plain", "unknown"),
    ],
)
def test_kinds(read: Read, head: str, cells: str, kind: str) -> None:
    data = f"account,epoch_seconds,{head}\na,1551702896,{cells}\n"
    assert read(data.encode()).posts[0]["kind"] == kind


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    rng = random.Random(7)  # noqa: S311 - test data
    rows = [
        {"account": f"a{rng.randrange(40)}", "time": 1_551_702_896 + rng.randrange(10**7),
         "text": f"t{i}"}
        for i in range(9000)
    ]  # fmt: skip
    rows[5]["time"] = "never"
    csv = tmp_path / "one.csv"
    csv.write_text(
        "account,time,text,team\n"
        + "".join(f"{r['account']},{r['time']},{r['text']},red\n" for r in rows[:3000])
    )
    ndjson = tmp_path / "two.ndjson"
    ndjson.write_text("".join(json.dumps(r) + "\n" for r in rows[3000:6000]))
    array = tmp_path / "three.json"
    array.write_text(json.dumps(rows[6000:]))
    return [csv, ndjson, array]


@pytest.mark.slow
def test_bytes_do_not_depend_on_order_or_threads(read_many: Read, three: list[Path]) -> None:
    first = read_many(three, "t1", threads=1)
    again = read_many(list(reversed(three)), "t2", threads=2)
    small = read_many(three, "t3", threads=3, memory_limit_mb=200)
    for other in (again, small):
        assert other.reading.posts.read_bytes() == first.reading.posts.read_bytes()
        assert other.reading.refusals.read_bytes() == first.reading.refusals.read_bytes()
        assert other.reading.sources == first.reading.sources
    assert len(first.posts) == 8999
    assert first.reasons == [(6, "bad_time")]
    assert [source.reader for source in first.reading.sources] == ["csv", "json", "json"]


def test_shuffled_rows_give_the_same_posts(read: Read) -> None:
    lines = [f"a{i % 5},{1551702896 + i * 61},t{i}\n" for i in range(500)]
    head = "account,time,text\n"

    def without_row(data: str) -> list[tuple[Any, ...]]:
        return [
            tuple(value for name, value in post.items() if name not in ("row", "original"))
            for post in read(data.encode()).posts
        ]

    expected = without_row(head + "".join(lines))
    random.Random(3).shuffle(lines)  # noqa: S311 - test data
    assert without_row(head + "".join(lines)) == expected


def test_units_come_from_files_that_have_the_column(read_many: Read, three: list[Path]) -> None:
    outcome = read_many(three, by="Team")
    assert {post["unit"] for post in outcome.posts} == {"red", None}
    assert sum("has no column 'Team'" in " ".join(s.notes) for s in outcome.reading.sources) == 2
    with pytest.raises(ReadError, match="no file has a column 'squad'"):
        read_many(three, by="squad")


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    read_many: Read, three: list[Path], tmp_path: Path
) -> None:
    empty, workbook, naive = (tmp_path / name for name in ("e.csv", "w.csv", "n.csv"))
    empty.write_bytes(b"")
    workbook.write_bytes(b"PK\x03\x04....")
    naive.write_bytes(b"account,date\na,2019-03-04 12:00:00\n")
    outcome = read_many([*three, empty, workbook, naive])
    whole = [row for row in outcome.refusals if row["row"] == 0]
    assert {row["reason"] for row in whole} == {"empty_file", "unknown_format"}
    assert {refusal.where for refusal in outcome.reading.refused} == {"file"}
    by_name = {source.name: source for source in outcome.reading.sources}
    assert (by_name["e.csv"].reader, by_name["e.csv"].rows_present) == ("none", 0)
    assert by_name["n.csv"].rows_refused == 1
    assert by_name["n.csv"].clock.statement == "no time was read"
    with pytest.raises(ReadError, match="and 2 more files"):
        read_many([empty, workbook, naive])


def test_the_same_bytes_twice_are_read_once(read_many: Read, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(CSV)
    outcome = read_many([tmp_path / "b.csv", tmp_path / "a.csv"])
    assert (outcome.source.name, len(outcome.posts)) == ("a.csv", 2)


def test_tables_have_the_columns_of_the_contract(read: Read) -> None:
    outcome = read(CSV + b"x,,\n")
    assert list(outcome.posts[0]) == [
        "original",
        "row",
        "account",
        "t_us",
        "precision_s",
        "basis",
        "offset_min",
        "id",
        "kind",
        "client",
        "language",
        "text",
        "label",
        "media",
        "unit",
        "id_gap_s",
        "urls",
        "repost_of",
        "reply_to",
    ]
    assert list(outcome.refusals[0]) == ["original", "row", "field", "reason", "raw"]
    assert all(row["reason"] in REFUSAL_REASONS for row in outcome.refusals)
    line = outcome.source.as_json()
    assert json.loads(json.dumps(line)) == line
    assert line["rows_present"] == 3


def test_readers_stand_in_order(tmp_path: Path) -> None:
    names = [reader.name for reader in READERS]
    assert names[-4:] == ["twitter-io", "parquet", "json", "csv"]
    assert len(names) == len(set(names)) > 30
    assert all(reader.about for reader in READERS)
    path = tmp_path / "x"
    path.write_bytes(CSV)
    found = detect(path)
    assert found is not None
    assert found.name == "csv"
    path.write_bytes(b"\0\1\2")
    assert detect(path) is None


@pytest.mark.parametrize(
    ("step", "said", "line"),
    [
        ("read_file", "could not allocate", "posts.csv: needs more than 1500 MB of memory"),
        ("number_accounts", "could not allocate", "needs more than 1500 MB of memory"),
        ("write_posts", "could not allocate", "needs more than 1500 MB of memory"),
        ("write_posts", "'max_temp_directory_size' is", "the disk has no room for what does not"),
    ],
)
def test_too_little_memory_is_one_line(
    read: Read, monkeypatch: pytest.MonkeyPatch, step: str, said: str, line: str
) -> None:
    import duckdb

    def full(*_: object) -> None:
        raise duckdb.OutOfMemoryException(said)

    monkeypatch.setattr(f"forensics.read.posts.{step}", full)
    with pytest.raises(ReadError) as caught:
        read(CSV)
    assert caught.value.line().startswith(line)
