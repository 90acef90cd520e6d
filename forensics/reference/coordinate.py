"""One pair of coordinates in a text, and why it may be refused. Readers: `coordinates`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from forensics.model import Position

CoordinateRefusal = Literal[
    "out_of_range",
    "too_coarse",
    "ambiguous",
    "null_island",
    "readers_disagree",
    "needs_reference",
    "impossible_cell",
]
COORDINATE_REFUSALS: Mapping[CoordinateRefusal, str] = {
    "out_of_range": "a latitude beyond 90 or a longitude beyond 180 degrees",
    "too_coarse": "whole degrees without marks, or too few decimals",
    "ambiguous": "which number is the latitude, or where one ends, is not clear",
    "null_island": "exactly 0, 0",
    "readers_disagree": "two independent readers find different points",
    "needs_reference": "a short plus code, which means a point only beside a place",
    "impossible_cell": "a grid square that does not lie in the zone and band written before it",
}
"""Closed list of reasons, each with its sentence."""
METRES_PER_DEGREE = 111_320
LEAST_RADIUS_M = 10
"""No written position is taken for more precise than this."""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One pair of coordinates in a text: a position, or why it was refused."""

    start: int
    end: int
    raw: str
    position: Position | None
    refusal: CoordinateRefusal | None


def refused(match: re.Match[str], reason: CoordinateRefusal) -> Coordinate:
    """The matched text as refused."""
    return Coordinate(match.start(), match.end(), match.group(), None, reason)


def located(match: re.Match[str], lat: float, lon: float, radius_m: float) -> Coordinate:
    """The matched text as a position with that radius, or refused if the point is impossible.

    Args:
        match: The text that was read.
        lat: Degrees north.
        lon: Degrees east.
        radius_m: Metres; the last written unit.
    """
    if abs(lat) > 90 or abs(lon) > 180:
        return refused(match, "out_of_range")
    if lat == lon == 0:
        return refused(match, "null_island")
    position = Position(
        lat_udeg=round(lat * 1_000_000),
        lon_udeg=round(lon * 1_000_000),
        radius_m=max(LEAST_RADIUS_M, round(radius_m)),
        basis="text",
        raw=match.group()[:200],
    )
    return Coordinate(match.start(), match.end(), match.group(), position, None)


def decimals_of(*numbers: str) -> int:
    """The smallest number of decimals among some written numbers."""
    return min(len(number.partition(".")[2]) for number in numbers)
