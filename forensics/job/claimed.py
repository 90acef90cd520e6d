"""What personas claim to be their home, set against what was assessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from forensics.model import Finding
from forensics.reference.places import Gazetteer
from forensics.show.view import ClaimedPlace
from forensics.weigh import Assessment

LISTED = 8
"""Claimed areas shown; beyond that, areas finer than a country are counted by country first."""
NOTHING_NAMED = "no place is named"


def claimed_places(
    findings: Sequence[Finding], assessment: Assessment, places: Gazetteer
) -> tuple[ClaimedPlace, ...]:
    """One line for each place that accounts of a unit declare, most accounts first.

    Args:
        findings: All answers about the unit.
        assessment: What was assessed for it.
        places: Names of areas.
    """
    declared = _declared(findings, places)
    conclusion = assessment.conclusion
    areas = tuple(
        code
        for row in assessment.rows
        if conclusion.hypothesis is not None and row.hypothesis.id == conclusion.hypothesis
        for code in row.hypothesis.areas
    )
    assessed = " or ".join(places.label(code) for code in areas) or NOTHING_NAMED
    order = sorted(declared, key=lambda key: (-declared[key], key))
    return tuple(
        ClaimedPlace(
            claimed=" or ".join(places.label(code) for code in key.split("|")),
            claimed_area=key if "|" not in key else None,
            assessed=assessed,
            assessed_area=areas[0] if len(areas) == 1 else None,
            rung=conclusion.rung if areas else None,
            accounts=declared[key],
        )
        for key in order[:LISTED]
    )


def _declared(findings: Sequence[Finding], places: Gazetteer) -> Counter[str]:
    """Declared area -> accounts; by country where there are too many to list."""
    counts: Counter[str] = Counter()
    for finding in findings:
        if finding.finder == "claims":
            listed = finding.details.get("locations")
            for key, n in listed.items() if isinstance(listed, dict) else ():
                counts[key] += n if isinstance(n, int) else 0
    if len(counts) <= LISTED:
        return counts
    wide: Counter[str] = Counter()
    for key, n in counts.items():
        countries = {_country(code, places) for code in key.split("|")}
        wide["|".join(sorted(countries))] += n
    return wide


def _country(code: str, places: Gazetteer) -> str:
    """The country an area lies in."""
    while places.area(code).parent:
        code = places.area(code).parent
    return code
