"""The cells of land."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.reference.boundaries import codes_at
from forensics.reference.land import country_raster, load_land
from forensics.reference.places import load_gazetteer

LAND_KM2 = 148.9e6 - 14.0e6
"""Without Antarctica."""


def test_areas_of_countries_are_those_of_an_atlas() -> None:
    land = load_land(load_gazetteer())
    area = np.bincount(land.country_of, weights=land.share) * LAND_KM2
    by_code = dict(zip(land.countries, area, strict=True))
    for code, km2 in (("RU", 17.1e6), ("BR", 8.5e6), ("AU", 7.7e6), ("IR", 1.65e6), ("UA", 0.6e6)):
        assert by_code[code] == pytest.approx(km2, rel=0.04)
    assert land.share.sum() == pytest.approx(1)
    assert land.lat.min() > -60, "the ice is left out"


def test_cells_lie_in_the_country_that_another_method_finds() -> None:
    codes, raster = country_raster(0.5)
    rng = np.random.default_rng(2)
    rows, columns = rng.integers(60, 360, 300), rng.integers(0, 720, 300)
    wrong = 0
    for row, column in zip(rows, columns, strict=True):
        lat, lon = -90 + 0.5 * (row + 0.5), -180 + 0.5 * (column + 0.5)
        found = [code for code in codes_at(lat, lon, 0.0) if len(code) == 2]
        mine = raster[row, column]
        wrong += (codes[mine] if mine >= 0 else None) not in (found or [None])
    assert wrong == 0


def test_zones_are_those_of_the_country() -> None:
    land = load_land(load_gazetteer())
    china = land.countries.index("CN")
    zones = {land.zones[i] for i in land.zone_of[land.country_of == china]}
    assert zones == {"Asia/Shanghai", "Asia/Urumqi"}
