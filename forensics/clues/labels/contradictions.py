"""Where what personas declare disagrees with what platforms show and hours allow: leads, no weight.

A persona of Texas whose platform label is Jiangsu is a reason to look closer, and nothing more: a
traveller, an emigrant and an operation look alike here. Nothing of this is weighed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from forensics import clock
from forensics.clues.labels.tally import names
from forensics.model import Finding, Json, Observation, ZoneLikelihood
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.reference.places import Gazetteer

METHOD = "contradictions"
WORSE_MDB = -10_000
"""A declared zone contradicts the hours if they fit it ten times worse than the best zone."""
LIMITS = (
    "A profile that disagrees is a lead, no proof: emigrants, travellers and jokes disagree too.",
)


def find_contradictions(findings: Sequence[Finding], places: Gazetteer) -> list[Finding]:
    """One finding per unit whose profiles declare something; none for the others.

    Args:
        findings: All findings so far; those of claims and of hours are looked at.
        places: Names of areas.
    """
    likelihoods = {
        (one.unit): clue.likelihood
        for one in findings
        if one.finder == "hours"
        for clue in one.clues
        if isinstance(clue.likelihood, ZoneLikelihood)
    }
    spans = {
        one.unit: (one.details.get("first_us"), one.details.get("last_us"))
        for one in findings
        if one.finder == "hours"
    }
    return [
        _of_unit(one, likelihoods.get(one.unit), spans.get(one.unit, (None, None)), places)
        for one in findings
        if one.finder == "claims" and one.status == "found"
    ]


def _of_unit(
    claims: Finding,
    likelihood: ZoneLikelihood | None,
    span: tuple[Any, Any],
    places: Gazetteer,
) -> Finding:
    """The disagreements of one unit."""
    found: dict[str, Any] = dict(claims.details["against"])  # type: ignore[arg-type]
    zones: dict[str, int] = dict(claims.details["zones"])  # type: ignore[arg-type]
    fit = _fits(zones, likelihood, span)
    worse = {zone: mdb for zone, mdb in fit.items() if mdb <= WORSE_MDB}
    sentences = [*_of_places(found, places), *_of_zones(found, worse, zones)]
    compared = found["place_and_label"] + found["zone_and_label"] + found["zone_and_place"]
    details: dict[str, Json] = {**found, "zone_fit_mdb": dict(sorted(fit.items()))}
    if not sentences:
        nothing = not compared and not fit
        text = (
            "What the personas declare stands beside no label and no hours to compare it with."
            if nothing
            else "What the personas declare contradicts neither labels nor hours."
        )
        status = "not_looked" if nothing else "nothing_found"
        return Finding(METHOD, claims.unit, status, text, (), (), LIMITS, details)  # type: ignore[arg-type]
    text = " ".join(sentences)
    observation = Observation(
        id=f"{METHOD}:{claims.unit}:all",
        about=claims.unit,
        statement=text,
        value=details,
        interval=None,
        unit="accounts, mdb",
        rows=claims.observations[0].rows if claims.observations else (),
        rows_total=claims.observations[0].rows_total if claims.observations else 0,
        method=METHOD,
        version=f"gnomon {__version__}; {clock.ZONE_DATABASE}",
        settings={"worse_mdb": WORSE_MDB},
    )
    return Finding(METHOD, claims.unit, "found", text, (observation,), (), LIMITS, details)


def _of_places(found: Mapping[str, Any], places: Gazetteer) -> list[str]:
    """The sentence about accounts whose declared place and label disagree."""
    if not found["place_apart_from_label"]:
        return []
    pair = found["pairs"][0]
    text = (
        f"Of {found['place_and_label']:,} accounts with a declared place and a platform label, "
        f"{found['place_apart_from_label']:,} declare a place apart from the one shown, such as "
        f"{names([pair['declared']], places)} against {names([pair['shown']], places)} "
        f"({pair['accounts']:,})."
    )
    return [text]


def _of_zones(
    found: Mapping[str, Any], worse: Mapping[str, int], zones: Mapping[str, int]
) -> list[str]:
    """The sentence about declared zones that fit no label, no declared place, no hours."""
    parts = [
        f"{found[f'zone_apart_from_{key}']:,} of {found[f'zone_and_{key}']:,} are kept nowhere in "
        f"the country of the {words}"
        for key, words in (("label", "platform label"), ("place", "declared place"))
        if found[f"zone_apart_from_{key}"]
    ]
    if worse:
        order = sorted(worse, key=lambda zone: (-zones[zone], zone))
        named = ", ".join(f"{zone}: {-worse[zone] / 1000:.1f} dB" for zone in order[:3])
        more = f" and {len(order) - 3:,} more" if len(order) > 3 else ""
        total = sum(zones[zone] for zone in worse)
        parts.append(
            f"{total:,} of {sum(zones.values()):,} hardly fit the hours ({named} worse than the "
            f"best zone{more})"
        )
    return [f"Of the declared zones {', '.join(parts)}."] if parts else []


def _fits(
    zones: Mapping[str, int], likelihood: ZoneLikelihood | None, span: tuple[Any, Any]
) -> dict[str, int]:
    """Declared zone -> how well the hours fit it, against the best zone; those that can be told."""
    if likelihood is None or span[0] is None:
        return {}
    middle_s = (int(span[0]) + int(span[1])) // 2_000_000
    out = {}
    for zone in sorted(zones):
        same = _same_clock(zone, middle_s, tuple(sorted(likelihood.mdb)))
        if same:
            out[zone] = max(likelihood.mdb[name] for name in same)
    return out


@lru_cache(maxsize=256)
def _same_clock(zone: str, at_s: int, candidates: tuple[str, ...]) -> tuple[str, ...]:
    """The candidate zones that are the declared one, keep its clock, or have its bare offset."""
    if zone in candidates:
        return (zone,)
    if zone in clock.all_zones():
        rules = clock.transitions(zone)
        return tuple(name for name in candidates if clock.transitions(name) == rules)
    return tuple(
        name for name in candidates if clock.offset_text(clock.offset_s(name, at_s) // 60) == zone
    )
