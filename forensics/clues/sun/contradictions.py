"""What a picture says of its place and time against the sun in it: leads, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, radians

from forensics.clock import read_written, utc_text
from forensics.clues.image_readings import poor_fix, taken_text
from forensics.clues.sun.position import KM_PER_DEGREE, TURN_DEG_S, horizontal
from forensics.clues.sun.scene import RULED_OUT_SIGMA, Shot, sight_text
from forensics.clues.sun.scenes import CaseScene
from forensics.model import Image, Position

HORIZON_DEG = -0.9
"""The centre of the sun at sunset: half its width, and what the air lifts it."""


def contradictions(one: CaseScene) -> list[str]:
    """A sentence for each picture whose own place and time do not fit the sun in it.

    Time is that of the picture if it tells its own UTC, else that of the measurement.
    """
    return [
        text
        for image, shot in zip(one.images, one.scene.shots, strict=True)
        for text in _of_picture(image, shot)
    ]


def _of_picture(image: Image, shot: Shot) -> Iterator[str]:
    if not image.positions or poor_fix(image):
        return
    place = image.positions[0]
    own = taken_text(image)
    written = read_written(own) if own else None
    if written is not None:
        moment_s, whose = written.local_us / 1e6, f"its own time {utc_text(written.local_us)}"
    elif not shot.when.local and shot.when.days == 1:
        moment_s, whose = shot.when.middle_s, f"the time given, {shot.when.text()}"
    else:
        return
    lat, lon = place.lat_udeg / 1e6, place.lon_udeg / 1e6
    elevation, azimuth = (float(value) for value in horizontal(moment_s, lat, lon))
    where = f"{image.name}: at its own position and {whose} the sun stands"
    if elevation < HORIZON_DEG:
        yield f"{where} {-elevation:.1f}° below the horizon, yet it casts shadows: one is false."
        return
    slack = _slack(place, shot, own_time=written is not None)
    for one in shot.sights:
        if one.elevation is not None:
            off = (abs(elevation - one.elevation) - slack) / one.elevation_sigma
            if off > RULED_OUT_SIGMA:
                yield (
                    f"{where} {elevation:.1f}° high; measured {sight_text(one)}: "
                    f"{off:.0f} standard errors apart."
                )
        if one.azimuth is not None:
            apart = abs((azimuth - one.azimuth + 180) % 360 - 180)
            # Near the zenith the direction turns faster than the sky.
            off = (apart - slack / max(cos(radians(elevation)), 0.01)) / one.azimuth_sigma
            if off > RULED_OUT_SIGMA:
                yield (
                    f"{where} towards {azimuth:.0f}°; measured {sight_text(one)}: "
                    f"{off:.0f} standard errors apart."
                )


def _slack(place: Position, shot: Shot, *, own_time: bool) -> float:
    """Degrees that the radius of the position, and the interval of a given time, explain."""
    radius = place.radius_m / 1000 / KM_PER_DEGREE
    half_s = 0.0 if own_time else (shot.when.to_us - shot.when.from_us) / 2e6
    return radius + half_s * TURN_DEG_S
