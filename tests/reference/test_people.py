"""The table of people: dated, complete for its zones, and read strictly."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from forensics.errors import ReferenceDataError
from forensics.reference import people as module
from forensics.reference.people import most_populous, people, read_people, weight
from forensics.reference.zones import candidate_zones


def test_the_table_is_about_the_world() -> None:
    table = people()
    total = sum(table.by_zone.values())
    assert 7_400_000_000 < total < 8_500_000_000
    assert set(table.by_zone) <= set(candidate_zones())
    assert "GeoNames" in table.source
    assert "CC BY" in table.source
    assert "2026" in table.source


@pytest.mark.parametrize(
    ("zone", "country", "low", "high"),
    [
        ("Asia/Shanghai", "CN", 1_300_000_000, 1_420_000_000),
        ("Asia/Kolkata", "IN", 1_300_000_000, 1_460_000_000),
        ("Europe/Moscow", "RU", 80_000_000, 110_000_000),
        ("Asia/Ho_Chi_Minh", "VN", 90_000_000, 102_000_000),
        ("America/New_York", "US", 90_000_000, 190_000_000),
        ("Asia/Pyongyang", "KP", 24_000_000, 27_000_000),
    ],
)
def test_known_countries(zone: str, country: str, low: int, high: int) -> None:
    assert people().countries[zone][0] == country
    assert low < people().by_zone[zone] < high


def test_one_country_may_share_a_zone_of_another() -> None:
    assert people().countries["Europe/Belgrade"] == ("RS", "XK")


def test_weight_is_the_root_of_all_people_of_the_class() -> None:
    table = people().by_zone
    both = table["Asia/Kolkata"] + table["Asia/Colombo"]
    assert weight(["Asia/Kolkata", "Asia/Colombo"]) == pytest.approx(math.sqrt(both))
    assert weight(["Antarctica/Vostok"]) == 0.0


def test_the_most_populous_zone_names_a_class() -> None:
    assert most_populous(["Asia/Manila", "Asia/Shanghai", "Asia/Taipei"]) == "Asia/Shanghai"
    assert most_populous(["Antarctica/Vostok", "Antarctica/Casey"]) == "Antarctica/Casey"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("# x\nzone\tcountry\tpeople\n", "empty"),
        ("zone\tcountry\tpeople\nAsia/Tokyo\tJP\n", "row 1"),
        ("zone\tcountry\tpeople\nAsia/Tokyo\tJP\tmany\n", "row 1"),
        ("zone\tcountry\tpeople\nAsia/Tokyo\tJP\t-5\n", "row 1"),
        ("zone\tcountry\tpeople\nAsia/Tokyo\tJP\t1\nAsia/Tokyo\tJP\t1.5\n", "row 2"),
    ],
)
def test_broken_tables_are_refused(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "people.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=what):
        read_people(path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="missing"):
        read_people(tmp_path / "none.tsv")
    assert module.TABLE.is_file()
