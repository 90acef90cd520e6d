"""Broken copies of generated files of every container: nothing raised, nothing slow.

The long run over real files is `benchmarks/image_mutants.py`.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def breaker(root: Path):
    sys.path.insert(0, str(root))
    try:
        from benchmarks import image_mutants
    finally:
        sys.path.remove(str(root))
    return image_mutants


@pytest.fixture
def seeds(make) -> list[tuple[str, bytes]]:
    block = make.tiff(thumbnail=b"\xff\xd8" + b"t" * 50)
    note = make.tiff(ifd0={0x010F: "Canon"}, exif={0x927C: b"\3\0" + b"\x0c\0\4\0\1\0\0\0" * 20})
    packet = make.xmp("", attributes='m:DocumentID="1" e:GPSLatitude="1,2.5N"')
    heap = b"\1\0\0\0" * 4 + struct.pack("<HHII", 1, 0x2807, 12, 0) + struct.pack("<I", 16)
    stsd = make.box(b"stsd", b"\0" * 8 + make.box(b"gpmd", b"\0" * 8))
    table = make.box(b"stbl", stsd + make.box(b"stsz", b"\0" * 16) + make.box(b"stco", b"\0" * 12))
    trak = make.box(b"trak", make.box(b"mdia", make.box(b"minf", table)))
    resource = b"8BIM\x04\x22\0\0" + struct.pack(">I", len(block)) + block
    trailer = b"SEFH" + b"\1\0\0\0" * 5 + struct.pack("<I", 24) + b"SEFT"
    return [
        ("a.jpg", make.jpeg(make.app1(block), make.xmp_app1(packet)) + trailer),
        ("b.jpg", make.jpeg(make.app1(note)) + b'{"watermark.device":"x"}'),
        ("c.png", make.png(make.chunk(b"eXIf", block), make.chunk(b"tEXt", b"Software\0GIMP"))),
        ("d.webp", make.webp((b"EXIF", block), (b"XMP ", packet))),
        ("e.heic", make.heif([make.exif_item(block), (b"mime", b"application/rdf+xml", packet)])),
        ("f.tif", make.tiff(ifd0={**make.ifd0, 700: packet})),
        ("g.mp4", make.box(b"ftyp", b"isom\0\0\0\0") + make.box(b"moov", trak)),
        ("h.crw", b"II\x1a\0\0\0HEAPCCDR" + b"\0" * 12 + heap),
        ("i.psd", b"8BPS\0\1" + b"\0" * 24 + struct.pack(">I", len(resource)) + resource),
        ("j.pdf", b"%PDF-1.4\nstream\n" + make.jpeg(make.app1(block))),
        ("k.jp2", b"\0\0\0\x0cjP  \r\n\x87\n" + make.box(b"uuid", b"JpgTiffExif->JP2" + block)),
        ("l.svg", b"<svg>" + packet + b"</svg>"),
    ]


@pytest.mark.slow
def test_mutants_of_every_container(breaker, seeds):
    raised, slowest = breaker.run(seeds, 1_500, 20240601)
    assert raised == []
    # 50 ms is the goal; a loaded machine gets three times that.
    assert float(slowest[0].split()[0]) < 150


def test_mutants_are_the_same_every_time(breaker, seeds):
    import random

    first, second = (
        [breaker.mutant(data, seeds[0][1], random.Random(7)) for _, data in seeds]  # noqa: S311 - seeded
        for _ in range(2)
    )
    assert first == second
    assert first != [data for _, data in seeds]
