"""How well each place explains the sun that was seen: over the gazetteer, or over any points.

p = mean over the moments that are possible of exp(-z²/2), plus a floor of 1e-4 for measurements
that are wrong altogether; shots of one scene multiply. Times of an unknown local clock are taken
in each place's own offset on that date.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forensics import clock
from forensics.clues.sun.position import TURN_DEG_S, subsolar
from forensics.model import SunLikelihood, SunShot, SunSighting

if TYPE_CHECKING:
    from forensics.reference.places import Gazetteer

FloatArray = NDArray[np.float64]
SmallArray = NDArray[np.float32]
IntArray = NDArray[np.intp]

FLOOR = 1e-4
"""Likelihood of a sighting that was misread altogether, against a perfect fit."""
REACH = 6.0
"""Standard errors beyond which a fit counts as none."""
DAY_S = 86_400
FINEST_STEPS, MOST_STEPS = 3, 721
_DECLINATION_A_DAY = 0.41
"""Degrees by which the declination moves at most in a day."""
_LONGEST_STEP_DAYS = 7
_LATITUDES = np.linspace(-90, 90, 1801)


@dataclass(frozen=True, eq=False)
class Points:
    """Points of the Earth with the zone of each."""

    up: SmallArray
    """(3, points) unit vectors: what stands overhead."""
    east: SmallArray
    """(2, points) first two parts of the vectors to the east; the third is 0."""
    lat: FloatArray
    zones: tuple[str, ...]
    zone_of: IntArray
    """(points) index into `zones`."""

    @classmethod
    def of(
        cls, lat: FloatArray, lon: FloatArray, zones: Sequence[str], zone_of: IntArray
    ) -> Points:
        """Points at these degrees."""
        phi, lam = np.radians(lat), np.radians(lon)
        up = np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
        east = np.stack([-np.sin(lam), np.cos(lam)])
        return cls(
            up.astype(np.float32), east.astype(np.float32), np.asarray(lat), tuple(zones), zone_of
        )

    def __len__(self) -> int:
        """Number of points."""
        return len(self.lat)

    def only(self, index: IntArray) -> Points:
        """Some of the points."""
        return Points(
            self.up[:, index],
            self.east[:, index],
            self.lat[index],
            self.zones,
            self.zone_of[index],
        )


@lru_cache(maxsize=4)
def gazetteer_points(gazetteer: Gazetteer) -> Points:
    """The places of a gazetteer."""
    zones, index = gazetteer.partition("zone")
    return Points.of(gazetteer.lat, gazetteer.lon, zones, index)


@lru_cache(maxsize=32)
def over_places(likelihood: SunLikelihood, gazetteer: Gazetteer) -> FloatArray:
    """Natural log of the likelihood of every place, up to a constant; kept, and read-only."""
    out = log_likelihood(likelihood, gazetteer_points(gazetteer))
    out.flags.writeable = False
    return out


def log_likelihood(likelihood: SunLikelihood, points: Points) -> FloatArray:
    """Natural log of p(what was seen | there) for every point; at most 0."""
    total = np.zeros(len(points))
    for shots in _together(likelihood):
        total += np.log(_fits(shots, points) + FLOOR)
    return total


def least_error(likelihood: SunLikelihood, points: Points) -> FloatArray:
    """How many standard errors the sun lies off at every point at the best possible moment.

    Of several shots with clocks of their own the worst counts. Beyond `REACH` it is infinite.
    """
    worst = np.zeros(len(points))
    for shots in _together(likelihood):
        best = _fits(shots, points, best=True)
        with np.errstate(divide="ignore"):
            worst = np.maximum(worst, np.sqrt(np.maximum(-2 * np.log(best), 0)))
    return worst


def _together(likelihood: SunLikelihood) -> Iterator[Sequence[SunShot]]:
    """Shots that share the error of one clock; each alone where they do not."""
    if likelihood.one_clock:
        yield likelihood.shots
    else:
        for shot in likelihood.shots:
            yield (shot,)


def _fits(shots: Sequence[SunShot], points: Points, *, best: bool = False) -> FloatArray:
    """Mean (or best) fit of all shots over the possible moments; they share their place in time."""
    if all(shot.to_us - shot.from_us >= DAY_S * 1_000_000 for shot in shots) and len(shots) == 1:
        # Any time of the day is possible: then the longitude does not matter, nor the zone.
        zone = np.zeros(len(_LATITUDES), dtype=np.intp)
        meridian = Points.of(_LATITUDES, np.zeros(len(_LATITUDES)), ("UTC",), zone)
        values = _fits_of_group(shots, meridian, 0, best)
        return np.asarray(np.interp(points.lat, _LATITUDES, values))
    if not any(shot.local for shot in shots):
        return _fits_of_group(shots, points, 0, best)
    out = np.zeros(len(points))
    days = _days(shots)
    for day in days:
        # Clocks are set forward and back within a span of days, so each day has its own offsets.
        shifted = [_on_day(shot, day) for shot in shots]
        for offset_s, index in _offsets(shifted[0], points):
            fits = _fits_of_group(shifted, points.only(index), offset_s, best)
            out[index] = np.maximum(out[index], fits) if best else out[index] + fits / len(days)
    return out


def _on_day(shot: SunShot, day: int) -> SunShot:
    """The shot as of one of its days."""
    moved = day * DAY_S * 1_000_000
    return replace(shot, from_us=shot.from_us + moved, to_us=shot.to_us + moved, days=1)


def _offsets(shot: SunShot, points: Points) -> Iterator[tuple[int, IntArray]]:
    """(seconds east of UTC, points) of every offset that the points keep at that time."""
    middle = (shot.from_us + shot.to_us) // 2_000_000
    by_zone = np.array([local_offset_s(name, middle) for name in points.zones], dtype=np.int64)
    offsets = by_zone[points.zone_of]
    for offset in np.unique(offsets):
        yield int(offset), np.flatnonzero(offsets == offset)


def local_offset_s(zone: str, local_s: int) -> int:
    """Offset of a zone when its wall clock shows a second; in a doubled hour, the later one."""
    guess = clock.offset_s(zone, local_s)
    return clock.offset_s(zone, local_s - guess)


def moments(shots: Sequence[SunShot], offset_s: int, *, ends: bool = False) -> FloatArray:
    """(moments, shots) Unix seconds to average over; rows share one error of the clock.

    Steps are at most as far apart as the sun moves in one standard error of its place, so that the
    mean is that of the whole interval; with `ends` twice as dense and the ends among them.
    """
    sigma = min(_sharpest(shot) for shot in shots)
    widest_s = max(shot.to_us - shot.from_us for shot in shots) / 1e6
    wanted = math.ceil(widest_s * TURN_DEG_S / sigma) if widest_s else 0
    steps = min(max(wanted, FINEST_STEPS), MOST_STEPS) if widest_s else 1
    share = (np.arange(steps) + 0.5) / steps
    if ends and steps > 1:
        share = np.linspace(0, 1, 2 * steps + 1)
    day_s = np.array(_days(shots)) * float(DAY_S)
    columns = []
    for shot in shots:
        start, width = shot.from_us / 1e6, (shot.to_us - shot.from_us) / 1e6
        at = start + width * share - (offset_s if shot.local else 0)
        columns.append((day_s[:, None] + at[None, :]).ravel())
    return np.stack(columns, axis=1)


def _days(shots: Sequence[SunShot]) -> range:
    """Days to average over, counted from the first: between two the declination hardly moves."""
    days = shots[0].days
    sigma = min(_sharpest(shot) for shot in shots)
    stride = min(max(int(0.75 * sigma / _DECLINATION_A_DAY), 1), _LONGEST_STEP_DAYS)
    return range(min(stride // 2, (days - 1) // 2), days, stride)


def _sharpest(shot: SunShot) -> float:
    """Smallest standard error of a shot, in degrees."""
    errors = [
        error
        for one in shot.sightings
        for error in (one.elevation_sigma_mdeg, one.azimuth_sigma_mdeg)
        if error
    ]
    return min(errors) / 1000


def _fits_of_group(
    shots: Sequence[SunShot], points: Points, offset_s: int, best: bool
) -> FloatArray:
    """Mean or best fit of points that keep one offset."""
    times = moments(shots, offset_s, ends=best)
    declination, below = subsolar(times)
    delta, lam = np.radians(declination), np.radians(below)
    suns = np.stack(
        [np.cos(delta) * np.cos(lam), np.cos(delta) * np.sin(lam), np.sin(delta)], axis=-1
    ).astype(np.float32)
    total = np.zeros(len(points))
    for row in suns:
        index, fit = _fit(shots[0], points, row[0])
        for shot, sun in zip(shots[1:], row[1:], strict=True):
            inside, more = _fit(shot, points.only(index), sun)
            index, fit = index[inside], fit[inside] * more
        total[index] = np.maximum(total[index], fit) if best else total[index] + fit
    return total if best else total / len(suns)


def _fit(shot: SunShot, points: Points, sun: SmallArray) -> tuple[IntArray, FloatArray]:
    """(points in reach, how well the sun fits there) at one moment."""
    sine = sun @ points.up
    low, high = band(shot.sightings)
    index = np.flatnonzero((sine >= low) & (sine <= high))
    square = np.zeros(len(index))
    if not len(index):
        return index, square
    up = sine[index].astype(np.float64)
    height = np.degrees(np.arcsin(np.clip(up, -1, 1)))
    azimuth = None
    for seen in shot.sightings:
        if seen.elevation_mdeg is not None:
            square += ((height * 1000 - seen.elevation_mdeg) / seen.elevation_sigma_mdeg) ** 2
        if seen.azimuth_mdeg is not None:
            if azimuth is None:
                azimuth = _azimuth(points, index, up, sun)
            apart = (azimuth - seen.azimuth_mdeg / 1000 + 180) % 360 - 180
            square += (apart * 1000 / seen.azimuth_sigma_mdeg) ** 2
    return index, np.exp(-square / 2)


def band(sightings: Sequence[SunSighting]) -> tuple[float, float]:
    """Sines of the lowest and highest elevation in reach of all; the sun is up at any rate."""
    low, high = -1.0, 90.0
    for seen in sightings:
        if seen.elevation_mdeg is not None:
            reach = REACH * seen.elevation_sigma_mdeg
            low = max(low, (seen.elevation_mdeg - reach) / 1000)
            high = min(high, (seen.elevation_mdeg + reach) / 1000)
    # A little slack for single precision, else nothing is in reach of a sun overhead.
    return math.sin(math.radians(low)) - 1e-6, math.sin(math.radians(high)) + 1e-6


def _azimuth(points: Points, index: IntArray, up: FloatArray, sun: SmallArray) -> FloatArray:
    """Direction of the sun from some points, degrees from north through east."""
    overhead = points.up[:, index].astype(np.float64)
    east = points.east[0, index] * float(sun[0]) + points.east[1, index] * float(sun[1])
    flat = np.maximum(np.hypot(overhead[0], overhead[1]), 1e-9)
    north = (float(sun[2]) - up * overhead[2]) / flat
    return np.asarray(np.degrees(np.arctan2(east, north)))
