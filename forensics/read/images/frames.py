"""PSD, XCF, FLIF, JPEG 2000, CRW and PDF: frames that are no picture formats of cameras."""

from __future__ import annotations

from forensics.clock import utc_text
from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, MAX_XMP, Blocks, inflate
from forensics.read.images.boxes import boxes, first, read_ue7
from forensics.read.images.iptc import read_resources
from forensics.read.images.jpeg import walk_jpeg
from forensics.read.images.makers import owner_hash
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy

_IPTC, _ICC, _EXIF, _XMP = 0x0404, 0x040F, 0x0422, 0x0424
_JP2_EXIF = b"JpgTiffExif->JP2"
_JP2_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_XCF_PARASITES = 21
MAX_XCF_PROPERTIES = 200
MAX_PDF_BYTES = 32 * 1024 * 1024
"""How far into a PDF pictures are looked for."""
MAX_PDF_PICTURES = 8
MAX_PDF_STREAMS = 20_000
MAX_CRW_ENTRIES = 600
MAX_SVG = 4 * 1024 * 1024
_PIECE = 256 * 1024


def walk_psd(source: Source, blocks: Blocks) -> None:
    """PSD and PSB: size from the header, metadata from the image resources."""
    blocks.height_px, blocks.width_px = source.number(14, 4), source.number(18, 4)
    at = 26 + 4 + source.number(26, 4)
    data = source.at(at + 4, min(source.number(at, 4), MAX_ITEM))
    resources = read_resources(data)
    if not resources:
        blocks.problem("file", "damaged")
    blocks.iptc = resources.get(_IPTC, b"")
    blocks.icc = resources.get(_ICC, b"")[:MAX_ICC]
    if resources.get(_EXIF):
        blocks.add_exif(Source.of(resources[_EXIF]))
    blocks.add_xmp(resources.get(_XMP, b""))


def walk_xcf(source: Source, blocks: Blocks) -> None:
    """XCF: size from the header; metadata in the parasites, one property of the picture."""
    blocks.width_px, blocks.height_px = source.number(14, 4), source.number(18, 4)
    version = source.at(9, 4)
    # Since version 4 the precision stands behind the kind of colours.
    at = 30 if version[:1] == b"v" and version[1:].isdigit() and int(version[1:]) >= 4 else 26
    for _ in range(MAX_XCF_PROPERTIES):
        kind, length = source.number(at, 4), source.number(at + 4, 4)
        if kind == 0:
            break
        if kind == _XCF_PARASITES:
            _parasites(source.part(at + 8, length), blocks)
        at += 8 + length


def _parasites(body: Source, blocks: Blocks) -> None:
    at = 0
    for _ in range(MAX_XCF_PROPERTIES):
        size = body.number(at, 4)
        name = body.at(at + 4, min(size, 64)).partition(b"\0")[0]
        at += 8 + size
        length, at = body.number(at, 4), at + 4
        if not name or at > body.size:
            return
        data = body.part(at, length)
        if name in {b"exif-data", b"jpeg-exif-data"}:
            blocks.add_exif(data)
        elif name == b"icc-profile":
            blocks.icc = blocks.icc or data.at(0, MAX_ICC)
        elif name == b"iptc-data":
            blocks.iptc = blocks.iptc or data.at(0, MAX_ITEM)
        elif name == b"gimp-metadata":
            blocks.add_xmp(data.at(0, MAX_XMP).removeprefix(b"GIMP_XMP_1"))
        elif name == b"gimp-comment":
            blocks.texts.setdefault("comment", tidy(data.at(0, 4096)))
        at += length


def walk_flif(source: Source, blocks: Blocks) -> None:
    """FLIF: chunks of four letters, a length in 7-bit groups, and a bare deflate stream."""
    kind, at = source.number(4, 1), 6
    sizes: list[int] = []
    # Films have a third number.
    for _ in range(3 if kind > 0x48 else 2):
        number, at = read_ue7(source, at)
        sizes.append(number + 1)
    blocks.width_px, blocks.height_px = sizes[0], sizes[1]
    for _ in range(100):
        name = source.at(at, 4)
        if len(name) < 4 or name[0] < 0x20:
            # The picture begins.
            break
        length, at = read_ue7(source, at + 4)
        limits = {b"eXif": MAX_ITEM, b"eXmp": MAX_XMP, b"iCCP": MAX_ICC}
        if name in limits:
            data = inflate(source.at(at, min(length, MAX_ITEM)), limits[name], bare=True)
            _flif_chunk(name, data, blocks)
        at += length


def _flif_chunk(name: bytes, data: bytes | None, blocks: Blocks) -> None:
    if data is None:
        blocks.problem(f"field {name.decode('latin-1')}", "too_large")
    elif name == b"eXif":
        blocks.add_exif(Source.of(data))
    elif name == b"eXmp":
        blocks.add_xmp(data)
    else:
        blocks.icc = blocks.icc or data


