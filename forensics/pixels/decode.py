"""Pixels of an image file, decoded with bounds; whatever does not keep them is refused.

The header is judged before a pixel is decoded. Only formats that are decoded inside this process
are opened (no PostScript, no external programs), truncated files are not filled up, and the
orientation that EXIF states is applied, so that a picture and its turned copy look alike.
"""

from __future__ import annotations

import struct
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from PIL import Image, ImageFile, UnidentifiedImageError, features

from forensics.pixels.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
"""What Pillow decodes by itself. HEIF comes with the extra `heif`."""
_SIGNS = (
    (0, b"\xff\xd8"), (0, b"\x89PNG\r\n\x1a\n"), (8, b"WEBP"), (0, b"GIF8"), (0, b"II*\0"),
    (0, b"MM\0*"), (0, b"BM"), (8, b"avif"), (8, b"avis"),
)  # fmt: skip
"""How files of these formats begin: one that does and still cannot be opened is damaged."""
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"miaf")
_TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by the value of EXIF Orientation."""
_BROKEN_EXIF = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error)
_ORIENTATION = 0x0112


class NotDecodedError(Exception):
    """A file that is not decoded. Never leaves this package: it becomes a Refusal.

    Attributes:
        reason: A key of `model.REFUSAL_REASONS`.
        raw: What exactly was found.
    """

    def __init__(self, reason: str, raw: str = "") -> None:
        super().__init__(reason, raw)
        self.reason = reason
        self.raw = raw


@cache
def heif_version() -> str | None:
    """Version of the HEIF decoder, which is registered on the way; None without the extra."""
    try:
        import pi_heif
    except ImportError:
        return None
    pi_heif.register_heif_opener(thumbnails=False)
    return str(pi_heif.__version__)


@cache
def _formats() -> list[str]:
    """Those of the formats that this Pillow was built with."""
    Image.init()
    wanted = [*FORMATS, "HEIF"] if heif_version() else FORMATS
    return [name for name in wanted if name in Image.OPEN]


def decoder() -> str:
    """The programs that decode, with versions. Another decoder may give other pixels."""
    import PIL

    parts = [f"Pillow {PIL.__version__}"]
    for name in ("libjpeg_turbo", "zlib", "webp", "avif", "libtiff"):
        version = features.version(name)
        if version:
            parts.append(f"{name} {version}")
    heif = heif_version()
    if heif:
        parts.append(f"pi-heif {heif}")
    return ", ".join(parts)


def strict() -> None:
    """Set what holds for all of Pillow as we need it: other libraries of the process set it, too.

    A picture that ends early is damaged, whatever the library for PDF prefers. Pillow's own guard
    against large pictures would refuse what we allow; ours judges the size before decoding.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None


def open_checked(path: Path, limits: Limits) -> Image.Image:
    """The file opened by its header only: nothing is decoded yet, and its size is allowed.

    Raises:
        NotDecodedError: no regular file, empty, too long, of another format, damaged, or with more
            pixels than allowed.
    """
    try:
        if not path.is_file():
            raise NotDecodedError("not_a_file")
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(32)
    except OSError as error:
        raise NotDecodedError("unreadable", error.strerror or "") from None
    if not size:
        raise NotDecodedError("empty_file")
    if size > limits.max_bytes:
        raise NotDecodedError("too_large", f"{size} bytes")
    strict()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(path, formats=_formats())
    except MemoryError:
        raise
    except UnidentifiedImageError:
        _refuse_unknown(head)
    except Exception as error:  # noqa: BLE001 - a hostile file becomes a refusal, with its reason
        raise NotDecodedError("damaged", _said(error)) from None
    pixels = picture.width * picture.height
    partly = picture.format in {"JPEG", "MPO"}
    if pixels > (limits.max_pixels if partly else min(limits.max_pixels, limits.full_pixels)):
        size_text = f"{picture.width} x {picture.height}"
        picture.close()
        raise NotDecodedError("too_large", size_text)
    return picture


def _refuse_unknown(head: bytes) -> NoReturn:
    if any(head[at : at + len(sign)] == sign for at, sign in _SIGNS):
        raise NotDecodedError("damaged", "the header cannot be read")
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        missing = "HEIF needs the extra heif" if heif_version() is None else "HEIF of another kind"
        raise NotDecodedError("damaged" if heif_version() else "unsupported_container", missing)
    raise NotDecodedError("unsupported_container", head[:16].hex())


def _said(error: BaseException) -> str:
    """What an exception of the decoder means, in words that do not depend on its version."""
    text = str(error).lower()
    return "truncated" if "truncated" in text else type(error).__name__


def decode(path: Path, limits: Limits, *, side_px: int | None = None) -> tuple[Image.Image, bool]:
    """The picture as the viewer sees it: upright, in RGB, on white where it is transparent.

    Args:
        path: The file. The first frame counts, of animations too.
        limits: What it may cost.
        side_px: If given, a JPEG is decoded at the smallest scale (1, 1/2, 1/4, 1/8) whose longer
            side is at least this long, which is quicker.

    Returns:
        The picture, and True if every pixel was decoded.

    Raises:
        NotDecodedError: see `open_checked`; also if the pixels end early or are damaged.
        MemoryError: the limit of the process was reached.
    """
    with open_checked(path, limits) as picture:
        whole = picture.size
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if side_px is not None:
                    _draft(picture, side_px)
                elif picture.width * picture.height > limits.full_pixels:
                    _draft_below(picture, limits.full_pixels)
                drafted = picture.size != whole
                picture.load()
                turn = _TURNS.get(_orientation(picture))
                plain = _rgb(picture)
        except (MemoryError, NotDecodedError):
            raise
        except Exception as error:  # noqa: BLE001 - a hostile file becomes a refusal
            raise NotDecodedError("damaged", _said(error)) from None
    return (plain if turn is None else plain.transpose(turn)), not drafted


def _draft(picture: Image.Image, side_px: int) -> None:
    """Ask for a smaller decoding whose longer side still has this many pixels."""
    longer = max(picture.size)
    if longer > side_px:
        scale = side_px / longer
        picture.draft("RGB", (int(picture.width * scale), int(picture.height * scale)))


def _draft_below(picture: Image.Image, pixels: int) -> None:
    """Ask for the largest decoding with at most this many pixels (a half, a quarter, an eighth)."""
    width, height = picture.size
    for part in (2, 4, 8):
        if (width // part) * (height // part) <= pixels:
            picture.draft("RGB", (width // part, height // part))
            return


def _orientation(picture: Image.Image) -> int:
    """EXIF Orientation, 1 if there is none or EXIF is broken: that must not cost the picture."""
    try:
        found = picture.getexif().get(_ORIENTATION, 1)
    except _BROKEN_EXIF:
        return 1
    return found if isinstance(found, int) else 1


def _rgb(picture: Image.Image) -> Image.Image:
    """The first frame in RGB, 16 bits scaled to 8, on white where it is transparent."""
    if picture.mode in {"I;16", "I;16B", "I;16L", "I;16N", "I"}:
        # convert() would cut off everything above 255
        wide = picture.convert("I")
        _, high = wide.getextrema()
        divisor = 1 if picture.mode == "I" and high <= 255 else 256  # type: ignore[operator]
        return wide.point(lambda value: value * (1 / divisor)).convert("L").convert("RGB")
    if picture.mode == "F":
        raise NotDecodedError("unsupported_container", "pixels are fractions")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        ground.alpha_composite(layer)
        return ground.convert("RGB")
    return picture.convert("RGB")
