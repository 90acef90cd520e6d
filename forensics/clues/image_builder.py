"""Observations, clues and leads of one unit out of its images, with their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from forensics import clock
from forensics.clues.evidence import Evidence
from forensics.clues.image_editors import EditorZone, editor_zones
from forensics.clues.image_names import areas_named
from forensics.clues.image_readings import (
    ClockClaim,
    Contradiction,
    Edited,
    Scene,
    best_claim,
    clock_claims,
    clock_lead,
    device_key,
    taken_text,
)
from forensics.clues.image_weights import (
    CONTRADICTED_PPM,
    NAME_MISS_PPM,
    PLANTED_PPM,
    POOR_FIX_PPM,
    POOR_FIX_RADIUS_M,
    SUSPECT_PPM,
    zone_likelihood,
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
from forensics.version import __version__

FINDER = "images"
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


class Builder:
    """Observations, clues and leads of one unit.

    `tied` is False for the images that no account names.
    """

    def __init__(
        self, unit: str, evidence: Evidence, conflicts: Sequence[Contradiction], *, tied: bool
    ) -> None:
        self.unit = unit
        self.tied = tied
        self.accounts = frozenset(evidence.units.get(unit, ()))
        self.places = evidence.places
        self._set_of = evidence.set_of
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
        self._against = {
            image.original: item.other for item in conflicts for image in (item.first, item.second)
        }
        self._edited = {
            evidence.set_of(item.first.original) for item in conflicts if isinstance(item, Edited)
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
            others = sorted({self._against[sha] for sha in shas if sha in self._against})
            statement += f" Another {' and another '.join(others)} contradicts it."
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
        edited = any(self._set_of(item.original) in self._edited for item in images)
        if edited:
            statement += " Another copy of this picture contradicts what it says."
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
                planted_ppm=CONTRADICTED_PPM if edited else PLANTED_PPM,
            )
        )

    def _compare(self, image: Image, claim: ClockClaim, claims: Sequence[ClockClaim]) -> None:
        """Leads: clock against coordinates, and clock against the offset written beside it."""
        lead = clock_lead(image, claim, self.places)
        if lead is not None:
            self._leads.setdefault(lead, []).append(image.name)
        for other in claims:
            if other.strength == "stale" or set(other.equal_min) & set(claim.equal_min):
                continue
            said = {
                "written": f"The offset written beside the time is "
                f"{clock.offset_text(other.offset_min)}",
                "set": f"The zone set in the camera is {other.names()}",
                "xmp": f"An editing program put {other.names()} beside the time",
            }.get(other.how, f"Another reading of the clock is {other.text()}")
            text = (
                f"{said}, the clock stood at {claim.text()}: a clock without summer time, a clock "
                "that was moved without its zone, or a time that was changed."
            )
            self._leads.setdefault(text, []).append(image.name)

    def add_editors(self, images: Sequence[Image]) -> int:
        """One weak clue for each program and zone in which pictures were saved; how many."""
        found = editor_zones(images)
        for editor in found:
            self._add_editor(editor)
        return len(found)

    def _add_editor(self, editor: EditorZone) -> None:
        program = editor.program[:_LONGEST] or "a program that is not named"
        statement = (
            f"{_names(editor.images, 'saved so')}: the computer on which it was saved ({program}) "
            f"stood at {editor.text()}; {len(editor.zones)} zones had that. Says where it was "
            "edited, not where it was taken."
        )
        for image in editor.images:
            self._compare_editor(image, editor)
        value: dict[str, Json] = {
            "offsets_min": list[Json](sorted({offset for _, offset in editor.stamps})),
            "stamps": len(editor.stamps),
            "how": "editor",
        }
        observation = self._observe(
            "editor-clock", editor.images, statement=statement, value=value, unit="min"
        )
        clue = self._clue(
            "image_clock",
            editor.images,
            observation,
            editor.likelihood(),
            role="device_present",
            planted_ppm=PLANTED_PPM,
        )
        # The computer is another device than the camera: what fails with the one stands apart.
        keys = tuple(key for key in clue.group if not key.startswith("device:"))
        dates = [clock.utc_text(at * 1_000_000) for at, _ in editor.stamps]
        self.clues.append(
            replace(
                clue,
                id=f"{clue.id}:editor:{dates[0]}",
                group=(f"device:program {program}", *keys),
                valid_from=dates[0],
                valid_to=dates[-1],
            )
        )

    def _compare_editor(self, image: Image, editor: EditorZone) -> None:
        """A lead where the camera's clock stood in no zone of the editor's."""
        claim = best_claim(clock_claims(image))
        if claim is None or any(
            clock.offset_s(name, claim.utc_s) // 60 in claim.equal_min for name in editor.zones
        ):
            return
        text = (
            f"It was saved on a computer at {editor.text()}, the camera's clock stood at "
            f"{claim.text()}: taken in one zone and edited in another, or by another person."
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
                *dict.fromkeys(f"scene:{self._set_of(image.original)}" for image in images),
                *(f"persona:{account}" for account in accounts),
                *dict.fromkeys(self._content(image) for image in images),
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

    def _content(self, image: Image) -> str:
        """The key of what counts once: a picture, however many copies of it there are.

        Copies that contradict each other do not stand for each other: which of them was kept would
        decide the place. They still share their scene, so they are weighed together.
        """
        name = self._set_of(image.original)
        return f"content:{image.original[:12] if name in self._edited else name}"


def _names(images: Sequence[Image], tie: str = "of this device") -> str:
    """Name of the first image, and how many more."""
    more = len(images) - 1
    return images[0].name + (f" and {more} more {tie}" if more else "")
