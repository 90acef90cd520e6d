"""Claims about time made by an image, each with the clock that wrote it. They are never merged."""

from __future__ import annotations

from dataclasses import dataclass

from forensics.clock import EARLIEST_US, LATEST_US, utc_text
from forensics.model import Basis, ClockWriter, ImageTime, Instant, LocalTime
from forensics.read.images.blocks import Blocks
from forensics.read.images.dates import Written, read_exif_date, read_offset, read_xmp_date
from forensics.read.images.tags import Tags
from forensics.read.images.xmp import Xmp

_FIELDS = (
    ("exif_original", "exif", 0x9003, 0x9011, "DateTimeOriginal", "OffsetTimeOriginal"),
    ("exif_digitised", "exif", 0x9004, 0x9012, "DateTimeDigitized", "OffsetTimeDigitized"),
    ("exif_modified", "image", 0x0132, 0x9010, "DateTime", "OffsetTime"),
)
_SUBSECONDS = {"exif_original": 0x9291, "exif_digitised": 0x9292, "exif_modified": 0x9290}
"""Digits after the point, not milliseconds: `07` is 70 ms."""
_SECONDS_1904 = 2_082_844_800
"""From 1904-01-01 to 1970-01-01."""
_FIRST_MOVIE_US = 662_688_000_000_000
"""1991-01-01, the year of the first films of this kind: a local time may be older than 2000."""


@dataclass(frozen=True, slots=True)
class ExifTimes:
    """The EXIF times of a file."""

    claims: tuple[ImageTime, ...]
    original: Written | None
    """DateTimeOriginal, with OffsetTimeOriginal in its offset."""


def read_exif_times(tags: Tags, blocks: Blocks) -> ExifTimes:
    """DateTimeOriginal, DateTimeDigitized and DateTime, as far as they can be read.

    The first two are written by the camera. DateTime is the camera's only while it equals one of
    them: any program that saves the file may have written it.
    """
    claims: list[ImageTime] = []
    original: Written | None = None
    camera_texts: set[str] = set()
    for name, directory, tag, offset_tag, label, offset_label in _FIELDS:
        found = read_exif_date(tags.text(directory, tag))
        if isinstance(found, str):
            blocks.problem(f"field {label}", found, tags.text(directory, tag))
        if not isinstance(found, Written):
            continue
        offset = read_offset(tags.text("exif", offset_tag))
        if isinstance(offset, str):
            blocks.problem(f"field {offset_label}", offset, tags.text("exif", offset_tag))
            offset = None
        if offset is not None and found.offset_min is None:
            found = Written(found.text, offset, found.local_us)
        if name == "exif_original":
            original = found
        if name != "exif_modified":
            camera_texts.add(found.text)
        writer: ClockWriter = (
            "camera" if found.text in camera_texts or not camera_texts else "unknown"
        )
        digits = tags.text("exif", _SUBSECONDS[name])
        fraction = digits if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else ""
        claims.append(_claim(name, writer, found, fraction))
    return ExifTimes(tuple(claims), original)


def _claim(name: str, writer: ClockWriter, found: Written, fraction: str = "") -> ImageTime:
    return ImageTime(
        name,
        writer,
        local=LocalTime(found.text, found.offset_min, fraction),
        instant=_instant(found, writer),
    )


def _instant(found: Written, writer: ClockWriter) -> Instant | None:
    """The instant of a time with its own offset; None without one, or outside 2000 to 2037."""
    if found.offset_min is None:
        return None
    utc_us = found.local_us - found.offset_min * 60_000_000
    if not EARLIEST_US <= utc_us < LATEST_US:
        return None
    return Instant(
        utc_us=utc_us,
        basis="written_offset",
        clock_writer=writer,
        offset_as_written_min=found.offset_min,
        precision_s=found.precision_s,
        raw=found.text,
    )


def other_times(xmp: Xmp, blocks: Blocks) -> tuple[ImageTime, ...]:
    """XMP times (an editor's clock), PNG tIME, and the times of a movie."""
    claims: list[ImageTime] = []
    for name, text in xmp.times:
        found = read_xmp_date(text)
        if isinstance(found, str):
            blocks.problem(f"field {name}", found, text)
        elif found is not None:
            claims.append(_claim(name, "editor", found))
    if blocks.png_time is not None:
        claims += _utc_claim("png_time", "editor", blocks.png_time, blocks)
    if blocks.movie_created_s is not None:
        # UTC by the standard and on phones, but local time on many cameras: not an instant.
        local_us = (blocks.movie_created_s - _SECONDS_1904) * 1_000_000
        if _FIRST_MOVIE_US <= local_us < LATEST_US:
            text = utc_text(local_us).removesuffix("Z")
            claims.append(ImageTime("movie_header", "unknown", local=LocalTime(text)))
        else:
            blocks.problem("field mvhd", "time_out_of_range", str(blocks.movie_created_s))
    for name, text in (
        ("movie_created", blocks.movie.get("creationdate", "")),
        ("raw_original", blocks.raw_time),
    ):
        found = read_xmp_date(text)
        if isinstance(found, str):
            label = "creationdate" if name == "movie_created" else name
            blocks.problem(f"field {label}", found, text)
        elif found is not None:
            claims.append(_claim(name, "camera", found))
    claims += _trailer_time(blocks)
    return tuple(claims)


def _trailer_time(blocks: Blocks) -> list[ImageTime]:
    """The UTC that a phone appends behind the picture: the zone of its clock without satellites."""
    if blocks.trailer_utc_ms is None:
        return []
    instant = Instant(
        blocks.trailer_utc_ms * 1000, "stated", "device", raw=str(blocks.trailer_utc_ms)
    )
    return [ImageTime("trailer_utc", "device", instant=instant)]


def _utc_claim(name: str, writer: ClockWriter, text: str, blocks: Blocks) -> list[ImageTime]:
    """A time that is UTC by the specification of its format."""
    found = read_xmp_date(text)
    if not isinstance(found, Written) or not EARLIEST_US <= found.local_us < LATEST_US:
        blocks.problem(f"field {name}", found if isinstance(found, str) else "bad_time", text)
        return []
    basis: Basis = "stated"
    return [
        ImageTime(
            name, writer, instant=Instant(found.local_us, basis, writer, precision_s=1, raw=text)
        )
    ]
