"""A scene: shadows measured in one place, in one picture or several, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forensics.clues.sun.position import KM_PER_DEGREE, horizontal
from forensics.clues.sun.shadow import Fix, Sight, fix
from forensics.clues.sun.when import When
from forensics.errors import ClueError
from forensics.model import SunLikelihood

UNIFORM_SIGMA = 12**-0.5
"""Standard error of a moment that may be anywhere in an interval, against its width."""
RULED_OUT_SIGMA = 3.0
"""Beyond this a place is ruled out, if measurement and time hold: 1 in 400 by chance."""
STRAINED_SIGMA = 2.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: when it was taken, and the shadows measured in it."""

    when: When
    sights: tuple[Sight, ...]
    what: tuple[str, ...] = ()
    """What cast each shadow, for the reader."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Shots of one place."""

    name: str
    shots: tuple[Shot, ...]
    one_clock: bool = False
    """True if one clock, with one unknown error, gave the times of all shots."""

    def __post_init__(self) -> None:
        """Refuse scenes that say nothing, and clocks that cannot share an error."""
        if not self.shots or not all(shot.sights for shot in self.shots):
            raise ClueError("no shadow was measured", where=self.name)
        widths = {(s.when.to_us - s.when.from_us, s.when.days, s.when.local) for s in self.shots}
        if self.one_clock and len(widths) > 1:
            raise ClueError(
                "shots of one clock need times that are known equally well",
                where=self.name,
                todo="give all the same time error, or leave out same_clock",
            )

    @property
    def likelihood(self) -> SunLikelihood:
        """The scene in integers, as a clue carries it."""
        shots = tuple(
            shot.when.shot(tuple(one.sighting() for one in shot.sights)) for shot in self.shots
        )
        return SunLikelihood(shots, self.one_clock and len(shots) > 1)


def fixes(shot: Shot) -> tuple[Fix, ...]:
    """The 0 to 2 points of every sight with height and direction, at the middle of its interval.

    Only where the time is one of UTC, on a known day, to within half a day; else empty.
    """
    when = shot.when
    if not when.placed:
        return ()
    width_s = (when.to_us - when.from_us) / 1e6
    return tuple(
        found
        for one in shot.sights
        if one.elevation is not None and one.azimuth is not None
        for found in fix(
            when.middle_s,
            one.elevation,
            one.azimuth,
            elevation_sigma=one.elevation_sigma,
            azimuth_sigma=one.azimuth_sigma,
            time_sigma_s=width_s * UNIFORM_SIGMA,
        )
    )


def radius_km(elevation: float) -> float:
    """Radius, along the ground, of the circle on which the sun stands that high."""
    return (90 - elevation) * KM_PER_DEGREE


def sun_at(
    when: When, lat: float, lon: float, offset_s: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """(elevation, azimuth) of the sun at a point when the interval begins and when it ends.

    For a date of which nothing else is known these are the two midnights.
    """
    shift = offset_s if when.local else 0
    ends = [when.from_us / 1e6 - shift, when.to_us / 1e6 - shift]
    elevation, azimuth = horizontal(ends, lat, lon)
    first, last = zip(elevation.tolist(), azimuth.tolist(), strict=True)
    return first, last


def verdict(sigmas: float) -> str:
    """`fits`, `strained` or `ruled out`."""
    if sigmas > RULED_OUT_SIGMA:
        return "ruled out"
    return "strained" if sigmas > STRAINED_SIGMA else "fits"


def sights_text(sights: Sequence[Sight]) -> str:
    """`52.0 ± 1.6° high, towards 255 ± 5°` for each sight."""
    return "; ".join(map(sight_text, sights))


def sight_text(one: Sight) -> str:
    """One sight."""
    parts = []
    if one.elevation is not None:
        parts.append(f"{one.elevation:.1f} ± {one.elevation_sigma:.1f}° high")
    if one.azimuth is not None:
        parts.append(f"towards {one.azimuth:.0f} ± {one.azimuth_sigma:.0f}°")
    return ", ".join(parts)
