"""Weights: what each group of clues says about each hypothesis, in milli-decibans.

A weight is 10 log10 of the mean of L_g over the places of the row (by the prior inside it) against
the mean over everybody, that is, against someone placed at random by population. The planted
share in L_g keeps any two rows of a group within 10 log10(1/planted chance) of each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forensics.errors import WeighError
from forensics.model import (
    AreaLikelihood,
    Clue,
    CountryLikelihood,
    Hypothesis,
    KindLikelihood,
    RowLikelihood,
    Weight,
    ZoneLikelihood,
)
from forensics.reference.zones import zone_countries
from forensics.weigh.groups import OPERATOR_SETTABLE, TIME_KINDS, ClueGroup
from forensics.weigh.hypotheses import Rows
from forensics.weigh.organisations import hosts
from forensics.weigh.places import (
    HONEST_ERROR_PPM,
    LN_PER_MDB,
    FloatArray,
    Ground,
    Heard,
    country_score,
    hear,
    log_product,
    zone_score,
)
from forensics.words import (
    MDB_PER_TEN,
    MILLION,
    probability_text,
    ratio_of_mdb,
    shares_ppm,
    toward_zero,
)

REFERENCE = "someone placed at random by population, posting by hand"
"""Against whom every likelihood is compared."""
SPREADS = (1.0, 0.5, 2.0)
"""Factors on planted chance and miss rate: as stated first, then for the low and high ends."""
EPS_W = HONEST_ERROR_PPM / MILLION
HIGHEST_PLANTED = 0.9


@dataclass(frozen=True, slots=True)
class Means:
    """Mean of P_g for each row and for the reference, at one miss rate; no place exceeds 1."""

    rows: tuple[float, ...]
    reference: float

    def mdb(self, row: int, eps_p: float) -> int:
        """Weight of a row at a planted chance."""
        spoiled = EPS_W * self.reference + eps_p
        left = 1 - EPS_W - eps_p
        ratio = (left * self.rows[row] + spoiled) / (left * self.reference + spoiled)
        return toward_zero(MDB_PER_TEN * math.log10(ratio))


def weigh(
    groups: Sequence[ClueGroup],
    rows: Rows,
    ground: Ground,
    heard: Sequence[Heard] | None = None,
) -> tuple[Weight, ...]:
    """One weight per group and hypothesis: group by group, the rows in their order.

    An imitation of the leading place row weighs what that row weighs where the operator could have
    set the clue, and what the row `none` weighs elsewhere.

    Args:
        groups: the groups of clues.
        rows: the hypotheses and their places.
        ground: gazetteer and prior.
        heard: what each group says over these places, where that was worked out already.

    Raises:
        WeighError: a judged clue names a hypothesis that is not there.
    """
    _check_judged(groups, rows)
    count = len(rows.hypotheses) + 1
    mass = np.bincount(rows.row_of + 1, weights=ground.prior, minlength=count).astype(np.float64)
    said = heard or [hear(one.distinct, ground, eps_w=0.0, eps_p=0.0) for one in groups]
    table = {
        (weight.group, weight.hypothesis): weight
        for group, one in zip(groups, said, strict=True)
        for weight in _weigh_group(group, rows, ground, one, mass)
    }
    leader = leading_place(rows.hypotheses, table.values())
    others = next((row.id for row in rows.hypotheses if row.kind == "none"), None)
    for row in (row for row in rows.hypotheses if row.kind == "imitation"):
        for group in groups:
            settable = group.set_by in OPERATOR_SETTABLE
            model = table.get((group.id, (leader if settable else others) or ""))
            if model is not None:
                why = "could be set by an imitator" if settable else "out of an imitator's reach"
                reason = f"{why}: as for {model.hypothesis}"
                table[group.id, row.id] = replace(model, hypothesis=row.id, reason=reason)
    return tuple(table[group.id, row.id] for group in groups for row in rows.hypotheses)


def _check_judged(groups: Sequence[ClueGroup], rows: Rows) -> None:
    """Refuse judgements about hypotheses that do not stand in the table."""
    known = {row.id for row in rows.hypotheses}
    for clue in (clue for group in groups for clue in group.distinct):
        if isinstance(clue.likelihood, RowLikelihood):
            odd = sorted(set(clue.likelihood.rows) - known)
            if odd:
                raise WeighError(
                    f"a judgement weighs {odd[0]!r:.60}, which is no hypothesis",
                    where=clue.id,
                    todo=f"name one of: {', '.join(sorted(known))}",
                )


def sums_mdb(hypotheses: Iterable[Hypothesis], weights: Iterable[Weight]) -> dict[str, int]:
    """Sum of the weights of each hypothesis."""
    sums = {row.id: 0 for row in hypotheses}
    for weight in weights:
        sums[weight.hypothesis] += weight.mdb
    return sums


def leading_place(hypotheses: Sequence[Hypothesis], weights: Iterable[Weight]) -> str | None:
    """The open place row with the highest probability; None if there is none. Ties: the first.

    A place and the organisations that split it stand together, so that naming a body cannot cost
    its place the lead; the answer is the highest row of the leading place.
    """
    sums = sums_mdb(hypotheses, weights)
    open_rows = [row for row in hypotheses if row.kind == "place" and row.prior_ppm > 0]
    if not open_rows:
        return None
    shares = shares_ppm([sums[row.id] for row in open_rows], [row.prior_ppm for row in open_rows])
    host = hosts(hypotheses)
    whole: dict[str, int] = {}
    for share, row in zip(shares, open_rows, strict=True):
        place = host.get(row.id, row.id)
        whole[place] = whole.get(place, 0) + share
    best = max(whole, key=lambda place: whole[place])
    inside = [
        (share, row.id)
        for share, row in zip(shares, open_rows, strict=True)
        if host.get(row.id, row.id) == best
    ]
    return max(inside, key=lambda pair: pair[0])[1]


def _weigh_group(
    group: ClueGroup, rows: Rows, ground: Ground, heard: Heard, mass: FloatArray
) -> list[Weight]:
    """Weights of one group for all rows; imitation rows stay at the reference here."""
    means = [_means(group.distinct, rows, ground, heard, mass)]
    if any(isinstance(clue.likelihood, AreaLikelihood) for clue in group.distinct):
        for factor in SPREADS[1:]:
            other = hear(group.distinct, ground, eps_w=0.0, eps_p=0.0, miss_factor=factor)
            means.append(_means(group.distinct, rows, ground, other, mass, miss_factor=factor))
    if any(isinstance(clue.likelihood, RowLikelihood) for clue in group.distinct):
        means += [_means(group.distinct, rows, ground, heard, mass, end=end) for end in (1, 2)]
    chances = [
        min(group.planted_chance_ppm / MILLION * factor, HIGHEST_PLANTED) for factor in SPREADS
    ]
    out = []
    for number, row in enumerate(rows.hypotheses):
        values = [mean.mdb(number, chance) for mean in means for chance in chances]
        out.append(
            Weight(
                group=group.id,
                hypothesis=row.id,
                mdb=values[0],
                low_mdb=min(values),
                high_mdb=max(values),
                basis=group.basis,
                reference=REFERENCE,
                reason=_reason(group, row),
            )
        )
    return out


def _means(
    clues: Sequence[Clue],
    rows: Rows,
    ground: Ground,
    heard: Heard,
    mass: FloatArray,
    *,
    miss_factor: float = 1.0,
    end: int = 0,
) -> Means:
    """Mean of P_g over the places of each row, and over everybody.

    `end` takes judged weights as judged (0), at their low (1) or at their high end (2).
    """
    size = len(rows.hypotheses) + 1
    weights = ground.prior * heard.likelihood
    sums = np.bincount(rows.row_of + 1, weights=weights, minlength=size)
    values = []
    for row in rows.hypotheses:
        value = heard.chance
        place = rows.place(row.id) + 1
        if row.kind in {"place", "none"} and mass[place] > 0:
            value = float(sums[place] / mass[place])
        elif row.kind == "audience" and row.zone:
            value = _audience(clues, row.zone, ground, miss_factor, heard.top)
        values.append(value * _kind_ratio(clues, row.kind) * _judged_ratio(clues, row.id, end))
    by_hand = _kind_ratio(clues, "place")
    best = max(by_hand, *values)
    return Means(tuple(value / best for value in values), heard.chance * by_hand / best)


def _audience(
    clues: Sequence[Clue], zone: str, ground: Ground, miss_factor: float, top: float
) -> float:
    """P_g if hours, clock changes and days are the audience's, and the place is anywhere."""
    others = [clue for clue in clues if not follows_audience(clue)]
    elsewhere = log_product(others, ground, miss_factor)
    score = sum(_audience_score(clue, zone) for clue in clues if follows_audience(clue))
    return float((ground.prior * np.exp(elsewhere + score * LN_PER_MDB - top)).sum())


