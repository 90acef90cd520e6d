"""MBTiles: tiles in a SQLite database (specification 1.3).

The schema is a program that somebody else wrote. The file is opened read-only and as unchanging,
only ordinary tables are read, no function of the engine may be called, and the work for one tile is
bounded. Many files keep their tiles behind a view `tiles`. Views are not run: the two pairs of
tables that such views usually join are known, and joined here.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from forensics.pixels.tiles.archive import (
    GZIP,
    MAX_TILE_BYTES,
    VECTOR,
    About,
    BadTileError,
    NoTilesError,
    looks_like_picture,
    told,
    unpacked,
)

MAGIC = b"SQLite format 3\0"
STEPS = 10_000
"""Instructions of the engine between two looks at the budget."""
MAX_LOOKS = 2_000
"""Looks allowed for one question: twenty million instructions, some 0.2 s."""
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_TILE_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COLUMN: 2_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_PLACE = ("zoom_level", "tile_column", "tile_row")
_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("tiles", "tiles", ""),
    ("map", "images", "tile_id"),
    ("tiles_shallow", "tiles_data", "tile_data_id"),
)
"""Where places and pictures of tiles stand, and the column that joins them."""
_NAMES = ("name", "attribution", "format", "minzoom", "maxzoom")


class MbFile:
    """An open MBTiles file."""

    def __init__(self, path: Path) -> None:
        """Open it and read what it says of itself.

        Raises:
            NoTilesError: damaged, without tiles, with vector tiles, or with a view that is unknown.
        """
        try:
            self._base = _connect(path)
            try:
                self._question, said = self._look()
            except BaseException:
                self._base.close()
                raise
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            raise NoTilesError(f"the database is damaged ({str(error)[:80]})") from None
        self._about = told("MBTiles", said.get("minzoom"), said.get("maxzoom"), said)

    @property
    def about(self) -> About:
        """What it says of itself."""
        return self._about

    def _look(self) -> tuple[str, dict[str, Any]]:
        """The statement that gives one tile, and what the file says of itself."""
        tables = _tables(self._base)
        question, any_tile = _questions(tables)
        self._base.set_authorizer(_authorise)
        said = self._metadata("metadata" in tables)
        if str(said.get("format", "")).lower() in {"pbf", "mvt"} or self._holds_vectors(any_tile):
            raise NoTilesError(*VECTOR)
        return question, said

    def _metadata(self, there: bool) -> dict[str, Any]:
        if not there:
            return {}
        said: dict[str, Any] = {}
        for name in _NAMES:
            _bound(self._base)
            question = "SELECT value FROM metadata WHERE name = ? LIMIT 1"
            with closing(self._base.execute(question, (name,))) as found:
                row = found.fetchone()
            if row is not None:
                said[name] = row[0]
        return said

    def _holds_vectors(self, any_tile: str) -> bool:
        """True if some tile is packed, and is no picture when it is unpacked."""
        _bound(self._base)
        try:
            with closing(self._base.execute(any_tile)) as found:
                row = found.fetchone()
        except sqlite3.DataError:  # longer than a tile may be: it is refused where it is asked for
            return False
        if row is None or not isinstance(row[0], bytes) or not row[0].startswith(GZIP):
            return False
        try:
            return not looks_like_picture(unpacked(row[0], MAX_TILE_BYTES))
        except BadTileError:
            return False

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The bytes of one tile; rows of the file are counted from the south.

        Raises:
            BadTileError: no picture, too long, or the database is damaged there.
        """
        _bound(self._base)
        place = (zoom, column, (1 << zoom) - 1 - row)
        try:
            with closing(self._base.execute(self._question, place)) as found:
                answer = found.fetchone()
        except (sqlite3.Error, OverflowError) as error:
            raise BadTileError(str(error)[:80]) from None
        if answer is None or answer[0] is None:
            return None
        if not isinstance(answer[0], bytes):
            raise BadTileError("no bytes")
        return answer[0]

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that can read columns of this one file and do nothing else."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    base = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        for limit, value in _LIMITS.items():
            base.setlimit(limit, value)
        for pragma in (
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "query_only = ON",
            "automatic_index = OFF",
            "cache_size = -16384",
            "mmap_size = 0",
        ):
            base.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        base.close()  # a damaged file is noticed at the first statement
        raise
    base.text_factory = lambda data: data.decode("utf-8", "replace")
    return base


def _tables(base: sqlite3.Connection) -> dict[str, set[str]]:
    """Ordinary tables of the names that matter, each with the columns that are stored."""
    names = {name for one in _KNOWN for name in one[:2]} | {"metadata"}
    found: dict[str, set[str]] = {}
    for name in sorted(names):
        _bound(base)
        question = (
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ? LIMIT 1"
        )
        if base.execute(question, (name,)).fetchone() is None:
            continue
        columns = base.execute(f"PRAGMA table_xinfo({name})").fetchall()
        found[name] = {str(row[1]) for row in columns if row[6] == 0}
    if "metadata" in found and not {"name", "value"} <= found["metadata"]:
        del found["metadata"]
    return found


def _questions(tables: dict[str, set[str]]) -> tuple[str, str]:
    """The statements that give the tile of a place, and any tile.

    Raises:
        NoTilesError: none of the known tables is there.
    """
    for places, pictures, joined in _KNOWN:
        with_places = {*_PLACE, joined} - {""} <= tables.get(places, set())
        with_pictures = {"tile_data", joined} - {""} <= tables.get(pictures, set())
        if with_places and with_pictures:
            other = f" JOIN {pictures} ON {pictures}.{joined} = {places}.{joined}" if joined else ""
            where = " AND ".join(f"{places}.{name} = ?" for name in _PLACE)
            one = f"SELECT {pictures}.tile_data FROM {places}{other} WHERE {where} LIMIT 1"
            return one, f"SELECT tile_data FROM {pictures} LIMIT 1"
    raise NoTilesError(
        "is a database without a table of tiles that is known here",
        "write it as PMTiles: pmtiles convert FILE.mbtiles FILE.pmtiles",
    )


def _bound(base: sqlite3.Connection) -> None:
    """Start a new budget of work for the engine."""
    looks = iter(range(MAX_LOOKS))
    base.set_progress_handler(lambda: next(looks, None) is None, STEPS)


def _authorise(action: int, *_about: str | None) -> int:
    """The engine may read columns, and nothing else."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
