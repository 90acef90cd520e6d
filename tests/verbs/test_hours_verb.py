"""`gnomon hours`: the JSON is a promise, the picture fits a terminal, errors are one line."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from forensics import clock
from forensics.clues.hours import model
from forensics.errors import ClockError, ReadError, UsageError
from forensics.reference.zones import candidate_offsets
from forensics.verbs import hours_text
from forensics.verbs.hours import hours
from forensics.verbs.hours_text import BLOCKS, NONE, heat_map, ranges_text

START = 1_600_041_600
DAY = 86_400
APP = typer.Typer()
APP.command()(hours)


def office(zone: str, seed: int = 1, days: int = 120) -> list[int]:
    rng = np.random.default_rng(seed)
    local = [
        START + day * DAY + int(3600 * hour)
        for day in range(days)
        if day % 7 < 5
        for hour in rng.uniform(9, 18, 3)
    ]
    return sorted(second - clock.offset_s(zone, second) for second in local)


def write(path: Path, rows: list[tuple[object, ...]], header: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def posts_at(path: Path) -> Path:
    rows: list[tuple[object, ...]] = [("east", t, "one") for t in office("Asia/Shanghai")]
    rows += [("few", t, "two") for t in office("Asia/Shanghai", 2)[:9]]
    return write(path, rows, ("account", "epoch_seconds", "team"))


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    return posts_at(tmp_path / "posts.csv")


def call(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(APP, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_the_json_is_what_is_promised(posts: Path) -> None:
    found = json.loads(call(posts, "--json"))
    assert list(found) == ["meta", "units"]
    meta = found["meta"]
    assert meta["zone_database"] == clock.ZONE_DATABASE
    assert meta["files"][0]["sha256"] == hashlib.sha256(posts.read_bytes()).hexdigest()
    assert meta["files"][0]["name"] == "posts.csv"
    assert meta["refused"] == {"rows": 0, "files": 0, "reasons": {}}
    assert meta["settings"]["effective_hours"] == 25
    assert [unit["unit"] for unit in found["units"]] == ["east", "few"]
    for unit in found["units"]:
        assert list(unit) == [
            "unit", "n_posts", "n_active_hours", "n_active_days", "status", "offsets",
            "set80_uniform", "set80_population", "set80_others_uniform",
            "set80_others_population", "point_min", "point_reason", "zones",
            "alternatives", "evidence", "identifiability", "segments", "limits",
        ]  # fmt: skip
        assert [row["offset_min"] for row in unit["offsets"]] == list(candidate_offsets())
        for prior in ("p_uniform", "p_population"):
            values = [row[prior] for row in unit["offsets"]]
            assert sum(values) == pytest.approx(1.0, abs=1e-4)
            assert all(round(value, 6) == value for value in values)
        for name in ("set80_uniform", "set80_population"):
            assert unit[name] == sorted(unit[name])
            assert all(type(offset) is int for offset in unit[name])
            prior = name.replace("set80", "p")
            # Sets are drawn from the posterior at the power at which they cover as said.
            full = model.SET_POWER[0.8][int(prior == "p_population")]
            power = 1 + (full - 1) * min(1, model.SHARP_HOURS / unit["n_active_hours"])
            rows = {r["offset_min"]: r[prior] ** power for r in unit["offsets"]}
            held = sum(rows[offset] for offset in unit[name]) / sum(rows.values())
            assert held >= 0.8 - 1e-3
        assert {row["offset_min"] for row in unit["alternatives"]} == set(candidate_offsets())
        assert list(unit["evidence"]) == [
            "clock_changes", "calendar", "calendar_answer", "audience", "automation", "splits",
            "hands", "previous_owner", "rivals",
        ]  # fmt: skip
        assert all({"country", "weight_mdb"} <= row.keys() for row in unit["evidence"]["calendar"])
        for name in ("clock_changes", "calendar_answer", "audience", "automation", "rivals"):
            assert unit["evidence"][name]["status"] in {"found", "nothing_found", "insufficient"}
            assert unit["evidence"][name]["statement"]
        shifts = {row["offset_min"]: row["shift_h"] for row in unit["alternatives"]}
        best = max(unit["offsets"], key=lambda row: row["p_population"])["offset_min"]
        assert shifts[best] == 0
        assert shifts[480] - shifts[420] in {1, -23}
        assert any("ordinary hours" in limit for limit in unit["limits"])
        zones = {z for row in unit["zones"] for z in row["members"]}
        assert "Asia/Shanghai" in zones
        assert all(
            set(row) == {"zone_class", "members", "p_uniform", "p_population"}
            for row in unit["zones"]
        )
    assert [unit["status"] for unit in found["units"]] == ["found", "insufficient"]


def test_equal_input_gives_equal_bytes(posts: Path) -> None:
    assert call(posts, "--json") == call(posts, "--json")


def test_a_pool_and_a_column(posts: Path) -> None:
    (pool,) = json.loads(call(posts, "--pool", "--json"))["units"]
    assert pool["n_posts"] == len(posts.read_text(encoding="utf-8").splitlines()) - 1
    teams = json.loads(call(posts, "--by", "team", "--json"))["units"]
    assert [unit["unit"] for unit in teams] == ["one", "two"]
    (one,) = json.loads(call(posts, "--account", "few", "--json"))["units"]
    assert one["unit"] == "few"


def test_columns_by_hand_and_a_stated_zone(tmp_path: Path) -> None:
    rows = [("x", clock.utc_text((t + 8 * 3600) * 1_000_000)[:-1]) for t in office("Asia/Shanghai")]
    path = write(tmp_path / "odd.csv", rows, ("who", "when"))
    words = (path, "--map", "account=who,time=when", "--assume-zone", "Asia/Shanghai", "--json")
    (unit,) = json.loads(call(*words))["units"]
    assert 480 in unit["set80_population"]
    assert any("stated, not written" in limit for limit in unit["limits"])
    with pytest.raises(ReadError):
        call(path, "--map", "account=who,time=when")


def test_folders_are_read_whole(posts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / ".hidden").write_text("x", encoding="utf-8")
    posts.rename(folder / "posts.csv")
    assert len(json.loads(call(folder, "--json"))["units"]) == 2


def test_the_picture_fits_a_terminal(posts: Path) -> None:
    text = call(posts, "--account", "east", "--zone", "America/New_York")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert "UTC" in text
    assert "America/New_York (local)" in text
    assert text.count("Mon  ") == 2
    assert "If ordinary hours are kept" in text
    assert "by population:" in text
    assert "UTC+8" in text
    assert "CN" in text
    assert "\x1b" not in text
    assert "never a country" in text


def test_the_best_zone_is_not_drawn_twice(posts: Path) -> None:
    found = json.loads(call(posts, "--account", "east", "--json"))["units"][0]
    assert found["status"] == "found"
    text = call(posts, "--account", "east", "--zone", "UTC")
    assert text.count("Mon  ") == 1


def test_two_units_are_drawn_and_the_small_one_says_why(posts: Path) -> None:
    text = call(posts)
    assert text.count("Mon  ") == 2
    assert "insufficient: Only" in text
    assert "no more than a set" in text.replace("\n", " ")


def test_many_units_are_a_table(tmp_path: Path) -> None:
    rows = [(f"user{i:02d}", t) for i in range(40) for t in office("Asia/Tokyo", i, 60 - i)]
    rows += [("a very long name of an account" + "\u202e", t) for t in office("Asia/Tokyo", 99)]
    path = write(tmp_path / "many.csv", rows, ("account", "epoch_seconds"))
    text = call(path)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("unit")
    assert "and 11 more" in text
    assert "\u202e" not in text
    assert "insufficient" in text
    assert "ordinary hours" in text
    hours_shown = [int(line[31:38]) for line in lines[1:31]]
    assert hours_shown == sorted(hours_shown, reverse=True)


def test_refused_rows_are_counted_and_said(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [("a", t) for t in office("Asia/Tokyo")]
    path = write(tmp_path / "p.csv", [*rows, ("a", "soon"), ("", 1)], ("account", "epoch_seconds"))
    result = CliRunner().invoke(APP, [str(path), "--json"])
    assert result.exit_code == 0
    meta = json.loads(result.stdout)["meta"]
    assert meta["refused"]["rows"] == 2
    assert sum(meta["refused"]["reasons"].values()) >= 2
    assert "2 of" in result.stderr
    assert "refused" in result.stderr


def test_a_refused_file_beside_a_good_one_is_exit_one(posts: Path, tmp_path: Path) -> None:
    broken = tmp_path / "noise.csv"
    broken.write_bytes(b"")
    result = CliRunner().invoke(APP, [str(posts), str(broken), "--json"])
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["units"]) == 2
    assert json.loads(result.stdout)["meta"]["refused"]["files"] == 1
    assert result.stderr


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        ("missing", ReadError, "no such file"),
        ("empty folder", ReadError, "holds no files"),
        ("empty file", ReadError, ""),
        ("no columns", ReadError, ""),
        ("bad zone", ClockError, "no time zone is called"),
        ("bad assumed zone", ReadError, "no time zone is called"),
        ("pool and by", UsageError, "exclude"),
        ("bad map", UsageError, "--map"),
        ("no such unit", UsageError, "no unit is called"),
        ("no such column", ReadError, "nowhere"),
    ],
)
def test_broken_calls(
    posts: Path, tmp_path: Path, make: str, error: type[Exception], words: str
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    nothing = tmp_path / "nothing.csv"
    nothing.write_bytes(b"")
    other = write(tmp_path / "other.csv", [("x", "y")], ("left", "right"))
    calls: dict[str, tuple[object, ...]] = {
        "missing": (tmp_path / "gone.csv",),
        "empty folder": (folder,),
        "empty file": (nothing,),
        "no columns": (other,),
        "bad zone": (posts, "--zone", "Mars/Base"),
        "bad assumed zone": (posts, "--assume-zone", "Mars/Base"),
        "pool and by": (posts, "--pool", "--by", "team"),
        "bad map": (posts, "--map", "account"),
        "no such unit": (posts, "--account", "nobody"),
        "no such column": (posts, "--by", "nowhere"),
    }
    with pytest.raises(error, match=words or None):
        call(*calls[make])


def hours_where(zone: str, posts: Path) -> bytes:
    """What it prints on a machine whose zone is that."""
    code = "import sys; from forensics.verbs.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, "hours", posts, "--json"],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def in_utc(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """Posts, and what it prints of them where the machine's zone is UTC."""
    posts = posts_at(tmp_path_factory.mktemp("zones") / "posts.csv")
    return posts, hours_where("UTC", posts)


