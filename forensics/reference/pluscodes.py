"""Plus codes (open location codes): a full code names a cell, a short one needs a place beside it.

Format: https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md
"""

from __future__ import annotations

SIGNS = "23456789CFGHJMPQRVWX"
"""The twenty digits: no vowels, so that no words arise."""


def decode(code: str) -> tuple[float, float, float] | None:
    """Middle of the cell and its height, in degrees; None if it is no full code.

    Args:
        code: Eight signs, a plus sign and at least two more.
    """
    head, _, tail = code.partition("+")
    if len(head) != 8 or not 2 <= len(tail) <= 7 or any(c not in SIGNS for c in head + tail):
        return None
    lat, lon, size = 0.0, 0.0, 20.0
    signs = head + tail[:2]
    for place in range(0, 10, 2):
        lat += SIGNS.index(signs[place]) * size
        lon += SIGNS.index(signs[place + 1]) * size
        size /= 20
    height = width = size * 20
    for sign in tail[2:]:
        height, width = height / 5, width / 4
        lat += SIGNS.index(sign) // 4 * height
        lon += SIGNS.index(sign) % 4 * width
    lat, lon = lat + height / 2 - 90, lon + width / 2 - 180
    return (lat, lon, height) if lat < 90 and lon < 180 else None
