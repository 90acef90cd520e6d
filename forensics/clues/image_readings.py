"""What one image says about place and clock, ready to become a clue: no units, no weights."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from forensics.clock import offset_s, offset_text, read_written, utc_text
from forensics.model import Image, ImageTime, Position
from forensics.read.images import equal_offsets_min, read_clock, strength
from forensics.reference.places import Gazetteer

EARTH_RADIUS_M = 6_371_009
NEAR_M = 100_000
"""Farther from every place than this, the coordinates have no zone (open sea, ice)."""
NEIGHBOURS = 5
"""Places near the coordinates whose zones all count: a border may run between them."""
SCENE_M = 10_000
"""Pictures of one device nearer to each other than this are one scene: one clue."""
FASTEST_M_PER_S = 300
"""About 1,080 km/h: no traveller with a camera is faster."""


@dataclass(frozen=True, slots=True)
class ClockClaim:
    """The zone of a camera's clock, and how it is known."""

    offset_min: int
    equal_min: tuple[int, ...]
    """Offsets that say the same; several where only the time of day could be compared."""
    utc_s: int
    """When the picture was taken, by that clock."""
    how: Literal["satellite", "name", "written"]
    strength: Literal["strong", "weak", "stale"]
    residual_s: int = 0
    day_shift: int = 0

    def text(self) -> str:
        """`UTC+2 (92 s off the satellites)`."""
        names = " or ".join(offset_text(item) for item in self.equal_min)
        if self.how == "written":
            return f"{names} (written beside the time)"
        against = "the UTC time in its name" if self.how == "name" else "the satellites"
        days = f", dates {abs(self.day_shift)} days apart" if self.day_shift else ""
        return f"{names} ({self.residual_s:+d} s against {against}{days})"


def claim_named(image: Image, name: str) -> ImageTime | None:
    """The claim about time of that field, or None."""
    return next((claim for claim in image.times if claim.field == name), None)


def local_us(claim: ImageTime | None) -> int | None:
    """Wall clock of a claim in microseconds, counted as if it were UTC."""
    written = read_written(claim.local.text) if claim and claim.local else None
    return written.local_us if written else None


def clock_claims(image: Image) -> tuple[ClockClaim, ...]:
    """The zone of the camera's clock: against UTC, and as written beside the time.

    UTC comes from the satellites, else from the name a Pixel phone gives. Both are returned where
    both are there; they fail in different ways (a written offset may lack summer time, a fix may
    be stale).
    """
    taken = claim_named(image, "exif_original")
    shown_us = local_us(taken)
    if shown_us is None or taken is None or taken.local is None:
        return ()
    out: list[ClockClaim] = []
    fix, named = claim_named(image, "gps"), claim_named(image, "name_capture_pixel")
    if fix is not None and fix.instant is not None:
        out.append(_against(shown_us, fix.instant.utc_us, "satellite"))
    elif named is not None and named.instant is not None:
        out.append(_against(shown_us, named.instant.utc_us, "name"))
    written = taken.local.offset_min
    if written is not None:
        at = shown_us // 1_000_000 - written * 60
        out.append(ClockClaim(written, (written,), at, "written", "weak"))
    return tuple(out)


def _against(shown_us: int, utc_us: int, how: Literal["satellite", "name"]) -> ClockClaim:
    """The clock against a moment in UTC. A name is easily changed, so it is weak at most."""
    reading = read_clock(shown_us, utc_us)
    sure = strength(reading.residual_s)
    weaker = sure == "strong" and (reading.day_shift or how == "name")
    return ClockClaim(
        offset_min=reading.offset_min,
        equal_min=equal_offsets_min(reading.offset_min),
        utc_s=shown_us // 1_000_000 - reading.offset_min * 60,
        how=how,
        strength="weak" if weaker else sure,
        residual_s=reading.residual_s,
        day_shift=reading.day_shift,
    )


def best_claim(claims: Sequence[ClockClaim]) -> ClockClaim | None:
    """The claim to weigh: against UTC before written; stale ones say nothing about the zone."""
    usable = [claim for claim in claims if claim.strength != "stale"]
    return usable[0] if usable else None


def coordinate_zones(position: Position, places: Gazetteer) -> tuple[str, ...]:
    """Zones of the places nearest to a position, nearest first; empty far from any place."""
    near = places.nearest(position.lat_udeg / 1e6, position.lon_udeg / 1e6, NEIGHBOURS)
    names = [str(places.zone[item.index]) for item in near if item.distance_m <= NEAR_M]
    return tuple(dict.fromkeys(names))


