"""Zone classes: known answers of the zone history, and merging on a sample."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics import clock
from forensics.errors import ReferenceDataError
from forensics.reference.zones import (
    candidate_offsets,
    candidate_zones,
    distinct_rows,
    local_quarters,
    zone_classes,
    zone_countries,
)


def utc(text: str) -> int:
    return clock.instant(text + "T00:00:00Z", clock_writer="unknown").utc_us // 1_000_000


def offset(zone: str, text: str) -> int:
    quarter = np.array([utc(text) // 900], dtype=np.int64)
    return int(local_quarters(zone, quarter)[0] - quarter[0]) * 15


def together(start: str, end: str, *zones: str) -> bool:
    """Whether the zones stand in one class over that window."""
    classes = zone_classes(utc(start), utc(end))
    return any(set(zones) <= set(names) for names in classes.names)


def test_forty_two_offsets_were_in_legal_use() -> None:
    offsets = candidate_offsets()
    assert len(offsets) == 42
    assert (offsets[0], offsets[-1]) == (-660, 825)
    assert {-270, 330, 345, 390, 510, 525, 765} <= set(offsets)
    assert 840 not in offsets


def test_every_candidate_has_a_country() -> None:
    assert set(candidate_zones()) == set(zone_countries())
    assert zone_countries()["Asia/Shanghai"] == "CN"


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Europe/Moscow", "2010-12-01", 180),
        ("Europe/Moscow", "2011-12-01", 240),
        ("Europe/Moscow", "2014-10-01", 240),
        ("Europe/Moscow", "2014-11-01", 180),
        ("Europe/Istanbul", "2015-12-01", 120),
        ("Europe/Istanbul", "2016-12-01", 180),
        ("Asia/Pyongyang", "2015-08-01", 540),
        ("Asia/Pyongyang", "2016-01-01", 510),
        ("Asia/Pyongyang", "2018-06-01", 540),
        ("Asia/Tehran", "2022-07-01", 270),
        ("Asia/Tehran", "2023-07-01", 210),
        ("Pacific/Apia", "2011-12-01", -600),
        ("Pacific/Apia", "2012-01-15", 840),
        ("America/Caracas", "2010-01-01", -270),
        ("Asia/Kolkata", "2020-01-01", 330),
    ],
)
def test_offsets_by_the_rules_of_their_date(zone: str, day: str, minutes: int) -> None:
    assert offset(zone, day) == minutes


@pytest.mark.parametrize(
    ("start", "end", "zones", "same"),
    [
        ("2012-01-01", "2014-10-01", ("Europe/Moscow", "Asia/Dubai"), True),
        ("2012-01-01", "2014-12-01", ("Europe/Moscow", "Asia/Dubai"), False),
        ("2017-01-01", "2020-01-01", ("Europe/Istanbul", "Europe/Moscow"), True),
        ("2015-01-01", "2020-01-01", ("Europe/Istanbul", "Europe/Moscow"), False),
        ("2015-01-01", "2015-08-01", ("Asia/Pyongyang", "Asia/Seoul"), True),
        ("2015-01-01", "2016-01-01", ("Asia/Pyongyang", "Asia/Seoul"), False),
        ("2023-01-01", "2025-01-01", ("Asia/Tehran",), True),
        ("2000-01-01", "2026-01-01", ("Asia/Colombo", "Asia/Kolkata"), False),
        ("2008-01-01", "2026-01-01", ("Asia/Colombo", "Asia/Kolkata"), True),
        ("2015-01-01", "2026-01-01", ("Europe/Berlin", "Europe/Paris", "Europe/Madrid"), True),
        ("2015-01-01", "2026-01-01", ("Europe/Berlin", "Africa/Lagos"), False),
        ("2021-11-10", "2022-03-10", ("Europe/Berlin", "Africa/Lagos"), True),
        ("2014-01-01", "2014-03-20", ("Europe/Kyiv", "Europe/Simferopol"), True),
        ("2014-01-01", "2014-05-01", ("Europe/Kyiv", "Europe/Simferopol"), False),
    ],
)
def test_who_shares_a_class(start: str, end: str, zones: tuple[str, ...], same: bool) -> None:
    assert together(start, end, *zones) is same


def test_number_of_classes_is_that_of_the_zone_history() -> None:
    # Counts published with the method (2026f, up to 2026): 153 since 2008, 82 since 2020.
    assert abs(len(zone_classes(utc("2008-01-01"), utc("2026-11-01")).names) - 153) <= 6
    assert abs(len(zone_classes(utc("2020-01-01"), utc("2026-11-01")).names) - 82) <= 6


def test_classes_hold_every_zone_once_and_their_offsets_agree_with_the_clock() -> None:
    classes = zone_classes(utc("2015-01-01"), utc("2017-01-01"))
    names = [name for group in classes.names for name in group]
    assert sorted(names) == sorted(candidate_zones())
    for index, group in enumerate(classes.names):
        for name in (group[0], group[-1]):
            expected = [s // 60 for s in clock.offsets_of(name, classes.starts_s.tolist())]
            assert classes.offsets_min[index].tolist() == expected


def test_merging_joins_classes_that_agree_on_the_segments_used() -> None:
    classes = zone_classes(utc("2021-01-01"), utc("2022-01-01"))
    winter = np.array([utc("2021-01-10") // 900, utc("2021-12-10") // 900], dtype=np.int64)
    merged = classes.merged(np.unique(classes.segments_of(winter)))
    assert len(merged.names) < len(classes.names)
    assert any({"Europe/Berlin", "Africa/Lagos"} <= set(group) for group in merged.names)
    assert not any({"Europe/Berlin", "Europe/London"} <= set(group) for group in merged.names)
    assert merged.labels()[0] in merged.names[0]
    firsts = [group[0] for group in merged.names]
    assert firsts == sorted(firsts)


def test_segments_outside_the_window_take_the_first() -> None:
    classes = zone_classes(utc("2021-01-01"), utc("2022-01-01"))
    assert classes.segments_of(np.array([0], dtype=np.int64)).tolist() == [0]


@settings(deadline=None)
@given(st.integers(utc("2001-01-01") // 900, utc("2026-01-01") // 900))
def test_conversion_agrees_with_the_clock(quarter: int) -> None:
    for zone in ("America/New_York", "Asia/Kathmandu", "Africa/Casablanca", "Europe/Dublin"):
        local = int(local_quarters(zone, np.array([quarter], dtype=np.int64))[0])
        assert (local - quarter) * 900 == clock.offset_s(zone, quarter * 900)


def test_an_empty_window_and_odd_offsets_are_refused() -> None:
    with pytest.raises(ReferenceDataError, match="empty"):
        zone_classes(10, 10)
    with pytest.raises(ReferenceDataError, match="15 minutes"):
        zone_classes(utc_1960(), utc_1960() + 86_400)


def utc_1960() -> int:
    return -315_619_200


@pytest.mark.parametrize("machine_zone", ["Asia/Tokyo", "America/St_Johns"])
def test_the_machine_zone_does_not_matter(machine_zone: str) -> None:
    code = (
        "from forensics.reference.zones import candidate_offsets, zone_classes\n"
        "print(candidate_offsets(), zone_classes(1420070400, 1483228800).names)"
    )
    here, there = (
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for zone in ("UTC", machine_zone)
    )
    assert here == there


def test_distinct_rows_stand_in_the_order_of_their_first() -> None:
    first, kind = distinct_rows(np.array([[3, 1], [2, 2], [3, 1], [0, 9], [2, 2]]))
    assert first == [0, 1, 3]
    assert kind == (0, 1, 0, 2, 1)
