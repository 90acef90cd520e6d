"""The gazetteer: what it holds, how it answers, and whether the pack is what its manifest says."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import pytz
from geopy.distance import great_circle
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.errors import ReferenceDataError
from forensics.reference import pack, places
from forensics.reference.pack import DATA, attributions, manifest, read_lines
from forensics.reference.places import Gazetteer, load_areas, load_gazetteer


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return load_gazetteer()


def entries() -> list[dict[str, object]]:
    files = manifest()["files"]
    assert isinstance(files, list)
    return files


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: str(entry["file"]))
def test_every_file_is_the_one_the_manifest_names(entry) -> None:
    packed = (DATA / entry["file"]).read_bytes()
    plain = gzip.decompress(packed) if entry["file"].endswith(".gz") else packed
    assert hashlib.sha256(packed).hexdigest() == entry["sha256"]
    assert hashlib.sha256(plain).hexdigest() == entry["sha256_uncompressed"]
    assert len(packed) == entry["bytes"]
    lines = [line for line in plain.decode().splitlines() if line and not line.startswith("#")]
    assert len(lines) == entry["rows"]
    if entry["file"].endswith(".gz"):
        assert packed[4:8] == b"\0\0\0\0", "gzip carries a time"


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: str(entry["file"]))
def test_every_source_has_a_licence_an_attribution_and_stated_changes(entry) -> None:
    for source in entry["sources"]:
        assert (DATA / source["licence_file"]).is_file()
        assert source["attribution"]
        assert source["changes"]
        assert len(source["sha256"]) == 64
    if not entry["sources"]:
        head = (DATA / entry["file"]).read_text(encoding="utf-8").splitlines()[0]
        assert head.startswith("#"), "a table kept by hand says in its header what it is"


def test_attributions_name_both_sources() -> None:
    assert any("GeoNames" in line and "CC BY 4.0" in line for line in attributions())
    assert any("Natural Earth" in line for line in attributions())


def test_the_pack_stays_small() -> None:
    total = sum(int(str(entry["bytes"])) for entry in entries())
    assert total <= 13_000_000


@pytest.mark.parametrize(
    ("top", "bottom", "low", "high"),
    [
        # Share in ppm that must lie between the two: figures of the joins, with room.
        ("inside_a_polygon", "places", 970_000, 990_000),
        ("joined", "places", 999_000, 1_000_000),
        ("admin1_known", "places", 985_000, 1_000_000),
        ("chinese_polygon_agrees", "chinese_by_code", 985_000, 1_000_000),
        ("other_country", "inside_a_polygon", 0, 7_000),
    ],
)
def test_joins_stay_as_good_as_measured(top: str, bottom: str, low: int, high: int) -> None:
    measured = manifest()["measured"]
    assert isinstance(measured, dict)
    assert low <= measured[top] * 1_000_000 // measured[bottom] <= high


def test_arrays_are_parallel_and_sane(world: Gazetteer) -> None:
    assert 65_000 < len(world) < 75_000
    for name in ("lon", "population", "country", "admin1", "admin2", "zone", "id", "name"):
        assert len(getattr(world, name)) == len(world)
    assert (np.abs(world.lat) <= 90).all()
    assert (np.abs(world.lon) <= 180).all()
    assert (world.population >= 5000).all()
    assert len(np.unique(world.id)) == len(world)


def test_every_code_of_a_place_is_an_area_inside_the_next(world: Gazetteer) -> None:
    known = set(world.areas)
    assert set(world.country.tolist()) <= known
    assert set(world.admin1.tolist()) <= known | {""}
    assert set(world.admin2.tolist()) <= known | {""}
    first = world.admin1 != ""
    assert (np.strings.slice(world.admin1[first], 2) == world.country[first]).all()
    second = np.nonzero(world.admin2 != "")[0]
    for i in second.tolist():
        assert world.areas[str(world.admin2[i])].parent == world.admin1[i]


def test_every_area_has_a_parent_one_level_up() -> None:
    above = {"admin1": "country", "admin2": "admin1"}
    areas = load_areas()
    for area in areas.values():
        assert area.name
        if area.level == "country":
            assert area.parent == ""
            assert len(area.code) == 2
        else:
            assert areas[area.parent].level == above[area.level]
            assert area.code.startswith(area.parent[:2])


def test_every_zone_is_in_the_zone_database(world: Gazetteer) -> None:
    assert set(world.zone.tolist()) <= set(pytz.all_timezones)


@pytest.mark.parametrize(
    ("code", "name", "local"),
    [
        ("CN-JS", "Jiangsu", "江苏省"),
        ("CN-JS.3209", "Yancheng", "盐城市"),
        ("CN-BJ", "Beijing", "北京市"),
        ("CN-XJ.6504", "Turpan", "吐鲁番市"),
        ("RU-MOW", "Moscow", "Москва"),
        ("RU-MOS", "Moscow Oblast", "Московская область"),
        ("IR-23", "Tehran", "استان تهران"),
        ("UA-09", "Luhansk", "Луганська область"),
        ("US-TX", "Texas", "Texas"),
        ("CN", "China", "中国"),
        ("RU", "Russia", ""),
    ],
)
def test_known_areas(code: str, name: str, local: str, world: Gazetteer) -> None:
    area = world.area(code)
    assert (area.name, area.name_local) == (name, local)


@pytest.mark.parametrize(
    ("ident", "name", "local", "codes", "zone"),
    [
        (1787746, "Yancheng", "盐城", ("CN", "CN-JS", "CN-JS.3209"), "Asia/Shanghai"),
        (1816670, "Beijing", "北京", ("CN", "CN-BJ", ""), "Asia/Shanghai"),
        (1790645, "Xiamen", "厦门", ("CN", "CN-FJ", "CN-FJ.3502"), "Asia/Shanghai"),
        (524901, "Moscow", "Москва", ("RU", "RU-MOW", ""), "Europe/Moscow"),
        (112931, "Tehran", "تهران", ("IR", "IR-23", ""), "Asia/Tehran"),
        (1819729, "Hong Kong", "香港", ("HK", "", ""), "Asia/Hong_Kong"),
        (703448, "Kyiv", "Київ", ("UA", "UA-30", ""), "Europe/Kyiv"),
    ],
)
def test_known_places(ident, name, local, codes, zone, world: Gazetteer) -> None:
    (i,) = np.nonzero(world.id == ident)[0].tolist()
    assert (world.name[i], world.name_local[i]) == (name, local)
    assert (world.country[i], world.admin1[i], world.admin2[i]) == codes
    assert world.zone[i] == zone


def test_ordos_keeps_its_chinese_name_and_no_japanese_one(world: Gazetteer) -> None:
    chinese = [name for name in world.name_local[world.country == "CN"] if name]
    assert len(chinese) > 700
    assert not [n for n in chinese if any("\u3040" <= letter <= "\u30ff" for letter in n)]


def test_every_prefecture_of_china_is_an_area() -> None:
    prefectures = [a for a in load_areas().values() if a.level == "admin2" and a.parent[:2] == "CN"]
    assert len(prefectures) >= 360
    assert all(area.name_local for area in prefectures)
    assert sum(area.parent == "CN-JS" for area in prefectures) == 13


def test_masks_nest(world: Gazetteer) -> None:
    city, province, country = (world.mask(c) for c in ("CN-JS.3209", "CN-JS", "CN"))
    assert 5 < city.sum() < province.sum() < country.sum()
    assert not (city & ~province).any()
    assert not (province & ~country).any()


def test_the_prefecture_holds_the_share_of_people_that_was_measured(world: Gazetteer) -> None:
    weight = (world.population + 500) ** 1.0
    share = weight[world.mask("CN-JS.3209")].sum() / weight.sum()
    assert 3e-4 < share < 1.5e-3


@pytest.mark.parametrize("level", ["country", "admin1", "admin2", "zone"])
def test_partition_counts_every_place_once(level, world: Gazetteer) -> None:
    codes, index = world.partition(level)
    assert len(index) == len(world)
    assert list(codes) == sorted(codes)
    column = {"country": world.country, "admin1": world.admin1, "admin2": world.admin2}
    column["zone"] = world.zone
    assert (np.array(codes)[index] == column[level]).all()


@pytest.mark.parametrize("code", ["", "XX", "CN-ZZ", "CN-JS.9999", "cn", "CN-JS.3209.1"])
def test_unknown_codes_are_refused(code: str, world: Gazetteer) -> None:
    with pytest.raises(ReferenceDataError, match="no area has the code"):
        world.area(code)
    with pytest.raises(ReferenceDataError):
        world.mask(code)


def test_label_and_containment(world: Gazetteer) -> None:
    assert world.label("CN-JS.3209") == "Yancheng (盐城市), Jiangsu, China"
    assert world.label("US-TX") == "Texas, United States"
    assert world.within("CN-JS.3209", "CN")
    assert world.within("CN-JS", "CN-JS")
    assert not world.within("CN", "CN-JS")
    assert not world.within("CN-JS.3209", "CN-SH")


@settings(max_examples=40, deadline=None)
@given(st.floats(-89, 89), st.floats(-180, 180))
def test_distances_agree_with_geopy(lat: float, lon: float) -> None:
    world = load_gazetteer()
    metres = world.distance_m(lat, lon)
    i = int(np.argmin(metres))
    exact = great_circle((lat, lon), (world.lat[i], world.lon[i])).m
    assert metres[i] == pytest.approx(exact, rel=1e-4, abs=5)


def test_nearest_is_in_order_and_bounded(world: Gazetteer) -> None:
    near = world.nearest(33.3575, 120.1573, 5)
    assert near[0].name == "Yancheng"
    assert near[0].distance_m < 100
    assert [n.distance_m for n in near] == sorted(n.distance_m for n in near)
    assert world.nearest(0, 0, 0) == ()
    assert len(world.nearest(0, 0, 10**9)) == len(world)


def test_bounds(world: Gazetteer) -> None:
    west, south, east, north = world.bounds("CN-JS.3209") or (0, 0, 0, 0)
    assert 119 < west < east < 121.5
    assert 32 < south < north < 34.7
    assert world.bounds("CN-HI.4603") is None


def test_areas_without_places_are_few(world: Gazetteer) -> None:
    """A clue about such an area has no place to speak for: the method page lists them."""
    filled = set(world.admin2.tolist())
    bare = [a.code for a in world.areas.values() if a.level == "admin2" and a.code not in filled]
    assert all(code.startswith(("CN-HI.", "CN-XJ.6590")) for code in bare)
    assert len(bare) <= 13


def test_distance_over_the_date_line(world: Gazetteer) -> None:
    east, west = world.distance_m(-17, 179.999), world.distance_m(-17, -179.999)
    assert np.abs(east - west).max() < 300


def test_loading_twice_gives_the_same_object_and_a_named_version() -> None:
    assert load_gazetteer() is load_gazetteer()
    entry = next(e for e in entries() if e["file"] == "places.tsv.gz")
    assert str(entry["sha256_uncompressed"])[:12] in load_gazetteer().version


def damaged(tmp_path: Path, **files: bytes) -> Path:
    for name, content in files.items():
        (tmp_path / name.replace("__", ".")).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize(
    ("defect", "content"),
    [
        ("missing", None),
        ("not gzip", b"places"),
        ("cut", gzip.compress(b"a\tb\n" * 1000, mtime=0)[:-20]),
        ("not text", gzip.compress(b"\xff\xfe\n", mtime=0)),
    ],
)
def test_broken_tables_are_refused_with_a_way_out(defect, content, tmp_path, monkeypatch) -> None:
    if content is not None:
        (tmp_path / "places.tsv.gz").write_bytes(content)
    monkeypatch.setattr(pack, "DATA", tmp_path)
    with pytest.raises(ReferenceDataError, match=r"places\.tsv\.gz.*build_reference"):
        read_lines("places.tsv.gz")


@pytest.mark.parametrize("text", [None, "", "{", "\udcff"])
def test_a_broken_manifest_is_refused(text, tmp_path, monkeypatch) -> None:
    if text is not None:
        (tmp_path / "MANIFEST.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    monkeypatch.setattr(pack, "DATA", tmp_path)
    with pytest.raises(ReferenceDataError, match=r"MANIFEST\.json"):
        manifest()


def test_a_manifest_without_files_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(places, "manifest", lambda: {"files": None})
    with pytest.raises(ReferenceDataError, match="lists no files"):
        load_gazetteer.__wrapped__()


def test_an_unknown_level_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(
        places, "read_columns", lambda name, width: [["XX"], ["planet"], [""], ["X"], [""]]
    )
    with pytest.raises(ReferenceDataError, match="unknown level"):
        load_areas.__wrapped__()


def test_the_manifest_has_no_floats() -> None:
    def walk(value) -> bool:
        if isinstance(value, dict):
            return all(walk(v) for v in value.values())
        if isinstance(value, list):
            return all(walk(v) for v in value)
        return not isinstance(value, float)

    assert walk(json.loads((DATA / "MANIFEST.json").read_text(encoding="utf-8")))
