"""Counts from the engine against the same counts in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics import clock
from forensics.engine import NO_UNIT, POOL, Parts, PostTable
from forensics.errors import EngineError
from forensics.model import RowRef

Build = Callable[..., PostTable]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
T0 = 1_551_702_896_000_000
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "account": st.sampled_from(["ada", "bob", "Ünal", "zoe"]),
            "kind": st.sampled_from(["original", "repost"]),
            "t_us": st.one_of(
                st.integers(T0, T0 + 3 * 86_400_000_000),
                st.integers(clock.EARLIEST_US, clock.LATEST_US - 1),
                st.sampled_from([clock.EARLIEST_US, T0 // 900_000_000 * 900_000_000]),
            ),
        }
    ),
    min_size=1,
    max_size=60,
)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def moment(t_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=t_us)


@SETTINGS
@given(ROWS)
def test_cells_hours_and_summaries(build: Build, rows: list[dict[str, Any]]) -> None:
    table = build(rows)
    assert table.count() == len(rows)
    assert table.kinds() == dict(sorted(Counter(row["kind"] for row in rows).items()))
    for account in table.accounts():
        mine = [moment(row["t_us"]) for row in rows if row["account"] == account.account]
        assert account.n == len(mine)
        assert account.active_hours == len({m.strftime("%Y-%m-%d %H") for m in mine})
        assert account.active_days == len({m.date() for m in mine})
        assert account.first_us == min(r["t_us"] for r in rows if r["account"] == account.account)
    codes, names, q, n = table.hours()
    expected: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        quarter = row["t_us"] // 900_000_000
        expected.setdefault((row["account"], quarter // 4), []).append(quarter)
    found = {
        (names[code], int(at) // 4): (int(at), int(count))
        for code, at, count in zip(codes, q, n, strict=True)
    }
    assert found == {key: (min(cells), len(cells)) for key, cells in expected.items()}
    assert (codes.dtype, q.dtype, n.dtype) == (np.int32, np.int64, np.int64)
    assert names == sorted({row["account"] for row in rows})
    assert list(zip(codes, q, strict=True)) == sorted(zip(codes, q, strict=True))


@SETTINGS
@given(ROWS, st.integers(-50, 50))
def test_week_starts_on_monday_and_shifts_with_the_posts(
    build: Build, rows: list[dict[str, Any]], quarters: int
) -> None:
    week = build(rows).week()
    expected = np.zeros(672, dtype=np.int64)
    for row in rows:
        at = moment(row["t_us"])
        expected[at.weekday() * 96 + at.hour * 4 + at.minute // 15] += 1
    assert np.array_equal(week, expected)
    moved = [row | {"t_us": row["t_us"] + quarters * 900_000_000} for row in rows]
    assert np.array_equal(build(moved).week(), np.roll(week, quarters))


@SETTINGS
@given(ROWS)
def test_minutes_take_one_post_per_account_and_quarter(
    build: Build, rows: list[dict[str, Any]]
) -> None:
    firsts: dict[tuple[str, int], int] = {}
    for row in rows:
        key = (row["account"], row["t_us"] // 900_000_000)
        firsts[key] = min(firsts.get(key, row["t_us"]), row["t_us"])
    expected = np.bincount([moment(t).minute for t in firsts.values()], minlength=60)
    assert np.array_equal(build(rows).minutes(), expected)


def test_doubled_posts_change_no_thinned_answer(build: Build) -> None:
    rows = [{"t_us": T0 + i * 700_000_000, "account": f"a{i % 3}"} for i in range(90)]
    once, twice = build(rows), build([*rows, *rows])
    assert np.array_equal(once.hours()[2], twice.hours()[2])
    assert np.array_equal(once.minutes(), twice.minutes())
    assert np.array_equal(once.week() * 2, twice.week())


def test_accounts_and_kinds_are_kept_apart(build: Build) -> None:
    rows = [
        {"account": "a", "kind": "repost"},
        {"account": "a", "kind": "original", "t_us": T0 + 900_000_000},
        {"account": "b", "kind": "original", "t_us": T0 + 7_200_000_000},
    ]
    table = build(rows)
    assert table.hours(["a"])[1] == ["a"]
    assert list(table.hours(["a"])[2]) == [T0 // 900_000_000]
    assert list(table.hours(["a"], ["original"])[2]) == [T0 // 900_000_000 + 1]
    assert table.week(["b", "nobody"]).sum() == 1
    assert table.week(kinds=["original"]).sum() == 2
    assert table.minutes([]).sum() == 0
    codes, names, q, n = table.hours(["nobody"])
    assert (len(codes), names, len(q), len(n)) == (0, [], 0, 0)


def test_units(build: Build) -> None:
    rows = [
        {"account": "a", "unit": "red"},
        {"account": "a", "unit": "blue"},
        {"account": "a", "unit": "red"},
        {"account": "b", "unit": "blue"},
        {"account": "c"},
    ]
    table = build(rows)
    assert table.units("unit") == {NO_UNIT: ("c",), "blue": ("b",), "red": ("a",)}
    assert table.units("account") == {"a": ("a",), "b": ("b",), "c": ("c",)}
    assert table.units("pool") == {POOL: ("a", "b", "c")}
    assert table.divided_accounts() == ("a",)
    assert [summary.unit for summary in table.accounts()] == ["red", "blue", NO_UNIT]


def test_label_runs_name_their_first_and_last_row(build: Build) -> None:
    rows = [
        {"account": "a", "label": "Jiangsu", "t_us": T0 + 5},
        {"account": "a", "label": "Jiangsu", "t_us": T0 + 1},
        {"account": "a", "label": None, "t_us": T0},
        {"account": "a", "label": "Jiangsu", "t_us": T0 + 5},
        {"account": "b", "label": "Jiangsu"},
        {"account": "a", "label": "Anhui"},
        {"account": "a", "label": "Anhui", "t_us": T0 + 9},
    ]
    zero = "0" * 64
    assert [tuple(found) for found in build(rows).label_runs()] == [
        ("a", "", "Anhui", 1, RowRef(zero, 6), RowRef(zero, 6), T0, T0),
        ("a", "", "Jiangsu", 3, RowRef(zero, 2), RowRef(zero, 4), T0 + 1, T0 + 5),
        ("a", "", "Anhui", 1, RowRef(zero, 7), RowRef(zero, 7), T0 + 9, T0 + 9),
        ("b", "", "Jiangsu", 1, RowRef(zero, 5), RowRef(zero, 5), T0, T0),
    ]
    assert build([{}]).label_runs() == []


def test_label_runs_stop_at_borders_and_keep_platforms_apart(build: Build) -> None:
    rows = [{"account": "a", "label": "x", "t_us": T0 + i} for i in range(4)]
    rows += [{"account": "a", "label": "y", "t_us": T0 + 1, "original": "1" * 64}]
    runs = build(rows).label_runs({"1" * 64: "weibo"}, (T0 + 2, T0 + 50))
    assert [(run.platform, run.label, run.n, run.first_us) for run in runs] == [
        ("", "x", 2, T0),
        ("", "x", 2, T0 + 2),
        ("weibo", "y", 1, T0 + 1),
    ]


def test_texts(build: Build) -> None:
    rows = [{"text": "call +86 515 1"}, {"text": None}, {"text": "<b>nothing</b>"}]
    table = build(rows)
    (hit,) = table.texts(r"\+\d{2}")
    assert (hit.row, hit.account, hit.text) == (1, "ada", "call +86 515 1")
    assert len(list(table.texts("(?i)NOTHING|call"))) == 2
    with pytest.raises(EngineError, match="pattern is not valid"):
        list(table.texts("(open"))


def test_texts_can_be_read_while_other_questions_are_asked(build: Build) -> None:
    table = build([{"text": f"x{i}"} for i in range(5)])
    rows = [(hit.row, table.count()) for hit in table.texts("x")]
    assert rows == [(i, 5) for i in range(1, 6)]


@pytest.mark.parametrize("total", [1, 3, 10, 11, 97])
def test_sample_rows_are_spread_evenly(build: Build, total: int) -> None:
    table = build([{"t_us": T0 + i} for i in range(total)])
    rows = [ref.row for ref in table.sample_rows()]
    assert len(rows) == min(total, 10)
    assert rows[0] == 1
    gaps = [high - low for low, high in pairwise(rows)]
    assert max(gaps, default=1) - min(gaps, default=1) <= 1
    assert len(table.sample_rows(["ada"], limit=2)) == min(total, 2)
    assert table.sample_rows(["nobody"]) == []


@pytest.mark.parametrize("limit", [1, 3, 10, 50])
def test_sample_rows_of_many_accounts_are_those_of_the_whole_order(
    build: Build, limit: int
) -> None:
    sizes = {"ada": 1, "bob": 40, "cem": 2, "dan": 0, "eve": 17, "fay": 1, "gus": 3}
    posts = [
        {"account": name, "t_us": T0 + i * 7 % 11} for name, n in sizes.items() for i in range(n)
    ]
    table = build(posts)
    order = [ref.row for ref in table.sample_rows(limit=len(posts))]
    assert len(set(order)) == len(posts)
    places = sorted({-(-k * len(posts) // limit) for k in range(limit)})
    assert [ref.row for ref in table.sample_rows(limit=limit)] == [order[at] for at in places]


def test_media(build: Build) -> None:
    rows = [
        {"account": "b", "media": "x.jpg|y.png"},
        {"account": "a", "media": "x.jpg"},
        {"account": "a", "media": None},
    ]
    assert build(rows).media() == {"x.jpg": ("a", "b"), "y.png": ("b",)}


@pytest.mark.slow
def test_cells_do_not_depend_on_threads(build: Build) -> None:
    rng = random.Random(1)  # noqa: S311 - test data
    rows = [
        {"account": f"a{rng.randrange(30)}", "t_us": T0 + rng.randrange(10**13)}
        for _ in range(3000)
    ]
    one, two = build(rows, threads=1), build(rows, threads=2)
    assert one.parts.cells[0].read_bytes() == two.parts.cells[0].read_bytes()
    assert not list(one.parts.cells[0].parent.glob(".*"))


def test_missing_and_foreign_tables(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="missing"):
        PostTable.build(tmp_path / "posts.parquet", tmp_path)
    with pytest.raises(EngineError, match="missing"):
        Parts((tmp_path / "posts.parquet",), (tmp_path / "cells.parquet",))
    (tmp_path / "posts.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(EngineError, match="statement failed"):
        PostTable.build(tmp_path / "posts.parquet", tmp_path / "t")


def test_closing_twice_and_asking_again(build: Build) -> None:
    with build([{}]) as table:
        assert table.count() == 1
    table.close()
    assert table.count() == 1
