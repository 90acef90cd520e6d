"""Approximate shapes of Chinese prefectures: which of its places lies nearest, inside the province.

No polygons of Chinese prefectures with a licence are known to us. These shapes are good for shading
a prefecture on a map, never for deciding on which side of a border a point lies.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from reference_places import Place
from reference_shapes import GRID_DEG, feature_line, polygons_of


def prefectures(
    places: list[Place], provinces: dict[str, Any], areas: dict[str, tuple[str, str, str, str]]
) -> tuple[list[str], dict[str, int]]:
    """GeoJSON lines of all prefectures that hold a place, in order of code, and what was counted.

    Args:
        places: The gazetteer.
        provinces: Code of a Chinese province -> its simplified polygon.
        areas: The table of areas: code -> (level, parent, name, name in Chinese).
    """
    lines = []
    known = {code for code, row in areas.items() if row[0] == "admin2" and row[1] in provinces}
    for province in sorted(provinces):
        shapes = _of_province([p for p in places if p.admin1 == province], provinces[province])
        lines += [
            feature_line(code, areas[code][2], areas[code][3], shapes[code])
            for code in sorted(shapes)
        ]
    counted = {
        "prefectures_drawn_approximately": len(lines),
        "prefectures_without_a_place": len(known) - len(lines),
    }
    return lines, counted


def _of_province(places: list[Place], province: Any) -> dict[str, Any]:
    """Prefecture -> union of the cells of its places, cut to the province.

    A site is a distinct coordinate; where two prefectures share one, the larger place keeps it.
    """
    owner: dict[tuple[int, int], Place] = {}
    for place in sorted(places, key=lambda p: (-p.population, int(p.id))):
        if place.admin2:
            owner.setdefault((place.lon_udeg, place.lat_udeg), place)
    if not owner:
        return {}
    sites = sorted(owner)
    points = shapely.points(np.array(sites) / 1e6)
    if len(sites) == 1:
        return {owner[sites[0]].admin2: province}
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=province)
    )
    tree = shapely.STRtree(cells)
    parts: dict[str, list[Any]] = defaultdict(list)
    for site, cell in tree.query(points, predicate="intersects").T.tolist():
        parts[owner[sites[site]].admin2].append(cells[cell])
    out = {}
    for code, mine in parts.items():
        cut = shapely.intersection(shapely.union_all(np.array(mine)), province)
        shape = polygons_of(shapely.set_precision(polygons_of(cut), GRID_DEG, mode="pointwise"))
        if not shape.is_empty:
            out[code] = shape
    return out
