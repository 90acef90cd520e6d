"""Hostile archives and images from the command line: nothing is written beside, nothing vanishes.

The finer tables stand in `tests/read/test_archives.py` and `tests/read/images/test_hostile.py`.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

ROWS = b"account,time,text\na,2018-01-01T00:00:00Z,x\nb,2018-01-02T00:00:00Z,x\n"
EVIL = "\x1b[31m<img src=x onerror=alert(1)>\u202egpj.exe\x9b31m\x07"
LAUGHS = "<!DOCTYPE x [<!ENTITY l0 'l'>" + "".join(
    f"<!ENTITY l{n} '" + f"&l{n - 1};" * 10 + "'>" for n in range(1, 10)
)  # fmt: skip


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


def linked(name: str, target: str, kind: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, target
        file.addfile(entry)
        entry = tarfile.TarInfo(f"{name}/over.csv")
        entry.size = len(ROWS)
        file.addfile(entry, io.BytesIO(ROWS))
    return out.getvalue()


def million_in_a_zip() -> bytes:
    """A directory of a million members, all on one another."""
    entry = b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, 20, *[0] * 7, 1, *[0] * 6) + b"a"
    size = len(entry) * 1_000_000
    end64 = b"PK\x06\x06" + struct.pack("<Q2H2I4Q", 44, 45, 45, 0, 0, 10**6, 10**6, size, 0)
    place = b"PK\x06\x07" + struct.pack("<IQI", 0, size, 1)
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, *[0xFFFFFFFF] * 2, 0)
    return b"PK\x03\x04" + bytes(26) + entry * 1_000_000 + end64 + place + end


def million_in_a_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        file.addfile(tarfile.TarInfo("x.csv"))
    return gzip.compress(out.getvalue()[:512] * 1_000) * 1_000


def nested(deep: int) -> bytes:
    data = zipped(("a.csv", ROWS))
    for _ in range(deep):
        data = zipped(("n.zip", data))
    return data


Found = dict[str, int]
ARCHIVES: dict[str, tuple[Callable[[], bytes], int, Found]] = {
    "names that climb": (
        lambda: zipped(("../../../up.csv", ROWS), ("/etc/up.csv", ROWS + b"\n"),
                       ("C:\\up.csv", ROWS + b"\n\n")), 3, {},
    ),
    "names that steer": (lambda: zipped((f"{EVIL}.csv", ROWS)), 1, {}),
    "bomb beside posts": (
        lambda: zipped(("x.csv", bytes(100_000_000)), ("y.csv", ROWS)), 1, {"too_large": 1},
    ),
    "nested": (lambda: nested(9), 0, {"nested_archive": 1}),
    "a million members, zip": (million_in_a_zip, 0, {"damaged": 1}),
    "a million members, tar": (
        million_in_a_tar, 0, {"duplicate_name": 9_999, "empty_file": 1, "too_large": 1},
    ),
    "link out, then a file through it": (
        lambda: linked("x", "/tmp", tarfile.SYMTYPE), 1, {"not_a_file": 1},  # noqa: S108 - the trick
    ),
    "hard link to a secret": (
        lambda: linked("x", "/etc/passwd", tarfile.LNKTYPE), 1, {"not_a_file": 1},
    ),
    "device": (lambda: linked("x", "", tarfile.CHRTYPE), 1, {"not_a_file": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_costs_no_more_than_itself(name: str, drive, tmp_path: Path) -> None:
    make, files_read, refused = ARCHIVES[name]
    home = tmp_path / "deep" / "er" / "home"
    home.mkdir(parents=True)
    (home / "given.bin").write_bytes(make())
    done = drive("read", home / "given.bin", "--json")
    files = json.loads(done.out)["files"]
    found: Found = {}
    for one in (one for file in files for one in file["refused"]):
        found[one["reason"]] = found.get(one["reason"], 0) + one["rows"]
    assert found == refused
    assert sum(file["rows_read"] == 2 for file in files) == files_read
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [home / "given.bin"]
    drive("read", home / "given.bin", "--explain")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(side: int, *extra: bytes, pixels: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(pixels or bytes(side * (3 * side + 1))))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + data + chunk(b"IEND", b"")


def tiff(*tags: tuple[int, int, int, int], following: int = 0) -> bytes:
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", following)


def photo() -> bytes:
    """A sound JPEG whose every text field is an attack."""
    fields = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):
        fields[tag] = "<img src=x onerror=alert(1)>\x1b[31m=cmd|'/c calc'!A0"
    fields[0x0132] = "2018:10:01 10:00:00"
    out = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 100, 50)).save(out, "JPEG", exif=fields)
    return out.getvalue()


IMAGES: dict[str, Callable[[], bytes]] = {
    "PNG of 3.6 gigapixels": lambda: png(60_000, pixels=bytes(100_000)),
    "PNG of 81 megapixels in 240 kB": lambda: png(9_000),
    "PNG with a text of 200 MB": lambda: png(
        4, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    ),
    "PNG with text that steers": lambda: png(
        4, chunk(b"tEXt", b"Comment\0" + EVIL.encode("latin-1", "replace"))
    ),
    "PNG with laughs in XMP": lambda: png(
        4, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + f"{LAUGHS}]><x>&l9;</x>".encode())
    ),
    "TIFF of ten gigapixels": lambda: tiff(
        (256, 4, 1, 100_000), (257, 4, 1, 100_000), (258, 3, 1, 8), (259, 3, 1, 5),
        (273, 4, 1, 8), (278, 4, 1, 100_000), (279, 4, 1, 10),
    ),
    "TIFF whose directory is its own next": lambda: tiff((256, 4, 1, 9), following=8),
    "TIFF with four billion values": lambda: tiff((330, 4, 0xFFFFFFFF, 8), (34665, 4, 1, 8)),
    "SVG with laughs": f"<?xml version='1.0'?>{LAUGHS}]><svg>&l9;</svg>".encode,
    "SVG with an outside entity": lambda: (
        b"<!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
        b"<svg xmlns='http://www.w3.org/2000/svg'><metadata>&x;</metadata></svg>"
    ),
    "JPEG whose fields are attacks": photo,
}  # fmt: skip

REFUSED = {
    "PNG of 3.6 gigapixels": "too_large",
    "PNG with a text of 200 MB": "too_large",
    "TIFF of ten gigapixels": "too_large",
    "TIFF whose directory is its own next": "damaged",
}


@pytest.mark.parametrize("name", IMAGES)
def test_a_hostile_image_is_told_or_refused(name: str, drive, tmp_path: Path) -> None:
    (tmp_path / f"{EVIL}.bin").write_bytes(IMAGES[name]())
    (tmp_path / "sound.png").write_bytes(png(4))
    done = drive("image", tmp_path, "--json")
    told = [json.loads(line) for line in done.out.splitlines()]
    names = {Path(one["path"]).name for one in told}
    assert "sound.png" in names
    assert len(told) == 2 or "not read as images: 1" in done.err
    if name in REFUSED:
        (other,) = [one for one in told if not one["path"].endswith("sound.png")]
        assert REFUSED[name] in {one["reason"] for one in other["refused"]}
    assert "root:" not in done.out
    drive("image", tmp_path, "--full")
