"""Spreading a country's people over its zones."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_people", root / "tools/build_people.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_people_go_where_the_cities_are(tool: ModuleType) -> None:
    cities = Counter({"Asia/Jakarta": 30, "Asia/Makassar": 10, "Asia/Ho_Chi_Minh": 99})
    zones = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
    assert tool.spread(400, cities, zones) == {
        "Asia/Jakarta": 300,
        "Asia/Makassar": 100,
        "Asia/Jayapura": 0,
    }


def test_without_cities_the_first_zone_takes_all(tool: ModuleType) -> None:
    assert tool.spread(7, Counter(), ("Asia/Tokyo", "UTC")) == {"Asia/Tokyo": 7, "UTC": 0}


class Source:
    """Stands for the package of places."""

    def get_cities(self) -> dict[str, dict[str, object]]:
        return {
            "1": {"countrycode": "VN", "timezone": "Asia/Bangkok", "population": 50},
            "2": {"countrycode": "VN", "timezone": "Asia/Ho_Chi_Minh", "population": 50},
            "3": {"countrycode": "XK", "timezone": "Europe/Belgrade", "population": 5},
        }

    def get_countries(self) -> dict[str, dict[str, int]]:
        return {
            "VN": {"population": 100},
            "XK": {"population": 8},
            "AN": {"population": 3},
            "BV": {"population": 0},
            "JP": {"population": 9},
        }


def test_rows_follow_the_law_of_the_country(tool: ModuleType) -> None:
    assert tool.rows(Source()) == [
        ("Asia/Ho_Chi_Minh", "VN", 100),
        ("Asia/Tokyo", "JP", 9),
        ("Europe/Belgrade", "XK", 8),
    ]
