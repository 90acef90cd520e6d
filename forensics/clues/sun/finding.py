"""Clues from the sun: the height and direction of shadows that were measured in pictures.

The sun mainly rules places out. A clue says where a device was, not who held it. Pictures of one
scene are one clue; they fail together with whatever else the same pictures say.
"""

from __future__ import annotations

from collections.abc import Sequence

from forensics.clock import ZONE_DATABASE, utc_text
from forensics.clues.evidence import Evidence
from forensics.clues.sun.answer import land_ruled_out
from forensics.clues.sun.contradictions import contradictions
from forensics.clues.sun.scene import RULED_OUT_SIGMA, sights_text
from forensics.clues.sun.scenes import CaseScene, RefusedScene, scenes_of
from forensics.model import Clue, Finding, Image, Json, Observation, RowRef
from forensics.version import __version__

FINDER = "sun"
LOOSE = "(images)"
PLANTED_PPM = 100_000
"""Medium cost: a picture that was taken elsewhere, or a time that is given wrongly, takes effort
and thought, but no skill."""
MILLION = 1_000_000
LIMITS = (
    "A shadow shows where a camera was at the time that is assumed, not who held it.",
    "Level ground and upright objects are assumed, within the errors stated with each measurement.",
    "The time stands or falls with the clock that gave it: another hour is another circle.",
    "The sun rules places out; what remains is a band round the Earth, not a place.",
)


def find(evidence: Evidence) -> list[Finding]:
    """One finding per unit whose pictures were measured; none if nobody measured a shadow."""
    if not evidence.shadows:
        return []
    units_of: dict[str, list[str]] = {}
    for unit, accounts in evidence.units.items():
        for account in accounts:
            units_of.setdefault(account, []).append(unit)
    by_unit: dict[str, list[CaseScene | RefusedScene]] = {unit: [] for unit in evidence.units}
    for one in scenes_of(evidence.shadows, evidence.images):
        images = one.images if isinstance(one, CaseScene) else (one.image,)
        named = {name for image in images if image is not None for name in image.accounts}
        units = sorted({unit for name in named for unit in units_of.get(name, ())})
        for unit in units or [LOOSE]:
            by_unit.setdefault(unit, []).append(one)
    return [_finding(unit, scenes, evidence) for unit, scenes in by_unit.items()]


def refused_lines(findings: Sequence[Finding]) -> tuple[str, ...]:
    """One line for each scene that was refused, whatever its unit."""
    lines = [
        f"shadows: scene {item['scene']} is refused: {item['reason']}"
        for finding in findings
        if finding.finder == FINDER
        for item in _objects(finding.details.get("refused"))
    ]
    return tuple(dict.fromkeys(lines))


def _objects(value: Json) -> list[dict[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _finding(unit: str, scenes: Sequence[CaseScene | RefusedScene], evidence: Evidence) -> Finding:
    """Everything about one unit."""
    if not scenes:
        text = "Shadows were measured, but in no picture of this unit."
        return Finding(FINDER, unit, "nothing_found", text)
    used = [one for one in scenes if isinstance(one, CaseScene)]
    refused = [one for one in scenes if isinstance(one, RefusedScene)]
    observations, clues = [], []
    leads: list[str] = []
    rows: list[Json] = []
    for one in used:
        observation, ruled_out = _observation(unit, one, evidence)
        observations.append(observation)
        against = contradictions(one)
        clues.append(_clue(unit, one, evidence, observation, against))
        leads += against
        rows.append({"scene": one.scene.name, "land_ruled_out_ppm": ruled_out})
    sentences = [item.statement for item in observations]
    sentences += [f"Scene {one.name} is refused: {one.reason}." for one in refused]
    return Finding(
        finder=FINDER,
        unit=unit,
        status="found" if used else "insufficient",
        statement=" ".join([*sentences, *leads]),
        observations=tuple(observations),
        clues=tuple(clues),
        limits=LIMITS,
        details={
            "scenes": rows,
            "refused": [{"scene": one.name, "reason": one.reason} for one in refused],
            "leads": list[Json](leads),
        },
    )


def _observation(unit: str, one: CaseScene, evidence: Evidence) -> tuple[Observation, int]:
    """What was seen in a scene, and how much of the land it rules out (ppm)."""
    ruled_out = round(land_ruled_out(one.scene.likelihood, evidence.places) * MILLION)
    shots = [
        f"{image.name}: sun {sights_text(shot.sights)}, {shot.when.text()}"
        for image, shot in zip(one.images, one.scene.shots, strict=True)
    ]
    who = sorted({row.measured_by for rows in one.rows for row in rows})
    statement = (
        f"Scene {one.scene.name} ({'; '.join(shots)}; measured by {', '.join(who)}): "
        f"{_percent(ruled_out)} of the land is ruled out, being more than "
        f"{RULED_OUT_SIGMA:.0f} standard errors off."
    )
    observation = Observation(
        id=f"{FINDER}:{unit}:{one.images[0].original[:16]}",
        about=one.images[0].original,
        statement=statement,
        value={"shadows": [row.as_json() for rows in one.rows for row in rows]},
        interval=None,
        unit="mdeg",
        rows=tuple(RowRef(image.original, 0) for image in one.images[:10]),
        rows_total=len(one.images),
        method=FINDER,
        version=f"gnomon {__version__}; {ZONE_DATABASE}; {evidence.places.version}",
        settings={"land_ruled_out_ppm": ruled_out},
    )
    return observation, ruled_out


def _percent(ppm: int) -> str:
    return "<1 %" if ppm < 10_000 else f"{ppm // 10_000} %"


def _clue(
    unit: str,
    one: CaseScene,
    evidence: Evidence,
    observation: Observation,
    against: Sequence[str],
) -> Clue:
    """The clue of a scene, with what contradicts it.

    It shares its keys with all else that these pictures say.
    """
    mine = set(evidence.units.get(unit, ()))
    accounts = sorted({name for image in one.images for name in image.accounts} & mine)
    shots = one.scene.shots
    times = sorted(utc_text(shot.when.from_us) for shot in shots if not shot.when.local)
    loose = "" if unit != LOOSE else "Tied to no account, named by no post. "
    return Clue(
        id=f"{FINDER}:{unit}:{one.images[0].original[:16]}",
        kind=FINDER,
        unit=unit,
        statement=loose + " ".join([observation.statement, *against]),
        observations=(observation.id,),
        group=_keys(one.images, accounts, evidence),
        role="device_present",
        set_by="operator",
        category="technical",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM,
        likelihood=one.scene.likelihood,
        accounts=tuple(accounts),
        valid_from=times[0] if times else None,
        valid_to=times[-1] if times else None,
    )


def _keys(images: Sequence[Image], accounts: Sequence[str], evidence: Evidence) -> tuple[str, ...]:
    """Who could fake one clue of these pictures could fake all: position, clock and sun."""
    keys = [
        *(f"scene:{evidence.set_of(image.original)}" for image in images),
        *(f"scene:{image.original}" for image in images),
        *(f"persona:{account}" for account in accounts),
    ]
    return tuple(dict.fromkeys(keys))