def follows_audience(clue: Clue) -> bool:
    """True for the clues that an audience could explain: the hours and days of posts."""
    return (
        clue.kind in TIME_KINDS
        and isinstance(clue.likelihood, ZoneLikelihood | CountryLikelihood)
        and bool(clue.likelihood.mdb)
    )


def _audience_score(clue: Clue, zone: str) -> int:
    """Milli-decibans of the audience's zone, or of the country it lies in."""
    if isinstance(clue.likelihood, ZoneLikelihood):
        return zone_score(clue.likelihood, zone)
    if isinstance(clue.likelihood, CountryLikelihood):
        return country_score(clue.likelihood, zone_countries().get(zone, ""))
    return 0


def _kind_ratio(clues: Sequence[Clue], kind: str) -> float:
    """How much more often this kind of hypothesis shows the clues than people posting by hand."""
    total = sum(
        clue.likelihood.mdb.get(kind, 0)
        for clue in clues
        if isinstance(clue.likelihood, KindLikelihood)
    )
    return ratio_of_mdb(total)


def _judged_ratio(clues: Sequence[Clue], row: str, end: int) -> float:
    """How much more often a hypothesis shows the clues, as judged by hand."""
    total = sum(
        clue.likelihood.rows.get(row, (0, 0, 0))[end]
        for clue in clues
        if isinstance(clue.likelihood, RowLikelihood)
    )
    return ratio_of_mdb(total)