def walk_jpeg2000(source: Source, blocks: Blocks) -> None:
    """JP2: boxes; EXIF and XMP stand in `uuid`, the colour profile in `jp2h`."""
    for box in boxes(source):
        if box.kind == b"jp2h":
            size = first(box.body, b"ihdr")
            if size is not None:
                blocks.height_px, blocks.width_px = size.number(0, 4), size.number(4, 4)
            for colour in boxes(box.body):
                # The first may only name a colour space by its number.
                if colour.kind == b"colr" and colour.body.number(0, 1) in {2, 3}:
                    blocks.icc = blocks.icc or colour.body.at(3, MAX_ICC)
        elif box.kind == b"jumb":
            blocks.c2pa = True
        elif box.kind == b"xml ":
            blocks.add_xmp(box.body.at(0, MAX_XMP))
        elif box.kind == b"uuid":
            name = box.body.at(0, 16)
            if name == _JP2_EXIF:
                blocks.add_exif(box.body.part(16, box.body.size))
            elif name == _JP2_XMP:
                blocks.add_xmp(box.body.at(16, MAX_XMP))


def walk_crw(source: Source, blocks: Blocks) -> None:
    """CRW: a heap whose directory stands at its end, heaps inside heaps."""
    start = source.number(2, 4, "little")
    _heap(source.part(start, source.size), blocks, [MAX_CRW_ENTRIES])


def _heap(heap: Source, blocks: Blocks, room: list[int]) -> None:
    """One heap; `room` holds how many entries the file may still have, so that nesting ends."""
    at = heap.number(heap.size - 4, 4, "little")
    for index in range(heap.number(at, 2, "little")):
        room[0] -= 1
        if room[0] < 0:
            return
        entry = heap.part(at + 2 + 10 * index, 10)
        tag = entry.number(0, 2, "little")
        if tag & 0xC000 == 0x4000:
            # The value stands in the entry itself.
            body = entry.part(2, 8)
        else:
            size, place = entry.number(2, 4, "little"), entry.number(6, 4, "little")
            body = heap.part(place, size)
        if tag & 0x3800 in {0x2800, 0x3000} and 6 <= body.size < heap.size:
            _heap(body, blocks, room)
        else:
            _heap_value(tag & 0x3FFF, body, blocks)


def _heap_value(tag: int, body: Source, blocks: Blocks) -> None:
    if tag == 0x080A:
        # The maker's record, not the EXIF tags: kept under a name of its own.
        names = (tidy(part) for part in body.at(0, 64).split(b"\0")[:2])
        blocks.ids.setdefault("raw_camera", " ".join(name for name in names if name))
    elif tag == 0x0810:
        blocks.device.setdefault("owner_hash", owner_hash(tidy(body.at(0, 32))))
    elif tag == 0x180B:
        number = body.number(0, 4, "little")
        if number:
            blocks.device.setdefault("body_serial", str(number))
    elif tag == 0x180E:
        # Seconds since 1970 by the camera's own clock: a local time.
        seconds = body.number(0, 4, "little")
        if seconds:
            blocks.raw_time = utc_text(seconds * 1_000_000).removesuffix("Z")
    elif tag == 0x1810:
        blocks.width_px = body.number(0, 4, "little")
        blocks.height_px = body.number(4, 4, "little")


def walk_pdf(source: Source, blocks: Blocks) -> None:
    """Metadata of the JPEGs that lie bare inside a PDF, the first eight of them.

    Streams that are compressed again, encrypted files and everything beyond 32 MiB are not looked
    at, and neither is what the PDF says about itself: that is not the word of a camera.
    """
    blocks.problem("file", "unsupported_container", "pdf: only pictures inside it are read")
    found = at = streams = 0
    limit = min(source.size, MAX_PDF_BYTES)
    while at < limit and found < MAX_PDF_PICTURES and streams < MAX_PDF_STREAMS:
        piece = source.at(at, _PIECE)
        hit = piece.find(b"stream")
        while hit >= 0 and found < MAX_PDF_PICTURES:
            body = piece[hit + 6 : hit + 11].lstrip(b"\r\n")
            if body[:3] == b"\xff\xd8\xff":
                skip = 5 - len(body)
                walk_jpeg(source.part(at + hit + 6 + skip, source.size), blocks)
                found += 1
            streams += 1
            hit = piece.find(b"stream", hit + 6)
        # Pieces overlap by what a hit may need.
        at += max(len(piece) - 16, 1)
    blocks.width_px = blocks.height_px = None
    blocks.dqt = b""
    blocks.ids["pictures_inside"] = str(found)


def walk_svg(source: Source, blocks: Blocks) -> None:
    """SVG: the XMP packet inside the drawing, and whether a C2PA manifest stands there."""
    text = source.at(0, MAX_SVG)
    for name in (b"x:xmpmeta", b"rdf:RDF"):
        start = text.find(b"<" + name)
        end = text.find(b"</" + name + b">", start)
        if 0 <= start < end:
            blocks.add_xmp(text[start : end + len(name) + 3])
            break
    blocks.c2pa = b"<c2pa:manifest" in text
