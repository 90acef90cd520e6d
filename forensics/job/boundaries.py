"""Boundaries for the maps: those the user brought into the case, else approximate ones of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from forensics.case import Case, TableRef
from forensics.case.brought import HOW
from forensics.errors import UsageError
from forensics.model import Json
from forensics.read.boundaries import Outline, ReadBoundaries, read_boundaries
from forensics.reference.approximate import approximate_shapes
from forensics.reference.places import Level, load_areas
from forensics.show.areamaps import clue_areas, named_areas
from forensics.show.view import Boundaries, ReportView

KIND = "boundaries"
"""Member of the body of a `note` line that says what was brought."""
APPROXIMATE = (
    "Outlines of Chinese prefectures are approximate: land of the province that lies nearest to "
    "places of the prefecture (GeoNames, CC BY 4.0). They decide on no border."
)
IMPORTED = "imported"
SIMPLIFY_DEG = 0.005
"""Outlines of the user are simplified to about 500 m for the map; the original stays as it is."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of boundaries as the record names it."""

    sha256: str
    name: str
    level: Level
    code_field: str
    licence: str
    attribution: str
    areas: int
    table: str
    """Table of the case with the outlines."""


def import_boundaries(
    case: Case, path: Path, *, level: Level, code_field: str, licence: str, attribution: str
) -> tuple[Brought, ReadBoundaries]:
    """Take a file of boundaries into a case; the maps draw them from then on.

    The file becomes an original under its hash, its outlines a table, and a line of the record
    says under which licence it was brought.

    Raises:
        UsageError: licence or attribution is missing.
        ReadError: the file holds no boundaries that can be used.
        CaseError: the case cannot be written.
    """
    for text, option in ((licence, "--licence"), (attribution, "--attribution")):
        if not text.strip():
            raise UsageError(
                "boundaries need the licence under which you may use them, and whom to name",
                where=option,
                todo="give both; without a licence leave the file out",
            )
    found = read_boundaries(path, level=level, code_field=code_field)
    with case.exclusively():
        original = case.add_file(path, path.name, how=HOW, note=f"licence: {licence.strip()}")
        table = case.write_table(f"boundaries_{original.sha256[:12]}.jsonl", outline_rows(found))
        brought = Brought(
            sha256=original.sha256,
            name=original.name_as_received,
            level=level,
            code_field=code_field,
            licence=licence.strip(),
            attribution=attribution.strip(),
            areas=len(found.outlines),
            table=table.name,
        )
        if brought not in brought_into(case):
            _record(case, brought, found, table)
    return brought, found


def _record(case: Case, brought: Brought, found: ReadBoundaries, table: TableRef) -> None:
    about: dict[str, Json] = {
        **asdict(brought),
        "features": found.features,
        "left_out": found.left_out,
        "repaired": found.repaired,
        "warnings": list(found.warnings),
    }
    case.append("note", {KIND: about, "tables": [table.as_json()]})


def outline_rows(found: ReadBoundaries) -> Iterator[dict[str, Json]]:
    """The rows of the table of boundaries of one file."""
    return map(_row, found.outlines)


def _row(outline: Outline) -> dict[str, Json]:
    polygons: list[Json] = [
        [[[x, y] for x, y in ring] for ring in polygon] for polygon in outline.polygons
    ]
    return {"code": outline.code, "polygons_udeg": polygons}


def brought_into(case: Case) -> tuple[Brought, ...]:
    """The files of boundaries that a case holds, in the order in which they were brought."""
    out = []
    names = set(Brought.__dataclass_fields__)
    for entry in case.entries():
        about = entry.body.get(KIND) if entry.kind == "note" else None
        if isinstance(about, dict):
            fields: dict[str, Any] = {key: about[key] for key in about if key in names}
            out.append(Brought(**fields))
    return tuple(out)


def named_codes(view: ReportView) -> frozenset[str]:
    """Areas that clues, conclusions and personas name."""
    found: set[str] = set()
    for unit in view.units:
        found.update(*named_areas(unit))
        found.update(code for item in unit.clues for code in clue_areas(item.clue))
    return frozenset(found)


def with_second_level(
    boundaries: Boundaries, case: Case, view: ReportView, codes: Collection[str]
) -> tuple[Boundaries, ReportView]:
    """Outlines of the second-level areas that are named, and the view with whom to name for them.

    Args:
        boundaries: Countries and provinces.
        case: May hold boundaries of the user, which come before our approximate ones.
        view: The report.
        codes: Areas that clues and conclusions name.
    """
    areas = load_areas()
    wanted = sorted(c for c in set(codes) if c in areas and areas[c].level == "admin2")
    own, files = _own(case, wanted)
    approximate = approximate_shapes(tuple(code for code in wanted if code not in own))
    features = approximate["features"]
    drawn = [*own.values(), *(features if isinstance(features, list) else [])]
    if not drawn:
        return boundaries, view
    lines = tuple(f"{one.attribution} (boundaries brought by the user)" for one in files)
    lines += (APPROXIMATE,) if features else ()
    named = "; ".join(one.attribution for one in files)
    text = f"{boundaries.attribution}; second level: {named}" if files else boundaries.attribution
    return (
        replace(
            boundaries,
            admin2={"type": "FeatureCollection", "features": drawn},
            attribution=text,
        ),
        replace(view, attributions=(*view.attributions, *lines)),
    )


def _own(case: Case, wanted: Collection[str]) -> tuple[dict[str, Any], tuple[Brought, ...]]:
    """Code -> feature out of the files of the user, the latest first; and the files it is from."""
    import shapely
    from shapely.geometry import mapping

    found: dict[str, Any] = {}
    used = []
    areas = load_areas()
    for brought in reversed(brought_into(case)):
        before = len(found)
        for row in case.read_table(brought.table):
            code = str(row["code"])
            if code not in wanted or code in found:
                continue
            shape = shapely.simplify(_shape(row["polygons_udeg"]), SIMPLIFY_DEG)
            found[code] = {
                "type": "Feature",
                "id": code,
                "properties": {
                    "code": code,
                    "name": areas[code].name,
                    "name_local": areas[code].name_local,
                    "boundary_kind": IMPORTED,
                },
                "geometry": mapping(shape),
            }
        used += [brought] if len(found) > before else []
    return {code: found[code] for code in sorted(found)}, tuple(reversed(used))


def _shape(polygons: Any) -> Any:
    import shapely

    return shapely.MultiPolygon(
        [
            shapely.Polygon(
                [(x / 1e6, y / 1e6) for x, y in polygon[0]],
                [[(x / 1e6, y / 1e6) for x, y in hole] for hole in polygon[1:]],
            )
            for polygon in polygons
        ]
    )
