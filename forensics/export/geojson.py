"""GeoJSON (RFC 7946): one FeatureCollection, WGS 84, outer rings counter-clockwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from forensics.export.features import Feature, features
from forensics.export.handed import DISCLAIMER, Handed, inert, save

NAME = "places.geojson"
DECIMALS = 7


def write(handed: Handed, out: Path) -> list[Path]:
    """Write areas and positions.

    Raises:
        CaseError: the disk refuses.
    """
    found, missing = features(handed)
    about = {
        "question": inert(handed.seen.question),
        "digest": handed.digest,
        "tool": handed.tool,
        "attribution": inert(handed.drawn.attribution),
        "disclaimer": DISCLAIMER,
        "not_drawn": missing,
    }
    rows = ",\n".join(_text(_feature(one)) for one in found)
    whole = f'{{"type":"FeatureCollection","gnomon":{_text(about)},"features":[\n{rows}\n]}}\n'
    return [save(out, whole.encode())]


def _text(value: object) -> str:
    """JSON in one line, so that a difference between two exports shows feature by feature."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def _feature(one: Feature) -> dict[str, Any]:
    from shapely.geometry import mapping

    shape = mapping(one.geometry)
    return {
        "type": "Feature",
        "id": one.id,
        "properties": dict(one.properties),
        "geometry": {"type": shape["type"], "coordinates": _numbers(shape["coordinates"])},
    }


def _numbers(value: Any) -> Any:
    """Coordinates as nested lists with at most seven decimals; heights are dropped."""
    if isinstance(value[0], int | float):
        return [round(float(number), DECIMALS) for number in value[:2]]
    return [_numbers(item) for item in value]
