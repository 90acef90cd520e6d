"""Approximate shapes of Chinese prefectures, for shading them on a map and for nothing else.

No polygons of Chinese prefectures with a licence are known to us. A shape here is the land of its
province that lies nearest to the places of the prefecture. Against polygons that may not be passed
on, 87 % of China's area and 91 % of Jiangsu's fell to the right prefecture. **No shape of this
module decides on which side of a border a point lies.**
"""

from __future__ import annotations

from functools import cache

from forensics.errors import ReferenceDataError
from forensics.model import Json
from forensics.reference.boundaries import collection, lines_of

FILE = "cn_admin2_approx.geojsonl.gz"
BOUNDARY_KIND = "approximate"
"""What `boundary_kind` says of every shape of this module."""


@cache
def _by_code() -> dict[str, str]:
    return dict(lines_of(FILE))


def approximate_shape(code: str) -> dict[str, Json] | None:
    """The GeoJSON feature of a prefecture with `boundary_kind: approximate`; None if there is none.

    Thirteen second-level areas of China hold no place of 5,000 people: they have no shape.

    Args:
        code: Such as `CN-JS.3209`.
    """
    features = approximate_shapes((code,))["features"]
    first = features[0] if isinstance(features, list) and features else None
    return first if isinstance(first, dict) else None


def approximate_shapes(codes: tuple[str, ...]) -> dict[str, Json]:
    """A FeatureCollection of the shapes there are of these codes, in order of code.

    Raises:
        ReferenceDataError: the data is missing, or a string in it could be run as code.
    """
    known = _by_code()
    found = collection([known[code] for code in sorted(set(codes)) if code in known])
    features = found["features"]
    if not isinstance(features, list):
        raise ReferenceDataError("no features", where=FILE)
    for feature in features:
        if isinstance(feature, dict) and isinstance(feature["properties"], dict):
            feature["properties"]["boundary_kind"] = BOUNDARY_KIND
    return found
