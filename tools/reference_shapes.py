"""Boundaries: from Natural Earth polygons to small GeoJSON lines with our own codes."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import box, shape

GRID_DEG = 0.01
"""Coordinates keep two decimals (about 1.1 km): boundaries are for drawing and rough look-ups."""
LONGEST_EDGE_DEG = 90.0
"""Longer edges get points between their ends, so that none can be read as the short way round."""
LOCAL_FIELD = {
    **dict.fromkeys(("CN", "SG"), "name_zh"),
    **dict.fromkeys(("TW", "HK", "MO"), "name_zht"),
    **dict.fromkeys(("RU", "BY", "KZ", "KG"), "name_ru"),
    **dict.fromkeys(("IR", "AF"), "name_fa"),
    **dict.fromkeys(
        [
            "AE",
            "BH",
            "DZ",
            "EG",
            "IQ",
            "JO",
            "KW",
            "LB",
            "LY",
            "MA",
            "OM",
            "PS",
            "QA",
            "SA",
            "SD",
            "SY",
            "TN",
            "YE",
        ],
        "name_ar",
    ),
    "UA": "name_uk",
    "JP": "name_ja",
    "KR": "name_ko",
    "KP": "name_ko",
    "GR": "name_el",
    "CY": "name_el",
    "IL": "name_he",
    "IN": "name_hi",
    "BD": "name_bn",
    "PK": "name_ur",
    "TR": "name_tr",
    "VN": "name_vi",
}
"""Which of Natural Earth's name fields holds the name in the country's own language."""

SPELLING_FIELDS = (
    "name", "name_en", "name_zh", "name_zht", "name_ru", "name_uk", "name_ar", "name_fa",
    "name_ur", "name_tr", "name_es", "name_fr", "name_de", "name_pt", "name_it", "name_id",
    "name_vi", "name_pl",
)  # fmt: skip
"""Name fields that go into the table of names."""
FOLDED = {"XKX": "XK", "SOL": "SO", "CYN": "CY", "ATC": "AU"}
"""Shapes of the base map that carry no ISO code: drawn with the state whose ISO code their places
carry in GeoNames. This says nothing about who is right."""


class Admin1:
    """Natural Earth admin-1 at full resolution, one shape per ISO 3166-2 code."""

    def __init__(self, raw: bytes) -> None:
        """Read the features; those without a true ISO 3166-2 code are left out and counted."""
        merged: dict[str, list[Any]] = defaultdict(list)
        first: dict[str, dict[str, Any]] = {}
        self.left_out = 0
        self.polygons = 0
        for feature in json.loads(raw)["features"]:
            self.polygons += 1
            properties = feature["properties"]
            code = properties["iso_3166_2"]
            # Natural Earth marks codes of its own making with a tilde; -99 is land without a code.
            if "~" in code or code.startswith("-") or code.endswith("-"):
                self.left_out += 1
                continue
            merged[code].append(shape(feature["geometry"]))
            best = first.get(code)
            if best is None or properties["scalerank"] < best["scalerank"]:
                first[code] = properties
        self.codes = sorted(merged)
        self.shapes = np.array(
            [
                polygons_of(
                    shapely.union_all(np.array([polygons_of(part) for part in merged[code]]))
                )
                if len(merged[code]) > 1
                else merged[code][0]
                for code in self.codes
            ]
        )
        self.names = {code: self._names(code, first[code]) for code in self.codes}
        self.spellings = {
            code: tuple(clean(str(first[code].get(name) or "")) for name in SPELLING_FIELDS)
            for code in self.codes
        }
        """Names in other languages, for the table of names."""
        self.geonames = {code: first[code].get("gn_a1_code") or "" for code in self.codes}
        """The GeoNames code Natural Earth gives the area, such as CN.04."""

    @staticmethod
    def _names(code: str, properties: dict[str, Any]) -> tuple[str, str]:
        """English name and name in the country's own language."""
        english = properties.get("name_en") or properties.get("name") or code
        field = LOCAL_FIELD.get(code[:2])
        local = properties.get(field) if field else properties.get("name")
        return clean(english), clean(local or "")

    def recode(self, new: dict[str, str]) -> None:
        """Give areas other codes (old code -> new code, one to one) and keep the order by code."""
        names = {new.get(code, code): self.names[code] for code in self.codes}
        codes = [new.get(code, code) for code in self.codes]
        if len(set(codes)) != len(codes):
            raise SystemExit("two areas would share a code")
        order = sorted(range(len(codes)), key=codes.__getitem__)
        self.codes = [codes[i] for i in order]
        self.shapes = self.shapes[order]
        self.names = names
        self.spellings = {new.get(code, code): row for code, row in self.spellings.items()}

    def locate(self, lon: Any, lat: Any, country: list[str]) -> tuple[list[str], int, int]:
        """Admin-1 code of each point; points inside any polygon; points only in foreign polygons.

        A point outside every polygon of its own country takes the nearest one of that country
        within 0.25 degrees (coasts, islands, borders), else none.
        """
        points = shapely.points(lon, lat)
        tree = shapely.STRtree(self.shapes)
        out = [""] * len(points)
        inside: dict[int, list[int]] = defaultdict(list)
        for point, polygon in tree.query(points, predicate="intersects").T.tolist():
            inside[point].append(polygon)
        foreign = 0
        for point, polygons in inside.items():
            own = [p for p in polygons if self.codes[p][:2] == country[point]]
            if own:
                out[point] = self.codes[min(own)]
            else:
                foreign += 1
        missing = [i for i, code in enumerate(out) if not code]
        near = tree.query(points[missing], predicate="dwithin", distance=0.25).T.tolist()
        best: dict[int, tuple[float, str]] = {}
        for index, polygon in near:
            point = missing[index]
            if self.codes[polygon][:2] == country[point]:
                gap = float(shapely.distance(points[point], self.shapes[polygon]))
                best[point] = min(best.get(point, (9.0, "")), (gap, self.codes[polygon]))
        for point, (_, code) in best.items():
            out[point] = code
        return out, len(inside), foreign


