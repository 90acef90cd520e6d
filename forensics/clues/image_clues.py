"""Clues from images: where a camera was, and in which zone its clock stood.

An image counts once, however many posts carry it; pictures of one device at one place are one
scene. Both kinds of clue say where a *device* was, and can be planted at moderate cost. Method,
measured agreement and limits: docs/methods/images.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forensics.clues.evidence import Evidence
from forensics.clues.image_builder import FINDER, TIED_TO_NOBODY, Builder
from forensics.clues.image_readings import (
    Contradiction,
    best_claim,
    clock_claims,
    edited_copies,
    journeys,
    poor_fix,
    scenes,
)
from forensics.model import Clue, Finding, Image, Json, Status

_SHOWN_LEADS = 10
LOOSE = "(images)"
"""The unit of images that no account of the posts names."""
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
    conflicts: list[Contradiction] = [*journeys(images), *edited_copies(images, evidence.set_of)]
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
    conflicts: Sequence[Contradiction],
    *,
    given: bool,
) -> Finding:
    """Observations and clues of one unit, or what was looked at and did not answer."""
    distinct = list({image.original: image for image in images}.values())
    mine = {image.original for image in distinct}
    contradictions = [
        item for item in conflicts if {item.first.original, item.second.original} & mine
    ]
    builder = Builder(unit, evidence, contradictions, tied=unit != LOOSE)
    for scene in scenes(distinct):
        builder.add_position(scene)
    stale = builder.add_clocks(distinct)
    editors = builder.add_editors(distinct)
    names = builder.add_place_names(distinct)
    leads = [*builder.leads(), *(item.text() for item in contradictions)]
    status, statement = _answer(distinct, builder.clues, stale, names, given=given)
    if unit == LOOSE:
        statement = TIED_TO_NOBODY + statement
    return Finding(
        finder=FINDER,
        unit=unit,
        status=status,
        statement=" ".join([statement, *leads[:_SHOWN_LEADS]]),
        observations=tuple(builder.observations),
        clues=tuple(builder.clues),
        limits=LIMITS if distinct else (),
        details={
            "images": len(distinct),
            "stripped": sum(image.stripped for image in distinct),
            "with_position": sum(bool(image.positions) for image in distinct),
            "with_clock": sum(best_claim(clock_claims(image)) is not None for image in distinct),
            "stale_clock": stale,
            "editor_zones": editors,
            "poor_fix": sum(bool(poor_fix(image)) for image in distinct),
            "place_names": names,
            "leads": list[Json](leads),
        },
    )


def _answer(
    images: Sequence[Image], clues: Sequence[Clue], stale: int, names: int, *, given: bool
) -> tuple[Status, str]:
    """Status and sentence of a unit."""
    if not images:
        if not given:
            return "not_looked", "No images were given."
        return "nothing_found", "No image is named by the posts of this unit."
    stripped = sum(image.stripped for image in images)
    seen = f"{_many(len(images), 'image')}, {stripped} without metadata"
    typed = (
        f" Places named in the metadata: {names}; typed by somebody, not weighed." if names else ""
    )
    places = sum(clue.kind == "image_position" for clue in clues)
    saved = sum(clue.kind == "image_clock" and ":editor:" in clue.id for clue in clues)
    clocks = sum(clue.kind == "image_clock" for clue in clues) - saved
    if places or clocks or saved:
        computers = f", {_many(saved, 'clock')} of editing programs" if saved else ""
        return "found", (
            f"{seen}. Where a device was: {_many(places, 'place')}, "
            f"{_many(clocks, 'camera clock')}{computers}.{typed}"
        )
    if stale:
        return "insufficient", (
            f"{seen}: the satellite time of {stale} is not that of the picture, so no zone of a "
            f"clock follows. An original with a fresh fix would end this.{typed}"
        )
    silent = f"{seen}: none says where it was taken or how its clock stood.{typed}"
    return ("found" if clues else "nothing_found"), silent


def _many(count: int, noun: str) -> str:
    """`1 image`, `2 images`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
