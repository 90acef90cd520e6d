"""Clues from images: where a camera was, and in which zone its clock stood.

An image counts once, however many posts carry it; pictures of one device at one place are one
scene. Both kinds of clue say where a *device* was, and can be planted at moderate cost. Method,
measured agreement and limits: docs/methods/images.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forensics import clock
from forensics.clues.evidence import Evidence
from forensics.clues.image_readings import (
    ClockClaim,
    Journey,
    Scene,
    best_claim,
    clock_claims,
    clock_lead,
    device_key,
    journeys,
    scenes,
    taken_text,
)
from forensics.model import (
    Clue,
    Finding,
    Image,
    Json,
    Observation,
    PointLikelihood,
    Role,
    RowRef,
    Status,
    ZoneLikelihood,
)
from forensics.read.images import degrees_text
from forensics.reference.zones import candidate_zones
from forensics.version import __version__

FINDER = "images"
LOOSE = "(images)"
"""The unit of images that no account of the posts names."""
PLANTED_PPM = 100_000
"""Medium cost: a program writes any position or time into a file in seconds, but few do."""
SUSPECT_PPM = 200_000
"""For a position that stands, of a camera that another of its pictures contradicts: somebody wrote
positions into files, so this one may be written too."""
CONTRADICTED_PPM = 500_000
"""Two pictures that contradict each other: at least one of two is false, and nothing says which."""
STRONG_FLOOR_MDB = -10_000
"""A zone whose offset differs. Of 42 strong readings with coordinates 39 agreed with the zone
there: 39 to 3 is 11 dB, given as 10."""
WEAK_FLOOR_MDB = -6_000
"""The same for weak readings (121 to 300 s, shifted dates, offset as written only): of 48 images
with both times 39 agree in everything, and 39 to 9 is 6.4 dB."""
_TIED_TO_NOBODY = "Tied to no account, named by no post. "
_EXAMPLES = 10
LIMITS = (
    "A picture shows where a camera was, not who held it or who posts.",
    "Coordinates and times can be written into a file by anyone; platforms remove them.",
    "An offset is never a city: many countries share one, and a clock may stay at home.",
)


def find(evidence: Evidence, *, settings: Mapping[str, Json] | None = None) -> list[Finding]:
    """One finding per unit, and one for the images that no account names.

    `settings` is accepted as every finder does; this one has none.
    """
    del settings
    images = sorted(evidence.images, key=lambda image: (image.original, image.name))
    conflicts = list(journeys(images))
    owned: dict[str, list[Image]] = {unit: [] for unit in evidence.units}
    units_of: dict[str, list[str]] = {}
    for unit, accounts in evidence.units.items():
        for account in accounts:
            units_of.setdefault(account, []).append(unit)
    loose: list[Image] = []
    for image in images:
        carriers = dict.fromkeys(
            unit for account in image.accounts for unit in units_of.get(account, ())
        )
        for unit in carriers:
            owned[unit].append(image)
        if not carriers:
            loose.append(image)
    given = bool(images)
    found = [
        _finding(unit, owned[unit], evidence, conflicts, given=given) for unit in evidence.units
    ]
    if loose:
        found.append(_finding(LOOSE, loose, evidence, conflicts, given=given))
    return found


def _finding(
    unit: str,
    images: Sequence[Image],
    evidence: Evidence,
    conflicts: Sequence[Journey],
    *,
    given: bool,
) -> Finding:
    """Observations and clues of one unit, or what was looked at and did not answer."""
    distinct = list({image.original: image for image in images}.values())
    mine = {image.original for image in distinct}
    contradictions = [
        item for item in conflicts if {item.first.original, item.second.original} & mine
    ]
    builder = _Builder(unit, evidence, contradictions)
    for scene in scenes(distinct):
        builder.add_position(scene)
    stale = builder.add_clocks(distinct)
    leads = [*builder.leads(), *(item.text() for item in contradictions)]
    status, statement = _answer(distinct, builder.clues, stale, given=given)
    if unit == LOOSE:
        statement = _TIED_TO_NOBODY + statement
    return Finding(
        finder=FINDER,
        unit=unit,
        status=status,
        statement=" ".join([statement, *leads[:_EXAMPLES]]),
        observations=tuple(builder.observations),
        clues=tuple(builder.clues),
        limits=LIMITS if distinct else (),
        details={
            "images": len(distinct),
            "stripped": sum(image.stripped for image in distinct),
            "with_position": sum(bool(image.positions) for image in distinct),
            "with_clock": sum(best_claim(clock_claims(image)) is not None for image in distinct),
            "stale_clock": stale,
            "leads": list[Json](leads),
        },
    )


def _answer(
    images: Sequence[Image], clues: Sequence[Clue], stale: int, *, given: bool
) -> tuple[Status, str]:
    """Status and sentence of a unit."""
    if not images:
        if not given:
            return "not_looked", "No images were given."
        return "nothing_found", "No image is named by the posts of this unit."
    stripped = sum(image.stripped for image in images)
    seen = f"{_many(len(images), 'image')}, {stripped} without metadata"
    if clues:
        places = sum(clue.kind == "image_position" for clue in clues)
        return "found", (
            f"{seen}. Where a device was: {_many(places, 'place')}, "
            f"{_many(len(clues) - places, 'camera clock')}."
        )
    if stale:
        return "insufficient", (
            f"{seen}: the satellite time of {stale} is not that of the picture, so no zone of a "
            "clock follows. An original with a fresh fix would end this."
        )
    return "nothing_found", f"{seen}: none says where it was taken or how its clock stood."


def zone_likelihood(claim: ClockClaim) -> ZoneLikelihood:
    """0 for the zones with one of the clock's offsets at that moment, the floor for the others.

    Offsets that differ by 24 hours (UTC-11 and UTC+13) are one answer where only the time of day
    was compared. The floors are measured shares, rounded against the clue.
    """
    floor = STRONG_FLOOR_MDB if claim.strength == "strong" else WEAK_FLOOR_MDB
    return ZoneLikelihood(
        {
            name: 0 if clock.offset_s(name, claim.utc_s) // 60 in claim.equal_min else floor
            for name in candidate_zones()
        }
    )


class _Builder:
    """Observations, clues and leads of one unit."""

    def __init__(self, unit: str, evidence: Evidence, conflicts: Sequence[Journey]) -> None:
        self.unit = unit
        self.accounts = frozenset(evidence.units.get(unit, ()))
        self.places = evidence.places
        self.observations: list[Observation] = []
        self.clues: list[Clue] = []
        self._leads: dict[str, list[str]] = {}
        self._doubtful = {sha for item in conflicts for sha in item.doubtful()}
        self._suspect = {
            image.original for item in conflicts for image in (item.first, item.second)
        }
        self._unresolved = {
            sha for item in conflicts if len(item.doubtful()) > 1 for sha in item.doubtful()
        }

    def add_position(self, scene: Scene) -> None:
        """The clue that a device was at a place."""
        place = scene.position
        shas = {image.original for image in scene.images}
        near = self.places.nearest(place.lat_udeg / 1e6, place.lon_udeg / 1e6, 1)
        statement = (
            f"{_names(scene.images)}: taken at {degrees_text(place.lat_udeg)}, "
            f"{degrees_text(place.lon_udeg)} (within {place.radius_m:,} m, {place.basis})"
            + (f", {near[0].distance_m // 1000} km from {near[0].name}." if near else ".")
        )
        if abs(place.lat_udeg) == abs(place.lon_udeg):
            statement += " Latitude and longitude are equal, which is often typed by hand."
        role: Role = "device_present"
        if shas <= self._doubtful - self._unresolved:
            role = "claimed_by_persona"
            statement += (
                " Not weighed: another picture of this camera, with the satellites' own time, "
                "contradicts it."
            )
        planted_ppm = PLANTED_PPM
        if shas & self._unresolved:
            planted_ppm = CONTRADICTED_PPM
        elif shas & self._suspect:
            planted_ppm = SUSPECT_PPM
        if role == "device_present" and planted_ppm != PLANTED_PPM:
            statement += " Another picture of this camera contradicts it."
        value: dict[str, Json] = {
            "lat_udeg": place.lat_udeg,
            "lon_udeg": place.lon_udeg,
            "radius_m": place.radius_m,
        }
        observation = self._observe(
            "position", scene.images, statement=statement, value=value, unit="udeg"
        )
        self.clues.append(
            self._clue(
                "image_position",
                scene.images,
                observation,
                PointLikelihood(place),
                role=role,
                planted_ppm=planted_ppm,
            )
        )

    def add_clocks(self, images: Sequence[Image]) -> int:
        """One clue for each device and answer; gives back how many fixes were stale."""
        answers: dict[tuple[str, str], list[tuple[Image, ClockClaim]]] = {}
        stale = 0
        for image in images:
            claims = clock_claims(image)
            claim = best_claim(claims)
            stale += claim is None and bool(claims)
            if claim is None:
                continue
            self._compare(image, claim, claims)
            likelihood = zone_likelihood(claim)
            fitting = "|".join(sorted(name for name, mdb in likelihood.mdb.items() if mdb == 0))
            key = (device_key(image) or image.original, fitting)
            answers.setdefault(key, []).append((image, claim))
        for members in answers.values():
            self._add_clock(members)
        return stale

    def _add_clock(self, members: Sequence[tuple[Image, ClockClaim]]) -> None:
        order = {"strong": 0, "weak": 1, "stale": 2}
        image, claim = min(members, key=lambda item: (order[item[1].strength], item[0].original))
        images = [image, *(other for other, _ in members if other is not image)]
        likelihood = zone_likelihood(claim)
        fitting = sum(mdb == 0 for mdb in likelihood.mdb.values())
        statement = (
            f"{_names(images)}: the camera's clock stood at {claim.text()}, {claim.strength}; "
            f"{fitting} zones had that offset then."
        )
        value: dict[str, Json] = {
            "offset_min": list(claim.equal_min),
            "residual_s": claim.residual_s,
            "day_shift": claim.day_shift,
            "how": claim.how,
        }
        observation = self._observe("clock", images, statement=statement, value=value, unit="min")
        self.clues.append(
            self._clue(
                "image_clock",
                images,
                observation,
                likelihood,
                role="device_present",
                planted_ppm=PLANTED_PPM,
            )
        )

    def _compare(self, image: Image, claim: ClockClaim, claims: Sequence[ClockClaim]) -> None:
        """Leads: clock against coordinates, and clock against the offset written beside it."""
        lead = clock_lead(image, claim, self.places)
        if lead is not None:
            self._leads.setdefault(lead, []).append(image.name)
        written = next((item for item in claims if item.how == "written"), None)
        if (
            written is not None
            and claim.how != "written"
            and written.offset_min not in claim.equal_min
        ):
            text = (
                f"The offset written beside the time is {clock.offset_text(written.offset_min)}, "
                f"the clock stood at {claim.text()}: a clock without summer time, or a time that "
                "was changed."
            )
            self._leads.setdefault(text, []).append(image.name)

    def leads(self) -> list[str]:
        """Each lead once, with the first image that gives it and how many more do."""
        return [
            f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}: {text}"
            for text, names in self._leads.items()
        ]

    def _observe(
        self,
        what: str,
        images: Sequence[Image],
        *,
        statement: str,
        value: Json,
        unit: str,
    ) -> str:
        image = images[0]
        name = f"{FINDER}:{self.unit}:{what}:{image.original[:16]}"
        self.observations.append(
            Observation(
                id=name,
                about=image.original,
                statement=statement,
                value=value,
                interval=None,
                unit=unit,
                rows=tuple(RowRef(item.original, 0) for item in images[:_EXAMPLES]),
                rows_total=len(images),
                method=FINDER,
                version=f"gnomon {__version__}; {clock.ZONE_DATABASE}; {self.places.version}",
            )
        )
        return name

    def _clue(
        self,
        kind: str,
        images: Sequence[Image],
        observation: str,
        likelihood: PointLikelihood | ZoneLikelihood,
        *,
        role: Role,
        planted_ppm: int,
    ) -> Clue:
        accounts = sorted({name for image in images for name in image.accounts} & self.accounts)
        device = device_key(images[0])
        times = sorted(text for image in images if (text := taken_text(image)) is not None)
        statement = self.observations[-1].statement
        return Clue(
            id=f"{kind}:{self.unit}:{images[0].original[:16]}",
            kind=kind,
            unit=self.unit,
            statement=(_TIED_TO_NOBODY if self.unit == LOOSE else "") + statement,
            observations=(observation,),
            group=(
                *((device,) if device else ()),
                *(f"scene:{image.original}" for image in images),
                *(f"persona:{account}" for account in accounts),
                *(f"content:{image.original}" for image in images),
            ),
            role=role,
            set_by="operator",
            category="technical",
            grade="F6",
            planted_chance_ppm=planted_ppm,
            likelihood=likelihood,
            accounts=tuple(accounts),
            valid_from=times[0] if times else None,
            valid_to=times[-1] if times else None,
        )


def _names(images: Sequence[Image]) -> str:
    """Name of the first image, and how many more."""
    more = len(images) - 1
    return images[0].name + (f" and {more} more of this device" if more else "")


def _many(count: int, noun: str) -> str:
    """`1 image`, `2 images`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
