"""Grid references in text: UTM with its zone, MGRS, plus codes. Own readers in `grids`.

A letter N or S behind a UTM zone may be the band (S: 32 to 40 degrees north) or the hemisphere:
where both give land, the text is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.reference import grids, pluscodes
from forensics.reference.coordinate import METRES_PER_DEGREE, Coordinate, located, refused

_CUE = re.compile(
    r"MGRS|USNG|UTM|\bgrid\b|坐标|座標|军用|координат|квадрат|сетк|مختصات|निर्देशांक|tọa độ|koordinat|"
    r"位置|定位|location",
    re.IGNORECASE,
)
_MGRS = re.compile(
    r"(?<![A-Za-z0-9.])(?P<zone>\d{1,2})\s?(?P<band>[C-HJ-NP-X])\s?(?P<square>[A-HJ-NP-Z][A-HJ-NP-V])\s?"
    r"(?:(?P<e>\d{2,5})\s(?P<n>\d{2,5})|(?P<all>\d{4,10}))(?![A-Za-z0-9]|[.,]\d)"
)
_UTM = re.compile(
    r"(?<![A-Za-z0-9.])(?P<zone>\d{1,2})\s?(?P<band>[C-HJ-NP-X])[\s,]{1,2}(?:E\s?)?"
    r"(?P<e>\d{6}(?:\.\d{1,3})?)\s?(?P<em>mE|m?\s?E\b)?[\s,;/]{1,3}(?:N\s?)?"
    r"(?P<n>\d{1,7}(?:\.\d{1,3})?)\s?(?P<nm>mN|m?\s?N\b)?(?![A-Za-z0-9])"
)
_PLUS = re.compile(
    rf"(?<![A-Za-z0-9+])(?P<head>[{pluscodes.SIGNS}]{{4,8}})\+(?P<tail>[{pluscodes.SIGNS}]{{2,7}})(?![A-Za-z0-9+])"
)
_CUE_DISTANCE = 24
_PATAGONIA = frozenset({18, 19, 20, 21, 22, 23, 24, 57})
"""Zones with land between 50 and 58 degrees south."""


def find(text: str) -> Iterator[Coordinate]:
    """Every grid reference, pattern by pattern."""
    for match in _UTM.finditer(text):
        if _cued(text, match) or (match["em"] and match["nm"]):
            yield _utm(match)
    for match in _MGRS.finditer(text):
        found = _mgrs(match)
        if found is not None and (found[1] == 10 or _cued(text, match)):
            yield found[0]
    for match in _PLUS.finditer(text):
        found_plus = _plus(match)
        if found_plus is not None:
            yield found_plus


def _cued(text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    around = text[max(0, start - _CUE_DISTANCE) : start] + " " + text[end : end + _CUE_DISTANCE]
    return _CUE.search(around) is not None


def _utm(match: re.Match[str]) -> Coordinate:
    zone, band = int(match["zone"]), match["band"]
    east, northing = float(match["e"]), float(match["n"])
    if not 1 <= zone <= 60 or not 100_000 <= east < 900_000 or northing > 10_000_000:
        return refused(match, "out_of_range")
    north = band >= "N"
    if band == "S":
        in_band = grids.band_of(grids.from_utm(zone, True, east, northing)[0]) == "S"
        if in_band and zone in _PATAGONIA:
            return refused(match, "ambiguous")
        north = in_band
    lat, lon = grids.from_utm(zone, north, east, northing)
    if band not in "NS" and grids.band_of(lat) != band:
        return refused(match, "impossible_cell")
    return located(match, lat, lon, 1)


def _mgrs(match: re.Match[str]) -> tuple[Coordinate, int] | None:
    """The cell and its digits; None if the digits do not come in two equal halves."""
    written = match["all"] or f"{match['e']}{match['n']}"
    if len(written) % 2 or (match["e"] and len(match["e"]) != len(match["n"])):
        return None
    cell = grids.from_mgrs(int(match["zone"]), match["band"], match["square"], written)
    if cell is None:
        return refused(match, "impossible_cell"), len(written)
    return located(match, cell[0], cell[1], cell[2]), len(written)


def _plus(match: re.Match[str]) -> Coordinate | None:
    """A full code; a short one with at least two letters is refused, a sum is left alone."""
    letters = sum(sign.isalpha() for sign in match["head"] + match["tail"])
    if letters == 0 or (len(match["head"]) != 8 and letters < 2):
        return None
    if len(match["head"]) != 8:
        return refused(match, "needs_reference") if len(match["head"]) % 2 == 0 else None
    cell = pluscodes.decode(match.group())
    if cell is None:
        return refused(match, "out_of_range")
    return located(match, cell[0], cell[1], cell[2] * METRES_PER_DEGREE)
