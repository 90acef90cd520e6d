"""What the two kinds of tile files have in common, and the bounds that both keep.

A tile file is made by somebody else: its header may lie, its parts may be packed to explode, what
it calls a picture may be anything. Nothing of it is believed; sizes are checked before they are
used, and the pictures are drawn anew (`drawing`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Protocol

DEEPEST_ZOOM = 20
"""Zooms beyond this are not looked at: a tile is then some 40 m wide."""
MAX_TILE_BYTES = 4 << 20
"""Longest tile that is read, packed or not."""
MAX_TEXT = 2_000
"""Characters read of a name or an attribution."""
GZIP = b"\x1f\x8b"
VECTOR = (
    "holds vector tiles, which this map cannot draw",
    "export it as raster tiles (PNG, JPEG or WebP), for instance with QGIS or tileserver-gl",
)
"""What is said of vector tiles, and what to do."""


class NoTilesError(Exception):
    """A file that is no usable tile file. Never leaves this package: it becomes a ReadError.

    Attributes:
        what: What is wrong with it.
        todo: What the user can do.
    """

    def __init__(self, what: str, todo: str = "give an MBTiles or PMTiles file") -> None:
        super().__init__(what, todo)
        self.what = what
        self.todo = todo


class BadTileError(Exception):
    """A tile that cannot be read. Never leaves this package: it is counted."""


@dataclass(frozen=True, slots=True)
class About:
    """What a tile file says of itself. All of it is a claim of whoever made it."""

    format: str
    """`MBTiles`, or `PMTiles 3`."""
    least_zoom: int
    most_zoom: int
    name: str = ""
    attribution: str = ""
    """Whom to name, as plain text: marks of HTML are taken out."""


class Archive(Protocol):
    """An open tile file."""

    @property
    def about(self) -> About:
        """What it says of itself."""

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The bytes of one tile, rows counted from the north; None if there is none.

        Raises:
            BadTileError: the tile cannot be read.
        """

    def close(self) -> None:
        """Let go of the file."""


def unpacked(data: bytes, most: int) -> bytes:
    """The content of one gzip member, no longer than `most`.

    Raises:
        BadTileError: longer, cut off, damaged, or followed by something else.
    """
    inflating = zlib.decompressobj(31)
    try:
        plain = inflating.decompress(data, most + 1)
    except zlib.error:
        raise BadTileError("damaged gzip") from None
    if len(plain) > most:
        raise BadTileError(f"unpacks to more than {most:,} bytes")
    if not inflating.eof or inflating.unused_data:
        raise BadTileError("damaged gzip")
    return plain


def looks_like_picture(data: bytes) -> bool:
    """True for bytes that begin as a PNG, JPEG or WebP does."""
    return data.startswith((b"\x89PNG", b"\xff\xd8")) or data[8:12] == b"WEBP"


def told(form: str, least: object, most: object, said: Mapping[str, Any]) -> About:
    """What a file says of itself, as plain text and whole numbers.

    Args:
        form: Name of the format.
        least: Its least zoom, as it stands there.
        most: Its greatest zoom.
        said: Its own words: `name` and `attribution`.
    """
    low, high = zooms(least, most)
    return About(form, low, high, plain_text(said.get("name")), plain_text(said.get("attribution")))


def zooms(least: object, most: object) -> tuple[int, int]:
    """Claimed zooms, from 0 to `DEEPEST_ZOOM`; all of them where nothing sensible is claimed."""
    low, high = (_zoom(value) for value in (least, most))
    low = 0 if low is None else low
    high = DEEPEST_ZOOM if high is None else high
    return (low, high) if low <= high else (0, DEEPEST_ZOOM)


def _zoom(value: object) -> int | None:
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,3}(\.0)?", text, re.ASCII):
        return None
    return min(int(text.partition(".")[0]), DEEPEST_ZOOM)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(value: object) -> str:
    """A value of the metadata as plain text: attributions are often written as HTML links."""
    if not isinstance(value, str):
        return ""
    reading = _Text()
    # Versions of the parser differ in what they make of a broken declaration: here it is text.
    html = value[:MAX_TEXT].replace("<![", "&lt;![")
    try:
        reading.feed(html)
        reading.close()
        found = "".join(reading.parts)
    except AssertionError:  # how the parser of the standard library answers some broken marks
        found = value[:MAX_TEXT]
    text = " ".join(found.split())
    return text.encode("utf-8", "replace").decode("utf-8")
