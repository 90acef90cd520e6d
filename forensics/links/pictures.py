"""Pictures that accounts of a unit posted more than once: the same pixels, or nearly so.

A picture is the same by its pixels or by PDQ, whose false pairs are rarer than one in fifty
thousand (docs/methods/same-picture.md). Anybody can post a picture that went round: a tie is a
lead to who works together, and no clue to a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forensics.clues import Evidence
from forensics.model import Finding, Image, Json
from forensics.pixels import Group, SamePictures, same_pictures

FINDER = "same_picture"
SHOWN = 50
"""Groups written out in the details."""
WENT_ROUND = (
    "A picture that went round ties nobody: look for what is rare, and for who posted it first."
)
MISSED = "Crops of more than a twentieth, turned pictures and details of a picture are not found."


@dataclass(frozen=True, slots=True)
class Repeated:
    """One picture of a unit, in several files or from several accounts."""

    group: Group
    names: tuple[str, ...]
    accounts: tuple[str, ...]


def find(evidence: Evidence) -> list[Finding]:
    """One finding for every unit whose posts name images that were looked at."""
    if not evidence.pictures:
        return []
    same = evidence.same or same_pictures(evidence.pictures)
    by_hash = {image.original: image for image in evidence.images}
    found = []
    for unit, accounts in evidence.units.items():
        mine = frozenset(accounts)
        own = {key for key, image in by_hash.items() if mine.intersection(image.accounts)}
        looked = sum(one.original in own for one in evidence.pictures)
        if looked:
            found.append(_finding(unit, _repeated(same, by_hash, own, mine), same, looked))
    return found


def _repeated(
    same: SamePictures, by_hash: dict[str, Image], own: set[str], mine: frozenset[str]
) -> list[Repeated]:
    """Groups with at least two files of the unit; blank pictures tie nobody."""
    found = []
    for group in same.groups:
        members = [by_hash[key] for key in group.originals if key in own]
        if len(members) < 2 or not group.telling:
            continue
        accounts = {name for image in members for name in image.accounts if name in mine}
        names = tuple(sorted(image.name for image in members))
        found.append(Repeated(group, names, tuple(sorted(accounts))))
    return sorted(found, key=lambda one: (-len(one.accounts), one.names))


def _finding(unit: str, repeated: Sequence[Repeated], same: SamePictures, looked: int) -> Finding:
    several = [one for one in repeated if len(one.accounts) > 1]
    statement = f"No picture stands in two of {looked} image files of the unit."
    if repeated:
        files = sum(len(one.names) for one in repeated)
        statement = (
            f"{len(repeated)} of the pictures stand in {files} of {looked} image files; "
            f"{len(several)} of them were posted by more than one account."
        )
    groups: list[Json] = [
        {
            "files": list(one.names),
            "accounts": list(one.accounts),
            "how": one.group.how,
            "widest_bits": one.group.widest_bits,
        }
        for one in repeated[:SHOWN]
    ]
    return Finding(
        finder=FINDER,
        unit=unit,
        status="found" if repeated else "nothing_found",
        statement=statement,
        limits=(WENT_ROUND, MISSED) if repeated else (MISSED,),
        details={
            "files": looked,
            "pictures": len(repeated),
            "by_several_accounts": len(several),
            "groups": groups,
            "too_flat": same.too_flat,
            "crowded": same.crowded,
        },
    )
