"""PNG: chunks that hold metadata. Image data is never inflated."""

from __future__ import annotations

import re

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, MAX_TEXT, Blocks, inflate
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy

MAX_CHUNKS = 50_000
_KEPT = 4096
_TEXT_CHUNKS = frozenset((b"tEXt", b"zTXt", b"iTXt"))


def walk_png(source: Source, blocks: Blocks) -> None:
    """Collect eXIf, iCCP, tIME, C2PA and text chunks.

    A chunk whose length points outside ends the walk: what came before it stays. Checksums are
    not looked at; a broken image must not cost the metadata.
    """
    at = 8
    for _ in range(MAX_CHUNKS):
        head = source.at(at, 8)
        if len(head) < 8 or head[4:] == b"IEND":
            break
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        body = source.part(at + 8, length)
        if body.size < length:
            blocks.problem(f"byte {at}", "damaged")
        _chunk(kind, body, blocks)
        at += length + 12


def _chunk(kind: bytes, body: Source, blocks: Blocks) -> None:
    if kind == b"IHDR" and body.size >= 8:
        blocks.width_px, blocks.height_px = body.number(0, 4), body.number(4, 4)
    elif kind == b"eXIf":
        blocks.add_exif(body)
    elif kind == b"iCCP":
        _profile(body.at(0, MAX_ICC), blocks)
    elif kind == b"tIME" and body.size == 7:
        data = body.at(0, 7)
        blocks.png_time = (
            f"{data[0] * 256 + data[1]:04d}-{data[2]:02d}-{data[3]:02d}"
            f"T{data[4]:02d}:{data[5]:02d}:{data[6]:02d}"
        )
    elif kind == b"caBX":
        blocks.c2pa = True
    elif kind in _TEXT_CHUNKS:
        _text(kind, body.at(0, MAX_ITEM), blocks)


def _profile(data: bytes, blocks: Blocks) -> None:
    _, found, rest = data.partition(b"\0")
    profile = inflate(rest[1:], MAX_ICC) if found else None
    if profile is None:
        blocks.problem("field ICC", "damaged" if not found else "too_large")
    else:
        blocks.icc = blocks.icc or profile


def _text(kind: bytes, data: bytes, blocks: Blocks) -> None:
    name, found, rest = data.partition(b"\0")
    if not found:
        return
    compressed = kind == b"zTXt"
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        compressed = rest[:1] == b"\1"
        # Compression flag and method, then language tag and translated keyword.
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    value = inflate(rest, MAX_TEXT) if compressed else rest
    title = tidy(name[:79])
    if value is None:
        blocks.problem(f"field text {title}", "too_large")
    elif title == "XML:com.adobe.xmp":
        blocks.add_xmp(value)
    elif title.startswith("Raw profile type "):
        _raw_profile(title[17:].lower(), value, blocks)
    elif len(blocks.texts) < 100:
        blocks.texts.setdefault(title, tidy(value[:_KEPT]))


def _raw_profile(kind: str, value: bytes, blocks: Blocks) -> None:
    """A profile as ImageMagick writes it: newline, name, newline, length, newline, hex digits."""
    match = re.match(rb"\s*+[^\n]*+\n\s*+(\d{1,9})\s*\n", value)
    digits = b"".join(value[match.end() :].split()) if match else b""
    try:
        data = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        data = b""
    if not data:
        blocks.problem(f"field Raw profile {kind}", "damaged")
    elif kind in {"exif", "app1"} and (data[:6] == b"Exif\0\0" or data[:2] in {b"II", b"MM"}):
        blocks.add_exif(Source.of(data))
    elif kind in {"xmp", "app1"}:
        blocks.add_xmp(data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0"))
    elif kind in {"iptc", "8bim"}:
        blocks.photoshop = blocks.photoshop or data.removeprefix(b"Photoshop 3.0\0")
    elif kind == "icc":
        blocks.icc = blocks.icc or data[:MAX_ICC]
