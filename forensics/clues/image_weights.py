"""How much the statements of an image weigh: chances of being planted, floors of likelihoods."""

from __future__ import annotations

from forensics import clock
from forensics.clues.image_readings import ClockClaim
from forensics.model import ZoneLikelihood
from forensics.reference.zones import candidate_zones

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
SET_FLOOR_MDB = -3_000
"""The same for the zone that somebody set in a camera's menu, or that an editing program put beside
a copy of the time. Judged, not measured."""


def zone_likelihood(claim: ClockClaim) -> ZoneLikelihood:
    """0 for the zones with one of the clock's offsets at that moment, the floor for the others.

    Offsets that differ by 24 hours (UTC-11 and UTC+13) are one answer where only the time of day
    was compared. The floors are measured shares, rounded against the clue.
    """
    floor = STRONG_FLOOR_MDB if claim.strength == "strong" else WEAK_FLOOR_MDB
    if claim.how in {"set", "xmp"}:
        floor = SET_FLOOR_MDB
    return ZoneLikelihood(
        {
            name: 0 if clock.offset_s(name, claim.utc_s) // 60 in claim.equal_min else floor
            for name in candidate_zones()
        }
    )
