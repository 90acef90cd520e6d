"""What one image says about place and clock, ready to become a clue: no units, no weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal, TypeAlias

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


Reference: TypeAlias = Literal["satellite", "trailer", "name", "header"]
How: TypeAlias = Literal["satellite", "trailer", "name", "header", "written", "set", "xmp"]


@dataclass(frozen=True, slots=True)
class ClockClaim:
    """The zone of a camera's clock, and how it is known."""

    offset_min: int
    equal_min: tuple[int, ...]
    """Offsets that say the same; several where only the time of day could be compared."""
    utc_s: int
    """When the picture was taken, by that clock."""
    how: How
    strength: Literal["strong", "weak", "stale"]
    residual_s: int = 0
    day_shift: int = 0

    def names(self) -> str:
        """`UTC+2`, or all offsets that say the same."""
        return " or ".join(offset_text(item) for item in self.equal_min)

    def text(self) -> str:
        """`UTC+2 (92 s off the satellites)`."""
        names = self.names()
        if self.how in _SAID:
            return f"{names} ({_SAID[self.how]})"
        days = f", dates {abs(self.day_shift)} days apart" if self.day_shift else ""
        return f"{names} ({self.residual_s:+d} s against {_AGAINST[self.how]}{days})"


_AGAINST: Mapping[str, str] = {
    "satellite": "the satellites",
    "trailer": "the UTC time that the phone put behind the picture",
    "name": "the UTC time in its name",
    "header": "the UTC time in the header of the video",
}
_SAID: Mapping[str, str] = {
    "written": "written beside the time",
    "set": "set in its menu",
    "xmp": "by what an editing program put beside its time",
}
_COPIES = ("xmp_exif_original", "xmp_create", "xmp_photoshop_created")
"""Where editing programs copy the camera's time to; the zone they put beside it is a guess."""
_REFERENCES: tuple[tuple[str, Reference], ...] = (
    ("gps", "satellite"),
    ("trailer_utc", "trailer"),
    ("name_capture_pixel", "name"),
    ("name_capture_wechat_camera", "name"),
)
"""Claims of UTC, the hardest to change first. All but the first are of the phone's own clock."""
_VIDEO = frozenset(("movie_created",))
_TAKEN = ("exif_original", "movie_created")
"""What the camera wrote at the moment of taking: pictures, then videos."""


def claim_named(image: Image, name: str) -> ImageTime | None:
    """The claim about time of that field, or None."""
    return next((claim for claim in image.times if claim.field == name), None)


def local_us(claim: ImageTime | None) -> int | None:
    """Wall clock of a claim in microseconds, counted as if it were UTC."""
    written = read_written(claim.local.text) if claim and claim.local else None
    return written.local_us if written else None


def taken_claim(image: Image) -> ImageTime | None:
    """What the camera wrote about the moment of taking, of a picture or a video; None without."""
    found = (claim_named(image, name) for name in _TAKEN)
    return next((claim for claim in found if claim is not None and claim.local is not None), None)


def clock_claims(image: Image) -> tuple[ClockClaim, ...]:
    """The zone of the camera's clock: against UTC, and as written beside the time.

    UTC comes from the satellites, else from what the phone put behind the picture, else from the
    name a Pixel phone gives; a stale fix does not hide the other two. Whatever is there is
    returned, the best first: they fail in different ways (a written offset may lack summer time, a
    fix may be stale).

    Of a video the header is UTC by the standard and local time on many cameras: it counts only
    where it differs from the written time by whole quarters of an hour, so is no copy of it. The
    zone set in a camera's menu comes last, with and without summer time where that is on; UTC+0 is
    where cameras leave the factory, and says nothing. Last of all stands a zone that an editing
    program put beside a copy of the camera's time.
    """
    taken = taken_claim(image)
    shown_us = local_us(taken)
    if shown_us is None or taken is None or taken.local is None:
        return ()
    out: list[ClockClaim] = []
    for name, how in _REFERENCES:
        known = claim_named(image, name)
        if known is not None and known.instant is not None:
            out.append(_against(shown_us, known.instant.utc_us, how))
    header_us = local_us(claim_named(image, "movie_header")) if taken.field in _VIDEO else None
    if header_us is not None:
        found = _against(shown_us, header_us, "header")
        out += [found] if found.offset_min and found.strength != "stale" else []
    shown_s = shown_us // 1_000_000
    written = taken.local.offset_min
    if written is not None:
        out.append(ClockClaim(written, (written,), shown_s - written * 60, "written", "weak"))
    own = int(image.camera.get("world_time_min", "0"))
    if own:
        summer = image.camera.get("world_time_dst") == "yes"
        equal = (own, own + 60) if summer else (own,)
        out.append(ClockClaim(own, equal, shown_s - equal[-1] * 60, "set", "weak"))
    copies = (claim_named(image, name) for name in _COPIES)
    for copy in copies:
        east = copy.local.offset_min if copy and copy.local else None
        if east and copy and local_us(copy) == shown_us:
            out.append(ClockClaim(east, (east,), shown_s - east * 60, "xmp", "weak"))
            break
    return tuple(out)


