"""Targets for files that are no posts: images, archives, logs of collections, maps, time stamps."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import struct
import tarfile
import zipfile
from contextlib import closing
from functools import cache
from pathlib import Path

from fuzz_media import mbtiles, pictures, pmtiles, tiles
from fuzz_seeds import FIXTURES, ROOT, STAMP
from fuzz_target import Target, source

from forensics.errors import ForensicsError
from forensics.pixels.decode import NotDecodedError
from forensics.pixels.tiles.archive import BadTileError, NoTilesError

PARTS = b"\n----\n"
"""Stands between the members of a package in its seeds, which are packed before they are read."""
PLACES = ((0, 0, 0), (1, 1, 1), (2, 1, 2), (20, 1 << 19, 1 << 19))
AREAS = ("320900", "3201", "CN-JS.3209")


def _archive(data: bytes, folder: Path) -> object:
    from forensics.read.archives import expand

    found = expand([source(data, folder)], folder / "out")
    outside = [one for one in folder.parent.rglob("*") if folder not in (one, *one.parents)]
    if outside:
        raise AssertionError(f"written beside: {outside[0].name}")
    return found


def _log(data: bytes, folder: Path) -> object:
    from forensics.read.collection import read_log

    return read_log(source(data, folder))


def _wacz(data: bytes, folder: Path) -> object:
    """A package whose members are broken and whose zip is not."""
    names = (
        "datapackage.json",
        "archive/data.warc",
        "pages/pages.jsonl",
        "datapackage-digest.json",
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in zip(names, data.split(PARTS), strict=False):
            package.writestr(name, part)
    return _log(out.getvalue(), folder)


def _image(data: bytes, folder: Path) -> object:
    from forensics.read.images import read_image
    from forensics.read.images.rows import packed

    file = source(data, folder)
    image, refusals = read_image(file.path, file.sha256, "given")
    if image is None and not refusals:
        raise AssertionError("an image vanished")
    return None if image is None else packed(image)


def _tile_file(data: bytes, folder: Path) -> object:
    from forensics.pixels.tiles.archive import BadTileError
    from forensics.pixels.tiles.server import open_archive

    archive = open_archive(source(data, folder).path)
    found: list[object] = [archive.about]
    try:
        for place in PLACES:
            try:
                found.append(archive.tile(*place))
            except BadTileError as error:
                found.append(error)
    finally:
        archive.close()
    return found


def _tile(data: bytes, _folder: Path) -> object:
    from forensics.pixels.tiles.drawing import redrawn

    return redrawn(data)


def _boundaries(data: bytes, folder: Path, suffix: str = ".json") -> object:
    from forensics.read.boundaries import read_boundaries

    path = folder / f"areas{suffix}"
    path.write_bytes(data)
    found = read_boundaries(path, level="admin2", code_field="code")
    for outline in found.outlines:
        for polygon in outline.polygons:
            if any(
                abs(x) > 180_000_000 or abs(y) > 90_000_000 for ring in polygon for x, y in ring
            ):
                raise AssertionError("an area off the Earth")
    return found


def _shapefile(data: bytes, folder: Path) -> object:
    """A shapefile whose parts are broken and whose zip is not; or a GeoPackage."""
    if data.startswith(b"SQLite"):
        return _boundaries(data, folder, ".gpkg")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for suffix, part in zip(("shp", "shx", "dbf", "prj"), data.split(PARTS), strict=False):
            package.writestr(f"a.{suffix}", part)
    return _boundaries(out.getvalue(), folder, ".zip")


def _stamp(data: bytes, folder: Path) -> object:
    from cryptography.x509 import load_pem_x509_certificates

    from forensics.case import timestamps
    from forensics.case.seals import SealView

    (folder / timestamps.FOLDER).mkdir()
    (folder / "seals").mkdir()
    (folder / timestamps.FOLDER / "0001-1.tsr").write_bytes(data)
    (folder / "seals" / "0001.dsse.json").write_bytes(b"a seal")
    seals = [SealView("seals/0001.dsse.json", "ok", "")]
    return timestamps.check_stamps(folder, seals, load_pem_x509_certificates(ROOT))


@cache
def packed_seeds() -> tuple[bytes, ...]:
    """Archives and packed files."""
    from zstandard import ZstdCompressor

    rows = b"account,time,text\na,2018-01-01T00:00:00Z,x\n"
    made = []
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as file:
            entry = tarfile.TarInfo("posts/" + "a" * 120 + "/b.csv")
            entry.size = len(rows)
            file.addfile(entry, io.BytesIO(rows))
            link = tarfile.TarInfo("c")
            link.type, link.linkname = tarfile.SYMTYPE, "../b.csv"
            file.addfile(link)
        made.append(out.getvalue()[:4_096])
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as packed:
            packed.writestr("posts.csv", rows)
            packed.writestr("b/c.csv", rows * 3)
        made.append(out.getvalue())
    zstd = ZstdCompressor().compress
    gzipped = (gzip.compress(made[0], mtime=0), gzip.compress(rows, mtime=0))
    return (*made, *gzipped, zstd(made[0]), zstd(rows))


@cache
def log_seeds() -> tuple[bytes, ...]:
    """Logs of collections."""
    folder = FIXTURES / "collection"
    plain = (path.read_bytes() for path in sorted(folder.iterdir())
             if path.suffix not in (".zip", ".pdf", ".wacz"))  # fmt: skip
    with zipfile.ZipFile(folder / "hunchly.zip") as packed:
        inside = [packed.read(name) for name in packed.namelist()]
    whole = (folder / "crawl.wacz").read_bytes()
    return (*plain, *inside, whole, b"WARC/1.0\r\n\r\n")


@cache
def _packages() -> tuple[bytes, ...]:
    with zipfile.ZipFile(FIXTURES / "collection" / "crawl.wacz") as package:
        read = package.read
        parts = (read("datapackage.json"), gzip.decompress(read("archive/data.warc.gz")),
                 read("pages/pages.jsonl"), read("datapackage-digest.json"))  # fmt: skip
    return (PARTS.join(parts),)


def _ring(x: float) -> list[list[list[float]]]:
    return [[[x, 33.0], [x + 1, 33.0], [x + 1, 34.0], [x, 34.0], [x, 33.0]]]


@cache
def _areas() -> tuple[bytes, ...]:
    kinds = ({"type": "Polygon", "coordinates": _ring(119.5)},
             {"type": "MultiPolygon", "coordinates": [_ring(118.0), _ring(116.0)]},
             {"type": "GeometryCollection", "geometries": []})  # fmt: skip
    features = [
        {"type": "Feature", "properties": {"code": code, "center": [119.9, 33.4]}, "geometry": one}
        for code, one in zip(AREAS, kinds, strict=True)
    ]
    return (json.dumps({"type": "FeatureCollection", "features": features}).encode(),)


@cache
def _layers() -> tuple[bytes, ...]:
    """The parts of a shapefile of one square, and a GeoPackage of it."""
    ring = b"".join(struct.pack("<2d", *point) for point in _ring(119.5)[0])
    box = struct.pack("<4d", 119.5, 33.0, 120.5, 34.0)
    shape = struct.pack("<i", 5) + box + struct.pack("<3i", 1, 5, 0) + ring
    words = len(shape) // 2

    def head(size: int) -> bytes:
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + size) + struct.pack(
            "<2i", 1000, 5) + box + bytes(32)  # fmt: skip

    table = struct.pack("<4BIHH20x", 3, 124, 3, 5, 1, 65, 7) + b"code".ljust(11, b"\0") + b"C"
    table += bytes(4) + b"\x06" + bytes(15) + b"\r 320900\x1a"
    system = (
        b'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,'
        b'298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
    )
    files = (head(4 + words) + struct.pack(">2i", 1, words) + shape,
             head(4) + struct.pack(">2i", 50, words), table, system)  # fmt: skip
    return PARTS.join(files), _geopackage(ring)


def _geopackage(ring: bytes) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        base.executescript("""PRAGMA page_size = 512; PRAGMA application_id = 1196444487;
            PRAGMA user_version = 10200;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
                organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
            INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'undefined');
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT,
                identifier TEXT, description TEXT, last_change TEXT, min_x REAL, min_y REAL,
                max_x REAL, max_y REAL, srs_id INTEGER);
            INSERT INTO gpkg_contents VALUES ('a', 'features', 'a', '', '2024-01-01T00:00:00.000Z',
                119.5, 33, 120.5, 34, 4326);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
                geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER);
            INSERT INTO gpkg_geometry_columns VALUES ('a', 'geom', 'POLYGON', 4326, 0, 0);
            CREATE TABLE a (fid INTEGER PRIMARY KEY, geom POLYGON, code TEXT);""")
        shape = b"GP\0\1" + struct.pack("<i", 4326) + b"\1" + struct.pack("<3I", 3, 1, 5) + ring
        base.execute("INSERT INTO a VALUES (1, ?, '320900')", (shape,))
        return base.serialize()


def format_targets() -> dict[str, Target]:
    """Targets by name."""
    broken = (NoTilesError, BadTileError, NotDecodedError)
    return {
        "archive": Target("zip and tar", lambda: list(packed_seeds()), _archive,
                          words=(b"PK\x01\x02", b"../", b"/", b"ustar", b"30 path=", b"\x1f\x8b")),
        "log": Target("logs of collections", lambda: list(log_seeds()), _log, shaped=True,
                      answers=(ForensicsError, LookupError),
                      words=(b"datetime.datetime(", b"WARC/1.1\r\n", b"sha256:", b"[[item]]\n")),
        "wacz": Target("members of WACZ packages", lambda: list(_packages()), _wacz, shaped=True,
                       answers=(ForensicsError, LookupError),
                       words=(PARTS, b"Content-Length: ", b"\r\n\r\n", b"WARC-Type: response")),
        "image": Target("what images say", lambda: list(pictures()), _image,
                        words=(b"Exif\0\0", b"\xff\xe1", b"\xff\xda", b"IHDR", b"iTXt", b"moov",
                               b"\x87\x69\0\4", b"\x25\x88\0\4", b"iloc", b"meta", b"uuid")),
        "mbtiles": Target("MBTiles", lambda: list(mbtiles()), _tile_file, answers=broken),
        "pmtiles": Target("PMTiles", lambda: list(pmtiles()), _tile_file, answers=broken),
        "tile": Target("pictures of a map", lambda: list(tiles()), _tile, answers=broken),
        "geojson": Target("boundaries in GeoJSON", lambda: list(_areas()), _boundaries, shaped=True,
                          words=(b"320900", b"[[", b"]]", b"119.5", b"1e308", b"null")),
        "shapefile": Target("boundaries in shapefiles and GeoPackages", lambda: list(_layers()),
                            _shapefile, words=(PARTS,)),
        "stamp": Target("replies of time stamp authorities", lambda: [STAMP], _stamp,
                        words=(b"\x30\x80", b"\x06\x09", b"\x31\0", b"\x18\x0f")),
    }  # fmt: skip
