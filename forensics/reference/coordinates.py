"""Coordinates written in text, read strictly: what could mean two points is refused.

geopy reads `33 21 27 N, 120 9 26 E` as 9 N 26 E and wraps `33N 200E` to 160 W. So patterns of our
own read first, and geopy has to find the same point, or the text is refused.

Accepted here, in any order of the two: decimal pairs with at least four decimals (`33.3575,
120.1573`; three with a word such as GPS before them), pairs with hemispheres before or after (a
letter, or words in the languages of `coordinate_words`), with minutes and seconds marked by signs,
words, spaces or hyphens or run together (`332127N 1200926E`), and latitude and longitude by name.
Links and ISO 6709 stand in `coordinate_links`, grids and plus codes in `coordinate_grids`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.reference import coordinate_grids, coordinate_links
from forensics.reference.coordinate import (
    COORDINATE_REFUSALS,
    METRES_PER_DEGREE,
    Coordinate,
    CoordinateRefusal,
    decimals_of,
    located,
    refused,
)
from forensics.reference.coordinate_words import (
    AFTER,
    AND,
    BEFORE,
    DEGREE,
    HAN_NUMBER,
    LATITUDE,
    LONGITUDE,
    MINUTE,
    SECOND,
    arabic_number,
    hemisphere,
)

__all__ = ["COORDINATE_REFUSALS", "Coordinate", "CoordinateRefusal", "find_coordinates"]

_ANY_AFTER, _ANY_BEFORE = "|".join(AFTER.values()), "|".join(BEFORE.values())
_GAP = rf"(?:[\s,;，、；/|]{{1,4}}|{AND})"
_START, _END = r"(?<![A-Za-z0-9_.+°′″-])", r"(?![A-Za-z0-9_°′″]|\.\d)"


def _angle(p: str, number: str = r"\d{1,3}(?:\.\d{1,10})?", rest: str = r"\d{1,2}") -> str:
    """An angle whose groups begin with `p`: degrees, perhaps marked, with minutes and seconds."""
    minutes = rf"\s?(?P<{p}m>{rest}(?:\.\d{{1,10}})?)\s?{MINUTE}"
    seconds = rf"\s?(?P<{p}s>{rest}(?:\.\d{{1,8}})?)\s?{SECOND}"
    return rf"(?P<{p}d>{number})(?:\s?(?P<{p}mark>{DEGREE})(?:{minutes}(?:{seconds})?)?)?"


_TRAILING = re.compile(
    rf"{_START}{_angle('a')}\s?(?P<ah>{_ANY_AFTER})(?:{_GAP}|(?=\d)){_angle('b')}\s?"
    rf"(?P<bh>{_ANY_AFTER}){_END}"
)
_LEADING = re.compile(
    rf"(?<![A-Za-z0-9_.])(?P<ah>{_ANY_BEFORE})[:：]?\s?{_angle('a')}(?:{_GAP}|(?=[NSEW东西東北南])|和){{1,2}}"
    rf"(?P<bh>{_ANY_BEFORE})[:：]?\s?{_angle('b')}{_END}"
)
_HAN_WORDS = re.compile(
    rf"(?P<ah>[北南][纬緯]|[东東西][经經]){_angle('a', HAN_NUMBER, HAN_NUMBER)}"
    rf"(?:{_GAP}|和){{0,2}}"
    rf"(?P<bh>[北南][纬緯]|[东東西][经經]){_angle('b', HAN_NUMBER, HAN_NUMBER)}"
)
_NAMED = re.compile(
    rf"(?P<an>{LATITUDE}|{LONGITUDE})[\s:：=]{{0,3}}(?P<asign>[+-]?){_angle('a')}"
    rf"(?:{_GAP}){{1,2}}(?P<bn>{LATITUDE}|{LONGITUDE})[\s:：=]{{0,3}}(?P<bsign>[+-]?){_angle('b')}{_END}"
)
_SPACED = re.compile(  # three bare numbers and a letter, twice: the form that geopy misreads
    r"(?<![A-Za-z0-9_.,+-])(?<!\d[ -])(?P<ad>\d{1,3})[ -](?P<am>\d{1,2}(?:\.\d{1,6})?)"
    r"(?:[ -](?P<as>\d{1,2}(?:\.\d{1,4})?))? ?(?P<ah>[NSEW])[\s,;/]{1,3}"
    r"(?P<bd>\d{1,3})[ -](?P<bm>\d{1,2}(?:\.\d{1,6})?)(?:[ -](?P<bs>\d{1,2}(?:\.\d{1,4})?))? ?"
    r"(?P<bh>[NSEW])(?![A-Za-z0-9])"
)
_JOINED = re.compile(
    r"(?<![A-Za-z0-9_.+-])(?P<ad>\d{2})(?P<am>\d{2})(?P<as>\d{2}(?:\.\d{1,2})?)?(?P<ah>[NS])[\s,/]{0,2}"
    r"(?P<bd>\d{3})(?P<bm>\d{2})(?P<bs>\d{2}(?:\.\d{1,2})?)?(?P<bh>[EW])(?![A-Za-z0-9])"
)
_DECIMAL = re.compile(
    r"(?<![A-Za-z0-9_.,+-])(?P<lat>[+-]?\d{1,3}\.\d{3,15})(?:\s?[,，]\s?|\s{1,2})"
    r"(?P<lon>[+-]?\d{1,3}\.\d{3,15})(?![A-Za-z0-9_°′″%]|\.\d|\s?[,，]\s?[+-]?\d{1,4}\.\d{3})"
)
_CUE = re.compile(
    r"(?:GPS|坐标|座標|经纬度|經緯度|位置|定位|co-?ordinates?|lat(?:itude)?|location|geo|@|ll=|q=|"
    r"координат\w{0,2}|геометка|مختصات|موقعیت|निर्देशांक|tọa độ|koordinat\w{0,3})[^\d\n]{0,12}$",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥￥₽₹%]|价|汇率|元|美金|涨|跌|比分|price|rate|usd|eur|rmb|cny|score|points|курс|цена|руб|"
    r"نرخ|قیمت|दर\b|कीमत|tỷ giá|\bkur\b",
    re.IGNORECASE,
)
"""Words that make two decimal numbers a price or a rate."""
_LIST = re.compile(r"\d\s?[,，]\s?$")
"""The end of a number before a pair: a list of more than two."""


def find_coordinates(text: str) -> Iterator[Coordinate]:
    """Every pair of coordinates in a text, in order of their start, without overlaps.

    Where two notations fit the same text, the more explicit one is taken.

    Args:
        text: Any text; digits of other scripts and full-width signs have to be folded before.
    """
    hits = [*coordinate_links.find(text)]
    for pattern in (_NAMED, _HAN_WORDS, _LEADING, _TRAILING, _SPACED, _JOINED):
        hits += map(_read_angles, pattern.finditer(text))
    hits += coordinate_grids.find(text)
    hits += filter(None, (_read_decimal(match, text) for match in _DECIMAL.finditer(text)))
    # Earlier patterns are more explicit, so they claim their stretch; sorted by start, only
    # neighbours can overlap, which keeps this linear.
    order = sorted(range(len(hits)), key=lambda n: (hits[n].start, n, -hits[n].end))
    last: Coordinate | None = None
    best = -1
    for number in order:
        hit = hits[number]
        if last is not None and hit.start < last.end:
            if number < best:
                last, best = hit, number
            continue
        if last is not None:
            yield last
        last, best = hit, number
    if last is not None:
        yield last


def _read_angles(match: re.Match[str]) -> Coordinate:
    """Read a pair with hemispheres, or with the names latitude and longitude."""
    groups = match.groupdict()
    named = "an" in groups
    if named:
        first, second = (_named(groups[f"{p}n"], groups[f"{p}sign"]) for p in "ab")
    else:
        first, second = (hemisphere(groups[f"{p}h"]) for p in "ab")
    if (first in "NS") == (second in "NS"):
        return refused(match, "ambiguous")
    angles = {first: _degrees(groups, "a"), second: _degrees(groups, "b")}
    lat_letter, lon_letter = (first, second) if first in "NS" else (second, first)
    (lat, lat_unit), (lon, lon_unit) = angles[lat_letter], angles[lon_letter]
    if lat is None or lon is None or lat > 90 or lon > 180:
        return refused(match, "out_of_range")
    if _coarse(groups, named):
        return refused(match, "too_coarse")
    if _uneven(groups):
        return refused(match, "ambiguous")
    lat, lon = (-lat if lat_letter == "S" else lat), (-lon if lon_letter == "W" else lon)
    order = ("a", "b") if first in "NS" else ("b", "a")
    letters = {"a": first, "b": second}
    plain = ", ".join(_for_geopy(groups, p, letters[p]) for p in order)
    if lat and lon and not _geopy_agrees(plain, lat, lon):
        return refused(match, "readers_disagree")
    return located(match, lat, lon, max(lat_unit, lon_unit) * METRES_PER_DEGREE)


def _named(name: str, sign: str) -> str:
    """Hemisphere of an angle that is called latitude or longitude."""
    latitude = re.fullmatch(LATITUDE, name) is not None
    if sign == "-":
        return "S" if latitude else "W"
    return "N" if latitude else "E"


def _coarse(groups: dict[str, str | None], named: bool) -> bool:
    """True for whole degrees without a mark, unless minutes follow or words say what they are."""
    if groups.get("ah") and len(str(groups["ah"])) > 1 and not named:
        return False
    return any(
        groups.get(f"{p}m") is None
        and groups.get(f"{p}mark") is None
        and "." not in str(groups[f"{p}d"])
        for p in "ab"
    )


def _uneven(groups: dict[str, str | None]) -> bool:
    """True if seconds stand on one side only and no marks say which number is what."""
    return "amark" not in groups and (groups["as"] is None) != (groups["bs"] is None)


def _degrees(groups: dict[str, str | None], prefix: str) -> tuple[float | None, float]:
    """Value in degrees and size of the last written unit in degrees; None if impossible."""
    parts = [groups[prefix + part] for part in ("d", "m", "s")]
    degrees, minutes, seconds = (arabic_number(part) if part else None for part in parts)
    if degrees is None or (minutes is not None and "." in degrees):
        return None, 1.0
    if seconds is not None and "." in str(minutes):
        return None, 1.0
    m, s = float(minutes or 0), float(seconds or 0)
    if m >= 60 or s >= 60:
        return None, 1.0
    written, size = (
        (seconds, 1 / 3600) if seconds else (minutes, 1 / 60) if minutes else (degrees, 1.0)
    )
    return float(degrees) + m / 60 + s / 3600, size / 10 ** decimals_of(written)


def _for_geopy(groups: dict[str, str | None], prefix: str, letter: str) -> str:
    """One angle in the notation geopy documents, with the signs as they were written."""
    degrees, minutes, seconds = (groups[prefix + part] for part in ("d", "m", "s"))
    text = arabic_number(str(degrees))
    if minutes is not None:
        text += f"° {arabic_number(minutes)}′"
        if seconds is not None:
            text += f" {arabic_number(seconds)}″"
    return f"{text} {letter}"


def _read_decimal(match: re.Match[str], text: str) -> Coordinate | None:
    """Read two bare decimal numbers; None if they look like anything else."""
    cued = _CUE.search(text[max(0, match.start() - 24) : match.start()]) is not None
    decimals = decimals_of(match["lat"], match["lon"])
    if not cued:
        around = text[max(0, match.start() - 24) : match.end() + 12]
        listed = _LIST.search(text[max(0, match.start() - 4) : match.start()])
        paired = any(comma in match.group() for comma in ",，")
        if decimals < 4 or not paired or listed or _MONEY.search(around):
            return None
    lat, lon = float(match["lat"]), float(match["lon"])
    if abs(lat) > 90 >= abs(lon):
        return refused(match, "ambiguous")  # longitude first, or not a position at all
    if abs(lat) > 90 or abs(lon) > 180:
        return refused(match, "out_of_range") if cued else None
    if lat and lon and not _geopy_agrees(f"{match['lat']}, {match['lon']}", lat, lon):
        return refused(match, "readers_disagree")
    return located(match, lat, lon, 10.0**-decimals * METRES_PER_DEGREE)


def _geopy_agrees(plain: str, lat: float, lon: float) -> bool:
    """True if geopy finds the same point to a millionth of a degree."""
    from geopy import Point

    try:
        point = Point.from_string(plain)
    except ValueError:
        return False
    return bool(abs(point.latitude - lat) < 1e-6 and abs(point.longitude - lon) < 1e-6)
