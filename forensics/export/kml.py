"""KML 2.2, and KMZ: areas and circles as polygons on the ground, properties as ExtendedData.

Viewers read `description` as HTML and open icons by address, so there is neither here: no
description, no icon, no NetworkLink, no address of anything. A position is drawn as its circle.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from forensics.export.features import COLUMNS, LAYERS, Feature, circle, features
from forensics.export.handed import DISCLAIMER, Handed, inert, save
from forensics.export.zipping import write_zip

NAME = "places.kml"
NAME_KMZ = "places.kmz"
STYLES = {
    # aabbggrr: line colour, line width, fill colour
    "assessed": ("ff1c1ae4", 3, "661c1ae4"),
    "shares": ("ff808080", 1, "404f9bfe"),
    "clue_areas": ("ffb87e37", 2, "33b87e37"),
    "claimed": ("ff4aaf4d", 2, "1a4aaf4d"),
    "positions": ("ffa34e98", 2, "33a34e98"),
}
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold in any form."""


def write(handed: Handed, out: Path) -> list[Path]:
    """Write areas and positions as KML.

    Raises:
        CaseError: the disk refuses.
    """
    return [save(out, document(handed))]


def write_kmz(handed: Handed, out: Path) -> list[Path]:
    """Write the same as KMZ: a zip with `doc.kml` in it.

    Raises:
        CaseError: the disk refuses.
    """
    return [write_zip(out, [("doc.kml", document(handed))])]


def document(handed: Handed) -> bytes:
    """The KML document."""
    found, missing = features(handed)
    about = {
        "question": handed.seen.question,
        "digest": handed.digest,
        "tool": handed.tool,
        "attribution": handed.drawn.attribution,
        "disclaimer": DISCLAIMER,
        "not_drawn": "; ".join(missing),
    }
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2">',
        "<Document>",
        f"<name>{text(handed.seen.question)}</name>",
        *(_style(name, *values) for name, values in STYLES.items()),
        _data(about),
    ]
    ordered = sorted(found, key=lambda one: list(LAYERS).index(one.layer))
    for layer, group in groupby(ordered, key=lambda one: one.layer):
        lines.append(f'<Folder id="{layer}"><name>{text(LAYERS[layer])}</name>')
        lines += [_placemark(one) for one in group]
        lines.append("</Folder>")
    return ("\n".join([*lines, "</Document>", "</kml>"]) + "\n").encode()


def text(value: object) -> str:
    """Text as XML: inert, and without the characters that XML cannot hold."""
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", inert(str(value))))


def _style(name: str, line: str, width: int, fill: str) -> str:
    return (
        f'<Style id="s-{name}"><LineStyle><color>{line}</color><width>{width}</width></LineStyle>'
        f"<PolyStyle><color>{fill}</color></PolyStyle></Style>"
    )


def _data(pairs: dict[str, Any]) -> str:
    rows = "".join(
        f'<Data name="{name}"><value>{text(value)}</value></Data>'
        for name, value in pairs.items()
        if value is not None
    )
    return f"<ExtendedData>{rows}</ExtendedData>"


def _placemark(one: Feature) -> str:
    about = {name: one.properties[name] for name in COLUMNS}
    return (
        f'<Placemark id="f-{one.id}"><name>{text(_title(one))}</name>{_span(one)}'
        f"<styleUrl>#s-{one.layer}</styleUrl>{_data(about)}{_geometry(one)}</Placemark>"
    )


def _title(one: Feature) -> str:
    """Unit, clue and area: short enough for the list of a viewer."""
    about = one.properties
    name = about["area"] or f"within {about['radius_m']} m"
    return " ".join(str(part) for part in (about["unit"], about["clue"], name) if part)


def _span(one: Feature) -> str:
    """The period of a clue, in UTC."""
    start, end = one.properties["valid_from"], one.properties["valid_to"]
    begin = f"<begin>{text(start)}</begin>" if start else ""
    finish = f"<end>{text(end)}</end>" if end else ""
    return f"<TimeSpan>{begin}{finish}</TimeSpan>" if begin or finish else ""


def _geometry(one: Feature) -> str:
    shape = one.geometry
    if shape.geom_type == "Point":
        radius = one.properties["radius_m"]
        return _polygon([circle(shape.x, shape.y, radius if isinstance(radius, int) else 0)])
    parts = getattr(shape, "geoms", [shape])
    polygons = "".join(
        _polygon([ring.coords for ring in (part.exterior, *part.interiors)]) for part in parts
    )
    return f"<MultiGeometry>{polygons}</MultiGeometry>" if len(parts) > 1 else polygons


def _polygon(rings: Sequence[Any]) -> str:
    outer, *inner = (
        "<LinearRing><coordinates>"
        + " ".join(f"{round(float(at[0]), 7)!r},{round(float(at[1]), 7)!r}" for at in ring)
        + "</coordinates></LinearRing>"
        for ring in rings
    )
    holes = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in inner)
    return (
        "<Polygon><altitudeMode>clampToGround</altitudeMode>"
        f"<outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"
    )
