"""MBTiles and PMTiles: good files in all their forms, and files that lie."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType, serialize_header, write_varint, zxy_to_tileid
from pmtiles.writer import Writer

from forensics.pixels.limits import Limits
from forensics.pixels.tiles import server
from forensics.pixels.tiles.archive import (
    DEEPEST_ZOOM,
    MAX_TILE_BYTES,
    About,
    Archive,
    BadTileError,
    NoTilesError,
    plain_text,
    zooms,
)
from forensics.pixels.tiles.server import answer, open_archive

TileFile = Callable[..., Path]
Draw = Callable[..., bytes]
PLACES = ((2, 1, 1), (3, 5, 2), (10, 853, 410))
LINK = '&copy; <a href="https://maps.example" onclick="x">Example <b>Maps</b></a><script>x</script>'


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    archive = open_archive(path)
    try:
        yield archive
    finally:
        archive.close()


def write_pm(
    path: Path, tiles: dict[tuple[int, int, int], bytes], said: object, **head: object
) -> Path:
    told = {
        "tile_type": TileType.PNG, "tile_compression": Compression.NONE,
        "min_lon_e7": 0, "max_lon_e7": 1, "min_lat_e7": 0, "max_lat_e7": 1, **head,
    }  # fmt: skip
    with path.open("wb") as file:
        writer = Writer(file)
        for place in sorted(tiles, key=lambda one: zxy_to_tileid(*one)):
            writer.write_tile(zxy_to_tileid(*place), tiles[place])
        writer.finalize(told, said)
        writer.tile_f.close()
    return path


def made(kind: str, tmp_path: Path, tile_file: TileFile, draw: Draw) -> Path:
    """A good file of one form."""
    tiles = {place: draw(*place) for place in PLACES}
    said = {"name": "Streets", "attribution": LINK}
    if kind == "pmtiles":
        return write_pm(tmp_path / "t.pmtiles", tiles, said)
    path = tile_file(tmp_path / "t.mbtiles", tiles, format="png", minzoom="2", maxzoom="10", **said)
    pairs = {"view of map and images": ("map", "images", "tile_id"),
             "view of tiles_shallow": ("tiles_shallow", "tiles_data", "tile_data_id")}  # fmt: skip
    if kind in pairs:
        places, pictures, key = pairs[kind]
        with closing(sqlite3.connect(path)) as base:
            base.executescript(f"""
                CREATE TABLE {pictures} ({key} TEXT, tile_data BLOB);
                CREATE TABLE {places} (zoom_level INT, tile_column INT, tile_row INT, {key} TEXT);
                INSERT INTO {pictures} SELECT rowid, tile_data FROM tiles;
                INSERT INTO {places} SELECT zoom_level, tile_column, tile_row, rowid FROM tiles;
                DROP TABLE tiles;
                CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data
                    FROM {places} JOIN {pictures} USING ({key});
            """)
    return path


@pytest.mark.parametrize(
    "kind", ["pmtiles", "mbtiles", "view of map and images", "view of tiles_shallow"]
)
def test_good_files(kind: str, tmp_path: Path, tile_file: TileFile, draw_tile: Draw) -> None:
    with opened(made(kind, tmp_path, tile_file, draw_tile)) as archive:
        name = "PMTiles 3" if kind == "pmtiles" else "MBTiles"
        assert archive.about == About(name, 2, 10, "Streets", "© Example Maps")
        for place in PLACES:
            assert archive.tile(*place) == draw_tile(*place), "rows are counted from the north"
        assert archive.tile(4, 1, 1) is None


def test_directories_below_directories(tmp_path: Path) -> None:
    """More tiles than a root directory holds: the archive has leaves."""
    chance = np.random.default_rng(1)
    places = [(8, int(n) >> 8, int(n) & 255) for n in chance.permutation(65_536)[:9_000]]
    lengths = chance.integers(0, 200, 9_000)
    tiles = {
        place: b"%d/%d/%d" % place + bytes(int(length))
        for place, length in zip(places, lengths, strict=True)
    }
    path = write_pm(tmp_path / "many.pmtiles", tiles, {})
    assert int.from_bytes(path.read_bytes()[48:56], "little") > 0, "there are leaves"
    with opened(path) as archive:
        for place in [*tiles][::997]:
            assert archive.tile(*place) == tiles[place]
        assert archive.tile(9, 0, 0) is None


def directory(*numbers: int) -> bytes:
    out = io.BytesIO()
    for number in numbers:
        write_varint(out, number)
    return gzip.compress(out.getvalue(), mtime=0)


def forged(root: bytes, **head: object) -> bytes:
    """A PMTiles file with a root directory written by hand, and a word as tile data."""
    told = {
        "root_offset": 127, "root_length": len(root),
        "metadata_offset": 127 + len(root), "metadata_length": 4,
        "leaf_directory_offset": 127, "leaf_directory_length": len(root),
        "tile_data_offset": 131 + len(root), "tile_data_length": 4,
        "internal_compression": Compression.GZIP, "tile_compression": Compression.NONE,
        "tile_type": TileType.PNG, "clustered": True, "min_zoom": 0, "max_zoom": 0, **head,
    }  # fmt: skip
    return serialize_header(told) + root + b"{}  " + b"tile"  # type: ignore[arg-type]


ONE = directory(1, 0, 1, 4, 1)
"""One entry: tile 0, run of one, four bytes, at offset 0."""
NO_FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "neither"),
    "text": (b"hello, world", "neither"),
    "the word alone": (b"PMTiles", "header is damaged"),
    "version 2": (b"PM" + bytes(200), "neither"),
    "version 4": (b"PMTiles\x04" + bytes(200), "another version"),
    "no such type": (forged(ONE)[:99] + b"\x63" + forged(ONE)[100:], "header is damaged"),
    "vector": (forged(ONE, tile_type=TileType.MVT), "vector tiles"),
    "AVIF": (forged(ONE, tile_type=TileType.AVIF), "no PNG, JPEG or WebP"),
    "zstandard": (forged(ONE, tile_compression=Compression.ZSTD), "brotli or zstandard"),
    "root outside": (forged(ONE, root_offset=1 << 60), "root directory"),
    "root of 2^63 bytes": (forged(ONE, root_length=1 << 63), "root directory"),
    "root of no bytes": (forged(ONE, root_length=0), "root directory"),
    "root is no gzip": (forged(b"x" * 40), "damaged gzip"),
    "directory bomb": (forged(gzip.compress(bytes(3 << 20))), "unpacks to more"),
    "a million entries promised": (forged(directory(1_000_000, 0, 1)), "promises more"),
    "a number without end": (forged(gzip.compress(b"\xff" * 5_000)), "damaged"),
    "cut off inside": (forged(directory(1, 0, 1)), "promises more"),
    "SQLite, damaged": (b"SQLite format 3\0" + b"\xff" * 4_000, "damaged"),
}


@pytest.mark.parametrize("name", NO_FILES)
def test_files_that_are_refused(name: str, tmp_path: Path) -> None:
    data, words = NO_FILES[name]
    path = tmp_path / "t.tiles"
    path.write_bytes(data)
    with pytest.raises(NoTilesError, match=words):
        open_archive(path)


BAD_TILES: dict[str, bytes] = {
    "outside the file": forged(directory(1, 0, 1, 4, 1 + (1 << 50))),
    "before the file": forged(directory(1, 0, 1, 4, 0)),
    "of four gigabytes": forged(directory(1, 0, 1, 1 << 32, 1)),
    "of no bytes": forged(directory(1, 0, 1, 0, 1)),
    "in a circle": forged(directory(1, 0, 0, len(directory(1, 0, 0, 25, 1)), 1)),
    "packed, but is not": forged(ONE, tile_compression=Compression.GZIP),
}


@pytest.mark.parametrize("name", BAD_TILES)
def test_tiles_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.pmtiles"
    path.write_bytes(BAD_TILES[name])
    with opened(path) as archive, pytest.raises(BadTileError):
        archive.tile(0, 0, 0)


def test_lying_numbers_of_the_header_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.pmtiles"
    path.write_bytes(forged(ONE, addressed_tiles_count=1 << 63, tile_data_length=1 << 63,
                            metadata_length=1 << 62, min_zoom=200, max_zoom=3))  # fmt: skip
    with opened(path) as archive:
        assert archive.tile(0, 0, 0) == b"tile"
        assert archive.about == About("PMTiles 3", 0, DEEPEST_ZOOM)


@given(st.binary(max_size=200))
def test_any_bytes_behind_a_header_are_read_or_refused(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "t.pmtiles"
    path.write_bytes(forged(gzip.compress(data)))
    try:
        with opened(path) as archive:
            archive.tile(3, 2, 1)
    except (NoTilesError, BadTileError):
        pass


# --- MBTiles that attack --------------------------------------------------------------------------

VIEWS = {
    "endless": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i), 1, "
    "1, x'00' FROM n",
    "function": "SELECT 1, 1, 1, load_extension('x')",
}


@pytest.mark.parametrize("name", VIEWS)
def test_views_are_not_run(name: str, tmp_path: Path, tile_file: TileFile) -> None:
    path = tile_file(tmp_path / "t.mbtiles", {})
    with closing(sqlite3.connect(path)) as base:
        base.execute("DROP TABLE tiles")
        columns = "zoom_level, tile_column, tile_row, tile_data"
        base.execute(f"CREATE VIEW tiles ({columns}) AS {VIEWS[name]}")
        base.commit()
    with pytest.raises(NoTilesError, match="without a table of tiles"):
        open_archive(path)


def test_computed_columns_and_virtual_tables_are_no_tiles(tmp_path: Path) -> None:
    path = tmp_path / "t.mbtiles"
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, "
                     "tile_data AS (zeroblob(1000000000)))")  # fmt: skip
        base.execute("CREATE VIRTUAL TABLE metadata USING fts5(name, value)")
        base.commit()
    with pytest.raises(NoTilesError, match="without a table of tiles"):
        open_archive(path)


@pytest.mark.parametrize("value", ["text", 7, 2.5, b"x" * (MAX_TILE_BYTES + 1)])
def test_values_that_are_no_tile(value: object, tmp_path: Path, tile_file: TileFile) -> None:
    path = tile_file(tmp_path / "t.mbtiles", {(2, 1, 1): value, (2, 1, 2): None})
    with opened(path) as archive:
        with pytest.raises(BadTileError):
            archive.tile(2, 1, 1)
        assert archive.tile(2, 1, 2) is None


def test_a_file_without_index_is_read_within_bounds(
    tmp_path: Path, tile_file: TileFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles = {(12, x, y): b"x" for x in range(100) for y in range(100)}
    path = tile_file(tmp_path / "t.mbtiles", tiles)
    with closing(sqlite3.connect(path)) as base:
        base.execute("DROP INDEX place")
        base.commit()
    with opened(path) as archive:
        assert archive.tile(12, 99, 99) == b"x"
    monkeypatch.setattr("forensics.pixels.tiles.mbfile.MAX_LOOKS", 1)
    with opened(path) as archive, pytest.raises(BadTileError, match="interrupted"):
        archive.tile(12, 99, 0)


@pytest.mark.parametrize("said", [{"format": "pbf"}, {"format": "MVT"}, {}])
def test_vector_tiles_are_refused_with_what_to_do(
    said: dict[str, str], tmp_path: Path, tile_file: TileFile
) -> None:
    path = tile_file(tmp_path / "t.mbtiles", {(2, 1, 1): gzip.compress(b"\x1a\x0cwater")}, **said)
    with pytest.raises(NoTilesError, match="vector") as refused:
        open_archive(path)
    assert "raster" in refused.value.todo


def test_the_file_is_not_written_to(tmp_path: Path, tile_file: TileFile, draw_tile: Draw) -> None:
    path = tile_file(tmp_path / "t.mbtiles", {(2, 1, 1): draw_tile(2, 1, 1)})
    before = path.read_bytes(), sorted(tmp_path.iterdir())
    with opened(path) as archive:
        archive.tile(2, 1, 1)
        with pytest.raises(sqlite3.DatabaseError):
            archive._base.execute("INSERT INTO tiles VALUES (1, 1, 1, x'00')")
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


# --- what a file says of itself -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("2", "10"), (2, 10)),
        (("2.0", 30), (2, DEEPEST_ZOOM)),
        ((9, 3), (0, DEEPEST_ZOOM)),
        (("-1", "x"), (0, DEEPEST_ZOOM)),
        ((None, "٣"), (0, DEEPEST_ZOOM)),
    ],
)
def test_claimed_zooms(said: tuple[object, object], expected: tuple[int, int]) -> None:
    assert zooms(*said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (LINK, "© Example Maps"),
        ("a < b & c", "a < b & c"),
        (["no", "text"], ""),
        ("Maps <![&rA&%", "Maps <![&rA&%"),
        ("\ud800x", "?x"),
        ("<style>p{}</style>  two\n words <", "two words <"),
        ("x" * 9_000, "x" * 2_000),
    ],
)
def test_attributions_become_plain_text(said: object, expected: str) -> None:
    assert plain_text(said) == expected


@pytest.mark.parametrize("said", [b"[" * 100_000, b"no json", b"[1]"])
def test_metadata_that_cannot_be_read_costs_only_itself(said: bytes, tmp_path: Path) -> None:
    root, packed = ONE, gzip.compress(said)
    path = tmp_path / "t.pmtiles"
    file = forged(root, metadata_offset=135 + len(root), metadata_length=len(packed)) + packed
    path.write_bytes(file)
    with opened(path) as archive:
        assert (archive.about.name, archive.tile(0, 0, 0)) == ("", b"tile")


# --- the process that answers ---------------------------------------------------------------------


def test_answers(tmp_path: Path, tile_file: TileFile, draw_tile: Draw) -> None:
    path = tile_file(tmp_path / "t.mbtiles", {(2, 1, 1): draw_tile(2, 1, 1), (2, 1, 2): b"<svg/>"})

    def ask(kind: str, **more: object) -> dict[str, object]:
        return answer({"kind": kind, "path": str(path), **more}, Limits())

    about = ask("open")["about"]
    assert isinstance(about, dict)
    assert about["format"] == "MBTiles"
    assert ask("tile", zoom=2, column=1, row=1)["media"] == "webp"
    assert ask("tile", zoom=2, column=1, row=2)["reason"] == "unsupported_container"
    assert ask("tile", zoom=2, column=0, row=0) == {"none": True}
    assert json.dumps(ask("tile", zoom="x", column=0, row=0))
    missing = answer({"kind": "open", "path": str(tmp_path / "none")}, Limits())
    assert "cannot be read" in str(missing["raw"])
    assert list(server._OPEN) in ([str(path)], []), "one file is open at a time"
    for one in tuple(server._OPEN):
        server._OPEN.pop(one).close()
