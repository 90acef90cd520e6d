"""Hour-of-week pictures and area maps: shapes, shades and labels."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.show.figures import (
    NUMBERED_TOP,
    _opacity,
    _outline,
    closed_path,
    sealed,
    text_node,
    week_panel,
)
from forensics.show.outline import (
    WIDTH,
    Arrow,
    Shaded,
    Shapes,
    area_map,
    boundaries_for,
    frame_around,
)
from forensics.show.view import Boundaries, HoursFigure

ZERO = [0] * 168


def panel(counts: list[int], scale: int, **more: object) -> str:
    return str(
        week_panel("s", title="t", zone="UTC", counts=counts, scale=scale, **more)  # type: ignore[arg-type]
    )


def test_zero_missing_and_count_look_different(dom: Callable) -> None:
    counts = [0, 5, 0, *ZERO[3:]]
    svg = panel(counts, 5, missing=[2])
    cells = re.findall(r"<(circle|rect)([^>]*)><title>(Mon 0[012]: [^<]*)</title>", svg)
    assert [(tag, text) for tag, _, text in cells] == [
        ("circle", "Mon 00: 0"),
        ("rect", "Mon 01: 5"),
        ("rect", "Mon 02: not collected"),
    ]
    assert 'fill="url(#s-h)"' in cells[2][1]


def test_a_bin_with_posts_is_not_hatched() -> None:
    assert "not collected<" not in panel([3, *ZERO[1:]], 3, missing=[0])


def test_few_posts_are_written_in_the_cells() -> None:
    few, many = [100, *ZERO[1:]], [100, 100, *ZERO[2:]]
    assert ">100</text>" in panel(few, 100).partition('class="legend"')[0]
    assert ">100</text>" not in panel(many, 100).partition('class="legend"')[0]
    assert f'fill-opacity=".{NUMBERED_TOP}"' in panel(few, 100), "light enough to read the number"
    assert 'fill-opacity="1"' in panel(many, 100)


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_shade_is_linear_and_never_invisible(value: int, scale: int) -> None:
    value = min(value, scale)
    shade = float(_opacity(value, scale))
    assert 0.06 <= shade <= 1
    assert shade == pytest.approx(max(0.06, value / scale), abs=0.0051)


def test_shades_agree_between_panels_of_one_scale() -> None:
    one, other = panel([800, *ZERO[1:]], 1600), panel([*ZERO[1:], 800], 1600)
    assert one.count('fill-opacity=".50"') == other.count('fill-opacity=".50"') == 2


def test_waking_hours_are_one_outline() -> None:
    assert _outline(frozenset(range(168))).count("M") == 2 * 7 + 2 * 24
    assert _outline(frozenset({25})).count("M") == 4
    assert 'class="waking"' in panel(ZERO, 1, audience=[25])
    assert 'class="waking"' not in panel(ZERO, 1)


def test_figures_escape_what_they_print() -> None:
    svg = str(week_panel("s", title="<b>\u202e", zone="<i>", counts=ZERO, scale=1))
    assert "<b>" not in svg
    assert "<i>" not in svg
    assert "&lt;b&gt;⟨U+202E⟩" in svg
    assert text_node("x" * 300).startswith("x" * 200 + " … (cut")
    assert sealed("<svg/>").__html__() == "<svg/>"


def test_a_week_has_168_hours() -> None:
    with pytest.raises(ValueError, match="168"):
        HoursFigure("originals", "UTC", (0,) * 168, (0,) * 167, 0, 0, "")


# --- maps -----------------------------------------------------------------------------------------


def numbers(svg: str) -> list[float]:
    """Every coordinate of every closed line, steps added up."""
    found: list[float] = []
    for run in re.findall(r"M([^Mz\"]*)z", svg.partition("</defs>")[2]):
        start, _, moves = run.partition("l")
        x, y = (float(value) for value in start.split())
        steps = [float(value) for value in re.findall(r"-?[0-9.]+", moves)]
        found += [x, y]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            found += [x, y]
    assert found
    return found


@given(st.lists(st.tuples(st.integers(-9_999, 9_999), st.integers(-9_999, 9_999)), max_size=40))
def test_short_paths_are_the_lines_they_stand_for(points: list[tuple[int, int]]) -> None:
    path = closed_path([(x / 10, y / 10) for x, y in points])
    kept = [p for n, p in enumerate(points) if not n or p != points[n - 1]]
    if len(kept) < 3:
        assert not path
        return
    drawn = numbers(f'</defs><path d="{path}"/>')
    assert [round(10 * value) for value in drawn] == [value for point in kept for value in point]


def test_map_shades_hatches_and_dashes(boundaries: Boundaries) -> None:
    shapes = Shapes(boundaries)
    frame = frame_around([shapes.countries["CN"], shapes.countries["PH"]])
    shaded = Shaded(
        {"CN": 913_000, "PH": 4_999},
        {"CN": "<China> 91 %", "PH": "small, and beside its area"},
        frozenset({"CN"}),
        frozenset({"PH"}),
        {50: ("CN",), 95: ("CN", "PH")},
        (Arrow("PH", "CN", "17 accounts <city>"),),
    )
    svg = str(area_map("m", "Countries", shapes.countries, shaded, frame))
    assert re.findall(r'class="share" fill-opacity="([^"]*)"', svg) == [".91"]
    assert svg.count('class="assessed"') == 1
    assert svg.count('class="claimed"') == 1
    assert "&lt;China&gt; 91 %" in svg
    assert "beside" not in svg, "a name of half a percent does not cover a neighbour"
    assert re.findall(r'class="(set\d+)"', svg) == ["set95", "set50"], "the narrowest on top"
    assert svg.count('class="claimed-to"') == 1
    assert "17 accounts &lt;city&gt;" in svg
    assert "<circle" not in svg, "no pins"
    assert all(-0.1 <= value <= max(WIDTH, frame.height) + 0.1 for value in numbers(svg))


def test_map_is_the_same_twice(boundaries: Boundaries) -> None:
    shapes, again = Shapes(boundaries), Shapes(boundaries)
    shaded = Shaded({"CN": 900_000}, {"CN": "China"})
    frame = frame_around([shapes.countries["CN"]])
    one = area_map("m", "t", shapes.countries, shaded, frame)
    assert one == area_map("m", "t", again.countries, shaded, frame)


def test_labels_do_not_cover_each_other(boundaries: Boundaries) -> None:
    shapes = Shapes(boundaries)
    shaded = Shaded({"CN": 2, "TW": 1}, {"CN": "C" * 60, "TW": "T" * 60, "XX": "nowhere"})
    svg = str(area_map("m", "t", shapes.countries, shaded, frame_around([])))
    assert svg.count('class="name"') <= 2
    assert "nowhere" not in svg


@pytest.mark.parametrize(
    ("bounds", "tall"),
    [((0, 0, 1, 40), True), ((0, 0, 60, 1), False), ((-170, -40, 170, 60), False)],
)
def test_frames_keep_all_and_a_usable_shape(bounds: tuple[float, ...], *, tall: bool) -> None:
    from shapely.geometry import box

    frame = frame_around([box(*bounds)])
    assert 218 <= frame.height <= 362
    for lon, lat in (bounds[:2], bounds[2:]):
        x, y = frame.xy(lon, lat)
        assert -1 <= x <= WIDTH + 1
        assert -1 <= y <= frame.height + 1
    assert (frame.east - frame.west > 10) or tall


def ring(*points: tuple[float, float]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def test_rings_across_180_degrees_are_split_not_streaked() -> None:
    far = ring((170, -10), (-170, -10), (-170, 10), (170, 10))
    bow = ring((0, 0), (10, 10), (10, 0), (0, 10))
    collection = {
        "features": [
            {"geometry": far, "properties": {"code": "FJ"}},
            {"geometry": bow, "properties": {"code": "XA"}},
        ]
    }
    shapes = Shapes(Boundaries(collection, attribution="x"))
    split = shapes.countries["FJ"]
    assert split.geom_type == "MultiPolygon"
    assert split.area == pytest.approx(400)
    assert sorted(part.bounds[0] for part in split.geoms) == [-180, 170]
    assert shapes.countries["XA"].is_valid
    assert shapes.countries["XA"].area == pytest.approx(50)


def test_an_outline_closed_along_a_pole_is_no_crossing() -> None:
    coast = [(-180, -80), (0, -70), (180, -80), (180, -90), (-180, -90), (-180, -80)]
    shelf = [(-170, -88), (-170, -87), (-160, -87), (-160, -88), (-170, -88)]
    body = {"type": "Polygon", "coordinates": [coast, shelf]}
    collection = {"features": [{"geometry": body, "properties": {"code": "AQ"}}]}
    land = Shapes(Boundaries(collection, attribution="x")).countries["AQ"]
    assert land.bounds == (-180, -90, 180, -70)
    assert land.area == pytest.approx(360 * 15 - 10)


def test_repairing_can_leave_lines_behind() -> None:
    spike = ring((0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10))
    shapes = Shapes(
        Boundaries(
            {"features": [{"geometry": spike, "properties": {"code": "XA"}}]}, attribution="x"
        )
    )
    assert shapes.countries["XA"].geom_type in {"Polygon", "MultiPolygon"}
    assert shapes.find("XA-1") is None
    assert shapes.find("XA") is not None


def test_small_islands_are_left_out_unless_they_matter() -> None:
    dot = {"geometry": ring((50, 0), (50.1, 0), (50.1, 0.1)), "properties": {"code": "MV"}}
    hole = {
        "geometry": {
            "type": "Polygon",
            "coordinates": [
                [[0, 0], [20, 0], [20, 20], [0, 20], [0, 0]],
                [[5, 5], [5, 9], [9, 9], [9, 5], [5, 5]],
            ],
        },
        "properties": {"code": "ZA"},
    }
    shapes = Shapes(Boundaries({"features": [dot, hole]}, attribution="x"))
    frame = frame_around([])
    plain = str(area_map("m", "t", shapes.countries, Shaded({}, {}), frame))
    wanted = str(area_map("m", "t", shapes.countries, Shaded({"MV": 900_000}, {}), frame))
    land = re.search(r'class="land" d="([^"]*)"', plain)
    assert land is not None
    assert land[1].count("M") == 2, "the island is gone, the hole is there"
    assert 'class="share"' in wanted


def test_our_own_outlines_can_be_drawn() -> None:
    own = boundaries_for(["CN-JS.3209", "PH"])
    assert sorted(own.admin1) == ["CN", "PH"]
    shapes = Shapes(own)
    assert shapes.find("CN-JS") is not None
    frame = frame_around([shapes.admin1["CN"]["CN-JS"]])
    svg = str(area_map("m", "t", shapes.admin1["CN"], Shaded({"CN-JS": 1}, {}), frame))
    assert 500 < len(svg) < 60_000


def test_our_own_outlines_draw_no_streak() -> None:
    """No line of the world map runs further than 45 degrees; the 49th parallel runs for 27."""
    shapes = Shapes(boundaries_for(["RU"]))
    frame = frame_around([])
    for drawn in (shapes.countries, shapes.admin1["RU"]):
        svg = str(area_map("m", "t", drawn, Shaded({"RU": 900_000, "FJ": 50_000}, {}), frame))
        runs = re.findall(r"M([^Mz\"]*)z", svg)
        assert runs
        for run in runs:
            moves = re.findall(r"-?[0-9.]+", run.partition("l")[2])
            steps = [abs(float(x)) for x in moves[::2]]
            steps.append(abs(sum(float(x) for x in moves[::2])))
            assert max(steps) < WIDTH / 8
