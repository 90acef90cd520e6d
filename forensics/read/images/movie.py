"""MP4, MOV, 3GP and CR3: positions, dates and devices in `moov`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from forensics.model import Position
from forensics.read.images.blocks import MAX_XMP, Blocks
from forensics.read.images.boxes import boxes, first
from forensics.read.images.gopro import gopro_serial
from forensics.read.images.gps import DEFAULT_RADIUS_M, Angle, position
from forensics.read.images.ifd import Block
from forensics.read.images.makers import believable, canon_fields
from forensics.read.images.points import ISO6709
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy
from forensics.read.images.tracks import read_gps_list, read_track
from forensics.read.images.trailers import read_boxed_trailer

_CANON = "85c0b687820f11e08111f4ce462b6a48"
_XMP = "be7acfcb97a942e89c71999491e3afac"
_C2PA = "d8fec3d61b0e483c92975828877ec481"
_APPLE = "com.apple.quicktime."
_KEYS = {
    f"{_APPLE}location.ISO6709": "location",
    f"{_APPLE}creationdate": "creationdate",
    f"{_APPLE}make": "make",
    f"{_APPLE}model": "model",
    f"{_APPLE}software": "software",
    f"{_APPLE}content.identifier": "content_id",
    "com.android.manufacturer": "make",
    "com.android.model": "model",
}
_USER = {
    b"\xa9xyz": "location",
    b"\xa9day": "creationdate",
    b"\xa9mak": "make",
    b"\xa9mod": "model",
    b"\xa9swr": "software",
}
_GOPRO = b"GPMF"
_MANY = 64 * 1024
_SONY_DEVICE = re.compile(r"<Device\b([^>]{0,1000})>")
_SONY_CREATED = re.compile(r"<CreationDate\s+value=\"([^\"]{10,40})\"")
_ATTRIBUTE = re.compile(r"\b(\w+)=\"([^\"]{0,200})\"")


def walk_movie(source: Source, blocks: Blocks) -> None:
    """Collect what `moov` and the top-level `uuid` boxes say."""
    read_boxed_trailer(source, blocks)
    for box in boxes(source):
        if box.kind == b"moov":
            walk_moov(source, box.body, blocks)
        elif box.kind == b"meta":
            _keys(box.body, blocks)
        elif box.kind in {b"uuid", b"XMP_"}:
            _uuid(box.kind, box.body, blocks)
        if box.truncated:
            blocks.problem("field box " + box.kind.decode("latin-1"), "damaged")


def walk_moov(source: Source, moov: Source, blocks: Blocks) -> None:
    """Collect dates, positions, device and tracks of one `moov` box."""
    for box in boxes(moov):
        if box.kind == b"mvhd":
            wide = 8 if box.body.number(0, 1) == 1 else 4
            blocks.movie_created_s = box.body.number(4, wide) or None
        elif box.kind == b"udta":
            _user_data(box.body, blocks)
        elif box.kind == b"meta":
            _keys(box.body, blocks)
        elif box.kind == b"trak" and not blocks.track:
            read_track(source, box.body, blocks)
        elif box.kind == b"gps " and not blocks.track:
            read_gps_list(source, box.body, blocks)
        elif box.kind == b"cmov":
            blocks.problem("field box cmov", "unsupported_container", "compressed header")
        elif box.kind == b"uuid":
            _uuid(box.kind, box.body, blocks)


def _user_data(udta: Source, blocks: Blocks) -> None:
    for box in boxes(udta):
        if box.kind in _USER:
            # Two bytes length, two bytes language, then the text.
            text = box.body.at(4, min(box.body.number(0, 2), 4096))
            blocks.movie.setdefault(_USER[box.kind], tidy(text))
        elif box.kind == b"XMP_":
            blocks.add_xmp(box.body.at(0, MAX_XMP))
        elif box.kind == b"loci":
            _loci(box.body, blocks)
        elif box.kind == _GOPRO:
            _serial(gopro_serial(box.body.at(0, _MANY)), blocks)
        elif box.kind == b"meta":
            _keys(box.body, blocks)


def _loci(body: Source, blocks: Blocks) -> None:
    """3GPP location: version, language, name, role, then three 16.16 numbers."""
    data = body.at(0, 4096)
    end = data.find(b"\0", 6)
    if end < 0 or len(data) < end + 14:
        return
    lon, lat, alt = (
        int.from_bytes(data[end + 2 + 4 * i : end + 6 + 4 * i], "big", signed=True)
        for i in range(3)
    )
    text = "".join(
        f"{'-' if value < 0 else '+'}{abs(value) * 10**6 // 65536 / 10**6:0{width}.6f}"
        for value, width in ((lat, 9), (lon, 10))
    )
    blocks.movie.setdefault("location", f"{text}{alt / 65536:+.3f}/")


def _keys(meta: Source, blocks: Blocks) -> None:
    """`keys` names entries, `ilst` holds their values by number.

    QuickTime's `meta` is not always a full box: four zero bytes are skipped only if they are there.
    """
    start = 4 if meta.at(0, 4) == b"\0\0\0\0" and meta.at(4, 4) != b"" else 0
    keys, values = first(meta, b"keys", start), first(meta, b"ilst", start)
    sheet = first(meta, b"xml ", start)
    if sheet is not None:
        _sony_xml(sheet.at(4, _MANY).decode("utf-8", "replace"), blocks)
    if values is None:
        return
    names = dict(enumerate(_names(keys), 1)) if keys is not None else {}
    for box in boxes(values):
        name = _KEYS.get(names.get(int.from_bytes(box.kind, "big"), "")) or _USER.get(box.kind)
        data = first(box.body, b"data")
        if name and data is not None and data.number(0, 4) == 1:
            text = tidy(data.at(8, 4096))
            if name == "content_id":
                blocks.ids.setdefault("apple_content_id", text)
            else:
                blocks.movie.setdefault(name, text)


def _serial(value: str, blocks: Blocks) -> None:
    if believable(value):
        blocks.device.setdefault("body_serial", value)


def _sony_xml(text: str, blocks: Blocks) -> None:
    """Sony's sheet beside a video: the device, and the date with the zone set in the camera.

    Its form is narrow, so two patterns do: a parser would have to be guarded against what else a
    file may hold there.
    """
    device, created = _SONY_DEVICE.search(text), _SONY_CREATED.search(text)
    if device is not None:
        fields = dict(_ATTRIBUTE.findall(device.group(1)))
        _serial(tidy(fields.get("serialNo", "")), blocks)
        for name, key in (("make", "manufacturer"), ("model", "modelName")):
            if fields.get(key):
                blocks.movie.setdefault(name, tidy(fields[key]))
    if created is not None:
        blocks.movie.setdefault("creationdate", created.group(1))


def _names(keys: Source) -> Iterator[str]:
    for box in boxes(keys, 8):
        yield box.body.at(0, 256).decode("utf-8", "replace")


def _uuid(kind: bytes, body: Source, blocks: Blocks) -> None:
    if kind == b"XMP_":
        blocks.add_xmp(body.at(0, MAX_XMP))
        return
    name = body.at(0, 16).hex()
    if name == _XMP:
        blocks.add_xmp(body.at(16, MAX_XMP))
    elif name == _C2PA:
        blocks.c2pa = True
    elif name == _CANON:
        blocks.format = "cr3"
        for box in boxes(body, 16):
            if box.kind == b"CMT3":
                _canon_box(box.body, blocks)
            elif box.kind in {b"CMT1", b"CMT2", b"CMT4"}:
                root = {b"CMT1": "tiff", b"CMT2": "exif", b"CMT4": "gps"}[box.kind]
                blocks.add_exif(box.body, root)  # type: ignore[arg-type]


def _canon_box(body: Source, blocks: Blocks) -> None:
    """Canon's own directory, which in other files stands in the maker note."""
    block = Block.open(body)
    directory = block.directory(block.first) if block and block.variant == "tiff" else None
    if block is None or directory is None:
        return
    for name, value in canon_fields((block, directory)).items():
        if value and (name != "body_serial" or believable(value)):
            blocks.device.setdefault(name, value)


def movie_position(blocks: Blocks) -> tuple[Position | None, int | None]:
    """Position and height (mm) of an ISO 6709 text such as `+48.8577+002.2950+035.0/`."""
    text = blocks.movie.get("location", "")
    if not text:
        return None, None
    match = ISO6709.fullmatch(text)
    if match is None:
        blocks.problem("field location", "impossible_position", text)
        return None, None
    lat, lon = Fraction(match.group(1)), Fraction(match.group(2))
    found = position(
        Angle(abs(lat), 0),
        -1 if lat < 0 else 1,
        Angle(abs(lon), 0),
        -1 if lon < 0 else 1,
        basis="quicktime",
        radius_m=DEFAULT_RADIUS_M,
        raw=text,
    )
    if isinstance(found, str):
        blocks.problem("field location", found, text)
        return None, None
    height = round(Fraction(match.group(3)) * 1000) if match.group(3) else None
    return found, height
