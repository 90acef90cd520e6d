"""The rows of the table: stories that exclude each other, and which places belong to which.

A more specific row takes its places out of a wider one, so that no place counts for two rows.
Rows for the audience's clock, a scheduler, an imitation and "any other place" always stand; a row
is closed only by giving it a prior of 0 and a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from forensics.errors import WeighError
from forensics.model import AreaLikelihood, Hypothesis, PointLikelihood, Rung
from forensics.reference.places import Gazetteer
from forensics.weigh.groups import ClueGroup
from forensics.weigh.organisations import hosts, is_organisation, with_hosts
from forensics.weigh.places import FloatArray, Fusion, area_name, area_sums, zone_scores
from forensics.words import MILLION

IMITATION_PPM = 10_000
NONE_PPM = 50_000
ADDED_PPM = 50_000
"""Prior of an audience or scheduler row that the caller left out."""
RIVALS = 3
SAME_ZONE_MDB = 3_000
"""Zones whose likelihoods differ by less than this (2:1) count as not told apart."""

_LEVEL = {"zone": 0, "country": 1, "admin1": 2, "admin2": 3}
_RUNG: dict[str, Rung] = {"country": "country", "admin1": "province", "admin2": "city"}
_PROPOSED = (
    "equal priors over the rows that the program proposed from the data; a city and the rest of "
    "its province share one part"
)
_SMALL = {
    "imitation": "a small prior: imitating all settable clues together for months is costly",
    "none": "a small prior: the rows listed were proposed to cover what the clues favour",
}

IndexArray = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """The hypotheses in the order of the report, and the row of each place."""

    hypotheses: tuple[Hypothesis, ...]
    row_of: IndexArray
    """Index of the hypothesis that holds each place; -1 where no row does."""
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Organisation row -> row of its place, which holds the places of both."""

    def place(self, name: str) -> int:
        """Index of the row that holds the places of a hypothesis: its own, or that of its host."""
        return self.index(self.hosts.get(name, name))

    def index(self, name: str) -> int:
        """Position of a hypothesis by its id."""
        return [row.id for row in self.hypotheses].index(name)


def partition(hypotheses: Sequence[Hypothesis], gazetteer: Gazetteer) -> Rows:
    """The row of each place: the most specific row that names it, else the row `none`.

    Raises:
        WeighError: an id occurs twice, two rows claim one area, an area is unknown, or a row is
            left without places.
    """
    names = [row.id for row in hypotheses]
    if len(set(names)) != len(names):
        raise WeighError("two hypotheses have one id", where=", ".join(sorted(names)))
    host = hosts(hypotheses)
    row_of = np.full(len(gazetteer), -1, dtype=np.int64)
    claims = [
        (_LEVEL[level], code, number)
        for number, row in enumerate(hypotheses)
        if row.kind == "place" and row.id not in host
        for level, code in _areas(row, gazetteer)
    ]
    codes = [(level, code) for level, code, _ in claims]
    if len(set(codes)) != len(codes):
        raise WeighError("two hypotheses claim the same area", todo="rows must exclude each other")
    for level, code, number in sorted(claims):  # wide first: a finer claim overwrites a wider one
        row_of[gazetteer.zone == code if level == 0 else gazetteer.mask(code)] = number
    for number, row in enumerate(hypotheses):
        if row.kind == "none":
            row_of[row_of == -1] = number
        elif row.kind == "place" and row.id not in host and not (row_of == number).any():
            raise WeighError(
                "the hypothesis holds no place of the gazetteer",
                where=row.id,
                todo="name an area that is not wholly taken by finer rows",
            )
    return Rows(tuple(hypotheses), row_of, host)


def _areas(row: Hypothesis, gazetteer: Gazetteer) -> list[tuple[str, str]]:
    """Level and code of each area of a place row; a row may name a zone instead."""
    if not row.areas:
        if row.zone is None or not (gazetteer.zone == row.zone).any():
            raise WeighError("a place row names no area and no known zone", where=row.id)
        return [("zone", row.zone)]
    unknown = [code for code in row.areas if code not in gazetteer.areas]
    if unknown:
        raise WeighError(f"no area has the code {unknown[0]!r}", where=row.id)
    return [(gazetteer.areas[code].level, code) for code in row.areas]


