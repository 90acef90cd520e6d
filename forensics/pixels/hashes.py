"""Hashes of how a picture looks: PDQ (proof), pHash and dHash (candidates).

All are computed from one small RGB picture (no side above 512), and all arithmetic that a bit
depends on is done in integers or in single IEEE operations, so that the same pixels give the same
hash on every machine, whatever linear algebra library is installed.

PDQ follows the published description of its reference implementation (ThreatExchange, "PDQ and
TMK+PDQF"): luma, two passes of box means, 64 x 64 samples, the 16 x 16 lowest frequencies
without the constant one, each bit true above the median. pHash and dHash follow the definitions
of the ImageHash package (32 x 32 discrete cosine transform, and 9 x 8 brightness steps).
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL import Image

PDQ_BITS: Final = 256
_GRID = 64
"""Samples a side."""
_LOW = 16
"""Frequencies a side."""
_SCALE_BITS = 20
"""Fixed point of the cosines: 20 bits, so that a product of 64 of them fits 64 bits."""
_LUMA_BITS = 16

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@cache
def _cosines(first: int, count: int, length: int) -> Ints:
    """Rows `first` ... of the discrete cosine transform (type 2), in fixed point of 20 bits."""
    scale = math.sqrt(2 / length) * (1 << _SCALE_BITS)
    return np.array(
        [
            [
                round(scale * math.cos(math.pi * row * (2 * at + 1) / (2 * length)))
                for at in range(length)
            ]
            for row in range(first, first + count)
        ],
        dtype=np.int64,
    )


def _transform(grid: Ints, cosines: Ints) -> Ints:
    """Low frequencies of a square grid of luma in fixed point, in the same fixed point."""
    rows = (cosines @ grid) >> _SCALE_BITS
    return (rows @ cosines.T) >> _SCALE_BITS


def _box_means(luma: Floats, window: int) -> Floats:
    """Means over a sliding window along the last axis, cut at both ends.

    The window reaches `window - half` to the left and `half - 1` to the right, with
    `half = (window + 2) // 2`, as the reference implementation slides it.
    """
    length = luma.shape[1]
    window = min(window, length)
    half = (window + 2) // 2
    sums = np.zeros((luma.shape[0], length + 1))
    np.cumsum(luma, axis=1, out=sums[:, 1:])
    at = np.arange(length)
    low = np.maximum(at - (window - half), 0)
    high = np.minimum(at + half, length)
    means: Floats = (sums[:, high] - sums[:, low]) / (high - low)
    return means


def _sampled(rgb: npt.NDArray[np.uint8]) -> Ints:
    """64 x 64 luma samples of the smoothed picture, in fixed point of 16 bits."""
    parts = rgb.astype(np.float64)
    luma: Floats = parts[:, :, 0] * 0.299 + parts[:, :, 1] * 0.587 + parts[:, :, 2] * 0.114
    height, width = luma.shape
    across, down = -(-width // (2 * _GRID)), -(-height // (2 * _GRID))
    for _ in range(2):
        luma = _box_means(luma, across)
        luma = np.ascontiguousarray(_box_means(np.ascontiguousarray(luma.T), down).T)
    rows = (2 * np.arange(_GRID) + 1) * height // (2 * _GRID)
    columns = (2 * np.arange(_GRID) + 1) * width // (2 * _GRID)
    return np.rint(luma[np.ix_(rows, columns)] * (1 << _LUMA_BITS)).astype(np.int64)


def _quality(grid: Ints) -> int:
    """How much there is to see, 0 to 100: the sum of all steps between neighbouring samples."""
    steps = np.concatenate(
        [np.abs(np.diff(grid, axis=0)).ravel(), np.abs(np.diff(grid, axis=1)).ravel()]
    )
    return min(int((steps * 100 // (255 << _LUMA_BITS)).sum()) // 90, 100)


def _bits(values: Ints) -> int:
    """One bit a value, set above the lower median; the first value is the lowest bit."""
    flat = values.ravel()
    median = np.sort(flat)[(flat.size - 1) // 2]
    return int.from_bytes(np.packbits(flat > median, bitorder="little").tobytes(), "little")


def pdq(rgb: npt.NDArray[np.uint8]) -> tuple[str, int]:
    """PDQ hash and quality of a picture.

    Args:
        rgb: Picture of shape (height, width, 3), both sides from 1 to about 512. The hash of a
            mirrored picture is that of `rgb[:, ::-1]`: turning the signs of the odd frequencies
            instead would be cheaper and costs up to 20 bits, because samples are not centred.

    Returns:
        64 hex digits, in the notation of the reference implementation, and the quality from 0
        (flat) to 100. Below 50 the hash says nothing.
    """
    grid = _sampled(rgb)
    low = _transform(grid, _cosines(1, _LOW, _GRID))
    return f"{_bits(low):064x}", _quality(grid)


def phash(picture: Image.Image) -> str:
    """pHash: 64 lowest frequencies of 32 x 32 grey samples against their median, 16 hex digits."""
    from PIL import Image

    grey = picture.convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    grid = np.asarray(grey).astype(np.int64) << _LUMA_BITS
    low = _transform(grid, _cosines(0, 8, 32)).ravel()
    ordered = np.sort(low)
    bits = 2 * low > ordered[31] + ordered[32]
    return np.packbits(bits).tobytes().hex()


def dhash(picture: Image.Image) -> str:
    """dHash: whether each of 8 x 8 grey samples is brighter than its left neighbour, 16 digits."""
    from PIL import Image

    grey = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    grid = np.asarray(grey).astype(np.int16)
    return np.packbits(grid[:, 1:] > grid[:, :-1]).tobytes().hex()


def distance(one: str, other: str) -> int:
    """Number of bits in which two hashes of equal length differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
