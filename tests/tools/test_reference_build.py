"""The build of the reference data: pins, shapes, names. Runs without a network."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest
import shapely

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(autouse=True)
def tools_on_the_path(monkeypatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    for name in [n for n in sys.modules if n.startswith(("reference_", "build_reference"))]:
        monkeypatch.delitem(sys.modules, name)


def test_every_source_is_pinned() -> None:
    from reference_sources import SOURCES

    for source in SOURCES:
        assert len(source.sha256) == 64
        assert source.version in source.file
        assert source.members
        assert source.licence
        assert source.attribution


def test_an_archive_with_another_hash_stops_the_build(tmp_path: Path) -> None:
    from reference_sources import SOURCES, check, fetch

    (tmp_path / SOURCES[0].file).write_bytes(b"not the package")
    fetch(SOURCES[0], tmp_path)  # it is there: nothing is downloaded
    with pytest.raises(SystemExit, match="pinned is"):
        check(SOURCES[0], tmp_path)


@pytest.mark.parametrize("text", ["{{ x }}", "{% x %}", "{# x #}", "<b>"])
def test_hostile_names_stop_the_build(text: str) -> None:
    from reference_shapes import clean

    with pytest.raises(SystemExit, match="hostile"):
        clean(text)
    assert clean(" a\tb\n c ") == "a b c"


def test_neighbours_are_simplified_together_and_stay_valid() -> None:
    from reference_shapes import simplify

    wavy = [(1 + 0.001 * (n % 2), n / 50) for n in range(51)]
    left = shapely.Polygon([(0, 0), *wavy, (0, 1)])
    right = shapely.Polygon([(2, 0), (2, 1), *wavy[::-1]])
    a, b = simplify([left, right], 0.02)
    assert shapely.is_valid(a)
    assert shapely.is_valid(b)
    assert a.intersection(b).area == 0
    assert shapely.get_num_coordinates(a) < 10
    assert shapely.union(a, b).area == pytest.approx(2, abs=0.05)


def test_a_tiny_island_keeps_an_outline() -> None:
    from reference_shapes import simplify

    (island,) = simplify([shapely.Point(10, 10).buffer(0.003)], 0.08)
    assert island.area > 0


def test_topojson_arcs_are_summed_scaled_and_turned() -> None:
    from reference_shapes import decode_arcs, topo_shape

    world = {
        "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
        "arcs": [[[0, 0], [2, 0], [0, 2]], [[0, 0], [0, 2], [2, 0]]],
    }
    arcs = decode_arcs(world)
    assert arcs[0] == [(10, 20), (11, 20), (11, 21)]
    square = topo_shape({"type": "Polygon", "arcs": [[0, ~1]]}, arcs)
    assert square.area == pytest.approx(1)
    assert topo_shape({"type": "Polygon", "arcs": [[0]]}, [[(0, 0), (1, 1)]]).is_empty


def test_lines_are_packed_without_a_time(tmp_path: Path, monkeypatch) -> None:
    import build_reference

    monkeypatch.setattr(build_reference, "DATA", tmp_path)
    first = build_reference.write_lines("x.gz", ["a", "b"])
    packed = (tmp_path / "x.gz").read_bytes()
    assert build_reference.write_lines("x.gz", ["a", "b"]) == first
    assert (tmp_path / "x.gz").read_bytes() == packed
    assert gzip.decompress(packed) == b"a\nb\n"
    assert first["rows"] == 2


@pytest.mark.parametrize(
    ("country", "name", "alternates", "local"),
    [
        ("RU", "Kazan", ["Казань", "Qazan", "Хузан"], "Казань"),
        ("UA", "Luhansk", ["Луганск", "Луганськ"], "Луганськ"),
        ("KR", "Suwon", ["수원"], "수원"),
        ("KR", "Suwon", ["수원", "화성"], ""),
        ("FR", "Lyon", ["Лион"], ""),
        ("RU", "Ufa", [], ""),
    ],
)
def test_local_names(country: str, name: str, alternates: list[str], local: str) -> None:
    from reference_names import local_name

    city = {"countrycode": country, "name": name, "alternatenames": alternates, "geonameid": 1}
    assert local_name(city) == local


@pytest.mark.parametrize(
    ("geonames", "aliases", "code"),
    [
        ("CN.04.3209", (), "CN-JS.3209"),
        ("CN.12.1", ("仙桃", "仙桃市"), "CN-HB.429004"),
        ("CN.12.1", ("无此市",), ""),
    ],
)
def test_prefectures_by_code_or_by_name(geonames: str, aliases: tuple[str, ...], code: str) -> None:
    from reference_china import ChinaCodes, admin2_code

    china = ChinaCodes(
        {"32": "江苏省", "42": "湖北省"},
        {"3209": "盐城市"},
        {"429004": "仙桃市", "320902": "亭湖区"},
    )
    assert admin2_code(geonames, aliases, china) == code


def test_a_label_of_two_areas_stops_the_build() -> None:
    from reference_china import GB_PROVINCES, ChinaCodes
    from reference_labels import chinese_labels

    provinces = {gb: f"甲{gb}省" for gb in GB_PROVINCES}
    china = ChinaCodes(provinces, {}, {})
    codes = {f"CN-{iso}" for iso in GB_PROVINCES.values()} | {"US", "JP"}
    assert chinese_labels(china, {"US": "美国"}, codes)["美国"] == "US"
    with pytest.raises(SystemExit, match="two areas"):
        chinese_labels(china, {"JP": "美国"}, codes)
