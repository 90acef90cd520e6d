"""Map formats: foreign readers see areas as polygons, positions with a radius, and inert text."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from defusedxml import ElementTree
from shapely.geometry import shape

from forensics.export import geojson, geopackage, kml
from forensics.export.features import COLUMNS, LAYERS, Feature, circle, features, rounded
from forensics.export.handed import Handed
from forensics.job.boundaries import named_codes, with_second_level
from forensics.model import AreaLikelihood, PointLikelihood, Position
from forensics.show import boundaries_for

HOSTILE = "<script>alert(1)</script> ]]> &amp; \u202egnp.\x07\ud800\ufffe https://bad.example/x"
SPOT = Position(lat_udeg=31_234_567, lon_udeg=120_654_321, radius_m=5_000, basis="exif<b>")
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def mapped(handed: Handed) -> Handed:
    """The case with outlines, and two clues more: an area and a point, both with hostile words."""
    view = handed.seen
    unit = next(one for one in view.units if one.clues)
    item = unit.clues[0]
    area = AreaLikelihood(("CN-JS", "US", "XX-YY"), miss_ppm=1000)
    added = [
        replace(item, clue=replace(item.clue, id=name, statement=HOSTILE, likelihood=likelihood))
        for name, likelihood in (("area-clue", area), ("point-clue", PointLikelihood(SPOT)))
    ]
    changed = replace(unit, clues=(*unit.clues, *added))
    view = replace(view, units=tuple(changed if one is unit else one for one in view.units))
    codes = named_codes(view)
    outlines, view = with_second_level(boundaries_for(codes), handed.case, view, codes)
    return replace(handed, view=view, outlines=outlines)


@pytest.fixture(scope="module")
def found(mapped: Handed) -> list[Feature]:
    return features(mapped)[0]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value


def inert_text(text: str) -> bool:
    return not set(text) & set("<>\u202e\u200b\x07\ud800\ufffe") and "https://" not in text


def test_areas_are_polygons_and_points_have_a_radius(mapped: Handed, found: list[Feature]) -> None:
    assert {"shares", "clue_areas", "positions"} <= {one.layer for one in found} <= set(LAYERS)
    for one in found:
        assert tuple(one.properties) == tuple(COLUMNS)
        is_point = one.geometry.geom_type == "Point"
        assert is_point == (one.layer == "positions"), "an area never gets a pin"
        assert is_point == (one.properties["radius_m"] is not None)
        assert is_point == (one.properties["area"] is None)
        assert one.geometry.is_valid
    assert len({one.id for one in found}) == len(found)
    assert any("XX-YY has no outline here" in text for text in features(mapped)[1])


def test_coordinates_carry_no_more_than_the_radius() -> None:
    assert rounded(SPOT) == (31.2346, 120.6543)
    ring = circle(120.65, 31.23, 5_000)
    assert ring[0] == ring[-1]
    assert shapely.Polygon(ring).is_valid
    assert shapely.LinearRing(ring).is_ccw
    middle = shapely.Polygon(ring).centroid
    assert (middle.x, middle.y) == pytest.approx((120.65, 31.23), abs=1e-6)


@pytest.mark.parametrize("radius_m", [1, 3, 4, 30, 31, 300, 301, 3_000, 3_001, 30_000, 30_001])
@pytest.mark.parametrize("udeg", [-179_949_999, -45_555_555, 0, 5_050_505, 64_999_999])
def test_rounding_does_not_move_the_circle_off_the_place(radius_m: int, udeg: int) -> None:
    where = Position(lat_udeg=udeg // 2, lon_udeg=udeg, radius_m=radius_m, basis="exif")
    lat, lon = rounded(where)
    north, east = lat * 1e6 - where.lat_udeg, lon * 1e6 - where.lon_udeg
    assert (north**2 + east**2) ** 0.5 * 0.11132 < radius_m / 100


def test_geojson_is_read_by_shapely(mapped: Handed, found: list[Feature], tmp_path: Path) -> None:
    (path,) = geojson.write(mapped, tmp_path / "a.geojson")
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert whole["type"] == "FeatureCollection"
    assert [one["id"] for one in whole["features"]] == [one.id for one in found]
    for told, made in zip(whole["features"], found, strict=True):
        geometry = shape(told["geometry"])
        assert geometry.geom_type == made.geometry.geom_type
        assert geometry.hausdorff_distance(made.geometry) < 1e-6
        for part in getattr(geometry, "geoms", [geometry]):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw, "RFC 7946 3.1.6"
    assert all(map(inert_text, strings(whole)))
    assert whole["gnomon"]["digest"] == mapped.digest
    (again,) = geojson.write(mapped, tmp_path / "b.geojson")
    assert again.read_bytes() == path.read_bytes()


def test_kml_is_inert_and_whole(mapped: Handed, found: list[Feature], tmp_path: Path) -> None:
    (path,) = kml.write(mapped, tmp_path / "a.kml")
    root = ElementTree.fromstring(path.read_bytes())
    tags = {one.tag.removeprefix(KML) for one in root.iter()}
    assert not tags & {"description", "Icon", "href", "NetworkLink", "Point", "script", "b", "img"}
    assert all(inert_text(text) for one in root.iter() for text in (one.text or "",))
    marks = {one.get("id"): one for one in root.iter(f"{KML}Placemark")}
    assert set(marks) == {f"f-{one.id}" for one in found}
    styles = {f"#{one.get('id')}" for one in root.iter(f"{KML}Style")}
    for one in found:
        mark = marks[f"f-{one.id}"]
        assert mark.findtext(f"{KML}styleUrl") in styles
        polygons = mark.findall(f".//{KML}Polygon")
        assert len(polygons) == len(getattr(one.geometry, "geoms", [1]))
        data = {item.get("name"): item.findtext(f"{KML}value") for item in mark.iter(f"{KML}Data")}
        assert data["layer"] == one.layer
        for ring in mark.iter(f"{KML}coordinates"):
            corners = (ring.text or "").split()
            assert len(corners) > 3
            assert corners[0] == corners[-1]
    (again,) = kml.write(mapped, tmp_path / "b.kml")
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("hostile", [HOSTILE, "\x00", "]]>", '"><x y="', "&lt;b&gt;"])
def test_text_of_kml_parses_as_text(hostile: str) -> None:
    root = ElementTree.fromstring(f"<a>{kml.text(hostile)}</a>")
    assert not len(root)
    assert "<" not in (root.text or "")


def test_kmz_holds_the_same_document(mapped: Handed, tmp_path: Path) -> None:
    (path,) = kml.write_kmz(mapped, tmp_path / "a.kmz")
    with zipfile.ZipFile(path) as whole:
        assert whole.testzip() is None
        assert whole.namelist() == ["doc.kml"]
        assert whole.read("doc.kml") == kml.document(mapped)
    (again,) = kml.write_kmz(mapped, tmp_path / "b.kmz")
    assert again.read_bytes() == path.read_bytes()


def test_geopackage_is_read_by_sqlite(mapped: Handed, found: list[Feature], tmp_path: Path) -> None:
    (path,) = geopackage.write(mapped, tmp_path / "a.gpkg")

    def ask(query: str) -> list[Any]:
        return database.execute(query).fetchall()

    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        assert ask("PRAGMA application_id") == [(0x47504B47,)]
        assert ask("PRAGMA user_version") == [(10300,)]
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert not ask("PRAGMA foreign_key_check")
        assert ask("SELECT table_name, srs_id FROM gpkg_contents ORDER BY 1") == [
            ("areas", 4326), ("positions", 4326)
        ]  # fmt: skip
        made = {one.id: one for one in found}
        told = [
            (layer, *row)
            for layer in ("areas", "positions")
            for row in ask(f"SELECT feature_id, geom, what, radius_m FROM {layer}")
        ]
        assert {row[1] for row in told} == set(made)
        for layer, uid, blob, what, radius in told:
            assert blob[:8] == b"GP\x00\x01" + (4326).to_bytes(4, "little")
            geometry = shapely.from_wkb(blob[8:])
            assert geometry.geom_type == ("MultiPolygon" if layer == "areas" else "Point")
            assert geometry.equals(made[uid].geometry)
            assert inert_text(what or "")
            assert (radius is not None) == (layer == "positions")
    finally:
        database.close()
    (again,) = geopackage.write(mapped, tmp_path / "b.gpkg")
    assert again.read_bytes() == path.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.gpkg", "b.gpkg"]


def test_geopackage_is_read_by_gdal(mapped: Handed, found: list[Feature], tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    (path,) = geopackage.write(mapped, tmp_path / "a.gpkg")
    assert {tuple(row) for row in pyogrio.list_layers(path)} == {
        ("areas", "MultiPolygon"), ("positions", "Point")
    }  # fmt: skip
    about = pyogrio.read_info(path, layer="areas", force_total_bounds=True)
    areas = [one for one in found if one.layer != "positions"]
    assert about["features"] == len(areas)
    assert about["crs"] == "EPSG:4326"
    bounds = shapely.union_all([shapely.box(*one.geometry.bounds) for one in areas]).bounds
    assert about["total_bounds"] == pytest.approx(bounds)
    assert {*about["fields"]} == {"feature_id", *COLUMNS}