def clean(text: str) -> str:
    """The text on one line; the build stops if it could be read as template code."""
    text = " ".join(text.replace("\t", " ").split())
    if any(mark in text for mark in ("{{", "{%", "{#", "<", ">")):
        raise SystemExit(f"hostile name in a source: {text!r}")
    return text


def simplify(shapes: Any, tolerance_deg: float) -> Any:
    """Shapes with shared borders simplified together, on the two-decimal grid, valid, cut at 180.

    The cut comes last: a shape that ended at 180 degrees would have that edge simplified too.
    """
    simple = shapely.coverage_simplify(np.array(shapes), tolerance_deg)
    simple = shapely.set_precision(simple, GRID_DEG, mode="pointwise")
    out = []
    for original, small in zip(shapes, simple, strict=True):
        area = polygons_of(small)
        if area.is_empty:  # a tiny island: keep its outline, finer
            fine = shapely.set_precision(original, GRID_DEG / 10, mode="pointwise")
            area = polygons_of(fine)
        out.append(cut_at_180(area))
    return np.array(out)


def cut_at_180(area: Any) -> Any:
    """The area between 180 degrees west and east; what lies beyond comes back by whole turns."""
    west, _, east, _ = area.bounds
    if west < -180 or east > 180:
        turns = range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1)
        parts = [
            translate(area.intersection(box(360 * n - 180, -90, 360 * n + 180, 90)), xoff=-360 * n)
            for n in turns
        ]
        # Only the points on the cut are new; the grid also takes off the noise of the shift.
        whole = shapely.union_all(np.array([polygons_of(part) for part in parts]))
        area = polygons_of(shapely.set_precision(whole, GRID_DEG, mode="pointwise"))
    return shapely.segmentize(area, LONGEST_EDGE_DEG)


def polygons_of(geometry: Any) -> Any:
    """The area of a geometry, valid, as a polygon or multipolygon."""
    valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(valid)
    parts = shapely.get_parts(parts[shapely.get_dimensions(parts) == 2])
    merged = shapely.union_all(parts)
    return merged if merged.geom_type != "GeometryCollection" else shapely.MultiPolygon()


def feature_line(code: str, name: str, name_local: str, geometry: Any) -> str:
    """One GeoJSON feature on one line, rings rounded, keys in a fixed order."""
    body = json.loads(shapely.to_geojson(shapely.normalize(geometry)))
    body["coordinates"] = rounded(body["coordinates"])
    feature = {
        "type": "Feature",
        "id": code,
        "properties": {"code": code, "name": name, "name_local": name_local},
        "geometry": {"type": body["type"], "coordinates": body["coordinates"]},
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def rounded(value: Any) -> Any:
    """Coordinates with at most three decimals (float noise of the grid removed)."""
    if isinstance(value, list):
        return [rounded(item) for item in value]
    short = round(value, 3)
    return int(short) if short == int(short) else short


def countries(raw: bytes, iso2: dict[str, str]) -> tuple[list[str], Any, list[str]]:
    """Codes, shapes and names without a code, from the TopoJSON of the base map.

    Args:
        raw: TopoJSON with an object `countries`.
        iso2: ISO 3166-1 alpha-3 -> alpha-2.
    """
    world = json.loads(raw)
    arcs = decode_arcs(world)
    merged: dict[str, list[Any]] = defaultdict(list)
    without: list[str] = []
    for geometry in world["objects"]["countries"]["geometries"]:
        properties = geometry["properties"]
        code = ({**iso2, **FOLDED}).get(properties.get("a3", ""), "")
        if not code:
            without.append(properties["name"])
            continue
        merged[code].append(topo_shape(geometry, arcs))
    codes = sorted(merged)
    shapes = [polygons_of(shapely.union_all(np.array(merged[code]))) for code in codes]
    return codes, shapes, sorted(without)


def decode_arcs(world: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Arcs of a quantised TopoJSON as degree pairs."""
    (sx, sy), (tx, ty) = world["transform"]["scale"], world["transform"]["translate"]
    out = []
    for arc in world["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        out.append(line)
    return out


def topo_shape(geometry: dict[str, Any], arcs: list[list[tuple[float, float]]]) -> Any:
    """A TopoJSON Polygon or MultiPolygon as a valid shape, counted on past 180 degrees east."""

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points.extend(arc[1:] if points else arc)
        return unwrapped(points)

    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    # The quantised file holds a few rings of two points (vanished islets): no area, left out.
    rings = [[line for line in map(ring, p) if len(line) >= 4] for p in polygons]
    body = {"type": "MultiPolygon", "coordinates": [p for p in rings if p]}
    return polygons_of(shape(body))


def unwrapped(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A closed ring whose longitudes run on where it crosses 180 degrees.

    Consecutive longitudes more than half a turn apart mean a crossing. The eastern hemisphere keeps
    its numbers, so that borders shared with neighbours stay equal; the part beyond lies above 180.
    A ring that does not come back to its start goes round a pole, and is closed along that pole.
    """
    lon, lat = np.array(ring).T
    turns = np.concatenate(([0.0], np.cumsum(-np.round(np.diff(lon) / 360))))
    if not turns.any():
        return ring
    out = list(zip((lon + 360 * (turns - turns.min())).tolist(), lat.tolist(), strict=True))
    if turns[-1] != 0:
        pole = math.copysign(90.0, float(lat.mean()))
        out += [(out[-1][0], pole), (out[0][0], pole), out[0]]
    return out
