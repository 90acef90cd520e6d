"""The pictures: drawn here, with the metadata that a phone would write."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

SIZE = (320, 240)
_MAKE, _MODEL, _DATE, _EXIF_IFD, _GPS_IFD = 0x010F, 0x0110, 0x0132, 0x8769, 0x8825
_ORIGINAL, _OFFSET, _OFFSET_ORIGINAL = 0x9003, 0x9010, 0x9011


def _scene(sky: tuple[int, int, int], ground: tuple[int, int, int]) -> Image:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(picture)
    for y in range(140, SIZE[1]):
        draw.line((0, y, SIZE[0], y), fill=tuple(max(0, part - (y - 140) // 3) for part in ground))
    return picture


def _bytes(picture: Image, form: str, exif: Exif | None = None) -> bytes:
    out = BytesIO()
    if exif is None:
        picture.save(out, form)
    else:
        picture.save(out, form, quality=85, exif=exif)
    return out.getvalue()


def screenshot() -> bytes:
    """A list of messages with an area code drawn as text, as PNG without metadata."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (270, 360), (246, 246, 248))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default()
    for row in range(5):
        top = 20 + 64 * row
        draw.rectangle((12, top, 258, top + 50), fill=(255, 255, 255), outline=(210, 210, 214))
    draw.text((24, 38), "Tel 0515-0000 0000", fill=(20, 20, 20), font=font)
    return _bytes(picture, "PNG")


def car() -> bytes:
    """A car with a plate of which the Latin part is drawn, as PNG without metadata."""
    from PIL import ImageDraw, ImageFont

    picture = _scene((190, 210, 225), (120, 120, 120))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((50, 90, 270, 180), fill=(70, 95, 140))
    draw.rectangle((110, 140, 210, 165), fill=(20, 60, 170), outline=(255, 255, 255))
    draw.text((136, 146), "J 00000", fill=(255, 255, 255), font=ImageFont.load_default())
    for left in (75, 205):
        draw.ellipse((left, 160, left + 45, 205), fill=(20, 20, 22))
    return _bytes(picture, "PNG")


def gate() -> bytes:
    """A gate with two stone lions: the picture that accounts share as their avatar."""
    from PIL import ImageDraw

    picture = _scene((200, 215, 235), (160, 150, 140))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((90, 50, 230, 170), fill=(40, 70, 130), outline=(230, 230, 230), width=4)
    for left in (50, 240):
        draw.ellipse((left, 120, left + 34, 190), fill=(190, 190, 185), outline=(90, 90, 90))
    return _bytes(picture, "PNG")


def desk(day: str, *, offset: str, degrees: tuple[int, int] | None = None) -> bytes:
    """A desk by a window, as a phone in that zone writes it.

    Args:
        day: Day and time of the phone's clock, `2024:03:14 10:20:11`.
        offset: Its offset, `+00:00`.
        degrees: Hundredths of degrees north and east (negative: west), if it knew where it was.
    """
    from PIL import Image, ImageDraw
    from PIL.TiffImagePlugin import IFDRational

    picture = _scene((225, 230, 235), (150, 110, 70))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 40, 150, 120), fill=(235, 240, 250), outline=(80, 80, 80))
    exif = Image.Exif()
    exif[_MAKE], exif[_MODEL], exif[_DATE] = "Harmattan", "H-3", day
    exif[_EXIF_IFD] = {_ORIGINAL: day, _OFFSET: offset, _OFFSET_ORIGINAL: offset}
    if degrees is not None:
        north, east = degrees
        exif[_GPS_IFD] = {
            1: "N" if north >= 0 else "S",
            2: (IFDRational(abs(north), 100), IFDRational(0), IFDRational(0)),
            3: "E" if east >= 0 else "W",
            4: (IFDRational(abs(east), 100), IFDRational(0), IFDRational(0)),
        }
    return _bytes(picture, "JPEG", exif)
