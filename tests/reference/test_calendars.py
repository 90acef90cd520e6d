"""Work calendars against official lists, typed in from the texts named beside them."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import numpy as np
import pytest

from forensics.errors import ReferenceDataError
from forensics.reference import calendars
from forensics.reference.calendars import (
    BRIDGE,
    HOLIDAY,
    LETTERS,
    MAKE_UP,
    PARTLY,
    REST,
    UNKNOWN,
    WORK,
    calendar,
    countries,
    day_number,
    day_text,
    main_zone,
    read_calendar,
)
from forensics.reference.pack import DATA

ASKED = [
    "CN",
    "TW",
    "HK",
    "MO",
    "SG",
    "MY",
    "PH",
    "VN",
    "KR",
    "KP",
    "JP",
    "MN",
    "AU",
    "RU",
    "BY",
    "UA",
    "KZ",
    "IR",
    "SA",
    "AE",
    "IL",
    "EG",
    "TR",
    "IN",
    "PK",
    "BD",
    "VE",
    "CU",
    "US",
    "GB",
    "DE",
    "FR",
    "NG",
    "GH",
    "ET",
]

CHINA = {
    # State Council notices: days off (first, last), make-up days; all as MMDD.
    2010: (  # notice 27 of 2009
        ((101, 103), (213, 219), (403, 405), (501, 503), (614, 616), (922, 924), (1001, 1007)),
        (220, 221, 612, 613, 919, 925, 926, 1009),
    ),
    2013: (  # notice 33 of 2012
        ((101, 103), (209, 215), (404, 406), (429, 501), (610, 612), (919, 921), (1001, 1007)),
        (105, 106, 216, 217, 407, 427, 428, 608, 609, 922, 929, 1012),
    ),
    2016: (  # notice 18 of 2015
        ((101, 101), (207, 213), (404, 404), (501, 502), (609, 611), (915, 917), (1001, 1007)),
        (206, 214, 612, 918, 1008, 1009),
    ),
    2020: (  # notice 16 of 2019, and notice 1 of 2020: rest until 2 February
        ((101, 101), (124, 202), (404, 406), (501, 505), (625, 627), (1001, 1008)),
        (119, 426, 509, 628, 927, 1010),
    ),
    2024: (  # notice 7 of 2023
        ((101, 101), (210, 217), (404, 406), (501, 505), (610, 610), (915, 917), (1001, 1007)),
        (204, 218, 407, 428, 511, 914, 929, 1012),
    ),
    2026: (  # notice 7 of 2025
        ((101, 103), (215, 223), (404, 406), (501, 505), (619, 621), (925, 927), (1001, 1007)),
        (104, 214, 228, 509, 920, 1010),
    ),
}
RUSSIA = {
    # Government orders on the transfer of days off: (days off, working Saturdays and Sundays).
    2011: ((307,), (305,)),  # order 600 of 2010
    2012: ((309, 430, 507, 508, 611, 1231), (311, 428, 505, 512, 609, 1229)),  # 581, 201
    2016: ((222, 307, 503), (220,)),  # 1017 of 2015
    2018: ((309, 430, 502, 611, 1231), (428, 609, 1229)),  # of 14 October 2017
    2019: ((502, 503, 510), ()),  # 1163 of 2018
    2024: ((429, 430, 510, 1230, 1231), (427, 1102, 1228)),  # 1314 of 2023
}
JAPAN_2020 = (101, 113, 211, 224, 320, 429, 504, 505, 506, 723, 724, 810, 921, 922, 1103, 1123)
"""Cabinet Office, public holidays of 2020 on weekdays."""
TAIWAN = {
    # Office calendars of the Executive Yuan: (adjusted days off, make-up days).
    2014: ((), (1227,)),
    2015: ((102,), ()),
    2021: ((210,), (220,)),
    2024: ((208,), (217,)),
    2025: ((127,), (208,)),
}


def code(country: str, year: int, month_day: int) -> int:
    day = day_number(year, month_day // 100, month_day % 100)
    return int(calendar(country).day_class(np.array([day]))[0])


def year_days(year: int) -> range:
    return range(day_number(year, 1, 1), day_number(year, 12, 31) + 1)


@pytest.mark.parametrize("year", CHINA)
def test_every_day_of_china_is_as_the_state_council_says(year: int) -> None:
    off_ranges, make_up = CHINA[year]
    off = {
        day
        for first, last in off_ranges
        for day in range(
            day_number(year, first // 100, first % 100),
            day_number(year, last // 100, last % 100) + 1,
        )
    }
    worked = {day_number(year, d // 100, d % 100) for d in make_up}
    for day in year_days(year):
        found = int(calendar("CN").day_class(np.array([day]))[0])
        weekend = (day + 3) % 7 >= 5
        if day in worked:
            expected = {MAKE_UP}
        elif weekend:
            expected = {REST}
        else:
            expected = {HOLIDAY, BRIDGE} if day in off else {WORK}
        assert found in expected, (day_text(day), LETTERS[found])


@pytest.mark.parametrize("year", RUSSIA)
def test_russian_transfers_are_as_ordered(year: int) -> None:
    off, worked = RUSSIA[year]
    found = calendar("RU").day_class(np.array(year_days(year)))
    first = day_number(year, 1, 1)
    assert {day_text(first + int(i)) for i in np.flatnonzero(found == MAKE_UP)} == {
        f"{year}-{d // 100:02d}-{d % 100:02d}" for d in worked
    }
    assert {code("RU", year, d) for d in off} <= {BRIDGE, HOLIDAY}
    assert {day_text(first + int(i)) for i in np.flatnonzero(found == BRIDGE)} <= {
        f"{year}-{d // 100:02d}-{d % 100:02d}" for d in off
    }


def test_japan_moved_its_holidays_for_the_games() -> None:
    found = {
        int(day_text(day)[5:7]) * 100 + int(day_text(day)[8:])
        for day in year_days(2020)
        if calendar("JP").day_class(np.array([day]))[0] == HOLIDAY
    }
    assert found == set(JAPAN_2020)
    assert {code("JP", 2019, d) for d in (430, 501, 502, 1022)} == {HOLIDAY}
    assert code("JP", 2020, 720) == WORK


@pytest.mark.parametrize("year", TAIWAN)
def test_taiwan_made_up_for_long_weekends_until_2025(year: int) -> None:
    off, worked = TAIWAN[year]
    assert all(code("TW", year, d) in {BRIDGE, HOLIDAY} for d in off)
    assert all(code("TW", year, d) == MAKE_UP for d in worked)
    assert not (calendar("TW").day_class(np.array(year_days(2026))) == MAKE_UP).any()


@pytest.mark.parametrize(
    ("country", "year", "month_day", "expected"),
    [
        # Royal order of 23 June 2013, in force from Saturday 29 June.
        ("SA", 2013, 620, REST),
        ("SA", 2013, 622, WORK),
        ("SA", 2013, 629, REST),
        ("SA", 2013, 704, WORK),
        # Announcement of 7 December 2021: Saturday and Sunday from 1 January 2022.
        ("AE", 2021, 1217, REST),
        ("AE", 2021, 1219, WORK),
        ("AE", 2022, 107, WORK),
        ("AE", 2022, 109, REST),
        # Notification of October 2011: Saturday too, from the 15th.
        ("PK", 2011, 1008, WORK),
        ("PK", 2011, 1015, REST),
        ("IL", 2016, 603, REST),
        ("IL", 2016, 619, WORK),
        ("IR", 2016, 610, REST),
        ("IR", 2016, 611, WORK),
    ],
)
def test_weekends_change_on_their_dates(
    country: str, year: int, month_day: int, expected: int
) -> None:
    assert code(country, year, month_day) == expected


def test_holidays_many_work_on_are_apart_from_those_most_keep() -> None:
    assert code("US", 2018, 1122) == HOLIDAY  # Thanksgiving
    assert code("US", 2018, 1123) == BRIDGE  # the day after
    assert code("US", 2018, 1008) == PARTLY  # Columbus Day
    assert calendar("US").name(day_number(2018, 11, 23)) == "Day after Thanksgiving"


def test_hong_kong_has_its_seventeen_general_holidays() -> None:
    # General holidays of 2023 on weekdays, Saturdays left out.
    listed = (102, 123, 124, 125, 405, 407, 410, 501, 526, 622, 1002, 1023, 1225, 1226)
    assert {code("HK", 2023, d) for d in listed} == {HOLIDAY}


def test_years_without_a_notice_are_unknown_not_plain() -> None:
    assert {code("CN", 2027, d) for d in (104, 206, 601, 1008)} == {UNKNOWN}
    assert code("UA", 2023, 824) == UNKNOWN
    assert code("RU", 2020, 415) == UNKNOWN
    outside = np.array([day_number(2004, 12, 31), day_number(2028, 1, 1)])
    assert set(calendar("DE").day_class(outside).tolist()) == {UNKNOWN}


def test_every_asked_country_has_a_calendar_a_source_and_a_zone() -> None:
    assert set(ASKED) <= set(countries())
    for country in countries():
        held = calendar(country)
        assert held.source
        assert all(weekend.source for weekend in held.weekends)
        assert {weekend.certainty for weekend in held.weekends} <= {"certain", "stated", "doubtful"}
        assert "/" in main_zone(country)
        weekday_off = ((held.codes == HOLIDAY) | (held.codes == BRIDGE)).sum()
        assert 4 * 23 <= weekday_off <= 30 * 23 or country == "UA", country


def test_no_day_stands_outside_the_years_and_none_twice() -> None:
    for line in (DATA / "calendars.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        days = [d for named in row["off"].values() for listed in named.values() for d in listed]
        assert len(days) == len(set(days)), row["country"]
        assert all(2005 <= d // 10_000 <= 2027 for d in (*days, *row["make_up"]))
        for written in row["make_up"]:
            date(written // 10_000, written // 100 % 100, written % 100)


def test_the_file_is_the_one_the_manifest_describes() -> None:
    raw = (DATA / "calendars.jsonl").read_bytes()
    facts = json.loads((DATA / "calendars.json").read_text(encoding="utf-8"))
    assert hashlib.sha256(raw).hexdigest() == facts["sha256"]
    assert len(raw) == facts["bytes"] < 300_000
    assert "Permission is hereby granted" in (DATA / facts["licence_file"]).read_text("utf-8")
    assert facts["package_version"] in calendars.version()


def test_a_make_up_day_counts_only_where_there_is_rest() -> None:
    row = {
        "country": "XX",
        "name": "Nowhere",
        "source": "test",
        "checked": "",
        "doubtful": "",
        "remarks": [],
        "weekends": [[20200101, "56", "", "certain", "test"]],
        "off": {"H": {"A day": [20200101, 20200104]}},
        "make_up": [20200105, 20200106],
        "estimated": [],
        "unknown": [[20200110, 20200111, "test"]],
    }
    held = read_calendar(row, (2020, 2020))
    assert "".join(LETTERS[c] for c in held.codes[:12]) == "HWWEMWWWWUUE"
    assert held.name(held.first + 3) == "A day"


def test_a_country_without_a_calendar_is_an_error_with_advice() -> None:
    with pytest.raises(ReferenceDataError, match="no work calendar for 'XX'"):
        calendar("XX")
