"""GeoPackage and zipped shapefile, through pyogrio of the extra `gis`."""

from __future__ import annotations

import zipfile
from itertools import repeat
from pathlib import Path
from typing import Any

from forensics.errors import ReadError
from forensics.read.boundaries.geojson import MAX_BYTES, MAX_FEATURES, MAX_POSITIONS

MAX_UNPACKED = 256 << 20
_SHAPEFILE = frozenset([".shp", ".shx", ".dbf", ".prj"])


def features_of(path: Path) -> list[tuple[dict[str, Any], Any]]:
    """(Properties, shapely geometry or None) of each feature of the one layer of a file.

    Raises:
        ReadError: the extra is missing, the file is no such file, holds several layers, is not in
            WGS-84, or is too large.
    """
    try:
        import pyogrio
        from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
    except ImportError:
        raise ReadError(
            "needs pyogrio", where=path.name, todo="pip install 'gnomon-forensics[gis]'"
        ) from None
    if path.stat().st_size > MAX_BYTES:
        raise ReadError(
            f"is larger than {MAX_BYTES >> 20} MB", where=path.name, todo="simplify it first"
        )
    source = f"/vsizip/{path.resolve()}" if _is_zip(path) else str(path.resolve())
    try:
        layers = pyogrio.list_layers(source)
        if len(layers) != 1:
            raise ReadError(
                f"holds {len(layers)} layers", where=path.name, todo="export the one layer"
            )
        about = pyogrio.read_info(source)
        _refuse(about, path.name)
        meta, _, geometry, columns = pyogrio.raw.read(source)
    except (
        DataSourceError,
        DataLayerError,
        FeatureError,
        ValueError,
        RuntimeError,
        UnboundLocalError,  # pyogrio, where a system of coordinates cannot be written down
    ) as error:
        raise ReadError(
            f"cannot be read ({str(error).splitlines()[0][:120]})", where=path.name
        ) from None
    return _rows(path.name, list(meta["fields"]), geometry, columns)


def _is_zip(path: Path) -> bool:
    """True for a zip file with one shapefile in it.

    Raises:
        ReadError: a bare shapefile, a zip with other things inside, or one that unpacks too large.
    """
    if path.suffix.lower() in _SHAPEFILE:
        raise ReadError(
            "is one file of a shapefile",
            where=path.name,
            todo="zip its .shp, .shx, .dbf and .prj together and give the zip",
        )
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        inside = archive.infolist()
    suffixes = [Path(item.filename).suffix.lower() for item in inside]
    if suffixes.count(".shp") != 1 or not _SHAPEFILE.issubset(suffixes) or len(inside) > 20:
        raise ReadError("is no zip with one shapefile (.shp, .shx, .dbf and .prj)", where=path.name)
    if sum(item.file_size for item in inside) > MAX_UNPACKED:
        raise ReadError(f"unpacks to more than {MAX_UNPACKED >> 20} MB", where=path.name)
    return True


def _refuse(about: dict[str, Any], name: str) -> None:
    """Refuse another coordinate system, too many features, and geometry that is no area."""
    crs = str(about.get("crs") or "")
    if crs.upper() not in {"EPSG:4326", "OGC:CRS84"}:
        raise ReadError(
            f"is not stated to be in WGS-84 ({crs[:60] or 'no coordinate system'})",
            where=name,
            todo="convert it to EPSG:4326 first",
        )
    if int(about["features"]) > MAX_FEATURES:
        raise ReadError(f"holds more than {MAX_FEATURES:,} features", where=name)


def _rows(
    name: str, fields: list[str], geometry: Any, columns: Any
) -> list[tuple[dict[str, Any], Any]]:
    import shapely

    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    if int(shapely.get_num_coordinates(shapes).sum()) > MAX_POSITIONS:
        raise ReadError(
            f"holds more than {MAX_POSITIONS:,} positions", where=name, todo="simplify it first"
        )
    lists = [column.tolist() for column in columns]
    rows = zip(*lists, strict=True) if lists else repeat((), len(shapes))
    return [
        (dict(zip(fields, values, strict=True)), shape)
        for values, shape in zip(rows, shapes, strict=True)
    ]
