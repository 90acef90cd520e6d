"""One image file -> what it says about itself, and what of it was refused."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from forensics.clock import utc_text
from forensics.ids.names import name_claim
from forensics.model import Image, ImageTime, Instant, Position, Refusal
from forensics.read.images.blocks import MAX_ICC, Blocks
from forensics.read.images.camera_clock import read_clock, strength
from forensics.read.images.devices import read_device
from forensics.read.images.gps import read_altitude_mm, read_position, read_satellite_time
from forensics.read.images.gps_details import read_gps_details
from forensics.read.images.icc import icc_description
from forensics.read.images.iptc import read_iptc, read_resources
from forensics.read.images.marks import USER_COMMENT, read_marks, thumbnail_mark
from forensics.read.images.movie import movie_position
from forensics.read.images.source import FileRaw, LimitReachedError, Source
from forensics.read.images.tags import Tags, read_tags
from forensics.read.images.tiff import read_extras
from forensics.read.images.times import ExifTimes, other_times, read_exif_times
from forensics.read.images.walk import HEAD_BYTES, family_of, promised
from forensics.read.images.xmp import Xmp, read_xmp

_NO_METADATA = frozenset(("icc_description", "pictures_inside", "mpf_images"))
"""Fields that tell nothing about a taking: platforms leave them or the container needs them."""
_ICC_RESOURCE = 0x040F
MAX_PIXELS = 1_000_000_000
"""Pixels a header may claim; the largest phone pictures have 200 million."""


def is_image(head: bytes, name: str) -> bool:
    """True if a file belongs to this reader: by its first bytes, else by its ending.

    Args:
        head: The first bytes of the file, 64 or more.
        name: Its name. A file whose ending promises an image and whose bytes do not keep it comes
            here too, so that it is refused as a damaged image and not as an unknown export.
    """
    return family_of(head) is not None or promised(name)


def read_image(path: Path, sha256: str, name: str) -> tuple[Image | None, tuple[Refusal, ...]]:
    """What an image file says about where, when and with what, and what was refused.

    Nothing is raised for bad content. Only headers and metadata are read, never pixels.

    Args:
        path: The file.
        sha256: Its hash, which names it in the result.
        name: Its name as received.

    Returns:
        The image, or None where the file is no image (or cannot be read), and the refusals: each
        with the field or byte it concerns and a reason from the closed list.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None, (Refusal(sha256, "file", "not_a_file"),)
        with FileRaw(path) as raw:
            return _read(raw, sha256, name)
    except OSError as error:
        return None, (Refusal(sha256, "file", "unreadable", os.strerror(error.errno or 0)),)


def _read(raw: FileRaw, sha256: str, name: str) -> tuple[Image | None, tuple[Refusal, ...]]:
    source = Source(raw)
    if source.size == 0:
        return None, (Refusal(sha256, "file", "empty_file"),)
    head = source.at(0, HEAD_BYTES)
    family = family_of(head)
    if family is None:
        reason = "damaged" if promised(name) else "unknown_format"
        return None, (Refusal(sha256, "file", reason, head[:16].hex()),)
    if family.walk is None:
        image = Image(original=sha256, name=name, format=family.name)
        return image, (Refusal(sha256, "file", "unsupported_container", family.name),)
    blocks = Blocks(family.name)
    image = Image(original=sha256, name=name, format=family.name)
    try:
        try:
            family.walk(source, blocks)
        except LimitReachedError:
            blocks.problem("file", "too_large")
        raw.renew()
        image = _assemble(blocks, sha256, name)
    except LimitReachedError:
        blocks.problem("file", "too_large")
    except Exception as error:  # noqa: BLE001 - a hostile file becomes a refusal, with its reason
        blocks.problem("file", "damaged", type(error).__name__)
    if image.stripped and not blocks.problems:
        blocks.problem("file", "no_metadata")
    refusals = tuple(Refusal(sha256, item.where, item.reason, item.raw) for item in blocks.problems)
    return image, refusals


def _assemble(blocks: Blocks, sha256: str, name: str) -> Image:
    """The image out of its blocks."""
    tags, parts = _all_tags(blocks)
    xmp = read_xmp(blocks)
    times = read_exif_times(tags, blocks)
    satellite = read_satellite_time(tags, blocks)
    position, altitude_mm = _place(tags, xmp, blocks)
    device = read_device(tags, parts, xmp, blocks)
    documents = _documents(blocks, xmp)
    documents = dict(sorted((documents | device.ids | blocks.ids).items()))
    width, height = _size(blocks)
    gps = read_gps_details(tags) | _track(blocks)
    offset_min = residual_s = None
    if times.original is not None and satellite is not None:
        reading = read_clock(times.original.local_us, satellite.utc_us)
        offset_min, residual_s = reading.offset_min, reading.residual_s
        if strength(residual_s) == "stale":
            gps["fix"] = "stale"
        if reading.day_shift:
            gps["fix_days_off"] = reading.day_shift
    carries = bool(
        tags.carries or xmp.seen or documents.keys() - _NO_METADATA
        or blocks.device or blocks.raw_time
        or blocks.movie or blocks.movie_created_s or blocks.png_time or blocks.texts or blocks.c2pa
        or blocks.track
    )  # fmt: skip
    comment = next((data for part in parts if (data := part.raw("exif", USER_COMMENT, 64))), b"")
    marks = read_marks(name, tags, comment, blocks, documents, stripped=not carries)
    thumbnail = _thumbnail(parts)
    odd = thumbnail_mark(thumbnail[1], blocks) if thumbnail else ""
    if odd:
        marks["thumbnail"] = odd
    return Image(
        original=sha256,
        name=name,
        format=blocks.format,
        times=_times(times, satellite, other_times(xmp, blocks), name),
        positions=_positions(position, blocks),
        altitude_mm=altitude_mm,
        camera=device.camera,
        software=device.software,
        documents=documents,
        hashes=_hashes(blocks),
        width_px=width,
        height_px=height,
        thumbnail_bytes=None if thumbnail is None else thumbnail[0],
        clock_offset_min=offset_min,
        clock_residual_s=residual_s,
        stripped=not carries,
        gps=dict(sorted(gps.items())),
        marks=dict(sorted(marks.items())),
    )


