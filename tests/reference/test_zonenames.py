"""Names of zones in profiles: the lists of programs, the database's own names, bare offsets."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics import clock
from forensics.reference.zonenames import read_zone_name, zone_names


@pytest.mark.parametrize(
    ("text", "zone", "country"),
    [
        ("Pacific Time (US & Canada)", "America/Los_Angeles", "US"),
        ("pacific time (us & canada)", "America/Los_Angeles", "US"),
        ("(GMT+08:00) Beijing", "Asia/Shanghai", "CN"),
        ("China Standard Time", "Asia/Shanghai", "CN"),
        ("Volgograd", "Europe/Volgograd", "RU"),
        ("Asia/Tehran", "Asia/Tehran", "IR"),
        ("asia/tehran", "Asia/Tehran", "IR"),
        ("EST", "Etc/GMT+5", ""),
        ("北京时间", "Asia/Shanghai", "CN"),
    ],
)
def test_known_zones(text: str, zone: str, country: str) -> None:
    found = read_zone_name(text)
    assert (found.zone, found.country, found.offset_min) == (zone, country, None)


@pytest.mark.parametrize(
    ("text", "minutes"), [("UTC+8", 480), ("+05:30", 330), ("GMT-3", -180), ("UTC+15", None)]
)
def test_bare_offsets(text: str, minutes: int | None) -> None:
    found = read_zone_name(text)
    assert (found.zone, found.offset_min) == (None, minutes)
    assert found.known == (minutes is not None)


@pytest.mark.parametrize("text", ["", "Mars", "Pacific", "Asia/", "8", "my zone"])
def test_unknown_zones(text: str) -> None:
    assert not read_zone_name(text).known


def test_every_zone_of_the_table_exists() -> None:
    names = zone_names()
    assert len(names) > 250
    for zone in names.values():
        assert clock.zone(zone)


@given(st.text(max_size=200))
def test_any_text_is_read_or_not(text: str) -> None:
    found = read_zone_name(text)
    assert found.known == (found.zone is not None or found.offset_min is not None)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "different"),
    [("ira_accounts_declared_zone_dev", 15), ("twitter_airline_declared_tz", 85)],
)
def test_every_name_of_public_profiles_is_known(
    shared_data: Path, file: str, different: int
) -> None:
    with gzip.open(shared_data / f"{file}.csv.gz", "rt", encoding="utf-8") as rows:
        names = {row["tz_name"] for row in csv.DictReader(rows)} - {""}
    assert len(names) == different
    assert {name for name in names if not read_zone_name(name).zone} == set()


@pytest.mark.shared
def test_zones_of_public_profiles_have_the_offset_beside_them(shared_data: Path) -> None:
    """Twitter wrote the offset of its own table beside the name: an independent check of ours."""
    wrong: dict[str, set[int]] = {}
    seen = 0
    path = shared_data / "twitter_airline_declared_tz.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            zone = read_zone_name(row["tz_name"]).zone
            if zone is None or not row["declared_offset_min"]:
                continue
            seen += 1
            offset_min = clock.offset_s(zone, int(row["epoch_seconds"])) // 60
            if offset_min != int(float(row["declared_offset_min"])):
                wrong.setdefault(row["tz_name"], set()).add(offset_min)
    assert seen > 9_000
    assert set(wrong) == set()
