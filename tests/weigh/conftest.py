"""A small world and makers of clues, for tests of weighing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from forensics.model import (
    AreaLikelihood,
    Clue,
    Hypothesis,
    Likelihood,
    PointLikelihood,
    Position,
    Weight,
    ZoneLikelihood,
)
from forensics.reference.places import Area, Gazetteer

# name, lat, lon, population, country, admin1, admin2, zone
PLACES = [
    ("Yancheng", 33.36, 120.16, 1_600_000, "CN", "CN-JS", "CN-JS.3209", "Asia/Shanghai"),
    ("Dafeng", 33.20, 120.46, 300_000, "CN", "CN-JS", "CN-JS.3209", "Asia/Shanghai"),
    ("Nanjing", 32.06, 118.78, 7_000_000, "CN", "CN-JS", "CN-JS.3201", "Asia/Shanghai"),
    ("Guangzhou", 23.12, 113.25, 14_000_000, "CN", "CN-GD", "CN-GD.4401", "Asia/Shanghai"),
    ("Beijing", 39.91, 116.40, 18_000_000, "CN", "CN-BJ", "", "Asia/Shanghai"),
    ("Urumqi", 43.80, 87.60, 2_000_000, "CN", "CN-XJ", "CN-XJ.6501", "Asia/Urumqi"),
    ("Manila", 14.60, 120.98, 12_000_000, "PH", "PH-00", "", "Asia/Manila"),
    ("Taipei", 25.05, 121.53, 7_800_000, "TW", "TW-TPE", "", "Asia/Taipei"),
    ("Perth", -31.95, 115.86, 2_000_000, "AU", "AU-WA", "", "Australia/Perth"),
    ("Sydney", -33.87, 151.21, 5_000_000, "AU", "AU-NSW", "", "Australia/Sydney"),
    ("Tokyo", 35.69, 139.69, 37_000_000, "JP", "JP-13", "", "Asia/Tokyo"),
    ("Moscow", 55.75, 37.62, 12_500_000, "RU", "RU-MOW", "", "Europe/Moscow"),
    ("Lagos", 6.45, 3.40, 15_000_000, "NG", "NG-LA", "", "Africa/Lagos"),
    ("New York", 40.71, -74.01, 19_000_000, "US", "US-NY", "", "America/New_York"),
    ("Outpost", 0.0, 0.0, 0, "US", "", "", "Etc/GMT"),
]
AREAS = {
    "CN": "China",
    "PH": "Philippines",
    "TW": "Taiwan",
    "AU": "Australia",
    "JP": "Japan",
    "RU": "Russia",
    "NG": "Nigeria",
    "US": "United States",
    "CN-JS": "Jiangsu",
    "CN-GD": "Guangdong",
    "CN-BJ": "Beijing",
    "CN-XJ": "Xinjiang",
    "PH-00": "Metro Manila",
    "TW-TPE": "Taipei City",
    "AU-WA": "Western Australia",
    "AU-NSW": "New South Wales",
    "JP-13": "Tokyo",
    "RU-MOW": "Moscow",
    "NG-LA": "Lagos",
    "US-NY": "New York",
    "CN-JS.3209": "Yancheng",
    "CN-JS.3201": "Nanjing",
    "CN-GD.4401": "Guangzhou",
    "CN-XJ.6501": "Urumqi",
    "XX": "Nowhere",
}
OFFSETS = {
    "Asia/Shanghai": 8,
    "Asia/Urumqi": 6,
    "Asia/Manila": 8,
    "Asia/Taipei": 8,
    "Australia/Perth": 8,
    "Australia/Sydney": 10,
    "Asia/Tokyo": 9,
    "Europe/Moscow": 3,
    "Africa/Lagos": 1,
    "America/New_York": -5,
}


def _area(code: str, name: str) -> Area:
    if "." in code:
        return Area(code, name, "", "admin2", code.split(".", maxsplit=1)[0])
    if "-" in code:
        return Area(code, name, "", "admin1", code.split("-", maxsplit=1)[0])
    return Area(code, name, "", "country", "")


@pytest.fixture(scope="session")
def world() -> Gazetteer:
    """Fifteen places in eight countries, with the same arrays as the real gazetteer."""
    columns = list(zip(*PLACES, strict=True))
    name, lat, lon, population, country, admin1, admin2, zone = columns
    return Gazetteer(
        lat=np.array(lat, dtype=float),
        lon=np.array(lon, dtype=float),
        lat_udeg=np.rint(np.array(lat) * 1e6).astype(np.int64),
        lon_udeg=np.rint(np.array(lon) * 1e6).astype(np.int64),
        population=np.array(population, dtype=np.int64),
        country=np.array(country),
        admin1=np.array(admin1),
        admin2=np.array(admin2),
        zone=np.array(zone),
        id=np.arange(len(PLACES), dtype=np.int64),
        name=np.array(name, dtype=object),
        name_local=np.array([""] * len(PLACES), dtype=object),
        areas={code: _area(code, text) for code, text in AREAS.items()},
        version="a small world",
    )


class Makers:
    """Short ways to write clues, rows and weights."""

    @staticmethod
    def hours(
        offset: int = 8, per_hour_mdb: int = 4_000, offsets: Mapping[str, int] = OFFSETS
    ) -> ZoneLikelihood:
        """Hours that fit one offset and lose so many mdb for each hour beside it."""
        return ZoneLikelihood(
            {
                zone: -min(min(abs(h - offset), 24 - abs(h - offset)) * per_hour_mdb, 20_000)
                for zone, h in offsets.items()
            }
        )

    @staticmethod
    def area(*codes: str, miss_ppm: int = 50_000) -> AreaLikelihood:
        """A label or code that names areas."""
        return AreaLikelihood(codes, miss_ppm)

    @staticmethod
    def point(lat: float, lon: float, radius_m: int = 1_000) -> PointLikelihood:
        """A position."""
        return PointLikelihood(Position(round(lat * 1e6), round(lon * 1e6), radius_m, "exif"))

    @staticmethod
    def clue(name: str, likelihood: Likelihood, kind: str = "label", **changes: Any) -> Clue:
        """A clue of unit `u` in a role that counts; any field can be changed."""
        fields: dict[str, Any] = {
            "id": name,
            "kind": kind,
            "unit": "u",
            "statement": "a clue",
            "observations": (),
            "group": (),
            "role": "platform_inferred",
            "set_by": "operator",
            "category": "technical",
            "grade": "F6",
            "planted_chance_ppm": 100_000,
            "likelihood": likelihood,
            "accounts": ("a1",),
        }
        return Clue(**(fields | changes))

    def five(self, **changes: Any) -> list[Clue]:
        """The made-up case: hours, label, code and position of Yancheng, a planted Manila."""
        return [
            self.clue(
                "h",
                self.hours(),
                "hours",
                planted_chance_ppm=200_000,
                category="behavioural",
                **changes,
            ),
            self.clue("l", self.area("CN-JS"), "label", set_by="platform", **changes),
            self.clue(
                "c",
                self.area("CN-JS.3209"),
                "phone",
                planted_chance_ppm=200_000,
                category="contextual",
                **changes,
            ),
            self.clue("e", self.point(33.40, 120.16), "image_position", **changes),
            self.clue(
                "m",
                self.point(14.60, 120.98),
                "text_position",
                planted_chance_ppm=200_000,
                **changes,
            ),
        ]

    @staticmethod
    def row(name: str, *areas: str, prior_ppm: int = 250_000, **changes: Any) -> Hypothesis:
        """A place row, or with `kind` another one."""
        fields: dict[str, Any] = {
            "id": name,
            "statement": f"Worked in {name}.",
            "rung": "country",
            "prior_ppm": prior_ppm,
            "prior_reason": "stated",
            "areas": areas,
        }
        return Hypothesis(**(fields | changes))

    @staticmethod
    def weight(group: str, row: str, mdb: int, **changes: Any) -> Weight:
        """A weight with an interval of a deciban on both sides."""
        fields: dict[str, Any] = {
            "group": group,
            "hypothesis": row,
            "mdb": mdb,
            "low_mdb": mdb - 1_000,
            "high_mdb": mdb + 1_000,
            "basis": "modelled",
            "reference": "",
            "reason": "",
        }
        return Weight(**(fields | changes))


@pytest.fixture(scope="session")
def make() -> Makers:
    """Makers of clues, rows and weights."""
    return Makers()
