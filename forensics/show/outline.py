"""Maps of areas as SVG inside the page: no tile, no font, no image, nothing to load.

Equirectangular with the cosine of the middle latitude, clipped to the view, simplified at half a
pixel, one decimal. Areas are drawn as areas; there is no pin.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from forensics.show.figures import closed_path, sealed, text_node
from forensics.show.view import Boundaries

WIDTH = 520
_MIN_HEIGHT, _MAX_HEIGHT = 220, 360
SHOWN_FROM_PPM = 5_000
"""Areas below half a percent stay unshaded; the table has them."""
SCALE_SAYS = "km at mid-latitude, north up"
"""Behind the length of the scale bar."""
LINES_SAY = "lines hold 50 % (thick), 80 (dashed), 95 (dotted)"
"""In a corner of a map that draws credible sets."""
BESIDE_FROM_PPM = 20_000
"""A name that does not fit into its area covers a neighbour: only from two percent on."""
_OVERHANG = 0.6
"""A name may stick out of its area a little: beside it, it would stand in another one."""
_WORLD = (-180.0, -58.0, 180.0, 80.0)
_KM_PER_DEGREE = 111.2
_BARS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
_BAR_PX = 110
_POLE_DEG = 89.9
"""Beyond this latitude an outline follows the pole itself, not a coast."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line from the area that personas claim to the one that was assessed."""

    start: str
    end: str
    text: str
    """Printed at the line: how many accounts, and the rung."""


