"""GeoPackage 1.3, written with the standard library's SQLite: no other program is needed.

Two layers, because a layer of a GeoPackage holds one kind of geometry: `areas` (multipolygons) and
`positions` (points with their radius). Bytes are equal for equal cases and one version of SQLite.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forensics.case.files import PART_SUFFIX, explained
from forensics.errors import ExportError
from forensics.export.features import COLUMNS, Feature, features
from forensics.export.handed import DISCLAIMER, Handed, inert

NAME = "places.gpkg"
APPLICATION_ID = 0x47504B47
"""`GPKG`, as the specification demands since version 1.2."""
USER_VERSION = 10300
SRS = 4326
LAST_CHANGE = "2000-01-01T00:00:00.000Z"
"""Fixed: the time of writing would make every file another one."""
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (
 srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
 organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
 table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
 description TEXT DEFAULT '', last_change DATETIME NOT NULL
 DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
 min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
 CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
 table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
 srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
 CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
 CONSTRAINT uk_gc_table_name UNIQUE (table_name),
 CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
 CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
"""


def write(handed: Handed, out: Path) -> list[Path]:
    """Write areas and positions.

    Raises:
        ExportError: SQLite refuses.
        CaseError: the disk refuses.
    """
    found, missing = features(handed)
    part = out.with_name(out.name + PART_SUFFIX)
    about = "; ".join(
        [
            inert(handed.seen.question),
            f"digest {handed.digest}",
            handed.tool,
            inert(handed.drawn.attribution),
            DISCLAIMER,
            *missing,
        ]
    )
    with explained(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        try:
            _fill(part, found, about)
            part.replace(out)
        except sqlite3.Error as error:
            raise ExportError(f"SQLite refuses ({error})", where=str(out)) from None
        finally:
            part.unlink(missing_ok=True)
    return [out]


def _fill(path: Path, found: Sequence[Feature], about: str) -> None:
    areas = [one for one in found if one.geometry.geom_type != "Point"]
    spots = [one for one in found if one.geometry.geom_type == "Point"]
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA page_size = 4096")
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {USER_VERSION}")
        database.execute("BEGIN")
        for statement in _SCHEMA.split(";\n"):
            database.execute(statement)
        undefined = "undefined"
        database.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("Undefined Cartesian", -1, "NONE", -1, undefined, None),
                ("Undefined geographic", 0, "NONE", 0, undefined, None),
                ("WGS 84", SRS, "EPSG", SRS, _WGS84, "longitude, latitude"),
            ],
        )
        _layer(database, "areas", "MULTIPOLYGON", areas, about)
        _layer(database, "positions", "POINT", spots, about)
        database.execute("COMMIT")
    finally:
        database.close()


def _layer(
    database: sqlite3.Connection, name: str, kind: str, rows: Sequence[Feature], about: str
) -> None:
    """One table with its entries; its names come from this module, never from a case."""
    columns = ", ".join(
        f'"{column}" {"INTEGER" if type_ is int else "TEXT"}' for column, type_ in COLUMNS.items()
    )
    database.execute(
        f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,'
        f' geom {kind}, "feature_id" TEXT NOT NULL UNIQUE, {columns})'
    )
    bounds = [one.geometry.bounds for one in rows]
    box = (
        (
            min(one[0] for one in bounds),
            min(one[1] for one in bounds),
            max(one[2] for one in bounds),
            max(one[3] for one in bounds),
        )
        if bounds
        else (None, None, None, None)
    )
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (name, name, about, LAST_CHANGE, *box, SRS),
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, kind, SRS)
    )
    marks = ", ".join("?" for _ in COLUMNS)
    for one in rows:
        database.execute(
            f'INSERT INTO "{name}" VALUES (NULL, ?, ?, {marks})',
            (blob(one.geometry), one.id, *(one.properties[column] for column in COLUMNS)),
        )


def blob(geometry: Any) -> bytes:
    """A geometry as the specification stores it: header `GP`, version, flags, system, then WKB."""
    from shapely import MultiPolygon, to_wkb

    if geometry.geom_type == "Polygon":
        geometry = MultiPolygon([geometry])
    header = b"GP" + struct.pack("<BBi", 0, 1, SRS)
    return header + bytes(to_wkb(geometry, byte_order=1, output_dimension=2))
