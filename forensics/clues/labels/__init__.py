"""Location labels of platforms, and what personas declare about their own home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forensics.clues.labels import claims
from forensics.clues.labels.contradictions import find_contradictions
from forensics.clues.labels.finding import METHOD, finding
from forensics.clues.labels.shown import UnitLabels, read_labels
from forensics.clues.labels.tally import substantial, tallies
from forensics.model import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forensics.clues.evidence import Evidence

__all__ = ["METHOD", "find", "find_contradictions", "substantial"]


def find(evidence: Evidence) -> list[Finding]:
    """Two findings per unit: the areas its accounts' labels name, and what its profiles declare.

    First the labels of all units in their order, then the declarations.
    """
    labels = read_labels(evidence)
    declared = claims.read_claims(evidence)
    found = [
        finding(unit, accounts, labels[unit], evidence.places)
        if evidence.posts is not None or evidence.profiles
        else Finding(METHOD, unit, "not_looked", "There are no posts and no profiles.")
        for unit, accounts in evidence.units.items()
    ]
    for unit, accounts in evidence.units.items():
        if evidence.profiles:
            homes = homes_of(labels[unit])
            found.append(claims.finding(unit, accounts, declared[unit], homes, evidence.places))
        else:
            text = "No file given holds profiles of accounts."
            found.append(Finding(claims.METHOD, unit, "not_looked", text))
    return found


def homes_of(labels: UnitLabels) -> Mapping[str, str]:
    """Account -> the area its platform shows; labels of the network before registrations."""
    homes: dict[str, str] = {}
    for tally in tallies(labels.shown):
        if tally.moves and "ip" in tally.label.groups:
            for account, area in tally.home_of().items():
                homes.setdefault(account, area)
    return homes
