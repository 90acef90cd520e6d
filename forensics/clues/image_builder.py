"""Observations, clues and leads of one unit out of its images, with their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
    taken_text,
)
from forensics.model import (
    AreaLikelihood,
    Clue,
    Image,
    Json,
    Observation,
    PointLikelihood,
    Role,
    RowRef,
    ZoneLikelihood,
)
from forensics.read.images import degrees_text, place_names
from forensics.reference.regions import read_label
from forensics.reference.zones import candidate_zones
from forensics.version import __version__

FINDER = "images"
PLANTED_PPM = 100_000
"""Medium cost: a program writes any position or time into a file in seconds, but few do."""
SUSPECT_PPM = 200_000
"""For a position that stands, of a camera that another of its pictures contradicts: somebody wrote
positions into files, so this one may be written too."""
CONTRADICTED_PPM = 500_000
"""Two pictures that contradict each other: at least one of two is false, and nothing says which."""
POOR_FIX_PPM = 300_000
"""A stale or void fix: the device was there at some earlier moment, nobody knows when. Judged, not
measured."""
POOR_FIX_RADIUS_M = 100_000
"""How far such a position may be off at least: what a car does in an hour. Judged, too."""
NAME_MISS_PPM = 200_000
"""A caption that names another place than the one in the picture. Shown, never weighed."""
STRONG_FLOOR_MDB = -10_000
"""A zone whose offset differs. Of 42 strong readings with coordinates 39 agreed with the zone
there: 39 to 3 is 11 dB, given as 10."""
WEAK_FLOOR_MDB = -6_000
"""The same for weak readings (121 to 300 s, shifted dates, offset as written only): of 48 images
with both times 39 agree in everything, and 39 to 9 is 6.4 dB."""
TIED_TO_NOBODY = "Tied to no account, named by no post. "
_EXAMPLES = 10
_LONGEST = 120
_FIXES: Mapping[str, str] = {
    "": "",
    "stale": " The fix is stale (its time is not that of the picture): the device was near there "
    "at some earlier moment, so the radius is wider and the clue weaker.",
    "void": " The receiver had lost the satellites: the device was near there at some earlier "
    "moment, so the radius is wider and the clue weaker.",
}
_RECORDS: Mapping[str, str] = {
    "iptc": "about what is shown or where it was taken",
    "xmp": "about what is shown or where it was taken",
    "created": "said to be where it was taken",
    "shown": "said to be what is shown",
}


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


class Builder:
    """Observations, clues and leads of one unit.

    `tied` is False for the images that no account names.
    """

    def __init__(
        self, unit: str, evidence: Evidence, conflicts: Sequence[Journey], *, tied: bool
    ) -> None:
        self.unit = unit
        self.tied = tied
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
        if scene.fix:
            place = replace(place, radius_m=max(place.radius_m, POOR_FIX_RADIUS_M))
        shas = {image.original for image in scene.images}
        near = self.places.nearest(place.lat_udeg / 1e6, place.lon_udeg / 1e6, 1)
        statement = (
            f"{_names(scene.images)}: taken at {degrees_text(place.lat_udeg)}, "
            f"{degrees_text(place.lon_udeg)} (within {place.radius_m:,} m, {place.basis})"
            + (f", {near[0].distance_m // 1000} km from {near[0].name}." if near else ".")
        )
        if abs(place.lat_udeg) == abs(place.lon_udeg):
            statement += " Latitude and longitude are equal, which is often typed by hand."
        statement += _FIXES[scene.fix]
        role: Role = "device_present"
        if shas <= self._doubtful - self._unresolved:
            role = "claimed_by_persona"
            statement += (
                " Not weighed: another picture of this camera, with the satellites' own time, "
                "contradicts it."
            )
        planted_ppm = POOR_FIX_PPM if scene.fix else PLANTED_PPM
        if shas & self._unresolved:
            planted_ppm = CONTRADICTED_PPM
        elif shas & self._suspect:
            planted_ppm = max(planted_ppm, SUSPECT_PPM)
        if role == "device_present" and shas & (self._unresolved | self._suspect):
            statement += " Another picture of this camera contradicts it."
        value: dict[str, Json] = {
            "lat_udeg": place.lat_udeg,
            "lon_udeg": place.lon_udeg,
            "radius_m": place.radius_m,
        }
        if scene.fix:
            value["fix"] = scene.fix
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

    def add_place_names(self, images: Sequence[Image]) -> int:
        """One clue for each place that metadata names; gives back how many different ones.

        Somebody typed them, mostly about what is shown: they are drawn and listed, not weighed. A
        text that names no known area is only observed.
        """
        named: dict[str, list[tuple[str, Image]]] = {}
        for image in images:
            for record, text in place_names(image.documents):
                named.setdefault(text, []).append((record, image))
        for text, members in named.items():
            self._add_place_name(text, members[0][0], [image for _, image in members])
        return len(named)

    def _add_place_name(self, text: str, record: str, images: Sequence[Image]) -> None:
        areas = areas_named(text)
        known = "" if areas else " No area is known by these names."
        statement = (
            f"{_names(images, 'with it')}: the metadata names the place {text[:_LONGEST]} "
            f"({record}: {_RECORDS[record]}). Typed by somebody, not weighed.{known}"
        )
        observation = self._observe(
            f"place-name-{record}",
            images,
            statement=statement,
            value={"names": text[:_LONGEST], "record": record, "areas": list[Json](areas)},
            unit="name",
        )
        if not areas:
            return
        clue = self._clue(
            "image_place_name",
            images,
            observation,
            AreaLikelihood(areas, NAME_MISS_PPM),
            role="content_subject",
            planted_ppm=SUSPECT_PPM,
        )
        self.clues.append(replace(clue, id=f"{clue.id}:{record}", category="contextual"))

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
        likelihood: PointLikelihood | ZoneLikelihood | AreaLikelihood,
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
            statement=("" if self.tied else TIED_TO_NOBODY) + statement,
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


def _names(images: Sequence[Image], tie: str = "of this device") -> str:
    """Name of the first image, and how many more."""
    more = len(images) - 1
    return images[0].name + (f" and {more} more {tie}" if more else "")


def areas_named(text: str) -> tuple[str, ...]:
    """Area codes of `Country > Province > City` as far inwards as they are known; may be empty.

    A single name counts only as a country: there is a Kingston on every continent.
    """
    names = [name.replace(",", " ") for name in text.split(" > ")]
    found = read_label(", ".join(reversed(names))).areas
    found = found or read_label(" ".join(names)).areas
    return found if len(names) > 1 else tuple(code for code in found if "-" not in code)
