"""Files of every container, changed at random and cut anywhere: no exception, equal answers."""

from __future__ import annotations

import io
import random
import struct
import time

from PIL import Image as Picture

from forensics.read.images import read_image


def _picture(kind: str, exif: bytes) -> bytes:
    out = io.BytesIO()
    Picture.effect_noise((40, 30), 50).convert("RGB").save(out, kind, exif=exif)
    return out.getvalue()


def _seeds(make) -> list[bytes]:
    block = make.tiff(thumbnail=b"\xff\xd8" + b"t" * 50)
    packet = make.xmp("", attributes='m:DocumentID="1" e:GPSLatitude="1,2.5N"')
    text = b"+48.8577+002.2950/"
    place = make.box(b"udta", make.box(b"\xa9xyz", struct.pack(">HH", len(text), 0) + text))
    return [
        make.jpeg(make.app1(block), make.xmp_app1(packet)),
        make.png(
            make.chunk(b"eXIf", block),
            make.chunk(b"iTXt", b"XML:com.adobe.xmp" + b"\0" * 5 + packet),
        ),
        make.webp((b"EXIF", block), (b"XMP ", packet)),
        make.heif([make.exif_item(block), (b"mime", b"application/rdf+xml", packet)]),
        make.tiff(ifd0={**make.ifd0, 700: packet}),
        make.box(b"ftyp", b"isom\0\0\0\0") + make.box(b"moov", place),
        *(_picture(kind, b"Exif\0\0" + block) for kind in ("JPEG", "PNG", "WEBP", "TIFF")),
    ]  # fmt: skip


def _mutant(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(min(len(out), 2000))
        kind = chance.randrange(4)
        if kind == 0:
            out[at] = chance.randrange(256)
        elif kind == 1:
            out[at : at + 4] = chance.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])
        elif kind == 2:
            del out[at : at + chance.randint(1, 30)]
        else:
            out[at:at] = out[at : at + chance.randint(1, 60)]
    return bytes(out[: chance.choice([len(out), len(out), chance.randrange(1, len(out) + 1)])])


def test_three_hundred_mutants(make, tmp_path):
    """Nothing is raised, nothing takes a second, and equal bytes give equal answers."""
    chance = random.Random(20240601)  # noqa: S311 - seeded mutants, no secret
    seeds = _seeds(make)
    slowest, refused = 0.0, 0
    path = tmp_path / "mutant.jpg"
    for _ in range(300):
        data = _mutant(chance.choice(seeds), chance)
        path.write_bytes(data)
        start = time.process_time()
        first = read_image(path, "s", "mutant.jpg")
        slowest = max(slowest, time.process_time() - start)
        assert read_image(path, "s", "mutant.jpg") == first
        refused += bool(first[1])
    assert slowest < 1.0
    assert refused > 50


def test_every_cut_of_a_file_is_read_without_an_exception(make, tmp_path):
    path = tmp_path / "cut.jpg"
    for data in _seeds(make)[:6]:
        for end in range(0, len(data), 23):
            path.write_bytes(data[:end])
            read_image(path, "s", "cut.jpg")
