"""Coordinates written in text, read strictly: what could mean two points is refused.

geopy reads `33 21 27 N, 120 9 26 E` as 9 N 26 E and wraps `33N 200E` to 160 W. So patterns of our
own read first, and geopy has to find the same point, or the text is refused.

Accepted: decimal pairs with at least four decimals (`33.3575, 120.1573`; three with a word such as
GPS before them), pairs with hemisphere letters before or after, degrees with minutes and seconds
marked by ° ′ ″ (or ' and "), and 北纬 … 东经 … with 度 分 秒, in either order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from forensics.model import Position

CoordinateRefusal = Literal[
    "out_of_range", "too_coarse", "ambiguous", "null_island", "readers_disagree"
]
COORDINATE_REFUSALS: Mapping[CoordinateRefusal, str] = {
    "out_of_range": "a latitude beyond 90 or a longitude beyond 180 degrees",
    "too_coarse": "whole degrees without marks, or too few decimals",
    "ambiguous": "which number is the latitude, or where one ends, is not clear",
    "null_island": "exactly 0, 0",
    "readers_disagree": "two independent readers find different points",
}
"""Closed list of reasons, each with its sentence."""

_DEGREE, _MINUTE, _SECOND = "[°º˚度]", "['′’‘分]", "(?:[\"″”“秒]|''|′′)"
_NUMBER = r"\d{1,3}(?:\.\d{1,10})?"
_ANGLE = (
    rf"(?P<{{p}}d>{_NUMBER})(?:\s?(?P<{{p}}mark>{_DEGREE})"
    rf"(?:\s?(?P<{{p}}m>\d{{{{1,2}}}}(?:\.\d{{{{1,10}}}})?)\s?{_MINUTE}"
    rf"(?:\s?(?P<{{p}}s>\d{{{{1,2}}}}(?:\.\d{{{{1,8}}}})?)\s?{_SECOND})?)?)?"
)


def _angle(prefix: str) -> str:
    return _ANGLE.replace("{p}", prefix).replace("{{", "{").replace("}}", "}")


_GAP = r"[\s,;，、；/|]{1,4}"
_BEFORE, _AFTER = r"(?<![A-Za-z0-9_.+°′″-])", r"(?![A-Za-z0-9_°′″]|\.\d)"
_TRAILING = re.compile(
    rf"{_BEFORE}{_angle('a')}\s?(?P<ah>[NSEW])(?:{_GAP}|(?=\d)){_angle('b')}\s?"
    rf"(?P<bh>[NSEW]){_AFTER}"
)
_LEADING = re.compile(
    rf"(?<![A-Za-z0-9_.])(?P<ah>[NSEW])[:：]?\s?{_angle('a')}(?:{_GAP}|(?=[NSEW]))"
    rf"(?P<bh>[NSEW])[:：]?\s?{_angle('b')}{_AFTER}"
)
_HAN = re.compile(
    rf"(?P<ah>北纬|南纬|东经|西经|北緯|南緯|東經|西經)[:：]?\s?{_angle('a')}"
    rf"(?:{_GAP}|和|(?=[东西東北南])){{0,2}}"
    rf"(?P<bh>北纬|南纬|东经|西经|北緯|南緯|東經|西經)[:：]?\s?{_angle('b')}"
)
_DECIMAL = re.compile(
    r"(?<![A-Za-z0-9_.,+-])(?P<lat>[+-]?\d{1,3}\.\d{3,10})(?:\s?[,，]\s?|\s{1,2})"
    r"(?P<lon>[+-]?\d{1,3}\.\d{3,10})(?![A-Za-z0-9_°′″%]|\.\d|\s?[,，]\s?[+-]?\d{1,4}\.\d{3})"
)
_SPACED = re.compile(  # the form that geopy misreads: three bare numbers and a letter, twice
    rf"{_BEFORE}\d{{1,3}} \d{{1,2}} \d{{1,2}}(?:\.\d{{1,4}})? ?[NS]{_GAP}"
    r"\d{1,3} \d{1,2} \d{1,2}(?:\.\d{1,4})? ?[EW]"
)
_CUE = re.compile(
    r"(?:GPS|坐标|座標|经纬度|經緯度|位置|定位|co-?ordinates?|lat(?:itude)?|location|geo|@|ll=|q=)"
    r"[^\d\n]{0,12}$",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥￥%]|价|汇率|元|美金|涨|跌|比分|price|rate|usd|eur|rmb|cny|score", re.IGNORECASE
)
"""Words that make two decimal numbers a price or a rate."""
_LIST = re.compile(r"\d\s?[,，]\s?$")
"""The end of a number before a pair: a list of more than two."""
_WORDS = {
    "北纬": "N", "北緯": "N", "南纬": "S", "南緯": "S",
    "东经": "E", "東經": "E", "西经": "W", "西經": "W",
}  # fmt: skip
_METRES_PER_DEGREE = 111_320


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One pair of coordinates in a text: a position, or why it was refused."""

    start: int
    end: int
    raw: str
    position: Position | None
    refusal: CoordinateRefusal | None


