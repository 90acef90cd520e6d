"""Times of pictures as people know them."""

from __future__ import annotations

import pytest

from forensics.clues.sun.when import DAY_US, duration_s, read_when, share
from forensics.errors import ClueError

HOUR_US = 3_600_000_000
KNOWN_US = 1_715_236_200_000_000


def test_a_moment_with_its_offset() -> None:
    one = read_when(time="2024-05-09T06:30Z")
    assert (one.from_us, one.to_us, one.days, one.local) == (KNOWN_US, KNOWN_US, 1, False)
    assert one == read_when(time="2024-05-09 14:30+08:00")
    assert one.known
    assert one.text() == "2024-05-09 06:30 UTC"


def test_an_error_makes_an_interval() -> None:
    one = read_when(time="2024-05-09T06:30Z", error_s=1800)
    assert one.to_us - one.from_us == HOUR_US
    assert one.text() == "2024-05-09 06:00 to 07:00 UTC"
    assert one.placed
    assert not one.known


def test_a_local_clock_of_an_unknown_zone() -> None:
    one = read_when(local_time="2024-05-09 14:30")
    assert one.local
    assert not one.placed
    assert one.from_us == KNOWN_US + 8 * HOUR_US, "the wall clock, counted as if it were UTC"
    assert one.text() == "2024-05-09 14:30 local clock"


@pytest.mark.parametrize(
    ("words", "days", "width_h"),
    [
        ({"day": "2024-05-09"}, 1, 24),
        ({"day": "2024-05-09", "unknown": "time"}, 1, 24),
        ({"time": "2024-05-09T06:30Z", "unknown": "time"}, 1, 24),
        ({"unknown": "both"}, 366, 24),
        ({"day": "2023"}, 365, 24),
        ({"day": "2024-03-01..2024-05-31"}, 92, 24),
        ({"local_time": "14:30", "unknown": "date"}, 366, 0),
        ({"time": "06:30Z", "day": "2024-03-01..2024-05-31"}, 92, 0),
        ({"time": "2023-05-09T06:30Z", "unknown": "date"}, 365, 0),
        ({"local_time": "14:30", "day": "2024-05-09", "error_s": 3600}, 1, 2),
    ],
)
def test_what_is_unknown_is_a_span(words: dict, days: int, width_h: int) -> None:
    one = read_when(**words)
    assert one.days == days
    assert one.to_us - one.from_us == width_h * HOUR_US
    assert one.local == (width_h == 24 or "local_time" in words)
    assert one.text()


def test_the_span_of_a_year_begins_on_its_first_day() -> None:
    one = read_when(time="2023-05-09T06:30Z", unknown="date")
    assert one.from_us == 1_672_531_200_000_000 + 6 * HOUR_US + HOUR_US // 2
    assert "any day from 2023-01-01 to 2023-12-31" in one.text()
    assert read_when(day="2023").to_us - read_when(day="2023").from_us == DAY_US


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({}, "nothing says when"),
        ({"time": "2024-05-09T06:30"}, "no offset"),
        ({"local_time": "2024-05-09T06:30Z"}, "has an offset"),
        ({"time": "yesterday"}, "cannot read"),
        ({"time": "2024-05-09T06:30Z", "local_time": "2024-05-09T06:30"}, "exclude"),
        ({"time": "1999-05-09T06:30Z"}, "outside 2000"),
        ({"time": "06:30Z"}, "without a date"),
        ({"time": "06:30Z", "day": "1999-01-01"}, "outside 2000"),
        ({"time": "2024-05-09T06:30Z", "day": "2024-05-09"}, "beside a time"),
        ({"day": "2024-05-09", "unknown": "both"}, "a date beside"),
        ({"day": "9.5.2024"}, "no date"),
        ({"day": "2024-05-31..2024-03-01"}, "no span"),
        ({"day": "2023-01-01..2024-12-31"}, "no span"),
        ({"day": "1850"}, "outside 2000"),
        ({"unknown": "time"}, "without a date"),
        ({"time": "2024-05-09T06:30Z", "error_s": 50_000}, "at most 12 hours"),
        ({"time": "25:30Z", "day": "2024-05-09"}, "cannot read"),
    ],
)
def test_broken_times_are_refused(words: dict, what: str) -> None:
    with pytest.raises(ClueError, match=what):
        read_when(**words)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30min", 1800), ("90 s", 90), ("1.5h", 5400), ("1 day", 86_400), ("2 hours", 7200)],
)
def test_durations(text: str, seconds: int) -> None:
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "half an hour", "-5min", "5 parsecs", "1e3s"])
def test_broken_durations_are_refused(text: str) -> None:
    with pytest.raises(ClueError, match="duration"):
        duration_s(text)


def test_shares() -> None:
    assert share("5%") == share("0.05") == 0.05
    for text in ("x", "-1%", "500%", "nan"):
        with pytest.raises(ClueError):
            share(text)