def complete(
    hypotheses: Sequence[Hypothesis], audience_zone: str | None
) -> tuple[tuple[Hypothesis, ...], tuple[str, ...]]:
    """The caller's rows and any standing row that is missing, with a note for each one added."""
    check_priors(hypotheses)
    hypotheses, hosted = with_hosts(hypotheses)
    total = sum(row.prior_ppm for row in hypotheses if not is_organisation(row))
    kinds = {row.kind for row in hypotheses}
    missing = [row for row in _standing(ADDED_PPM, audience_zone) if row.kind not in kinds]
    added = tuple(replace(row, prior_ppm=row.prior_ppm * total // MILLION) for row in missing)
    notes = tuple(f"Row added because none of its kind was given: {row.statement}" for row in added)
    return (*hypotheses, *added), (*hosted, *notes)


def restate(
    rows: Sequence[Hypothesis], priors: Mapping[str, tuple[int, str]]
) -> tuple[tuple[Hypothesis, ...], tuple[str, ...]]:
    """The rows with priors stated by hand, and a note for each prior that found no row.

    Raises:
        WeighError: a prior is negative, or none is left above 0.
    """
    known = {row.id for row in rows}
    out = tuple(
        replace(row, prior_ppm=priors[row.id][0], prior_reason=priors[row.id][1])
        if row.id in priors
        else row
        for row in rows
    )
    check_priors(out)
    return out, tuple(
        f"The prior stated for {name} was not used: there is no such row."
        for name in sorted(set(priors) - known)
    )


def check_priors(rows: Sequence[Hypothesis]) -> None:
    """Refuse priors below 0, and tables in which every row is closed."""
    for row in rows:
        if row.prior_ppm < 0:
            raise WeighError("a prior below 0", where=row.id)
    if not any(row.prior_ppm for row in rows):
        raise WeighError("no hypothesis is open", todo="give at least one row a prior above 0")


def _standing(open_ppm: int, audience_zone: str | None) -> tuple[Hypothesis, ...]:
    """The rows that always stand. `open_ppm` is the prior of the first two."""
    whose = audience_zone or "audience not stated"
    return (
        Hypothesis(
            id="H_audience",
            statement=f"The hours follow the audience ({whose}); the place stays open.",
            rung="zone",
            prior_ppm=open_ppm,
            prior_reason="standing row",
            kind="audience",
            zone=audience_zone,
        ),
        Hypothesis(
            id="H_scheduler",
            statement="A scheduler posts; the hours say nothing about a place.",
            rung="zone",
            prior_ppm=open_ppm,
            prior_reason="standing row",
            kind="scheduler",
        ),
        Hypothesis(
            id="H_imitation",
            statement="Someone elsewhere imitates the leading place with all they could set.",
            rung="country",
            prior_ppm=IMITATION_PPM,
            prior_reason=_SMALL["imitation"],
            kind="imitation",
        ),
        Hypothesis(
            id="H_none",
            statement="Worked in a place that no other row names.",
            rung="country",
            prior_ppm=NONE_PPM,
            prior_reason=_SMALL["none"],
            kind="none",
        ),
    )


def propose(
    fusion: Fusion, groups: Sequence[ClueGroup], audience_zone: str | None
) -> tuple[Hypothesis, ...]:
    """Rows taken from the clues: leading city, province and country, rivals, standing rows.

    City and province stand only where some clue reaches that level; hours never do. The city has
    its own row because several clues to one city agree with each other, which a mean over a
    province hides; no automatic conclusion names it. Proposing rows from the data favours them, so
    each row says that it was proposed, and the open rows have equal priors.

    Args:
        fusion: the aimed fusion.
        groups: the groups in it.
        audience_zone: zone of the audience, if stated.
    """
    gazetteer = fusion.ground.gazetteer
    posterior = fusion.posterior()
    nested = _nested(posterior, groups, gazetteer)
    places: list[Hypothesis] = []
    taken = ""
    for code in nested:  # finest first; a wider row is what the finer ones leave of it
        if taken and (gazetteer.mask(code) <= gazetteer.mask(taken)).all():
            continue
        outside = f" outside {area_name(gazetteer, taken)}" if taken else ""
        places.append(_place(code, gazetteer, f"Worked in {_named(gazetteer, code)}{outside}."))
        taken = code
    places += [
        _place(code, gazetteer, f"Worked in {_named(gazetteer, code)}.")
        for code in _rivals(fusion, groups, nested[-1], posterior)
    ]
    first, second, imitation, none = _standing(0, audience_zone)
    rows = [*places, first, second]
    priors = _equal_shares(rows)
    return (
        *(
            replace(row, prior_ppm=prior, prior_reason=_PROPOSED)
            for row, prior in zip(rows, priors, strict=True)
        ),
        imitation,
        none,
    )


def _equal_shares(rows: Sequence[Hypothesis]) -> list[int]:
    """Equal priors in ppm, beside the two small standing rows.

    A city row halves the share of its province with the rest of it: a finer row must not buy its
    province a second share. What does not divide goes to the first row.
    """
    city = rows[0].rung == "city" and len(rows) > 1 and rows[1].rung == "province"
    free = MILLION - IMITATION_PPM - NONE_PPM
    share = free // (len(rows) - city)
    priors = [share // 2 if city and number < 2 else share for number in range(len(rows))]
    priors[0] += free - sum(priors)
    return priors


def _highest(shares: dict[str, float]) -> str:
    """The area with the largest share; ties go to the first code."""
    return min(shares, key=lambda code: (-shares[code], code))


def _named(gazetteer: Gazetteer, code: str) -> str:
    """`Jiangsu (CN-JS)`."""
    return f"{area_name(gazetteer, code)} ({code})"


def _place(code: str, gazetteer: Gazetteer, statement: str) -> Hypothesis:
    """A place row without its prior."""
    rung = _RUNG[gazetteer.areas[code].level]
    return Hypothesis(f"H_{code}", statement, rung, 0, _PROPOSED, "place", (code,))


def _nested(
    posterior: FloatArray, groups: Sequence[ClueGroup], gazetteer: Gazetteer
) -> tuple[str, ...]:
    """Codes of the leading city, province and country, finest first, as far as clues reach."""
    provinces = area_sums(gazetteer, posterior, "admin1")
    province = _highest(provinces) if provinces else ""
    reached = _levels(groups, gazetteer, gazetteer.areas[province].parent) if province else set()
    if not reached:
        return (_highest(area_sums(gazetteer, posterior, "country")),)
    codes, index = gazetteer.partition("admin2")
    sums = np.bincount(index, weights=posterior, minlength=len(codes))
    inside = np.unique(index[gazetteer.mask(province)]).tolist()
    cities = {codes[at]: float(sums[at]) for at in inside if codes[at] in gazetteer.areas}
    country = gazetteer.areas[province].parent
    if "admin2" in reached and cities:
        return (_highest(cities), province, country)
    return (province, country)


def _levels(groups: Sequence[ClueGroup], gazetteer: Gazetteer, country: str) -> set[str]:
    """Levels below a country that some clue inside it names; a point counts as the finest.

    A city that a clue names elsewhere is no reason to part the cities of this country.
    """
    levels: set[str] = set()
    for clue in (clue for group in groups for clue in group.distinct):
        if isinstance(clue.likelihood, PointLikelihood):
            at = clue.likelihood.position
            near = gazetteer.nearest(at.lat_udeg / 1e6, at.lon_udeg / 1e6, 1)
            levels |= {"admin2" for one in near if gazetteer.country[one.index] == country}
        elif isinstance(clue.likelihood, AreaLikelihood):
            known = (code for code in clue.likelihood.areas if code in gazetteer.areas)
            inside = (code for code in known if gazetteer.within(code, country))
            levels |= {gazetteer.areas[code].level for code in inside}
    return levels - {"country"}


def same_zone(fusion: Fusion, groups: Sequence[ClueGroup], mask: NDArray[np.bool_]) -> FloatArray:
    """Prior of the places whose zones the clues cannot part from that of the places in `mask`.

    Zero elsewhere, and everywhere if no clue names zones. The zone of the mask is the one with
    most of its posterior.
    """
    gazetteer, ground = fusion.ground.gazetteer, fusion.ground
    scores = [
        found
        for group in groups
        for clue in group.distinct
        if (found := zone_scores(clue, gazetteer)) is not None
    ]
    if not scores or not mask.any():
        return np.zeros(len(ground.prior))
    total = np.sum(scores, axis=0)
    names, index = gazetteer.partition("zone")
    weights = np.where(mask, fusion.posterior(), 0.0)
    zone = int(np.bincount(index, weights=weights, minlength=len(names)).argmax())
    centre = float(total[index == zone][0])
    return np.asarray(np.where(np.abs(total - centre) < SAME_ZONE_MDB, ground.prior, 0.0))


def _rivals(
    fusion: Fusion, groups: Sequence[ClueGroup], leader: str, posterior: FloatArray
) -> tuple[str, ...]:
    """Up to three other countries: two by posterior, then the most populous on the same hours."""
    gazetteer = fusion.ground.gazetteer
    by_posterior = area_sums(gazetteer, posterior, "country")
    ranked = sorted(by_posterior, key=lambda code: (-by_posterior[code], code))
    shared = area_sums(gazetteer, same_zone(fusion, groups, gazetteer.mask(leader)), "country")
    same = sorted(
        (code for code, value in shared.items() if value > 0),
        key=lambda code: (-shared[code], code),
    )
    wanted = [code for code in ranked if code != leader]
    chosen = wanted[: RIVALS - 1]
    for code in [*same, *wanted]:
        if len(chosen) < RIVALS and code != leader and code not in chosen:
            chosen.append(code)
    return tuple(chosen)