def find_coordinates(text: str) -> Iterator[Coordinate]:
    """Every pair of coordinates in a text, in order of their start, without overlaps.

    Args:
        text: Any text; full-width digits and signs have to be folded (NFKC) before.
    """
    hits: list[Coordinate] = []
    for pattern in (_HAN, _LEADING, _TRAILING):
        hits += map(_read_angles, pattern.finditer(text))
    hits += [_refused(match, "ambiguous") for match in _SPACED.finditer(text)]
    for match in _DECIMAL.finditer(text):
        found = _read_decimal(match, text)
        if found is not None:
            hits.append(found)
    last = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.start >= last:
            last = hit.end
            yield hit


def _refused(match: re.Match[str], reason: CoordinateRefusal) -> Coordinate:
    return Coordinate(match.start(), match.end(), match.group(), None, reason)


def _read_angles(match: re.Match[str]) -> Coordinate:
    """Read a pair with hemispheres."""
    first = _WORDS.get(match["ah"], match["ah"])
    second = _WORDS.get(match["bh"], match["bh"])
    if (first in "NS") == (second in "NS"):
        return _refused(match, "ambiguous")
    parts = {first: _degrees(match, "a"), second: _degrees(match, "b")}
    lat_letter, lon_letter = (first, second) if first in "NS" else (second, first)
    (lat, lat_unit), (lon, lon_unit) = parts[lat_letter], parts[lon_letter]
    if lat is None or lon is None or lat > 90 or lon > 180:
        return _refused(match, "out_of_range")
    coarse = (
        any(match[f"{p}mark"] is None and "." not in match[f"{p}d"] for p in ("a", "b"))
        and match["ah"] not in _WORDS
    )
    if coarse:
        return _refused(match, "too_coarse")
    if lat == lon == 0:
        return _refused(match, "null_island")
    lat, lon = (-lat if lat_letter == "S" else lat), (-lon if lon_letter == "W" else lon)
    order = ("a", "b") if first in "NS" else ("b", "a")
    plain = ", ".join(_for_geopy(match, p) for p in order)
    if not _geopy_agrees(plain, lat, lon):
        return _refused(match, "readers_disagree")
    unit = max(lat_unit, lon_unit)
    return Coordinate(
        match.start(), match.end(), match.group(), _position(match, lat, lon, unit), None
    )


def _degrees(match: re.Match[str], prefix: str) -> tuple[float | None, float]:
    """Value in degrees and size of the last written unit in degrees; None if impossible."""
    degrees, minutes, seconds = (match[prefix + part] for part in ("d", "m", "s"))
    if (minutes is not None and "." in degrees) or (seconds is not None and "." in minutes):
        return None, 1.0
    m, s = float(minutes or 0), float(seconds or 0)
    if m >= 60 or s >= 60:
        return None, 1.0
    written, size = (
        (seconds, 1 / 3600) if seconds else (minutes, 1 / 60) if minutes else (degrees, 1.0)
    )
    decimals = len(written.partition(".")[2])
    return float(degrees) + m / 60 + s / 3600, size / 10**decimals


def _for_geopy(match: re.Match[str], prefix: str) -> str:
    """One angle in the notation geopy documents, with the signs as they were written."""
    letter = _WORDS.get(match[f"{prefix}h"], match[f"{prefix}h"])
    text = match[f"{prefix}d"]
    if match[f"{prefix}m"] is not None:
        text += f"° {match[f'{prefix}m']}′"
        if match[f"{prefix}s"] is not None:
            text += f" {match[f'{prefix}s']}″"
    return f"{text} {letter}"


def _read_decimal(match: re.Match[str], text: str) -> Coordinate | None:
    """Read two bare decimal numbers; None if they look like anything else."""
    cued = _CUE.search(text[max(0, match.start() - 24) : match.start()]) is not None
    decimals = min(len(match[p].partition(".")[2]) for p in ("lat", "lon"))
    if not cued:
        around = text[max(0, match.start() - 24) : match.end() + 12]
        listed = _LIST.search(text[max(0, match.start() - 4) : match.start()])
        paired = any(comma in match.group() for comma in ",，")
        if decimals < 4 or not paired or listed or _MONEY.search(around):
            return None
    lat, lon = float(match["lat"]), float(match["lon"])
    refusal: CoordinateRefusal | None = None
    if abs(lat) > 90 >= abs(lon):
        refusal = "ambiguous"  # longitude first, or not a position at all
    elif abs(lat) > 90 or abs(lon) > 180:
        refusal = "out_of_range"
    elif lat == lon == 0:
        refusal = "null_island"
    elif not _geopy_agrees(f"{match['lat']}, {match['lon']}", lat, lon):
        refusal = "readers_disagree"
    if refusal == "out_of_range" and not cued:
        return None
    if refusal is not None:
        return _refused(match, refusal)
    position = _position(match, lat, lon, 10.0**-decimals)
    return Coordinate(match.start(), match.end(), match.group(), position, None)


def _geopy_agrees(plain: str, lat: float, lon: float) -> bool:
    """True if geopy finds the same point to a millionth of a degree."""
    from geopy import Point

    try:
        point = Point.from_string(plain)
    except ValueError:
        return False
    return bool(abs(point.latitude - lat) < 1e-6 and abs(point.longitude - lon) < 1e-6)


def _position(match: re.Match[str], lat: float, lon: float, unit_deg: float) -> Position:
    """A position whose radius is the last written unit, at least ten metres."""
    return Position(
        lat_udeg=round(lat * 1_000_000),
        lon_udeg=round(lon * 1_000_000),
        radius_m=max(10, round(unit_deg * _METRES_PER_DEGREE)),
        basis="text",
        raw=match.group()[:200],
    )
