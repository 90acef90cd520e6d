"""Coordinates in links and machine formats: geo: URIs, addresses of maps, ISO 6709.

Which of two numbers is the latitude depends on the service: Yandex, 2GIS and Amap write the
longitude first. Amap and Tencent use the shifted Chinese datum GCJ-02 and Baidu a further shifted
one, up to 0.7 and 1.3 km away; such positions get a radius of that size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.reference.coordinate import (
    METRES_PER_DEGREE,
    Coordinate,
    decimals_of,
    located,
    refused,
)

_N = r"[+-]?\d{1,3}(?:\.\d{1,17})?"
_F = r"[+-]?\d{1,3}\.\d{2,17}"
_COMMA = r"(?:,|%2C|%2c|~|;|\+)"
_GEO = re.compile(
    rf"\bgeo:(?P<lat>{_N}),(?P<lon>{_N})(?:,-?\d{{1,5}}(?:\.\d{{1,9}})?)?(?:;u=(?P<u>\d{{1,6}}))?"
)
_AT = re.compile(rf"@(?P<lat>{_F}),(?P<lon>{_F})(?=[,\s/?&]|$)")
_PLACE = re.compile(rf"!3d(?P<lat>{_F})!4d(?P<lon>{_F})")
_VIEW = re.compile(rf"!2d(?P<lon>{_F})!3d(?P<lat>{_F})")
_QUERY = re.compile(
    r"[?&#/](?:q|ll|sll|query|center|daddr|saddr|destination|origin|cbll|viewpoint|point|loc|"
    r"location|cp|latlng|latlon|coords?|position|pt|m|markers?|dir|place|search|geo)"
    rf"[=/](?:loc:|coord:|geo:|-?\d{{1,3}}/)?(?P<a>{_F}){_COMMA}(?P<b>{_F})(?![\d.])"
)
_MAP = re.compile(rf"#?map=\d{{1,2}}(?:\.\d{{1,3}})?/(?P<lat>{_F})/(?P<lon>{_F})")
_PAIR = re.compile(
    rf"[?&#](?:m?lat|latitude)=(?P<lat>{_F})&(?:amp;)?(?:m?lon|lng|long|longitude)=(?P<lon>{_F})"
)
_ISO6709 = re.compile(
    r"(?<![\d.])(?P<lat>[+-](?:\d{2}|\d{4}|\d{6})(?:\.\d{1,8})?)"
    r"(?P<lon>[+-](?:\d{3}|\d{5}|\d{7})(?:\.\d{1,8})?)(?:[+-]\d{1,5}(?:\.\d{1,3})?)?(?:CRSWGS_84)?/"
)
_HOST = re.compile(r"(?:https?://)?([\w.-]{3,60})")
_LON_FIRST = re.compile(r"yandex|2gis|amap|gaode|autonavi")
_SHIFTED = (
    (re.compile(r"amap|gaode|autonavi|map\.qq|google\.cn"), 700),
    (re.compile(r"baidu"), 1300),
)


def find(text: str) -> Iterator[Coordinate]:
    """Every pair in a link or machine format, pattern by pattern."""
    for match in _GEO.finditer(text):
        accuracy = float(match["u"]) if match["u"] else 0.0
        yield _read(match, match["lat"], match["lon"], accuracy)
    for pattern in (_AT, _PLACE, _VIEW, _MAP, _PAIR):
        for match in pattern.finditer(text):
            yield _read(match, match["lat"], match["lon"], _shift(_host(text, match.start())))
    for match in _QUERY.finditer(text):
        host = _host(text, match.start())
        a, b = match["a"], match["b"]
        lat, lon = (b, a) if _LON_FIRST.search(host) else (a, b)
        yield _read(match, lat, lon, _shift(host))
    for match in _ISO6709.finditer(text):
        yield _iso(match)


def _host(text: str, start: int) -> str:
    """The link before a place in a text, up to the last space."""
    window = text[max(0, start - 200) : start]
    return window[max(window.rfind(" "), window.rfind("\n")) + 1 :].casefold()


def _shift(host: str) -> int:
    """Metres by which a service shifts its coordinates."""
    return next((metres for pattern, metres in _SHIFTED if pattern.search(host)), 0)


def _read(match: re.Match[str], lat: str, lon: str, at_least_m: float) -> Coordinate:
    unit = 10.0 ** -decimals_of(lat, lon)
    return located(match, float(lat), float(lon), max(at_least_m, unit * METRES_PER_DEGREE))


def _iso(match: re.Match[str]) -> Coordinate:
    """ISO 6709: degrees, degrees and minutes, or with seconds, told apart by the digits."""
    values, units = [], []
    for name, width in (("lat", 2), ("lon", 3)):
        sign, number = match[name][0], match[name][1:]
        whole, _, rest = number.partition(".")
        parts = [whole[:width], whole[width : width + 2], whole[width + 2 :]]
        given = [part for part in parts if part]
        value = 0.0
        for place, part in enumerate(given):
            last = place == len(given) - 1
            amount = float(f"{part}.{rest}" if last and rest else part)
            if place and amount >= 60:
                return refused(match, "out_of_range")
            value += amount / 60**place
        values.append(-value if sign == "-" else value)
        units.append((len(given), len(rest)))
    if units[0][0] != units[1][0]:
        return refused(match, "ambiguous")
    size = 60.0 ** (1 - units[0][0]) * 10.0 ** -min(unit[1] for unit in units)
    return located(match, values[0], values[1], size * METRES_PER_DEGREE)