@pytest.mark.slow
@pytest.mark.parametrize("machine_zone", ["Asia/Tokyo", "America/St_Johns"])
def test_the_machine_zone_does_not_matter(in_utc: tuple[Path, bytes], machine_zone: str) -> None:
    posts, here = in_utc
    assert hours_where(machine_zone, posts) == here
    assert b'"units"' in here


def test_heat_map_rows_and_blocks() -> None:
    rows = heat_map([0] * 167 + [8], 8)
    assert len(rows) == 7
    assert {len(row) for row in rows} == {24}
    assert rows[6][23] == BLOCKS[-1]
    assert rows[0] == NONE * 24
    assert heat_map([1] + [0] * 167, 100)[0][0] == BLOCKS[0]


def test_ranges_of_offsets() -> None:
    assert ranges_text((420, 480)) == "+7..+8"
    assert ranges_text((480, 540)) == "+8, +9", "UTC+8:30 was in legal use between them"
    assert ranges_text((-60, 0, 60)) == "-1..+1"
    assert ranges_text((345,)) == "+5:45"


def test_text_of_a_unit_without_posts() -> None:
    from forensics.clues.activity import Activity
    from forensics.clues.moments import made
    from forensics.clues.times import Told, answers, sort_posts

    none = np.array([], dtype=np.int64)
    nobody = Activity("n", ("n",), (), none, none, {}, ())
    (one,) = answers([sort_posts(nobody, made("n", none))], Told())
    text = hours_text.unit_text(one)
    assert text[0].startswith("n: 0 posts")
    assert "No posts" in text[1]
    assert hours_text._countries(one.hours) == []
