"""PMTiles 3: tiles in one file with directories of their own (specification 3.x).

The package `pmtiles` reads header and directories. It believes what stands there, so whatever it is
given was measured first: parts lie inside the file, directories unpack to a bounded length, no
number in them is endless.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    read_varint,
    zxy_to_tileid,
)

from forensics.pixels.tiles.archive import (
    MAX_TILE_BYTES,
    VECTOR,
    About,
    BadTileError,
    NoTilesError,
    told,
    unpacked,
)

MAGIC = b"PMTiles"
HEADER_BYTES = 127
MAX_DIRECTORY_BYTES = 2 << 20
"""Longest directory, unpacked: those of whole planets have a quarter of that."""
MAX_METADATA_BYTES = 1 << 20
DEPTH = 4
"""Directories from the root to a tile, as the specification has it."""
_ENDLESS = re.compile(rb"[\x80-\xff]{10}")
"""A number of 64 bits ends after ten bytes."""
_VECTOR_TYPES = (TileType.MVT, TileType.MLT)
_DRAWN_TYPES = (TileType.PNG, TileType.JPEG, TileType.WEBP, TileType.UNKNOWN)
_PACKINGS = (Compression.NONE, Compression.GZIP, Compression.UNKNOWN)


class PmFile:
    """An open PMTiles file."""

    def __init__(self, path: Path) -> None:
        """Open it and read what it says of itself.

        Raises:
            NoTilesError: damaged, of another version, packed in a way or with tiles not read here.
        """
        self._file = path.open("rb")
        try:
            self._size = os.fstat(self._file.fileno()).st_size
            self._head = self._header()
            said = self._metadata()
            self._directory = lru_cache(maxsize=32)(self._read_directory)
            self._directory(self._head["root_offset"], self._head["root_length"])
        except BadTileError as error:
            self._file.close()
            raise NoTilesError(f"its root directory cannot be read ({error})") from None
        except BaseException:
            self._file.close()
            raise
        self._about = told("PMTiles 3", self._head["min_zoom"], self._head["max_zoom"], said)

    @property
    def about(self) -> About:
        """What it says of itself."""
        return self._about

    def _header(self) -> dict[str, Any]:
        try:
            head = dict(deserialize_header(self._file.read(HEADER_BYTES)))
        except SpecVersionUnsupported:
            raise NoTilesError(
                "is of another version of PMTiles than 3", "convert it with the program pmtiles"
            ) from None
        except (MagicNumberNotFound, ValueError, IndexError):
            raise NoTilesError("its header is damaged") from None
        if head["tile_type"] in _VECTOR_TYPES:
            raise NoTilesError(*VECTOR)
        if head["tile_type"] not in _DRAWN_TYPES:
            raise NoTilesError("holds tiles that are no PNG, JPEG or WebP", VECTOR[1])
        if not {head["internal_compression"], head["tile_compression"]} <= set(_PACKINGS):
            raise NoTilesError(
                "is packed with brotli or zstandard", "write it with gzip: the usual way"
            )
        return head

    def _metadata(self) -> dict[str, Any]:
        """Name and attribution; nothing where they cannot be read: tiles can be drawn without."""
        try:
            data = self._unpacked(
                self._piece(
                    self._head["metadata_offset"],
                    self._head["metadata_length"],
                    MAX_METADATA_BYTES,
                ),
                MAX_METADATA_BYTES,
            )
            found = json.loads(data)
        except (BadTileError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _piece(self, offset: int, length: int, most: int) -> bytes:
        """A part of the file.

        Raises:
            BadTileError: it is empty, too long, or does not lie inside.
        """
        if not 0 < length <= most or offset < 0 or offset + length > self._size:
            raise BadTileError("a part lies outside the file or is too long")
        self._file.seek(offset)
        return self._file.read(length)

    def _unpacked(self, data: bytes, most: int) -> bytes:
        return (
            unpacked(data, most) if self._head["internal_compression"] == Compression.GZIP else data
        )

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        data = self._unpacked(self._piece(offset, length, MAX_DIRECTORY_BYTES), MAX_DIRECTORY_BYTES)
        if _ENDLESS.search(data):
            raise BadTileError("a directory is damaged")
        try:
            # Each entry takes four numbers, so four bytes at least.
            if read_varint(io.BytesIO(data)) > len(data) // 4:
                raise BadTileError("a directory promises more than it holds")
            return deserialize_directory(gzip.compress(data, 1, mtime=0))
        except EOFError:
            raise BadTileError("a directory is cut off") from None

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The bytes of one tile; None if there is none.

        Raises:
            BadTileError: a directory or the tile cannot be read.
        """
        wanted = zxy_to_tileid(zoom, column, row)
        offset, length = self._head["root_offset"], self._head["root_length"]
        for _ in range(DEPTH):
            entry = find_tile(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run_length:
                start = self._head["tile_data_offset"] + entry.offset
                if entry.offset < 0:
                    raise BadTileError("a part lies outside the file or is too long")
                data = self._piece(start, entry.length, MAX_TILE_BYTES)
                packed = self._head["tile_compression"] == Compression.GZIP
                return unpacked(data, MAX_TILE_BYTES) if packed else data
            offset, length = self._head["leaf_directory_offset"] + entry.offset, entry.length
        raise BadTileError("its directories lead in a circle")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
