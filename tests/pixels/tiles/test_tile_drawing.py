"""Tiles drawn anew: pixels stay, everything else is left behind."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from forensics.pixels.decode import NotDecodedError
from forensics.pixels.tiles.archive import MAX_TILE_BYTES
from forensics.pixels.tiles.drawing import redrawn

CANARY = b"canarybird<script>alert(1)</script>"


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def with_text() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", CANARY.decode())
    out = io.BytesIO()
    Image.new("P", (256, 256), 3).save(out, "PNG", pnginfo=said)
    return out.getvalue() + CANARY


def commented() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    Image.new("RGB", (256, 256), (9, 99, 200)).save(out, "JPEG", comment=CANARY, exif=exif)
    return out.getvalue() + CANARY


@pytest.mark.parametrize("make", [with_text, commented])
def test_nothing_but_the_picture_is_left(make: Callable[[], bytes]) -> None:
    data = make()
    _, drawn = redrawn(data)
    assert CANARY in data
    assert CANARY not in drawn
    assert not opened(drawn).getexif()


@pytest.mark.parametrize(("kind", "media"), [("PNG", "webp"), ("JPEG", "jpeg"), ("WEBP", "webp")])
@pytest.mark.parametrize("packed", [False, True])
def test_good_tiles(draw_tile: Callable[..., bytes], kind: str, media: str, packed: bool) -> None:
    data = draw_tile(5, 3, 2, kind)
    given, drawn = redrawn(gzip.compress(data) if packed else data)
    assert given == media
    before, after = (opened(one).convert("RGB") for one in (data, drawn))
    far = max(abs(a - b) for a, b in zip(before.tobytes(), after.tobytes(), strict=True))
    assert far == 0 if kind == "PNG" else far < 24
    assert redrawn(data) == redrawn(data)


def test_transparent_stays_transparent() -> None:
    out = io.BytesIO()
    picture = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 128, 256))
    picture.save(out, "PNG")
    drawn = opened(redrawn(out.getvalue())[1])
    assert drawn.getpixel((200, 10))[3] == 0  # type: ignore[index]
    assert drawn.getpixel((10, 10)) == (255, 0, 0, 255)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""
    head = b"IHDR" + struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


BROKEN: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty_file"),
    "HTML": (b"<html><script>alert(1)</script></html>", "unsupported_container"),
    "SVG": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>',
        "unsupported_container",
    ),
    "vector tile": (gzip.compress(b"\x1a\x8e\x02\n\x05water"), "unsupported_container"),
    "GIF": (b"GIF89a" + bytes(40), "unsupported_container"),
    "60,000 pixels a side": (png_header(60_000, 60_000), "too_large"),
    "not square": (png_header(256, 512), "too_large"),
    "one pixel": (png_header(1, 1), "too_large"),
    "cut off": (png_header(256, 256), "damaged"),
    "gzip bomb": (gzip.compress(bytes(MAX_TILE_BYTES + 1)), "too_large"),
    "gzip, cut off": (gzip.compress(bytes(100))[:-9], "damaged"),
    "gzip, followed by another": (gzip.compress(b"a") * 2, "damaged"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_tiles(name: str) -> None:
    data, reason = BROKEN[name]
    with pytest.raises(NotDecodedError) as refused:
        redrawn(data)
    assert refused.value.reason == reason
