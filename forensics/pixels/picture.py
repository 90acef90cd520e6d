"""What is kept of the pixels of one image: hashes, and thumbnails for the report."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from forensics.model import Json
from forensics.pixels.decode import decode
from forensics.pixels.hashes import dhash, pdq, phash
from forensics.pixels.limits import Limits

METHOD = "pixels 1"
"""Changes when a hash of the same pixels would change: part of the key of the cache."""
SMALL_PX = 512
"""No side of the picture that is hashed is longer."""
THUMB_METHOD = 1
"""Changes when a thumbnail of the same pixels would change."""
THUMB_PX = 112
_THUMB_QUALITY = 70
CLEAR_QUALITY = 50
"""PDQ quality below which there is too little to see (flat areas, a line of text)."""
_FRAME_PPM = 40_000
"""Bars smaller than this are left: they move few bits."""
_SAME_TONE = 4
"""Steps of brightness, of 255, within which two pixels have one tone."""
_BAR_PERCENT = 65
"""Share of the pixels of a line that have the tone of the edge; the rest may be text."""
_LEAST_INNER_PX = 64


@dataclass(frozen=True, slots=True)
class Picture:
    """How one image looks, as hashes. All of it follows from the decoded pixels."""

    original: str
    """SHA-256 of the file."""
    width_px: int
    """Width of the picture held upright; of the part that was decoded, see `pixels_sha256`."""
    height_px: int
    pixels_sha256: str | None
    """SHA-256 of size and RGB pixels: equal in files that differ in metadata only. None where a
    picture is so large that it was decoded at a half or less."""
    pdq: str
    """64 hex digits."""
    pdq_mirror: str
    """PDQ of the mirrored picture."""
    pdq_inner: str | None
    """PDQ without the bars of one tone (screens, frames, captions); None if there are none."""
    phash: str
    dhash: str
    """16 hex digits each."""
    quality: int
    """PDQ quality, 0 to 100. Below 50 there is too little to see, and no hash says anything."""

    def row(self) -> dict[str, Json]:
        """The picture as a row of a table."""
        return {name: getattr(self, name) for name in self.__slots__}


def picture_from_row(row: Mapping[str, Json]) -> Picture:
    """The picture of a row made by `Picture.row`."""
    return Picture(**{name: row[name] for name in Picture.__slots__})  # type: ignore[arg-type]


def look(path: Path, original: str, limits: Limits) -> Picture:
    """Decode an image and hash how it looks.

    Raises:
        NotDecodedError: see `decode`.
        MemoryError: the limit of the process was reached.
    """
    picture, whole = decode(path, limits)
    return hashed(picture, original, whole=whole)


def hashed(picture: Image.Image, original: str, *, whole: bool = True) -> Picture:
    """The hashes of a decoded picture.

    Args:
        picture: Upright, in RGB.
        original: SHA-256 of its file.
        whole: Whether every pixel of the file was decoded.
    """
    width, height = picture.size
    digest = None
    if whole:
        sha256 = hashlib.sha256(f"RGB {width} {height}\n".encode())
        sha256.update(picture.tobytes())
        digest = sha256.hexdigest()
    small = picture.reduce((-(-width // SMALL_PX), -(-height // SMALL_PX)))
    rgb = np.asarray(small)
    upright, quality = pdq(rgb)
    return Picture(
        original=original,
        width_px=width,
        height_px=height,
        pixels_sha256=digest,
        pdq=upright,
        pdq_mirror=pdq(rgb[:, ::-1])[0],
        pdq_inner=_inner(rgb),
        phash=phash(small),
        dhash=dhash(small),
        quality=quality,
    )


def _inner(rgb: npt.NDArray[np.uint8]) -> str | None:
    """PDQ of what is left inside bars of one tone, if they take 4 % of the picture or more.

    A bar may carry text (a caption, the clock of a telephone), so a line belongs to it while most
    of its pixels have the tone of the edge.
    """
    luma = rgb.astype(np.int32).sum(axis=2) // 3
    above, below = luma[0], luma[-1]
    top, bottom = _bar(luma), _bar(luma[::-1])
    if top + bottom >= luma.shape[0]:
        return None
    luma = luma[top : luma.shape[0] - bottom]
    left, right = _bar(luma.T), _bar(luma.T[::-1])
    if top + bottom:
        # Between bars the picture's own edge may be smooth: only a frame of their tone goes too.
        tone = _tone(above if top >= bottom else below)
        left = left if abs(_tone(luma[:, 0]) - tone) <= _SAME_TONE else 0
        right = right if abs(_tone(luma[:, -1]) - tone) <= _SAME_TONE else 0
    part = rgb[top : rgb.shape[0] - bottom, left : rgb.shape[1] - right]
    kept = part.shape[0] * part.shape[1] * 1_000_000 // (rgb.shape[0] * rgb.shape[1])
    if kept > 1_000_000 - _FRAME_PPM or min(part.shape[:2]) < _LEAST_INNER_PX:
        return None
    inner, quality = pdq(part)
    return inner if quality >= CLEAR_QUALITY else None


def _tone(line: npt.NDArray[np.int32]) -> int:
    """The tone in the middle of those of a line."""
    return int(np.sort(line)[line.size // 2])


def _bar(luma: npt.NDArray[np.int32]) -> int:
    """How many rows from the first on have mostly the tone of the first; 0 if it is not of one."""
    alike = (np.abs(luma - _tone(luma[0])) <= _SAME_TONE).sum(axis=1)
    other = np.flatnonzero(alike * 100 < _BAR_PERCENT * luma.shape[1])
    return int(other[0]) if other.size else luma.shape[0]


def shrink(path: Path, limits: Limits, *, side_px: int = THUMB_PX) -> bytes:
    """A JPEG of the picture whose longer side has at most `side_px` pixels.

    It is drawn anew from the pixels: no byte of the file, no metadata and no colour profile goes
    into it. The same file gives the same bytes as long as Pillow and its JPEG library stay.

    Raises:
        NotDecodedError: see `decode`.
        MemoryError: the limit of the process was reached.
    """
    picture, _ = decode(path, limits, side_px=2 * side_px)
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS, reducing_gap=None)
    plain = Image.frombytes("RGB", picture.size, picture.tobytes())
    out = io.BytesIO()
    plain.save(out, format="JPEG", quality=_THUMB_QUALITY, subsampling="4:2:0", optimize=True)
    return out.getvalue()
