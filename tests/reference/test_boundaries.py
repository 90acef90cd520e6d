"""Boundaries: valid, light, harmless, and of use for asking where a point lies."""

from __future__ import annotations

import json

import pytest
import shapely

from forensics.errors import ReferenceDataError
from forensics.reference import boundaries
from forensics.reference.places import load_areas, load_gazetteer


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


@pytest.mark.parametrize("name", ["countries", "CN", "RU", "US", "FR", "IR"])
def test_collections_are_valid_light_and_harmless(name: str) -> None:
    data = boundaries.countries() if name == "countries" else boundaries.admin1(name)
    assert data["type"] == "FeatureCollection"
    assert len(data["features"]) > (200 if name == "countries" else 10)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    assert len(text.encode()) < 900_000
    assert not [s for s in strings(data) if any(m in s for m in ("{{", "{%", "{#", "<", ">"))]
    areas = load_areas()
    for feature in data["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        assert shape.area > 0
        assert shape.geom_type in {"Polygon", "MultiPolygon"}
        properties = feature["properties"]
        assert areas[properties["code"]].name == properties["name"]
        assert feature["id"] == properties["code"]


def test_coordinates_keep_two_decimals() -> None:
    def numbers(value):
        if isinstance(value, list):
            for part in value:
                yield from numbers(part)
        else:
            yield value

    for feature in boundaries.admin1("CN")["features"]:
        for number in numbers(feature["geometry"]["coordinates"]):
            assert round(number, 3) == number


def test_a_country_without_first_level_gives_an_empty_collection() -> None:
    assert boundaries.admin1("ZZ")["features"] == []


def test_neighbours_share_their_border() -> None:
    """Simplified together: Jiangsu and Zhejiang neither overlap nor gape."""
    shapes = {
        f["id"]: shapely.from_geojson(json.dumps(f["geometry"]))
        for f in boundaries.admin1("CN")["features"]
    }
    a, b = shapes["CN-JS"], shapes["CN-AH"]
    assert a.intersection(b).area < 0.001 * a.area
    assert a.intersection(b).length > 1


@pytest.mark.parametrize(
    ("what", "lat", "lon", "codes"),
    [
        ("Yancheng", 33.3575, 120.1573, ("CN", "CN-JS")),
        ("Moscow", 55.752, 37.618, ("RU", "RU-MOW")),
        ("Tehran", 35.694, 51.42, ("IR", "IR-23")),
        ("Simferopol", 44.95, 34.1, ("UA", "UA-43")),
        ("Hargeisa", 9.56, 44.06, ("SO",)),
        ("Hong Kong", 22.3, 114.17, ("HK",)),
        ("Taipei", 25.06, 121.53, ("TW", "TW-TPE")),
        ("mid-Atlantic", 0.0, -30.0, ()),
        ("North Pole", 90.0, 0.0, ()),
        ("a pier off Los Angeles", 34.0, -118.52, ("US", "US-CA")),
    ],
)
def test_points(what: str, lat: float, lon: float, codes: tuple[str, ...]) -> None:
    assert load_gazetteer().area_of_point(lat, lon) == codes


def test_places_lie_in_their_own_country() -> None:
    """A sample of places against the simplified shapes: 97 % and more fit."""
    world = load_gazetteer()
    sample = range(0, len(world), 211)
    good = sum(
        world.country[i] in world.area_of_point(float(world.lat[i]), float(world.lon[i]))
        for i in sample
    )
    assert good >= 0.97 * len(sample)


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% x %}", "{# x #}", "<script>"])
def test_text_that_could_run_is_refused(text: str, monkeypatch) -> None:
    line = json.dumps(
        {"type": "Feature", "id": "XX", "properties": {"code": "XX", "list": [text]}},
        separators=(",", ":"),
    )
    monkeypatch.setattr(boundaries, "_lines", lambda name: (("XX", line),))
    with pytest.raises(ReferenceDataError, match="could run"):
        boundaries.countries()


def test_a_shape_without_a_code_is_refused(monkeypatch) -> None:
    boundaries._lines.cache_clear()
    monkeypatch.setattr(boundaries, "read_lines", lambda name: ['{"type":"Feature"}'])
    try:
        with pytest.raises(ReferenceDataError, match="no code"):
            boundaries.countries()
    finally:
        boundaries._lines.cache_clear()