def _against(shown_us: int, utc_us: int, how: Reference) -> ClockClaim:
    """The clock against a moment in UTC.

    A name is easily changed, and what a phone appends was never measured: both are weak at most.
    """
    reading = read_clock(shown_us, utc_us)
    sure = strength(reading.residual_s)
    weaker = sure == "strong" and (reading.day_shift or how != "satellite")
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
    fix = poor_fix(image)
    return (
        f"The camera's clock stands at {claim.text()}, the coordinates at "
        f"{offset_text(there[0])} ({zones[0]}): "
        + (
            f"the fix is {fix}, so the coordinates may be of an earlier place, or the clock was "
            "not moved."
            if fix
            else "a clock that was not moved, often the zone of the owner's home."
        )
    )


def poor_fix(image: Image) -> Literal["", "stale", "void"]:
    """Why the satellites' position may be of an earlier moment than the picture; empty if fresh.

    `stale`: the satellites' time is not that of the picture. `void`: the receiver says that it had
    lost the satellites. Both concern the EXIF position only.
    """
    if not image.positions or image.positions[0].basis != "exif":
        return ""
    fix = image.gps.get("fix")
    return "stale" if fix == "stale" else "void" if fix == "void" else ""


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
    fix: Literal["", "stale", "void"] = ""
    """Set where no picture of the scene has a fresh fix."""


def scenes(images: Sequence[Image]) -> list[Scene]:
    """Pictures with a position, gathered by device and place (within 10 km of the first).

    A burst of shots, or the same desk on ten days, is one clue about where the device was. The
    scene takes the position with the smallest radius, of those with a fresh fix if there are any.
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
    out = []
    for scene in (item for of_device in found.values() for item in of_device):
        best = min(scene, key=lambda image: (bool(poor_fix(image)), image.positions[0].radius_m))
        out.append(Scene(tuple(scene), best.positions[0], poor_fix(best)))
    return out


@dataclass(frozen=True, slots=True)
class Journey:
    """Two pictures of one camera that cannot both be where they say."""

    first: Image
    second: Image
    distance_m: int
    seconds: int
    other: ClassVar[str] = "picture of this camera"

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
    A position of an earlier moment (a poor fix) contradicts nothing.
    """
    by_serial: dict[str, list[tuple[int, str, Image]]] = {}
    for image in images:
        serial = image.camera.get("body_serial")
        shown_us = local_us(taken_claim(image))
        if serial and shown_us is not None and image.positions and not poor_fix(image):
            by_serial.setdefault(serial, []).append((shown_us, image.original, image))
    for serial in sorted(by_serial):
        shots = sorted(by_serial[serial], key=lambda shot: shot[:2])
        for (before_us, _, before), (after_us, _, after) in pairwise(shots):
            metres = distance_m(before.positions[0], after.positions[0])
            metres -= before.positions[0].radius_m + after.positions[0].radius_m
            seconds = (after_us - before_us) // 1_000_000
            if metres > SCENE_M and metres > FASTEST_M_PER_S * seconds:
                yield Journey(before, after, metres, seconds)


@dataclass(frozen=True, slots=True)
class Edited:
    """Two copies of one picture that name two places, or two zones of the camera's clock.

    A picture was taken once: at least one copy was written to afterwards, and nothing in the
    pixels says which.
    """

    first: Image
    second: Image
    what: str
    other: ClassVar[str] = "copy of this picture"

    def doubtful(self) -> tuple[str, ...]:
        """Both of them."""
        return self.first.original, self.second.original

    def text(self) -> str:
        """The contradiction in one sentence."""
        return (
            f"{self.first.name} and {self.second.name} show one picture and name {self.what}: "
            "at least one of them was written in afterwards."
        )


Contradiction: TypeAlias = Journey | Edited


def edited_copies(images: Sequence[Image], set_of: Callable[[str], str]) -> Iterator[Edited]:
    """Copies of one picture that contradict the first of their set, about place or clock.

    Args:
        images: Images, each file once.
        set_of: Name of the same-picture set of a file.
    """
    sets: dict[str, list[Image]] = {}
    for image in images:
        sets.setdefault(set_of(image.original), []).append(image)
    for name in sorted(sets):
        copies = sorted(sets[name], key=lambda image: image.original)
        placed = [image for image in copies if image.positions and not poor_fix(image)]
        for image in placed[1:]:
            one, other = placed[0].positions[0], image.positions[0]
            metres = distance_m(one, other) - one.radius_m - other.radius_m
            if metres > SCENE_M:
                yield Edited(placed[0], image, f"places {metres // 1000:,} km apart")
        clocks = [
            (image, claim)
            for image in copies
            if len(copies) > 1 and (claim := best_claim(clock_claims(image))) is not None
        ]
        for image, claim in clocks[1:]:
            first, said = clocks[0]
            if not set(said.equal_min) & set(claim.equal_min):
                yield Edited(first, image, f"clocks at {said.text()} and at {claim.text()}")


def taken_text(image: Image) -> str | None:
    """When the picture was taken, as an instant, if the file can say so.

    The satellites' time counts only while it is that of the picture, on the same day.
    """
    claims = [taken_claim(image), claim_named(image, "trailer_utc")]
    if image.gps.get("fix") != "stale" and "fix_days_off" not in image.gps:
        claims.insert(0, claim_named(image, "gps"))
    for claim in claims:
        if claim is not None and claim.instant is not None:
            return utc_text(claim.instant.utc_us)
    usable = best_claim(clock_claims(image))
    return None if usable is None else utc_text(usable.utc_s * 1_000_000)
