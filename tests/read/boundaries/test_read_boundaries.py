"""Boundaries of a user: what is read, what is refused, and when a file looks shifted."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read.boundaries import read_boundaries
from forensics.read.boundaries.check import area_code
from forensics.read.boundaries.shift import METRES_PER_DEGREE, gcj_shift_m, shift_warning
from forensics.reference.places import load_gazetteer

SQUARE = [[[119.5, 33.0], [120.5, 33.0], [120.5, 34.0], [119.5, 34.0], [119.5, 33.0]]]
BOW_TIE = [[[119.0, 33.0], [120.0, 34.0], [120.0, 33.0], [119.0, 34.0], [119.0, 33.0]]]


def feature(code: Any = "320900", rings: Any = None, kind: str = "Polygon", **more: Any) -> Any:
    return {
        "type": "Feature",
        "properties": {"code": code, **more},
        "geometry": {"type": kind, "coordinates": SQUARE if rings is None else rings},
    }


def collection(*features: Any, **more: Any) -> Any:
    return {"type": "FeatureCollection", "features": list(features), **more}


def read(tmp_path: Path, content: Any, code_field: str = "code") -> Any:
    path = tmp_path / "areas.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_boundaries(path, level="admin2", code_field=code_field)


def test_outlines_come_in_microdegrees_by_our_code(tmp_path: Path) -> None:
    found = read(tmp_path, collection(feature(), feature("999999"), feature("3201", kind="Point")))
    (outline,) = found.outlines
    assert outline.code == "CN-JS.3209"
    assert set(outline.polygons[0][0]) == {
        (119_500_000, 33_000_000),
        (120_500_000, 33_000_000),
        (120_500_000, 34_000_000),
        (119_500_000, 34_000_000),
    }
    assert (found.features, found.left_out, found.repaired) == (3, 2, 0)
    assert found.unknown == ("999999",)


def test_crossing_rings_are_repaired_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, collection(feature(rings=BOW_TIE)))
    assert found.repaired == 1
    assert len(found.outlines[0].polygons) == 2


def test_heights_are_dropped_and_parts_of_one_code_joined(tmp_path: Path) -> None:
    high = [[[*point, 12.5] for point in SQUARE[0]]]
    east = [[[x + 1, y] for x, y in SQUARE[0]]]
    found = read(tmp_path, collection(feature(rings=high), feature(rings=east)))
    (outline,) = found.outlines
    assert len(outline.polygons) == 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("CN-JS.3209", "CN-JS.3209"),
        ("320900", "CN-JS.3209"),
        (320900, "CN-JS.3209"),
        (320900.0, "CN-JS.3209"),
        ("3209", "CN-JS.3209"),
        ("429004", "CN-HB.429004"),
        ("320902", ""),  # a county is no prefecture
        ("320000", ""),  # a province neither
        ("CN-JS", ""),
        ("US-TX.277", "US-TX.277"),
        (None, ""),
        ("", ""),
        ("32090\u0660", ""),
    ],
)
def test_codes(value: Any, code: str) -> None:
    found = area_code(value, "admin2")
    assert found == code or (value == "320902" and found in {"", "CN-JS.3209"})


NAN = json.dumps(collection(feature(rings=[[[float("nan"), 1], *SQUARE[0][1:]]])))


@pytest.mark.parametrize(
    ("defect", "content", "says"),
    [
        ("no JSON", "{", "no GeoJSON"),
        ("deep nesting", '{"type":"FeatureCollection","features":' + "[" * 200_000, "no GeoJSON"),
        ("NaN", NAN, "no GeoJSON"),
        ("infinity", NAN.replace("NaN", "-Infinity"), "no GeoJSON"),
        ("huge integer", '{"features":[' + "9" * 5_000 + "]}", "no GeoJSON"),
        ("a float too large", NAN.replace("NaN", "1e400"), "not closed|outside"),
        ("a single feature", feature(), "FeatureCollection"),
        ("features are no list", {"type": "FeatureCollection", "features": {}}, "Collection"),
        ("another system", collection(feature(), crs={"properties": {"name": "EPSG:3857"}}), "WGS"),
        ("a hostile system", collection(feature(), crs=[1]), "WGS-84"),
        ("metres", collection(feature(rings=[[[5e6, 4e6]] * 4])), "outside the globe"),
        ("text for a number", collection(feature(rings=[[["1", 2]] * 4])), "outside the globe"),
        ("truth for a number", collection(feature(rings=[[[True, 2]] * 4])), "outside the globe"),
        ("open ring", collection(feature(rings=[SQUARE[0][:-1]])), "not closed"),
        ("two points", collection(feature(rings=[[[1, 2], [1, 2]]])), "not closed"),
        ("numbers for rings", collection(feature(rings=[1, 2])), "no list of rings"),
        ("coordinates are text", collection(feature(rings="abc")), "no list of rings"),
        ("no known code", collection(feature("0")), "no code in 'code'"),
        ("nothing areal", collection(feature(kind="LineString")), "no code in 'code'"),
        ("a list for a kind", collection(feature(kind=["Polygon"])), "no code in 'code'"),
        ("no feature", collection(), "no code in 'code'"),
        ("features of nothing", collection(None, 1, []), "no field"),
        ("another field", collection({"type": "Feature", "properties": {"id": 1}}), "no field"),
    ],
)
def test_broken_files_are_refused(defect: str, content: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=says):
        read(tmp_path, content)


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from forensics.read.boundaries import geojson

    monkeypatch.setattr(geojson, "MAX_POSITIONS", 8)
    with pytest.raises(ReadError, match="positions"):
        read(tmp_path, collection(feature(), feature("3201")))
    monkeypatch.setattr(geojson, "MAX_FEATURES", 1)
    with pytest.raises(ReadError, match="features"):
        read(tmp_path, collection(feature(), feature("3201")))
    monkeypatch.setattr(geojson, "MAX_BYTES", 10)
    with pytest.raises(ReadError, match="larger than"):
        read(tmp_path, collection(feature()))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(geometry=JSON, kind=st.sampled_from(["Polygon", "MultiPolygon"]))
def test_any_geometry_is_read_or_refused(tmp_path_factory, geometry: Any, kind: str) -> None:
    try:
        found = read(tmp_path_factory.mktemp("g"), collection(feature(rings=geometry, kind=kind)))
    except ReadError:
        return
    assert found.outlines


def seats(shift: float, noise_m: float = 600) -> list[dict[str, Any]]:
    """Rows with the seats of Chinese prefectures, moved by a part of the shift of GCJ-02."""
    world, rows = load_gazetteer(), []
    largest: dict[str, int] = {}
    for number in (world.country == "CN").nonzero()[0].tolist():
        code = str(world.admin2[number])
        if code and world.population[number] > world.population[largest.get(code, number)] - 1:
            largest[code] = number
    for step, (code, number) in enumerate(sorted(largest.items())):
        lat, lon = float(world.lat[number]), float(world.lon[number])
        east, north = gcj_shift_m(lat, lon)
        angle = 2.4 * step
        east = east * shift + noise_m * math.cos(angle)
        north = north * shift + noise_m * math.sin(angle)
        lon += east / METRES_PER_DEGREE / math.cos(math.radians(lat))
        rows.append({"code": code, "center": [lon, lat + north / METRES_PER_DEGREE]})
    return rows


def test_a_file_in_gcj02_is_named_and_one_in_wgs84_is_not() -> None:
    assert "direction of GCJ-02" in shift_warning(seats(1.0), "code", "admin2")[0]
    assert shift_warning(seats(0.0), "code", "admin2") == ()
    assert shift_warning(seats(1.0)[:20], "code", "admin2") == (), "too few to tell"


def test_the_fields_of_a_known_source_are_named() -> None:
    row = {"adcode": 320900, "acroutes": [100000], "subFeatureIndex": 1}
    assert "Chinese web map" in shift_warning([row], "adcode", "admin2")[0]


def test_the_shift_at_a_known_point() -> None:
    # Tiananmen: 39.90871 N 116.39747 E becomes 39.91011 N 116.40371 E.
    east, north = gcj_shift_m(39.90871, 116.39747)
    assert east == pytest.approx(0.00624 * METRES_PER_DEGREE * math.cos(math.radians(39.9)), abs=5)
    assert north == pytest.approx(0.00140 * METRES_PER_DEGREE, abs=5)


def test_geopackage_and_shapefile_say_the_same_as_geojson(tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    shapely = pytest.importorskip("shapely")
    import numpy as np

    plain = read(tmp_path, collection(feature()))
    wkb = np.array([shapely.to_wkb(shapely.Polygon(SQUARE[0]))], dtype=object)

    def write(name: str, crs: str | None = "EPSG:4326") -> Path:
        path = tmp_path / name
        pyogrio.raw.write(
            path, wkb, [np.array(["320900"], dtype=object)], ["code"],
            geometry_type="Polygon", crs=crs,
        )  # fmt: skip
        return path

    package = write("areas.gpkg")
    assert read_boundaries(package, level="admin2", code_field="code").outlines == plain.outlines
    shapefile = write("areas.shp")
    with pytest.raises(ReadError, match="one file of a shapefile"):
        read_boundaries(shapefile, level="admin2", code_field="code")
    zipped = tmp_path / "areas.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(shapefile.with_suffix(suffix), f"areas{suffix}")
    assert read_boundaries(zipped, level="admin2", code_field="code").outlines == plain.outlines
    mercator = write("mercator.gpkg", "EPSG:3857")
    with pytest.raises(ReadError, match="WGS-84"):
        read_boundaries(mercator, level="admin2", code_field="code")


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"PK\x03\x04broken", b"SQLite format 3\x00"]
)
def test_other_bytes_are_refused(content: bytes, tmp_path: Path) -> None:
    pytest.importorskip("pyogrio")
    path = tmp_path / "areas.gpkg"
    path.write_bytes(content)
    with pytest.raises(ReadError):
        read_boundaries(path, level="admin2", code_field="code")


@pytest.mark.parametrize(
    ("fields", "system", "words"),
    [
        (["code"], b"GC\xf3_WGS", "cannot be read"),  # a name that is no UTF-8
        ([], b"", "has no field 'code'; it has none"),
    ],
)
def test_broken_parts_of_files_are_refused(
    fields: list[str], system: bytes, words: str, tmp_path: Path
) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    shapely = pytest.importorskip("shapely")
    import numpy as np

    wkb = np.array([shapely.to_wkb(shapely.Polygon(SQUARE[0]))], dtype=object)
    path = tmp_path / ("areas.shp" if system else "areas.gpkg")
    values = [np.array(["320900"], dtype=object)] * len(fields)
    pyogrio.raw.write(path, wkb, values, fields, geometry_type="Polygon", crs="EPSG:4326")
    if system:
        prj = path.with_suffix(".prj")
        prj.write_bytes(prj.read_bytes().replace(b"GCS_WGS", system))
        zipped = tmp_path / "areas.zip"
        with zipfile.ZipFile(zipped, "w") as archive:
            for suffix in (".shp", ".shx", ".dbf", ".prj"):
                archive.write(path.with_suffix(suffix), f"areas{suffix}")
        path = zipped
    with pytest.raises(ReadError, match=words):
        read_boundaries(path, level="admin2", code_field="code")