def _reason(group: ClueGroup, row: Hypothesis) -> str:
    """Where the weight comes from, in one line."""
    chance = (
        f"planted chance {probability_text(group.planted_chance_ppm)}, "
        f"honest error {probability_text(HONEST_ERROR_PPM)}"
    )
    judged = [one.likelihood for one in group.distinct if isinstance(one.likelihood, RowLikelihood)]
    if len(judged) == len(group.distinct) and row.kind != "imitation":
        named = any(row.id in one.rows for one in judged)
        return f"judged by hand; {chance}" if named else "the judgement does not name this row"
    if row.kind == "scheduler":
        return "a schedule says nothing about a place"
    if row.kind == "audience":
        return _audience_reason(group, row, chance)
    if row.kind == "imitation":
        return "no row to imitate"
    return f"mean over the places of the row; {chance}"


def _audience_reason(group: ClueGroup, row: Hypothesis, chance: str) -> str:
    """The same for the row of the audience."""
    if not any(follows_audience(clue) for clue in group.distinct):
        return "the audience's clock says nothing about this clue"
    if not row.zone:
        return "the audience is not stated: 0 dB"
    return f"likelihood of the times in {row.zone}; {chance}"


def unlisted_audience(rows: Sequence[Hypothesis], groups: Sequence[ClueGroup]) -> tuple[str, ...]:
    """Audience zones that an hours clue does not list, so that they got the lowest likelihood."""
    tables: list[Mapping[str, int]] = [
        clue.likelihood.mdb
        for group in groups
        for clue in group.distinct
        if follows_audience(clue) and isinstance(clue.likelihood, ZoneLikelihood)
    ]
    zones = {row.zone for row in rows if row.kind == "audience" and row.zone}
    return tuple(sorted(zone for zone in zones if any(zone not in table for table in tables)))
