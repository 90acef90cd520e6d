"""Columns without ids still betray their clock, and spreadsheets leave traces."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forensics import clock
from forensics.errors import ReadError
from forensics.read.clocktests import RULES, SkippedHours

Read = Callable[..., Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEW_YEAR_2015_S = 1_420_070_400
DAY_S = 86_400


def wall(utc_s: int, zone: str, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return (EPOCH + timedelta(seconds=utc_s + clock.offset_s(zone, utc_s))).strftime(form)


def busy(days: int = 3 * 365, accounts: int = 7, seed: int = 3) -> list[tuple[str, int]]:
    """Accounts that post all round the clock on Saturdays and Sundays, in nine hours of ten."""
    rng = np.random.default_rng(seed)
    return [
        (f"a{number}", NEW_YEAR_2015_S + hour * 3600 + int(rng.integers(3600)))
        for number in range(accounts)
        for hour in range(days * 24)
        if (hour // 24 + 3) % 7 >= 5 and rng.random() < 0.9
    ]


POSTS = busy()


def naive_in(zone: str) -> bytes:
    lines = [f"{account},{wall(t, zone)}" for account, t in POSTS]
    return ("account,time\n" + "\n".join(lines) + "\n").encode()


def notes_with(source: Any, word: str) -> list[str]:
    return [note for note in source.notes if word in note]


def refused_notes(read: Read, data: bytes | Path, **options: Any) -> list[str]:
    """Notes of a file none of whose rows can be read."""
    return list(read(data, nothing_is_an_error=False, **options).source.notes)


@pytest.mark.parametrize(
    "zone",
    ["America/New_York", "Europe/Berlin", "Europe/London", "Australia/Sydney", "America/Sao_Paulo"],
)
def test_only_the_rule_of_the_column_is_left(read: Read, zone: str) -> None:
    notes = refused_notes(read, naive_in(zone))
    (excluded,) = [note for note in notes if "not its clock" in note]
    (empty,) = [note for note in notes if "is empty in them" in note]
    assert f"{zone} ({RULES[zone]}): 0 seen" in empty
    assert sum(f"{name} (" in empty for name in RULES) == 1
    others = ["America/New_York", "Europe/Berlin", "Europe/London", "Australia/Sydney"]
    assert all(f"{name} (" in excluded for name in others if name != zone)
    assert f"{zone} (" not in excluded


def test_zones_with_one_rule_cannot_be_told_apart(read: Read) -> None:
    """Los Angeles and New York skip the same hour of the wall clock on the same date."""
    notes = refused_notes(read, naive_in("America/Los_Angeles"))
    assert any("America/New_York (US and Canada): 0 seen" in note for note in notes)


def test_a_column_without_changes_excludes_every_rule(read: Read) -> None:
    notes = refused_notes(read, naive_in("Asia/Shanghai"))
    assert any("not its clock" in note for note in notes)
    assert not any("is empty in them" in note for note in notes)


def test_a_stated_zone_that_skipped_hours_full_of_posts_is_denied(read: Read) -> None:
    data = naive_in("Asia/Shanghai")
    right = read(data, assume_zone="Asia/Shanghai").source
    assert right.rows_refused == 0
    assert not notes_with(right, "WARNING")
    for zone in ("Europe/Berlin", "America/Chicago"):
        (warning,) = notes_with(read(data, assume_zone=zone).source, "WARNING")
        assert f"posts in hours that {zone} skipped" in warning
    fixed = read(data, assume_zone="+08:00").source
    assert not notes_with(fixed, "WARNING")


def test_a_column_that_claims_utc_and_skips_an_hour_is_warned_of(read: Read) -> None:
    true = [f"{account},{wall(t, 'UTC')}Z" for account, t in POSTS]
    false = [f"{account},{wall(t, 'Europe/Berlin')}Z" for account, t in POSTS]
    head = "account,time\n"
    assert not read((head + "\n".join(true)).encode()).source.notes
    (warning,) = read((head + "\n".join(false)).encode()).source.notes
    assert "claims UTC" in warning
    assert "Europe/Berlin (central Europe): 0 seen" in warning
    counts = [f"{a},{t + clock.offset_s('America/New_York', t)}" for a, t in POSTS]
    (warning,) = read((head + "\n".join(counts)).encode()).source.notes
    assert "America/New_York" in warning


def test_few_posts_say_nothing(read: Read) -> None:
    few = [f"a,{wall(t, 'Europe/Berlin')}" for _, t in POSTS[:4000:40]]
    notes = refused_notes(read, ("account,time\n" + "\n".join(few)).encode())
    assert not [note for note in notes if "spring" in note]


@pytest.mark.parametrize(
    ("hits", "expected_milli", "verdict"),
    [
        (0, 6_000, "empty"),
        (0, 5_999, "undecided"),
        (1, 20_000, "empty"),
        (1, 19_000, "undecided"),
        (2, 1_000, "undecided"),
        (3, 12_000, "excluded"),
        (3, 12_001, "undecided"),
        (3, 0, "excluded"),
    ],
)
def test_where_the_verdicts_part(hits: int, expected_milli: int, verdict: str) -> None:
    assert SkippedHours("Europe/Berlin", 1, hits, expected_milli).verdict() == verdict


def snowflake(t_s: int) -> int:
    return (t_s * 1000 + 345 - clock.TWITTER_EPOCH_MS) << 22 | 12_345


def with_ids(rows: list[tuple[int, str]], show: Callable[[int], str] = str) -> bytes:
    lines = [f"a,{when},{show(snowflake(t))}" for t, when in rows]
    return ("account,time,tweet_id\n" + "\n".join(lines) + "\n").encode()


def year(count: int = 120) -> list[int]:
    return [NEW_YEAR_2015_S + i * (365 * DAY_S // count) + i * 977 for i in range(count)]


@pytest.mark.parametrize(
    "zone",
    [
        "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Europe/London",
        "Australia/Sydney", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Tehran",
        "Pacific/Auckland", "Asia/Jerusalem",
    ],
)  # fmt: skip
def test_offsets_that_change_name_their_zone(read: Read, zone: str) -> None:
    data = with_ids([(t, wall(t, zone)) for t in year()])
    source = read(data, nothing_is_an_error=False).source
    assert source.rows_read == 0
    (note,) = notes_with(source, "WARNING")
    named = note.split("--assume-zone ")[1].split()[0]
    assert [clock.offset_s(named, t) for t in year()] == [clock.offset_s(zone, t) for t in year()]
    assert "120 of 120 posts" in note
    again = read(data, assume_zone=named).source
    assert again.rows_read + again.rows_refused == 120
    assert again.rows_read >= 118  # hours that occurred twice stay refused


def test_a_false_claim_of_utc_names_the_zone_too(read: Read) -> None:
    rows = [(t, wall(t, "America/New_York") + "Z") for t in year()]
    with pytest.raises(ReadError, match="by the ids, it is as America/New_York") as caught:
        read(with_ids(rows))
    assert "--assume-zone America/New_York" in caught.value.todo
    half = [
        (t, wall(t, "Europe/London") + "Z") for t in year() if t < NEW_YEAR_2015_S + 150 * DAY_S
    ]
    (note,) = notes_with(read(with_ids(half)).source, "WARNING")
    assert "as Europe/London" in note


def test_offsets_that_follow_no_zone_name_none(read: Read) -> None:
    rows = [(t, wall(t + (i % 3) * 3600, "UTC")) for i, t in enumerate(year())]
    source = read(with_ids(rows), nothing_is_an_error=False).source
    (note,) = notes_with(source, "WARNING")
    assert "UTC+0 on 40 posts, UTC+1 on 40 posts" in note
    assert "--assume-zone ZONE" in note


def test_ids_cut_to_fifteen_digits_are_noted_and_still_compared(read: Read) -> None:
    rows = [(t, str(t)) for t in year(40)]
    cut = read(with_ids(rows, lambda n: str(n)[:15] + "0" * (len(str(n)) - 15))).source
    (note,) = cut.notes
    assert "40 of 40 ids are cut to 15 digits" in note
    assert "right to the millisecond" in note
    assert "40 of 40 ids agree" in cut.clock.statement
    rounded = read(with_ids(rows, lambda n: str(n // 100 * 100))).source
    assert any("rounded to hundreds" in note for note in rounded.notes)
    assert not read(with_ids(rows)).source.notes


def test_ids_in_scientific_notation_keep_a_rough_clock(read: Read) -> None:
    rows = [(t, wall(t, "Etc/GMT+8")) for t in year(40)]
    notes = refused_notes(read, with_ids(rows, lambda n: f"{n:.5E}"))
    (note,) = [note for note in notes if "5.7E+17" in note]
    assert "puts time in UTC-8 on 40 of 40 posts" in note
    notes = refused_notes(read, with_ids(rows, lambda n: f"{n:.3E}"))
    (note,) = [note for note in notes if "5.7E+17" in note]
    assert "UTC-8" not in note


@pytest.mark.parametrize(
    ("times", "read_rows", "says"),
    [
        (["43528.523", "43529.75", "73049.5"], 0, "3 times are a spreadsheet's serial days"),
        (["43528,523"], 0, "1 times are a spreadsheet's serial days"),
        (["1551700800", "43528.5"], 1, "1 times are a spreadsheet's serial days"),
        (["25/03/19 12:00", "03/04/19 12:00"], 0, "2 dates have a year of two digits"),
        (["25/03/2019 12:00Z", "03/25/2019 12:00Z"], 0, "1 dates can only be day first and 1 only"),
        (["2019-03-04 12:00Z", "1551700800"], 2, "mixes formats (in a sample: "),
    ],
)
def test_damage_has_a_name(read: Read, times: list[str], read_rows: int, says: str) -> None:
    lines = "\n".join(f'a,"{time}"' for time in times)
    source = read(f"account,time\n{lines}\n".encode(), nothing_is_an_error=False).source
    assert source.rows_read == read_rows
    assert any(says in note for note in source.notes), source.notes


def test_dates_that_a_spreadsheet_turned_round(read: Read) -> None:
    days = [EPOCH + timedelta(days=17_600 + step, hours=step % 24) for step in range(90)]
    turned = [
        day.strftime("%Y-%d-%m %H:%M:%SZ") if day.day <= 12 else day.strftime("%d/%m/%Y %H:%M:%SZ")
        for day in days
    ]
    notes = refused_notes(read, ("account,time\n" + "\n".join(f"a,{t}" for t in turned)).encode())
    assert any("has swapped day and month" in note for note in notes)
    honest = [
        day.strftime("%Y-%m-%d %H:%M:%SZ") if i % 2 else day.strftime("%d/%m/%Y %H:%M:%SZ")
        for i, day in enumerate(days)
    ]
    notes = refused_notes(read, ("account,time\n" + "\n".join(f"a,{t}" for t in honest)).encode())
    assert any("mixes formats" in note for note in notes)
    assert not any("swapped" in note for note in notes)


@pytest.mark.shared
def test_the_airline_sample_is_caught(read: Read, shared_data: Path) -> None:
    """The public copy of these tweets holds naive UTC-8 beside ids; the ids are made anew."""
    path = shared_data / "twitter_airline_declared_tz.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        seconds = [int(row["epoch_seconds"]) for row in csv.DictReader(stream)]
    rows = [(t, wall(t, "Etc/GMT+8")) for t in seconds]
    source = read(with_ids(rows)).source
    note, twice = source.notes
    assert "of an earlier row" in twice  # the ids were made of the seconds
    assert "14,483 of 14,483 ids show that it was written in UTC-8" in note
    assert "--assume-zone -08:00" in note
    stated = read(with_ids(rows), assume_zone="-08:00").source
    assert stated.clock.statement == (
        "-08:00 (stated), written by the platform; 14,483 of 14,483 ids agree"
    )
    notes = refused_notes(read, with_ids(rows, lambda n: f"{n:.5E}"))
    assert any("UTC-8 on 14,483 of 14,483 posts" in note for note in notes)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/London", "Asia/Shanghai", "UTC"])
def test_real_posts_leave_only_their_own_gap_empty(
    read: Read, shared_data: Path, tmp_path: Path, zone: str
) -> None:
    import duckdb

    changes = clock.transitions(zone)
    pieces = [f"WHEN epoch_seconds >= {start} THEN {offset}" for start, offset in reversed(changes)]
    path = tmp_path / "naive.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"""COPY (SELECT account, make_timestamp((epoch_seconds + CASE {" ".join(pieces)} END)
                * 1000000) AS time FROM '{shared_data / "ira_tweets_dev.parquet"}')
            TO '{path}' (FORMAT parquet)"""
        )
    notes = refused_notes(read, path)
    empty = [note for note in notes if "is empty in them" in note]
    expected = {"America/Los_Angeles": "America/New_York"}.get(zone, zone)
    named = [name for name in RULES if any(f"{name} (" in note for note in empty)]
    assert named == ([expected] if expected in RULES else [])


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["ira_tweets_dev.parquet", "german_election_2021.parquet", "commits_dev.parquet"]
)
def test_true_utc_raises_no_alarm(read: Read, shared_data: Path, name: str) -> None:
    assert not read(shared_data / name).source.notes
