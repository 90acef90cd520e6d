"""Boundaries: valid, light, harmless, and of use for asking where a point lies."""

from __future__ import annotations

import json

import numpy as np
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
        ("Troms", 68.95, 20.0, ("NO", "NO-19")),
        ("Lapland, Sweden", 66.9, 20.0, ("SE", "SE-BD")),
        ("west Greenland", 71.53, -50.0, ("GL", "GL-QA")),
        ("Canadian Arctic", 65.5, -100.0, ("CA", "CA-NU")),
        ("Brazil, at Fiji's latitude", -16.5, -50.0, ("BR", "BR-GO")),
        ("Denmark Strait", 65.0, -30.0, ()),
        ("Kaliningrad", 54.7, 20.5, ("RU", "RU-KGD")),
        ("Chukotka, west of 180", 68.9, 179.9, ("RU", "RU-CHU")),
        ("Chukotka, east of 180", 66.0, -172.0, ("RU", "RU-CHU")),
        ("Wrangel Island, west of 180", 71.2, 179.5, ("RU", "RU-CHU")),
        ("Wrangel Island, east of 180", 71.2, -179.0, ("RU", "RU-CHU")),
        ("Fiji, Vanua Levu", -16.6, 179.5, ("FJ", "FJ-N")),
        ("Fiji, Taveuni", -16.85, 179.95, ("FJ", "FJ-N")),
        ("Fiji, east of 180", -16.85, -179.95, ("FJ", "FJ-N")),
        ("Anchorage", 61.2, -149.9, ("US", "US-AK")),
        ("Attu, at the far end of Alaska", 52.9, 173.0, ("US", "US-AK")),
        ("Antarctica on 180", -85.0, 180.0, ("AQ",)),
        ("Antarctica on 0", -85.0, 0.0, ("AQ",)),
        ("South Pole", -90.0, 0.0, ("AQ",)),
    ],
)
def test_points(what: str, lat: float, lon: float, codes: tuple[str, ...]) -> None:
    assert load_gazetteer().area_of_point(lat, lon) == codes


@pytest.mark.parametrize("name", ["countries.geojsonl.gz", "admin1.geojsonl.gz"])
def test_no_outline_crosses_180_degrees_or_jumps(name: str) -> None:
    """A jump would be drawn, and searched, as a streak across the whole map."""
    codes, shapes, _ = boundaries._index(name)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    assert np.abs(points[:, 0]).max() <= 180
    assert np.abs(points[:, 1]).max() <= 90
    edges = np.abs(np.diff(points[:, 0]))[ring[1:] == ring[:-1]]
    whose = owner[part[ring[1:][ring[1:] == ring[:-1]]]]
    assert edges.max() <= 90
    # The longest true edge, 27 degrees, is the 49th parallel; only the pole's own is longer.
    assert {codes[i] for i in whose[edges > 30]} <= {"AQ"}
    wide = shapely.bounds(parts)
    assert {codes[i] for i in owner[wide[:, 2] - wide[:, 0] > 180]} <= {"AQ"}
    assert [code for code, ok in zip(codes, shapely.is_valid(shapes), strict=True) if not ok] == []


def test_no_two_countries_overlap() -> None:
    """Simplified on a grid they may touch and cross by a sliver, never by a streak."""
    codes, shapes, tree = boundaries._index("countries.geojsonl.gz")
    one, other = tree.query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b]
    over = {
        (codes[a], codes[b]): float(shapely.intersection(shapes[a], shapes[b]).area)
        for a, b in pairs
    }
    assert len(over) > 200
    assert {pair: area for pair, area in over.items() if area > 0.01} == {}


def test_countries_on_180_degrees_meet_there() -> None:
    """Both halves reach the meridian, and no gap is left between them."""
    codes, shapes, _ = boundaries._index("countries.geojsonl.gz")
    found = dict(zip(codes, shapes, strict=True))
    for code in ("AQ", "FJ", "RU"):
        cuts = [
            shapely.intersection(found[code], shapely.LineString([(lon, -90), (lon, 90)])).length
            for lon in (-180, 180)
        ]
        assert cuts[0] == pytest.approx(cuts[1])
        assert cuts[0] > 0.1
    assert found["RU"].area == pytest.approx(2924, abs=3)
    assert found["FJ"].area == pytest.approx(1.55, abs=0.1)


def test_antarctica_is_closed_along_the_pole() -> None:
    codes, shapes, _ = boundaries._index("countries.geojsonl.gz")
    land = shapes[codes.index("AQ")]
    assert land.is_valid
    assert land.bounds[0::2] == (-180, 180)
    assert land.bounds[1] == -90
    cap = shapely.box(-180, -90, 180, -86)
    assert shapely.difference(cap, land).area == 0


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
    monkeypatch.setattr(boundaries, "lines_of", lambda name: (("XX", line),))
    with pytest.raises(ReferenceDataError, match="could run"):
        boundaries.countries()


def test_a_shape_without_a_code_is_refused(monkeypatch) -> None:
    boundaries.lines_of.cache_clear()
    monkeypatch.setattr(boundaries, "read_lines", lambda name: ['{"type":"Feature"}'])
    try:
        with pytest.raises(ReferenceDataError, match="no code"):
            boundaries.countries()
    finally:
        boundaries.lines_of.cache_clear()
