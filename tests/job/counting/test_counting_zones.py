"""The quick look at zones says what the hours finder says of the same posts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import forensics
from forensics.clues.activity import activities
from forensics.clues.hours import answer as hours
from forensics.clues.moments import moments
from forensics.clues.times import sort_posts
from forensics.engine import PostTable
from forensics.engine.runner import open_runner
from forensics.job.counting import zones
from forensics.job.counting.adding import Machine
from forensics.job.counting.folder import open_folder
from forensics.reference.templates import library

ACCOUNTS = 9
START = pd.Timestamp("2023-02-06", tz="UTC")


def export(path: Path) -> Path:
    """Office workers in some zones, one of whom reposts at night, one flat, one with few posts."""
    rng = np.random.default_rng(5)
    rows = []
    for account in range(ACCOUNTS):
        posts = 30 if account == 1 else 160
        day = rng.integers(0, 300, posts)
        hour = rng.normal(14, 2.5, posts) - (account * 3 - 9)
        if account == 2:
            hour = rng.uniform(0, 24, posts)
        kind = np.where((account == 3) & (rng.random(posts) < 0.4), "repost", "original")
        hour = np.where(kind == "repost", hour + 11, hour)
        for d, h, k in zip(day, hour, kind, strict=True):
            time = START + pd.Timedelta(days=int(d), minutes=int(h * 60))
            rows.append((f"account{account}", time.strftime("%Y-%m-%dT%H:%M:%SZ"), k, "text"))
    rows += [(f"clock{n % 2}", f"2023-05-0{1 + n % 9} 10:00:00", "original", "") for n in range(12)]
    frame = pd.DataFrame(rows, columns=["account", "created_at", "kind", "text"])
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("zones")
    whole = pd.read_csv(export(place / "posts.csv"), keep_default_na=False)
    whole[whole.index % 2 == 0].to_csv(place / "a.csv", index=False)
    whole[whole.index % 2 == 1].to_csv(place / "b.csv", index=False)
    forensics.count(place / "a.csv", place / "c", assume_zone="Asia/Tokyo", because="a test")
    forensics.count(
        place / "b.csv", place / "c", assume_zone="Asia/Tokyo", because="a test", zones=True
    )
    return place / "c"


def full_answers(root: Path) -> dict[str, hours.HoursAnswer]:
    """The hours finder on the same posts, which hold no machine and no change of hands."""
    counts = open_folder(root)
    merged = root.parent / "tables"
    merged.mkdir(exist_ok=True)
    with open_runner(memory_limit_mb=500, threads=1, scratch=merged) as runner:
        runner.table("posts", counts.files("posts"))
        runner.write(
            "SELECT * FROM posts", merged / "posts.parquet", ("account", "t_us", "original", "row")
        )
    with PostTable.build(merged / "posts.parquet", merged) as posts:
        units = posts.units("account")
        pairs = zip(activities(posts, units), moments(posts, units), strict=True)
        left = [sort_posts(activity, single).left for activity, single in pairs]
        return {one.activity.unit: one for one in hours.answers(left, library())}


def test_zones_are_those_of_the_hours_finder(counted: Path) -> None:
    table = forensics.open_counts(counted).zones().set_index("account")
    truth = full_answers(counted)
    assert list(table.index) == sorted(truth)
    for account, one in truth.items():
        row = table.loc[account]
        assert row["status"] == one.status
        assert tuple(row["set80_uniform_min"]) == one.set80[0]
        assert tuple(row["set80_population_min"]) == one.set80[1]
        assert (None if pd.isna(row["point_min"]) else row["point_min"]) == one.point_min
        assert row["point_worth_ppm"] == one.point_worth_ppm
        assert row["reasons"] == " ".join(one.reasons)
        assert row["active_hours"] == one.activity.n_active_hours
        assert row["active_days"] == one.activity.n_active_days
        assert row["posts"] == one.activity.n_posts + row["reposts_left_out"]
    found = table["status"] == "found"
    assert 4 <= found.sum() < len(table)
    assert table.loc["account3", "reposts_left_out"] > 20
    assert "flat" in table.loc["account2", "reasons"]
    assert "rest" not in table.loc["clock0", "reasons"]


def test_blocks_do_not_change_what_is_written(
    counted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (counted / "zones.parquet").read_bytes()
    monkeypatch.setattr(zones, "BLOCK_ACCOUNTS", 2)
    steps: list[tuple[str, int, int | None]] = []
    look = zones.write_zones(
        open_folder(counted), Machine(threads=1), lambda *step: steps.append(step)
    )
    assert (counted / "zones.parquet").read_bytes() == whole
    assert steps[-1] == ("zones", 11, 11)
    assert len(steps) == 6
    assert look.accounts == 11
    monkeypatch.setattr(zones, "BLOCK_POSTS", 100)
    zones.write_zones(open_folder(counted), Machine())
    assert (counted / "zones.parquet").read_bytes() == whole


def test_it_says_what_it_leaves_out() -> None:
    for word in ("Machines", "hands", "calendars", "audience", "ordinary hours", "one account"):
        assert word in zones.LEAVES_OUT


def test_reposts_stay_where_too_few_hours_are_left_without_them() -> None:
    hours = np.arange(50) * 4
    own, few = hours + zones._CODE, hours[:49]
    place = np.concatenate([own, own[:3] + 1, few, few[:2], [zones._CODE * 2]])
    repost = np.concatenate([np.zeros(50), np.ones(3), np.zeros(49), np.ones(2), [1]]) > 0
    n = np.arange(1, len(place) + 1)
    kept, posts, left_out = zones._without_reposts(place, n, repost, 3)
    assert kept.tolist() == [*few.tolist(), *own.tolist(), zones._CODE * 2]
    assert left_out == [0, int(n[50:53].sum()), 0]
    assert posts[:2].tolist() == [n[53] + n[102], n[54] + n[103]], "one row a quarter-hour"
    assert posts.sum() == n.sum() - left_out[1]