def clock_lead(image: Image, claim: ClockClaim, places: Gazetteer) -> str | None:
    """A sentence where the camera's clock and the coordinates name different offsets.

    The clock often is the one of the owner's home: two zones, not one, and their disagreement is
    worth following.
    """
    zones = coordinate_zones(image.positions[0], places) if image.positions else ()
    there = [offset_s(name, claim.utc_s) // 60 for name in zones]
    if not there or set(there) & set(claim.equal_min):
        return None
    return (
        f"The camera's clock stands at {claim.text()}, the coordinates at "
        f"{offset_text(there[0])} ({zones[0]}): a clock that was not moved, often the zone of "
        "the owner's home."
    )


def device_key(image: Image) -> str | None:
    """`device:` with the serial number, else make and model; None where the file names none."""
    camera = image.camera
    serial = camera.get("body_serial")
    name = serial or " ".join(part for part in (camera.get("make"), camera.get("model")) if part)
    return f"device:{name}" if name else None


def distance_m(one: Position, other: Position) -> int:
    """Great-circle distance in metres, rounded."""
    lat1, lon1, lat2, lon2 = (
        math.radians(value / 1e6)
        for value in (one.lat_udeg, one.lon_udeg, other.lat_udeg, other.lon_udeg)
    )
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half))))


@dataclass(frozen=True, slots=True)
class Scene:
    """Pictures of one device at one place: one clue."""

    images: tuple[Image, ...]
    position: Position


def scenes(images: Sequence[Image]) -> list[Scene]:
    """Pictures with a position, gathered by device and place (within 10 km of the first).

    A burst of shots, or the same desk on ten days, is one clue about where the device was. The
    scene takes the position with the smallest radius.
    """
    found: dict[str | None, list[list[Image]]] = {}
    for image in images:
        if not image.positions:
            continue
        of_device = found.setdefault(device_key(image), [])
        for scene in of_device:
            if distance_m(scene[0].positions[0], image.positions[0]) <= SCENE_M:
                scene.append(image)
                break
        else:
            of_device.append([image])
    return [
        Scene(
            tuple(scene),
            min((image.positions[0] for image in scene), key=lambda place: place.radius_m),
        )
        for of_device in found.values()
        for scene in of_device
    ]


@dataclass(frozen=True, slots=True)
class Journey:
    """Two pictures of one camera that cannot both be where they say."""

    first: Image
    second: Image
    distance_m: int
    seconds: int

    def doubtful(self) -> tuple[str, ...]:
        """Hashes of the pictures whose position is less believable.

        A position with the satellites' own time beside it stands against one without: programs
        that put coordinates into a picture seldom write that time.
        """
        pair = (self.first, self.second)
        bare = [image.original for image in pair if claim_named(image, "gps") is None]
        return tuple(bare) if len(bare) == 1 else tuple(image.original for image in pair)

    def text(self) -> str:
        """The contradiction in one sentence."""
        return (
            f"One camera ({self.first.camera.get('body_serial')}) is at two places "
            f"{self.distance_m // 1000:,} km apart within {self.seconds // 60} minutes "
            f"({self.first.name} and {self.second.name}): at least one position or date is false."
        )


def journeys(images: Sequence[Image]) -> Iterator[Journey]:
    """Pairs of pictures of one camera (by serial number) that no traveller could have taken.

    Both times are of the same clock, so its zone does not matter. Neighbours in time are compared.
    """
    by_serial: dict[str, list[tuple[int, str, Image]]] = {}
    for image in images:
        serial = image.camera.get("body_serial")
        shown_us = local_us(claim_named(image, "exif_original"))
        if serial and shown_us is not None and image.positions:
            by_serial.setdefault(serial, []).append((shown_us, image.original, image))
    for serial in sorted(by_serial):
        shots = sorted(by_serial[serial], key=lambda shot: shot[:2])
        for (before_us, _, before), (after_us, _, after) in pairwise(shots):
            metres = distance_m(before.positions[0], after.positions[0])
            metres -= before.positions[0].radius_m + after.positions[0].radius_m
            seconds = (after_us - before_us) // 1_000_000
            if metres > SCENE_M and metres > FASTEST_M_PER_S * seconds:
                yield Journey(before, after, metres, seconds)


def taken_text(image: Image) -> str | None:
    """When the picture was taken, as an instant, if the file can say so."""
    for name in ("gps", "exif_original"):
        claim = claim_named(image, name)
        if claim is not None and claim.instant is not None:
            return utc_text(claim.instant.utc_us)
    return None
