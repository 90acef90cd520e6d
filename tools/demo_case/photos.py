"""The pictures: drawn without fonts, with metadata as a camera, or a liar, would write it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, features
from PIL.TiffImagePlugin import IFDRational

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Canvas

SIZE = (320, 240)
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_MAKE, _MODEL, _SOFTWARE, _DATE = 0x010F, 0x0110, 0x0131, 0x0132
_ORIGINAL, _DIGITISED, _OFFSET, _SERIAL = 0x9003, 0x9004, 0x9011, 0xA431
_CAMERA = {_MAKE: "Nordlicht", _MODEL: "NL-5", _SOFTWARE: "NL-5 firmware 1.02"}
"""An invented maker."""


def encoder() -> str:
    """What wrote the pictures: other versions may give other bytes of the same picture."""
    return f"jpeg {features.version('jpg')}, zlib {features.version('zlib')}"


def _scene(sky: tuple[int, int, int], ground: tuple[int, int, int]) -> tuple[Image.Image, Canvas]:
    picture = Image.new("RGB", SIZE)
    canvas = ImageDraw.Draw(picture)
    width, height = SIZE
    for y in range(height):
        base, depth = (sky, y) if y < 150 else (ground, y - 150)
        colour = tuple(max(0, part - depth // 2) for part in base)
        canvas.line((0, y, width, y), fill=colour)
    return picture, canvas


def _desk() -> Image.Image:
    picture, canvas = _scene((200, 215, 230), (150, 110, 70))
    canvas.rectangle((30, 25, 150, 120), fill=(225, 235, 245), outline=(90, 90, 90), width=4)
    canvas.line((90, 25, 90, 120), fill=(90, 90, 90), width=3)
    canvas.rectangle((180, 90, 285, 160), fill=(30, 34, 40), outline=(80, 80, 80), width=4)
    canvas.polygon(((220, 160), (245, 160), (255, 180), (210, 180)), fill=(70, 70, 74))
    canvas.ellipse((60, 165, 95, 190), fill=(240, 240, 235), outline=(120, 120, 120))
    return picture


def _harbour() -> Image.Image:
    picture, canvas = _scene((245, 170, 110), (50, 90, 130))
    canvas.ellipse((200, 90, 260, 150), fill=(255, 225, 150))
    for x, top in ((20, 100), (60, 80), (95, 110), (130, 95)):
        canvas.rectangle((x, top, x + 28, 150), fill=(80, 70, 90))
    canvas.polygon(((170, 180), (260, 180), (245, 200), (185, 200)), fill=(70, 40, 35))
    return picture


def _rain() -> Image.Image:
    picture, canvas = _scene((120, 130, 140), (80, 85, 90))
    for n in range(60):
        x, y = (n * n * 31) % 320, (n * 83) % 220
        canvas.line((x, y, x - 3, y + 12), fill=(190, 200, 210), width=1)
    return picture


def _banner() -> Image.Image:
    picture, canvas = _scene((230, 240, 210), (190, 220, 170))
    for n in range(5):
        canvas.polygon(
            ((30 + 55 * n, 60), (55 + 55 * n, 30), (80 + 55 * n, 60), (55 + 55 * n, 100)),
            fill=(200, 60 + 30 * n, 60),
        )
    return picture


_SEGMENTS = {
    "J": ((3, 0, 3, 8), (3, 8, 1, 10), (1, 10, 0, 8), (1, 0, 5, 0)),
    "0": ((1, 0, 4, 0), (5, 1, 5, 9), (4, 10, 1, 10), (0, 9, 0, 1)),
    "苏": (
        (0, 2, 12, 2), (4, 0, 4, 4), (8, 0, 8, 4),
        (2, 6, 10, 6), (10, 6, 9, 12), (9, 12, 7, 11), (6, 4, 3, 12),
        (0, 8, 1, 11), (12, 8, 11, 11),
    ),
}  # fmt: skip
"""Strokes of the three signs on the plate, in a grid of 6 by 10 (the character: 12 by 12)."""


def _street() -> Image.Image:
    picture, canvas = _scene((190, 210, 225), (110, 110, 112))
    canvas.polygon(((60, 100), (110, 60), (210, 60), (260, 100)), fill=(60, 80, 120))
    canvas.rectangle((40, 100, 280, 175), fill=(70, 95, 140))
    canvas.ellipse((65, 155, 115, 205), fill=(20, 20, 22))
    canvas.ellipse((205, 155, 255, 205), fill=(20, 20, 22))
    canvas.rectangle((100, 118, 220, 150), fill=(20, 60, 170), outline=(255, 255, 255), width=2)
    x = 106
    for sign in ("苏", "J", "0", "0", "0", "0", "0"):
        for ax, ay, bx, by in _SEGMENTS[sign]:
            line = (x + 2 * ax, 124 + 2 * ay, x + 2 * bx, 124 + 2 * by)
            canvas.line(
                tuple(part - (2 if sign == "苏" else 0) for part in line), (255, 255, 255), 2
            )
        x += 28 if sign == "苏" else 14
    return picture


def _screen() -> Image.Image:
    picture = Image.new("RGB", (270, 480), (246, 246, 248))
    canvas = ImageDraw.Draw(picture)
    canvas.rectangle((0, 0, 270, 18), fill=(30, 30, 34))
    for n in range(6):
        top = 36 + 70 * n
        canvas.rectangle((14, top, 256, top + 54), fill=(255, 255, 255), outline=(215, 215, 220))
        canvas.ellipse((22, top + 8, 46, top + 32), fill=(120, 150, 60 + 30 * n))
        canvas.rectangle((56, top + 12, 56 + 20 * (n + 3), top + 20), fill=(170, 170, 178))
    return picture


def _degrees(udeg: int) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and hundredths of seconds, as cameras write them."""
    hundredths = (abs(udeg) * 36 + 50) // 100
    degrees, rest = divmod(hundredths, 360_000)
    minutes, rest = divmod(rest, 6_000)
    return IFDRational(degrees, 1), IFDRational(minutes, 1), IFDRational(rest, 100)


