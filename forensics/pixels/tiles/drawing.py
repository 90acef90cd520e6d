"""One tile, drawn anew: no byte of the file reaches the page as it stood there."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from forensics.pixels.decode import NotDecodedError, strict
from forensics.pixels.tiles.archive import GZIP, MAX_TILE_BYTES, BadTileError, unpacked

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP")
"""What a tile may be, by its bytes; what the file calls it is not asked."""
SIDES_PX = (64, 1024)
"""Least and most length of a side; tiles are square, usually 256 or 512 long."""
WEBP_QUALITY = 85
"""Of pictures whose own encoding lost something; judged."""


def redrawn(data: bytes) -> tuple[str, bytes]:
    """Kind (`webp` or `jpeg`) and bytes of a tile, decoded and encoded again without metadata.

    What was stored without loss stays so, as WebP, which is shorter than PNG. A JPEG keeps its
    tables, so that as little as possible is lost again.

    Raises:
        NotDecodedError: no PNG, JPEG or WebP, not square, too large, or damaged.
        MemoryError: the limit of the process was reached.
    """
    from PIL import Image, UnidentifiedImageError

    data = _plain(data)
    strict()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(picture)
                picture.load()
                return _encoded(picture, lossless=_lossless(data))
    except (MemoryError, NotDecodedError):
        raise
    except UnidentifiedImageError:
        raise NotDecodedError("unsupported_container", data[:16].hex()) from None
    except Exception as error:  # noqa: BLE001 - a hostile tile becomes a refusal, with its reason
        raise NotDecodedError("damaged", type(error).__name__) from None


def _plain(data: bytes) -> bytes:
    """The tile, unpacked if it is packed: some programs pack raster tiles too."""
    if not data:
        raise NotDecodedError("empty_file")
    if not data.startswith(GZIP):
        return data
    try:
        return unpacked(data, MAX_TILE_BYTES)
    except BadTileError as error:
        reason = "too_large" if "more than" in str(error) else "damaged"
        raise NotDecodedError(reason, str(error)) from None


def _check_size(picture: Image.Image) -> None:
    least, most = SIDES_PX
    if picture.width != picture.height or not least <= picture.width <= most:
        raise NotDecodedError("too_large", f"{picture.width} x {picture.height}")


def _lossless(data: bytes) -> bool:
    """True for PNG and for WebP whose pixels are stored without loss."""
    return data.startswith(b"\x89PNG") or b"VP8L" in data[:64]


def _encoded(picture: Image.Image, *, lossless: bool) -> tuple[str, bytes]:
    from PIL import Image

    out = io.BytesIO()
    if picture.format == "JPEG" and picture.mode in {"L", "RGB"}:
        picture.info.clear()  # comments would be written along
        picture.save(out, "JPEG", quality="keep", optimize=True)
        return "jpeg", out.getvalue()
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    if lossless:
        clean.save(out, "WEBP", lossless=True, quality=75, method=2)
    else:
        clean.save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    return "webp", out.getvalue()
