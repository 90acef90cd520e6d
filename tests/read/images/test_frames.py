"""PSD, JPEG 2000, CRW, PDF, SVG and films of pictures."""

from __future__ import annotations

import struct
import time

from forensics.read.images import is_image
from forensics.read.images.makers import owner_hash

LAT = 43_467_448


def resource(number: int, data: bytes) -> bytes:
    body = b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(data)) + data
    return body + b"\0" * (len(data) % 2)


def psd(*resources: bytes) -> bytes:
    data = b"".join(resources)
    head = b"8BPS\0\1" + b"\0" * 6 + struct.pack(">HIIHH", 3, 48, 64, 8, 3)
    return head + struct.pack(">I", 0) + struct.pack(">I", len(data)) + data


def test_psd(make, read):
    packet = make.xmp("", attributes='m:DocumentID="xmp.did:1"')
    city = b"\x1c\x02\x5a\0\x06Boston"
    data = psd(resource(0x0422, make.tiff()), resource(0x0424, packet), resource(0x0404, city))
    image, refusals = read(data, "x.psd")
    assert image.positions[0].lat_udeg == LAT
    assert image.documents["xmp_document_id"] == "xmp.did:1"
    assert image.documents["iptc_city"] == "Boston"
    assert (image.width_px, image.height_px) == (64, 48)
    assert refusals == ()


def test_jpeg_2000(make, read):
    size = make.box(b"ihdr", struct.pack(">II", 48, 64) + b"\0" * 6)
    data = (
        b"\0\0\0\x0cjP  \r\n\x87\n"
        + make.box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
        + make.box(b"jp2h", size)
        + make.box(b"uuid", b"JpgTiffExif->JP2" + make.tiff())
        + make.box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + make.xmp(""))
    )
    image, refusals = read(data, "x.jp2")
    assert image.positions[0].lat_udeg == LAT
    assert "xmp_toolkit" in image.documents
    assert (image.width_px, image.height_px) == (64, 48)
    assert refusals == ()


def crw(entries: list[tuple[int, bytes]]) -> bytes:
    """A heap of values, its directory at its end."""
    data, rows = b"", b""
    for tag, value in entries:
        if tag & 0x4000:
            rows += struct.pack("<H", tag) + value.ljust(8, b"\0")
        else:
            rows += struct.pack("<HII", tag, len(value), len(data))
            data += value
    return data + struct.pack("<H", len(entries)) + rows + struct.pack("<I", len(data))


def crw_file(heap: bytes) -> bytes:
    return b"II" + struct.pack("<I", 26) + b"HEAPCCDR" + b"\0" * 12 + heap


def test_crw(read):
    camera = crw([(0x080A, b"Maker\0Camera 1\0"), (0x0810, b"Jane Q. Public\0")])
    top = crw([
        (0x2807, camera),
        (0x580B, struct.pack("<I", 560018150)),
        (0x180E, struct.pack("<III", 1_068_485_966, 0, 0)),
        (0x1810, struct.pack("<II", 64, 48)),
    ])  # fmt: skip
    image, refusals = read(crw_file(top), "x.crw")
    assert image.camera == {"body_serial": "560018150", "owner_hash": owner_hash("Jane Q. Public")}
    assert image.documents["raw_camera"] == "Maker Camera 1"
    assert image.times[0].field == "raw_original"
    assert image.times[0].local.text == "2003-11-10T17:39:26"
    assert image.times[0].local.offset_min is None
    assert (image.width_px, image.height_px) == (64, 48)
    assert refusals == ()


def test_heaps_in_heaps_end(read):
    """Two hundred entries that all point to one heap of two hundred entries, and so on."""
    heap = crw([(0x180B, b"1234")])
    for _ in range(6):
        inner = heap
        rows = b"".join(struct.pack("<HII", 0x2807, len(inner), 0) for _ in range(200))
        heap = inner + struct.pack("<H", 200) + rows + struct.pack("<I", len(inner))
    start = time.process_time()
    image, _ = read(crw_file(heap), "x.crw")
    assert time.process_time() - start < 0.2
    assert image is not None


def test_pictures_inside_a_pdf(make, read):
    inside = make.jpeg(make.app1(make.tiff()))
    data = b"%PDF-1.4\n1 0 obj <</Length 9>>\nstream\r\n" + inside + b"\nendstream\n"
    image, refusals = read(data, "x.pdf")
    assert image.camera["make"] == "NIKON"
    assert image.documents["pictures_inside"] == "1"
    assert (image.width_px, image.hashes) == (None, {})
    assert [(item.where, item.reason) for item in refusals] == [("file", "unsupported_container")]
    far = b"%PDF-1.4\n" + b"x" * 300_000 + b"stream\n" + inside
    assert read(far, "x.pdf")[0].camera["make"] == "NIKON"


def test_a_pdf_of_empty_streams_ends(read):
    start = time.process_time()
    image, _ = read(b"%PDF-1.4\n" + b"stream" * 1_000_000, "x.pdf")
    assert time.process_time() - start < 0.5
    assert image.documents["pictures_inside"] == "0"


def test_svg(make, read):
    packet = make.xmp("", attributes='m:DocumentID="xmp.did:1"').decode()
    data = f'<?xml version="1.0"?>\n<svg><metadata>{packet}<c2pa:manifest/></metadata></svg>'
    image, _ = read(data.encode(), "x.svg")
    assert image.documents["xmp_document_id"] == "xmp.did:1"
    assert image.documents["c2pa"] == "present"
    assert not is_image(b"<?xml version='1.0'?><html><body><svg></svg>", "x.html")
    assert not is_image(b"<?xml version='1.0'?><posts>" + b" " * 600 + b"<svg>", "x.xml")
    assert not is_image(b"text about <svg> files", "x.txt")


def test_a_sequence_of_pictures_has_the_date_of_a_film(make, read):
    head = b"\0\0\0\0" + struct.pack(">II", 3_793_251_600, 0)
    data = make.box(b"ftyp", b"msf1\0\0\0\0msf1") + make.box(b"moov", make.box(b"mvhd", head))
    image, refusals = read(data, "x.heics")
    assert image.times[0].field == "movie_header"
    assert refusals == ()


def test_how_many_pictures_a_file_declares(make, read):
    def mpf(count: int) -> bytes:
        entry = struct.pack("<HHII", 0xB001, 4, 1, count)
        return b"MPF\0II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + b"\0" * 4

    assert read(make.jpeg(make.segment(0xE2, mpf(3))))[0].documents["mpf_images"] == "3"
    for odd in (0, 1, 4_000_000_000):
        assert "mpf_images" not in read(make.jpeg(make.segment(0xE2, mpf(odd))))[0].documents


def test_the_packet_of_an_avi(make, read):
    packet = make.xmp("", attributes='m:DocumentID="xmp.did:1"')
    chunk = b"_PMX" + struct.pack("<I", len(packet)) + packet
    image, refusals = read(b"RIFF\0\0\0\0AVI " + b"LIST\3\0\0\0abc\0" + chunk, "x.avi")
    assert image.documents["xmp_document_id"] == "xmp.did:1"
    assert [item.reason for item in refusals] == ["unsupported_container"]