def _gps(lat_udeg: int, lon_udeg: int, utc: str | None) -> dict[int, object]:
    tags: dict[int, object] = {
        0: b"\x02\x03\x00\x00",
        1: "N" if lat_udeg >= 0 else "S",
        2: _degrees(lat_udeg),
        3: "E" if lon_udeg >= 0 else "W",
        4: _degrees(lon_udeg),
    }
    if utc is not None:
        day, clock = utc.split(" ")
        tags[7] = tuple(IFDRational(int(part), 1) for part in clock.split(":"))
        tags[29] = day
    return tags


def _exif(
    first: Mapping[int, str], own: Mapping[int, str], gps: Mapping[int, object] | None = None
) -> bytes:
    """An EXIF block from the tags of its three directories."""
    block = Image.Exif()
    for tag, value in first.items():
        block[tag] = value
    block[_EXIF_IFD] = dict(own)
    if gps is not None:
        block[_GPS_IFD] = dict(gps)
    return block.tobytes()


def _jpeg(picture: Image.Image, exif: bytes | None = None) -> bytes:
    out = BytesIO()
    extra = {} if exif is None else {"exif": exif}
    picture.save(out, "JPEG", quality=80, subsampling=2, optimize=False, **extra)
    return out.getvalue()


def photos() -> dict[str, bytes]:
    """File name -> bytes of every picture of the case."""
    taken = "2024:03:14 10:20:11"
    office = _exif(
        {**_CAMERA, _DATE: taken},
        {_ORIGINAL: taken, _DIGITISED: taken, _SERIAL: "NL5-004417"},
        # Camera 10:20:11, satellites 02:20:08: a clock at UTC+8, three seconds fast.
        _gps(33_360_000, 120_200_000, "2024:03:14 02:20:08"),
    )
    # Same camera, forty minutes later, 2,100 km away, no satellite time: the position was put in.
    edited = "2024:03:14 11:00:40"
    planted = _exif(
        {**_CAMERA, _SOFTWARE: "Tagbrush 2.1", _DATE: "2024:03:15 09:41:00"},
        {_ORIGINAL: edited, _DIGITISED: edited, _SERIAL: "NL5-004417"},
        _gps(14_590_000, 120_980_000, None),
    )
    rain = "2024:04:24 15:31:50"
    window = _exif(
        {_MAKE: "Palmar", _MODEL: "P2", _DATE: rain},
        {_ORIGINAL: rain, _DIGITISED: rain, _OFFSET: "+08:00", 0x9010: "+08:00"},
    )
    street = _exif(
        {_MAKE: "Palmar", _MODEL: "P2", _DATE: "2024:04:16 14:48:02"},
        {_ORIGINAL: "2024:04:16 14:48:02"},
    )
    screen = BytesIO()
    _screen().save(screen, "PNG", optimize=False, compress_level=9)
    whole = _jpeg(_rain(), window)
    return {
        "desk_by_the_window.jpg": _jpeg(_desk(), office),
        "harbour_evening.jpg": _jpeg(_harbour(), planted),
        "rain_on_glass.jpg": whole,
        "banner_spring.jpg": _jpeg(_banner()),
        "street_with_car.jpg": _jpeg(_street(), street),
        "Screenshot_20240419-093412.png": screen.getvalue(),
        "cut_short.jpg": whole[:120],
    }