@dataclass(frozen=True, slots=True)
class Shaded:
    """What a map shows: shares by area code, and which areas are claimed or assessed."""

    shares_ppm: Mapping[str, int]
    labels: Mapping[str, str]
    """Code -> text to print in the area."""
    assessed: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    sets: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """50, 80 or 95 -> areas of the smallest set that holds that many percent."""
    arrows: tuple[Arrow, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The view: bounds in degrees and the scale to pixels."""

    west: float
    south: float
    east: float
    north: float
    squeeze: float
    """Cosine of the middle latitude."""
    scale: float
    """Pixels per degree of latitude."""
    height: int

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixel of a position."""
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale


class Shapes:
    """Outlines of a pack, parsed once and looked up by code."""

    def __init__(self, boundaries: Boundaries) -> None:
        self.attribution = boundaries.attribution
        self.countries = _geometries(boundaries.countries)
        self.admin1 = {
            country: _geometries(collection)
            for country, collection in sorted(boundaries.admin1.items())
        }
        self.admin2 = _geometries(boundaries.admin2)
        self.approximate = frozenset(
            str(feature["properties"]["code"])
            for feature in boundaries.admin2.get("features", ())
            if feature["properties"].get("boundary_kind") == "approximate"
        )
        """Second-level areas whose outline is only approximate, and has to be drawn so."""
        self.names = {
            str(feature["properties"]["code"]): str(feature["properties"].get("name", ""))
            for feature in boundaries.admin2.get("features", ())
        }
        """Names of second-level areas; text of a pack or of a user's file."""

    def find(self, code: str) -> Any | None:
        """Outline of a country, province or prefecture; None if there is none."""
        return (
            self.countries.get(code)
            or self.admin1.get(code[:2], {}).get(code)
            or self.admin2.get(code)
        )


def _geometries(collection: Mapping[str, Any]) -> dict[str, Any]:
    """Code -> valid shapely geometry between 180 degrees west and east.

    Our own outlines end at 180 degrees; a user's may cross it.
    """
    from shapely import make_valid, transform, union_all
    from shapely.geometry import box, shape

    found = {}
    for feature in collection.get("features", ()):
        geometry = shape(feature["geometry"])
        code = str(feature["properties"]["code"])
        if _crosses(geometry):  # drawn as it stands, it would streak across the whole map
            whole = make_valid(transform(geometry, _unwrap))
            west = transform(whole.intersection(box(180, -90, 540, 90)), _shift)
            geometry = union_all([whole.intersection(box(-180, -90, 180, 90)), west])
        found[code] = _areal(geometry if geometry.is_valid else make_valid(geometry))
    return found


def _areal(geometry: Any) -> Any:
    """The polygons of a geometry: repairing one can leave lines and points behind."""
    from shapely import MultiPolygon, get_parts

    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        return geometry
    parts = [p for whole in get_parts(geometry) for p in get_parts(whole)]
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _crosses(geometry: Any) -> bool:
    """True if an edge jumps from one end of the globe to the other.

    The edge along a pole, with which an outline of Antarctica closes, is as long as it looks.
    """
    from shapely import get_coordinates, get_parts, get_rings

    for ring in get_rings(get_parts(geometry)):
        lon, lat = get_coordinates(ring).T
        at_pole = (abs(lat[1:]) > _POLE_DEG) & (abs(lat[:-1]) > _POLE_DEG)
        if ((abs(lon[1:] - lon[:-1]) > 180) & ~at_pole).any():
            return True
    return False


def _unwrap(points: Any) -> Any:
    """Positions with western longitudes counted on past 180 degrees."""
    points = points.copy()
    points[points[:, 0] < 0, 0] += 360
    return points


def _shift(points: Any) -> Any:
    """Positions moved back by one turn."""
    points = points.copy()
    points[:, 0] -= 360
    return points


def frame_around(geometries: Sequence[Any], margin: float = 0.06) -> Frame:
    """A view that holds all of them with a margin; the world if they span most of it."""
    if geometries:
        bounds = [geometry.bounds for geometry in geometries]
        west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
        east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
        pad = max((east - west), (north - south), 1.0) * margin
        box = (west - pad, south - pad, east + pad, north + pad)
    else:
        box = _WORLD
    if box[2] - box[0] > 200:
        box = _WORLD
    west, south, east, north = box
    south, north = max(south, -85.0), min(north, 85.0)
    squeeze = max(math.cos(math.radians((south + north) / 2)), 0.2)
    scale = WIDTH / ((east - west) * squeeze)
    height = (north - south) * scale
    if height > _MAX_HEIGHT:  # a tall view: keep all of it and give the sides more room
        scale = _MAX_HEIGHT / (north - south)
        extra = WIDTH / (squeeze * scale) - (east - west)
        west, east = west - extra / 2, east + extra / 2
    elif height < _MIN_HEIGHT:
        extra = _MIN_HEIGHT / scale - (north - south)
        south, north = south - extra / 2, north + extra / 2
    return Frame(west, south, east, north, squeeze, scale, round((north - south) * scale))


def area_map(
    stem: str, title: str, shapes: Mapping[str, Any], shaded: Shaded, frame: Frame
) -> Markup:
    """One map: all outlines of the view, shaded by share, hatched and dashed by role.

    `<stem>-table` must be the table with the same shares.
    """
    parts = [
        (
            f'<svg role="img" id="{stem}" class="areas" viewBox="0 0 {WIDTH} {frame.height}" '
            f'aria-labelledby="{stem}-t {stem}-d">'
        ),
        f'<title id="{stem}-t">{text_node(title)}</title>',
        (
            f'<desc id="{stem}-d">Areas shaded by probability: the stronger, the more. Hatched: '
            "assessed. Dashed outline: claimed, with a line to what was assessed. Lines around "
            "areas: the smallest sets that hold 50 (thick), 80 and 95 %. The same shares stand in "
            "the table.</desc>"
        ),
        (
            f'<defs><pattern id="{stem}-h" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>'
        ),
        f'<rect class="sea" width="{WIDTH}" height="{frame.height}"/>',
    ]
    seen = _parts(shapes, frame)
    paths = dict(_paths(seen, frame, shaded))
    parts.append(f'<path class="land" d="{"".join(paths.values())}"/>')
    for code in sorted(paths):
        ppm = shaded.shares_ppm.get(code, 0)
        if ppm >= SHOWN_FROM_PPM:
            parts.append(f'<path class="share" fill-opacity="{_opacity(ppm)}" d="{paths[code]}"/>')
        if code in shaded.assessed:
            parts.append(f'<path class="assessed" fill="url(#{stem}-h)" d="{paths[code]}"/>')
        if code in shaded.claimed:
            parts.append(f'<path class="claimed" d="{paths[code]}"/>')
    parts.extend(_set_lines(seen, frame, shaded))
    parts.extend(_arrow_lines(shapes, frame, shaded))
    parts.extend(_labels(shapes, paths, frame, shaded))
    parts.append(_scale_bar(frame))
    if any(shaded.sets.values()):
        parts.append(
            f'<text class="axis" x="{WIDTH - 8}" y="{frame.height - 8}" text-anchor="end">'
            f"{LINES_SAY}</text>"
        )
    parts.append("</svg>")
    return sealed("".join(parts))


def _scale_bar(frame: Frame) -> str:
    """A bar of round kilometres, true at the middle latitude, and where north is."""
    lengths = [(km, km / _KM_PER_DEGREE * frame.scale) for km in _BARS_KM]
    km, pixels = max([one for one in lengths if one[1] <= _BAR_PX] or lengths[:1])
    y = frame.height - 8
    return (
        f'<path class="base" d="M8 {y - 4}v4h{pixels:.1f}v-4"/>'
        f'<text class="axis" x="{13 + pixels:.1f}" y="{y}">{km:,} {SCALE_SAYS}</text>'
    )


def _opacity(ppm: int) -> str:
    """`.08` to `1`, linear in the share."""
    hundredths = 8 + ppm * 92 // 1_000_000
    return "1" if hundredths >= 100 else f".{hundredths:02d}"


def _parts(shapes: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    """Code -> what of each area lies inside the view, to half a pixel."""
    from shapely.geometry import box

    view = box(frame.west, frame.south, frame.east, frame.north)
    half_pixel = 0.5 / frame.scale
    return {
        code: geometry.intersection(view).simplify(half_pixel)
        for code, geometry in sorted(shapes.items())
        if geometry.intersects(view)
    }


def _paths(parts: Mapping[str, Any], frame: Frame, shaded: Shaded) -> Iterator[tuple[str, str]]:
    """(code, path data) of every area with something left to draw."""
    for code, part in parts.items():
        keep_small = code in shaded.shares_ppm or code in shaded.assessed | shaded.claimed
        path = "".join(_ring_paths(part, frame, 0.0 if keep_small else 2.0))
        if path:
            yield code, path


def _ring_paths(geometry: Any, frame: Frame, smallest_px: float) -> Iterator[str]:
    """Path data of each ring; rings smaller than that many square pixels are left out."""
    for polygon in getattr(geometry, "geoms", [geometry]):
        if polygon.geom_type != "Polygon":
            continue
        if polygon.area * frame.scale**2 * frame.squeeze < smallest_px:
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            yield closed_path([frame.xy(lon, lat) for lon, lat, *_ in ring.coords[:-1]])


def _set_lines(parts: Mapping[str, Any], frame: Frame, shaded: Shaded) -> Iterator[str]:
    """A line around each set, the widest first, so that the narrowest lies on top."""
    from shapely import union_all

    half_pixel = 0.5 / frame.scale
    for percent, codes in sorted(shaded.sets.items(), reverse=True):
        inside = [parts[code] for code in codes if code in parts]
        # neighbours whose simplified borders do not quite meet would keep a line between them
        whole = union_all([part.buffer(half_pixel, quad_segs=1) for part in inside])
        path = "".join(_ring_paths(whole.simplify(half_pixel), frame, 4.0))
        if path:
            yield f'<path class="set{percent}" d="{path}"/>'


def _arrow_lines(shapes: Mapping[str, Any], frame: Frame, shaded: Shaded) -> Iterator[str]:
    """Claimed to assessed; the number of accounts stands near the claimed end, clear of names."""
    for arrow in shaded.arrows:
        ends = [shapes[code].representative_point() for code in (arrow.start, arrow.end)]
        (x, y), (to_x, to_y) = (frame.xy(point.x, point.y) for point in ends)
        yield f'<path class="claimed-to" d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}"/>'
        yield (
            f'<text class="name" x="{x + (to_x - x) / 4:.1f}" y="{y + (to_y - y) / 4 - 4:.1f}" '
            f'text-anchor="middle">{text_node(arrow.text, 60)}</text>'
        )


def _labels(
    shapes: Mapping[str, Any], paths: Collection[str], frame: Frame, shaded: Shaded
) -> Iterator[str]:
    """Names in the areas, highest share first; one that would cover another is left out."""
    from shapely.geometry import box

    view = box(frame.west, frame.south, frame.east, frame.north)
    drawn: list[tuple[float, float, float]] = []
    order = sorted(shaded.labels, key=lambda code: (-shaded.shares_ppm.get(code, 0), code))
    for code in order:
        if code not in paths:
            continue
        x, y, half, beside = _label_at(shapes[code].intersection(view), frame, shaded.labels[code])
        if beside and shaded.shares_ppm.get(code, 0) < BESIDE_FROM_PPM:
            continue
        if any(abs(y - other) < 15 and abs(x - ox) < half + oh for ox, other, oh in drawn):
            continue
        drawn.append((x, y, half))
        yield (
            f'<text class="name" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">'
            f"{text_node(shaded.labels[code], 60)}</text>"
        )


def _label_at(part: Any, frame: Frame, label: str) -> tuple[float, float, float, bool]:
    """Middle of a label, half its width, and whether it stands beside an area it would hide."""
    point = part.representative_point()
    x, y = frame.xy(point.x, point.y)
    half = 3.5 * sum(2 if char >= "\u2e80" else 1 for char in label)  # Han is twice as wide
    west, _, east, _ = part.bounds
    left, right = frame.xy(west, 0)[0], frame.xy(east, 0)[0]
    beside = right - left < _OVERHANG * 2 * half
    if beside:
        x = right + half + 3 if right + 2 * half + 5 < WIDTH else left - half - 3
    return min(max(x, half + 2), WIDTH - half - 2), y, half, beside


def boundaries_for(codes: Collection[str]) -> Boundaries:
    """Our own outlines: all countries, and the provinces of the countries that the codes name.

    Args:
        codes: Area codes such as `CN`, `CN-JS` or `CN-JS.3209`.

    Raises:
        ReferenceDataError: the bundled outlines are missing or damaged.
    """
    from forensics.reference.boundaries import admin1, countries

    wanted = sorted({code[:2] for code in codes})
    return Boundaries(countries=countries(), admin1={code: admin1(code) for code in wanted})
