"""The quality setting behind a JPEG's quantisation tables, where it is exactly a common one."""

from __future__ import annotations

from functools import cache

_LUMA = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
    26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
    56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
    95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip
"""Table K.1 of the JPEG standard, in the order in which a file stores it."""


def quality(dqt: bytes) -> int | None:
    """1 to 100 if the luma table is exactly that of the common library at that setting.

    Args:
        dqt: Bodies of the DQT segments, one behind the other.

    Returns:
        The setting; None for tables of a camera's or an editor's own. Many programs and platforms
        share these tables: equal settings alone tie nothing together.
    """
    if len(dqt) < 65 or dqt[0] != 0:
        return None
    return _tables().get(bytes(dqt[1:65]))


@cache
def _tables() -> dict[bytes, int]:
    out: dict[bytes, int] = {}
    for setting in range(100, 0, -1):
        scale = 5000 // setting if setting < 50 else 200 - 2 * setting
        out[bytes(min(max((base * scale + 50) // 100, 1), 255) for base in _LUMA)] = setting
    return out
