"""What the walkers collect from a file: metadata blocks, never pixels."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Literal

from forensics.read.images.source import Source

MAX_XMP = 16 * 1024 * 1024
MAX_ITEM = 16 * 1024 * 1024
MAX_TEXT = 8 * 1024 * 1024
"""Bytes that an inflated text may have."""
MAX_ICC = 4 * 1024 * 1024
MAX_PACKETS = 64
"""XMP packets or EXIF blocks kept from one file."""

Root = Literal["tiff", "exif", "gps"]
"""What the first directory of an EXIF block is: CR3 hands out Exif and GPS directories bare."""


@dataclass(frozen=True, slots=True)
class ExifBlock:
    """One EXIF (TIFF-like) block."""

    source: Source
    root: Root = "tiff"
    is_file: bool = False
    """True where the whole file is the block (TIFF, DNG, NEF ...)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a walker could not use."""

    where: str
    """byte 1024 | field XMP | file"""
    reason: str
    """A key of `model.REFUSAL_REASONS`."""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """One position of a track inside a video."""

    lat_udeg: int
    lon_udeg: int
    altitude_mm: int | None = None
    utc_us: int | None = None
    """The satellites' time, microseconds since 1970."""
    radius_m: int = 50


@dataclass(slots=True)
class Blocks:
    """Metadata blocks of one file, as found."""

    format: str
    exif: list[ExifBlock] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    extended_xmp: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)
    """GUID -> (offset, part) of Extended XMP."""
    icc: bytes = b""
    iptc: bytes = b""
    """IPTC-IIM records."""
    photoshop: bytes = b""
    """Image resource blocks of APP13 or TIFF tag 34377."""
    width_px: int | None = None
    height_px: int | None = None
    dqt: bytes = b""
    """JPEG quantisation tables as they stand in the file."""
    segments: set[str] = field(default_factory=set)
    """JPEG segments that tell programs apart: JFIF, Adobe, Ducky."""
    texts: dict[str, str] = field(default_factory=dict)
    """Comments and text chunks, name -> text (at most 4096 characters each)."""
    png_time: str | None = None
    c2pa: bool = False
    movie: dict[str, str] = field(default_factory=dict)
    """QuickTime values: location, creationdate, make, model, software."""
    movie_created_s: int | None = None
    """`mvhd` creation time, seconds since 1904; None where unset."""
    device: dict[str, str] = field(default_factory=dict)
    """Device fields of containers that are no TIFF (CRW, trailers): body_serial, owner_hash ..."""
    ids: dict[str, str] = field(default_factory=dict)
    """Ids and counts found outside EXIF and XMP: mpf_images, trailer fields."""
    raw_time: str = ""
    """Time of taking in a raw container, by the camera's own clock."""
    trailer_utc_ms: int | None = None
    """UTC of the moment of taking in a trailer, milliseconds since 1970: 13 digits from
    1, so from 2001 to 2033."""
    track: list[TrackPoint] = field(default_factory=list)
    """Positions of a timed track inside a video."""
    problems: list[Problem] = field(default_factory=list)

    def problem(self, where: str, reason: str, raw: str = "") -> None:
        """Keep a problem once; at most 100 of them."""
        item = Problem(where, reason, raw[:200])
        if item not in self.problems and len(self.problems) < 100:
            self.problems.append(item)

    def add_exif(self, source: Source, root: Root = "tiff", *, is_file: bool = False) -> None:
        """Keep an EXIF block, with or without the prefix `Exif` and two zero bytes."""
        if source.at(0, 6) == b"Exif\0\0":
            source = source.part(6, source.size)
        if len(self.exif) < MAX_PACKETS:
            self.exif.append(ExifBlock(source, root, is_file))

    def add_xmp(self, packet: bytes) -> None:
        """Keep an XMP packet."""
        if len(packet) > MAX_XMP:
            self.problem("field XMP", "too_large")
        elif packet and len(self.xmp) < MAX_PACKETS:
            self.xmp.append(packet)


def inflate(data: bytes, limit: int, *, bare: bool = False) -> bytes | None:
    """Inflated bytes; None if they are no zlib stream or would exceed the limit.

    The limit is enforced while inflating, so a bomb costs no more memory than the limit. A bare
    stream has no zlib header.
    """
    engine = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS)
    try:
        out = engine.decompress(data, limit + 1)
    except zlib.error:
        return None
    return None if len(out) > limit else out