def _all_tags(blocks: Blocks) -> tuple[Tags, list[Tags]]:
    """The values of all EXIF blocks together (the first that has a value wins), and one by one."""
    parts: list[Tags] = []
    merged = Tags()
    for exif in blocks.exif:
        tags = read_tags(exif, blocks)
        parts.append(tags)
        merged.carries = merged.carries or tags.carries
        for key, value in tags.values.items():
            merged.values.setdefault(key, value)
        if not exif.is_file and tags.block and tags.layout and tags.layout.image:
            read_extras(tags.block, tags.layout.image, blocks)
    return merged, parts


def _place(tags: Tags, xmp: Xmp, blocks: Blocks) -> tuple[Position | None, int | None]:
    """The position from EXIF, else XMP, else the movie, and the height."""
    found = read_position(tags, blocks)
    altitude_mm = read_altitude_mm(tags, blocks)
    if found is None:
        found = xmp.position
    if found is None:
        movie, height = movie_position(blocks)
        found = movie
        altitude_mm = height if altitude_mm is None else altitude_mm
        if found is None and altitude_mm is None and blocks.track:
            altitude_mm = blocks.track[0].altitude_mm
    return found, altitude_mm


def _times(
    times: ExifTimes, satellite: Instant | None, others: Sequence[ImageTime], name: str
) -> tuple[ImageTime, ...]:
    gps = () if satellite is None else (ImageTime("gps", "satellite", instant=satellite),)
    named = name_claim(name)
    return (*times.claims, *gps, *others, *(() if named is None else (named,)))


def _documents(blocks: Blocks, xmp: Xmp) -> dict[str, str]:
    resources = read_resources(blocks.photoshop)
    out = dict(xmp.documents)
    out |= read_iptc(resources.get(0x0404, b"") or blocks.iptc)
    blocks.icc = blocks.icc or resources.get(_ICC_RESOURCE, b"")[:MAX_ICC]
    description = icc_description(blocks)
    if description:
        out["icc_description"] = description
    if blocks.c2pa:
        out["c2pa"] = "present"
    return dict(sorted(out.items()))


def _hashes(blocks: Blocks) -> dict[str, str]:
    """SHA-256 of the quantisation tables: it tells programs and cameras apart, weakly."""
    return {"dqt": hashlib.sha256(blocks.dqt).hexdigest()} if blocks.dqt else {}


def _size(blocks: Blocks) -> tuple[int | None, int | None]:
    """Width and height of the header; refused where no camera could have made them."""
    width, height = blocks.width_px, blocks.height_px
    if not width or not height:
        return None, None
    if width * height > MAX_PIXELS:
        blocks.problem("field size", "too_large", f"{width} x {height}")
        return None, None
    return width, height


def _thumbnail(parts: Sequence[Tags]) -> tuple[int, bytes] | None:
    """Length of the thumbnail in IFD1, if it lies inside its block, and its first 4 KiB."""
    for tags in parts:
        start, length = tags.number("thumbnail", 0x0201), tags.number("thumbnail", 0x0202)
        if start and length and tags.block and start + length <= tags.block.source.size:
            return length, tags.block.source.at(start, min(length, 4096))
    return None


def _positions(position: Position | None, blocks: Blocks) -> tuple[Position, ...]:
    """The position of the file, and where a track inside it begins and ends."""
    found = [] if position is None else [position]
    for point in dict.fromkeys(blocks.track[:1] + blocks.track[-1:]):
        place = Position(point.lat_udeg, point.lon_udeg, point.radius_m, "track")
        if place not in found:
            found.append(place)
    return tuple(found)


def _track(blocks: Blocks) -> dict[str, int | str]:
    """How many points a track inside the file has, and its times."""
    if not blocks.track:
        return {}
    out: dict[str, int | str] = {"track_points": len(blocks.track)}
    stamped = [point.utc_us for point in blocks.track if point.utc_us is not None]
    if stamped:
        out |= {"track_from_utc": utc_text(min(stamped)), "track_to_utc": utc_text(max(stamped))}
    return out
