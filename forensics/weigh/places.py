"""Where the clues point, over real places: Bayes over the gazetteer in log space.

Hypotheses are the places of the gazetteer; areas are sums over them. Each group of clues fails as
a whole: with some chance it tells one coherent false place, either at random or one that somebody
chose. Both answers are kept, `random` and `aimed`; the aimed one is the headline, because random
error alone lets a single clue carry any weight. Model and known answers: docs/methods/weighing.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forensics.model import (
    AreaLikelihood,
    Clue,
    CountryLikelihood,
    PointLikelihood,
    ZoneLikelihood,
)
from forensics.reference.places import Gazetteer
from forensics.weigh.assessment import AreaShare
from forensics.weigh.groups import ClueGroup
from forensics.words import MDB_PER_TEN, MILLION, toward_zero

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

HONEST_ERROR_PPM = 50_000
"""Chance that a group is wrong though nobody lied: an old number, somebody else's code."""
PRIOR_OFFSET = 500
"""Added to the population of a place, so that no place is impossible."""
POINT_MIXTURE: tuple[tuple[float, float], ...] = ((0.70, 10.0), (0.25, 60.0))
"""A person's position lies this far (standard deviation, km) from the place they live in, with
these weights; the rest is anywhere on land."""
ANYWHERE = 0.05
LAND_KM2 = 1.489e8
UNLISTED_MDB = 3_010
"""A zone that the clue does not list is half as likely as the worst one listed."""
LN_PER_MDB = math.log(10) / MDB_PER_TEN


@dataclass(frozen=True)
class Ground:
    """The gazetteer with one prior over its places."""

    gazetteer: Gazetteer
    prior: FloatArray
    """Probability of each place before any clue; sums to 1."""

    @classmethod
    def of(cls, gazetteer: Gazetteer, alpha: float = 1.0) -> Ground:
        """Prior in proportion to (population + 500)^alpha: people live there, no more."""
        weight = (np.maximum(gazetteer.population, 0) + PRIOR_OFFSET).astype(np.float64) ** alpha
        return cls(gazetteer, weight / weight.sum())

    def mask(self, codes: Sequence[str]) -> BoolArray:
        """True for places in any of the areas; codes the gazetteer does not know add nothing."""
        out: BoolArray = np.zeros(len(self.prior), dtype=bool)
        for code in codes:
            if code in self.gazetteer.areas:
                out |= self.gazetteer.mask(code)
        return out

    def share(self, mask: BoolArray) -> float:
        """Prior probability of a set of places."""
        return float(self.prior[mask].sum())


def zone_score(likelihood: ZoneLikelihood, zone: str) -> int:
    """Milli-decibans of a zone; one that is not listed is half as likely as the worst listed."""
    table = likelihood.mdb
    return table[zone] if zone in table else min(table.values()) - UNLISTED_MDB


def zone_scores(clue: Clue, gazetteer: Gazetteer) -> FloatArray | None:
    """Milli-decibans of each place under a zone clue; None for other clues and empty ones."""
    likelihood = clue.likelihood
    if not isinstance(likelihood, ZoneLikelihood) or not likelihood.mdb:
        return None
    names, index = gazetteer.partition("zone")
    scores = np.array([zone_score(likelihood, name) for name in names], dtype=np.float64)
    return np.asarray(scores[index])


def country_score(likelihood: CountryLikelihood, country: str) -> int:
    """Milli-decibans of a country; one that is not named shares the value of all others."""
    return likelihood.mdb.get(country, likelihood.mdb.get("", 0))


def country_scores(likelihood: CountryLikelihood, gazetteer: Gazetteer) -> FloatArray:
    """Milli-decibans of each place under a clue about working calendars."""
    names, index = gazetteer.partition("country")
    scores = np.array([country_score(likelihood, name) for name in names], dtype=np.float64)
    return np.asarray(scores[index])


def log_likelihood(clue: Clue, ground: Ground, miss_factor: float = 1.0) -> FloatArray:
    """Natural log of p(clue | lives there) for every place, up to a constant of the clue.

    Zone and country: each place takes the likelihood of its own. Point: two Gaussians around it,
    widened by the error of the position, and a floor. Area: 1 - miss inside, and outside miss
    times the prior share of the area, since a wrong label is more often that of a populous area.
    An area that the gazetteer does not hold says nothing.

    Args:
        clue: the clue.
        ground: gazetteer and prior.
        miss_factor: factor on the miss rate of area clues, for the low and high ends.
    """
    likelihood = clue.likelihood
    nothing = np.zeros(len(ground.prior))
    if isinstance(likelihood, PointLikelihood):
        return _log_point(likelihood, ground.gazetteer)
    if isinstance(likelihood, AreaLikelihood):
        mask = ground.mask(likelihood.areas)
        if not mask.any() or mask.all():
            return nothing
        miss = min(max(likelihood.miss_ppm * miss_factor / MILLION, 1e-6), 0.5)
        outside = math.log(miss * ground.share(mask))
        return np.asarray(np.where(mask, math.log(1 - miss), outside))
    scores = zone_scores(clue, ground.gazetteer)
    if isinstance(likelihood, CountryLikelihood):
        scores = country_scores(likelihood, ground.gazetteer)
    return nothing if scores is None else scores * LN_PER_MDB


def _log_point(likelihood: PointLikelihood, gazetteer: Gazetteer) -> FloatArray:
    """Log density per square kilometre of a position, seen from each place."""
    position = likelihood.position
    km = gazetteer.distance_m(position.lat_udeg / 1e6, position.lon_udeg / 1e6) / 1000
    error = position.radius_m / 1000
    total = np.full(len(km), ANYWHERE / LAND_KM2)
    for weight, spread in POINT_MIXTURE:
        variance = spread**2 + error**2
        total += weight / (2 * math.pi * variance) * np.exp(-(km**2) / (2 * variance))
    return np.asarray(np.log(total))


@dataclass(frozen=True)
class Heard:
    """What one group says if it is right, and how it may be wrong."""

    likelihood: FloatArray
    """P_g(h), the product over its distinct clues; scaled so that the best place has 1."""
    chance: float
    """q_g = sum of prior times P_g: the likelihood if the group names one random place."""
    eps_w: float
    """Chance that it is honestly wrong."""
    eps_p: float
    """Chance that somebody planted what it favours."""

    def spoiled(self) -> float:
        """The part of L_g that does not depend on the place."""
        return self.eps_w * self.chance + self.eps_p

    def level(self, likelihood: FloatArray | float) -> FloatArray | float:
        """L_g for a value of P_g: (1 - eps_w - eps_p) P + eps_w q + eps_p, the best P being 1."""
        return (1 - self.eps_w - self.eps_p) * likelihood + self.spoiled()


def hear(
    clues: Sequence[Clue],
    ground: Ground,
    *,
    eps_w: float,
    eps_p: float,
    miss_factor: float = 1.0,
) -> Heard:
    """What a group of clues says over the places. The clues must be distinct.

    The false place is one for the whole group: a product of separate failures would call a
    coherent lie impossible.
    """
    logs = log_product(clues, ground, miss_factor)
    likelihood = np.exp(logs - logs.max())
    return Heard(likelihood, float((ground.prior * likelihood).sum()), eps_w, eps_p)


def log_product(clues: Sequence[Clue], ground: Ground, miss_factor: float = 1.0) -> FloatArray:
    """Sum of the log likelihoods of several clues, for every place."""
    logs = np.zeros(len(ground.prior))
    for clue in clues:
        logs += log_likelihood(clue, ground, miss_factor)
    return logs


def hear_random(group: ClueGroup, ground: Ground) -> Heard:
    """The group failing at random only: the chance of planting is added to honest error."""
    wrong = min((HONEST_ERROR_PPM + group.planted_chance_ppm) / MILLION, 0.95)
    return hear(group.distinct, ground, eps_w=wrong, eps_p=0.0)


def hear_aimed(group: ClueGroup, ground: Ground) -> Heard:
    """The group failing by honest error, or planted by someone aiming at what it favours."""
    return hear(
        group.distinct,
        ground,
        eps_w=HONEST_ERROR_PPM / MILLION,
        eps_p=group.planted_chance_ppm / MILLION,
    )


@dataclass(frozen=True)
class Fusion:
    """All groups together over the places of one ground."""

    ground: Ground
    groups: tuple[Heard, ...]
    _logs: tuple[FloatArray, ...] = field(repr=False)
    _total: FloatArray = field(repr=False)

    @classmethod
    def of(cls, ground: Ground, groups: Sequence[Heard]) -> Fusion:
        """Prior times the product of the groups, in log space."""
        logs = tuple(np.log(group.level(group.likelihood)) for group in groups)
        total = np.log(ground.prior)
        for row in logs:
            total = total + row
        return cls(ground, tuple(groups), logs, total)

    def posterior(self) -> FloatArray:
        """Probability of each place given all groups."""
        return _normalised(self._total)

    def without(self, index: int) -> FloatArray:
        """Probability of each place with one group left out."""
        return _normalised(self._total - self._logs[index])

    def support_mdb(self, index: int) -> int:
        """How well the other groups expect this one, in mdb; below 0 is a conflict.

        log10 of the sum of posterior-without-the-group times L_g / q_g: how much more often the
        others lead us to expect this clue than chance alone does.
        """
        group = self.groups[index]
        expected = float((self.without(index) * group.level(group.likelihood)).sum())
        return toward_zero(MDB_PER_TEN * math.log10(expected / group.chance))

    def wrong(self, index: int) -> float:
        """Probability that the group is wrong or planted, given everything."""
        group = self.groups[index]
        return float((self.posterior() * (group.spoiled() / group.level(group.likelihood))).sum())

    def moved(self, index: int) -> float:
        """Total variation between the answers with and without the group, 0 to 1."""
        return float(np.abs(self.posterior() - self.without(index)).sum() / 2)


def _normalised(logs: FloatArray) -> FloatArray:
    """Probabilities in proportion to exp(logs)."""
    values = np.exp(logs - logs.max())
    return np.asarray(values / values.sum())


def fuse(
    ground: Ground, groups: Sequence[ClueGroup], listen: Callable[[ClueGroup, Ground], Heard]
) -> Fusion:
    """The fusion of these groups, each heard in the given way."""
    return Fusion.of(ground, [listen(group, ground) for group in groups])


def area_sums(gazetteer: Gazetteer, values: FloatArray, level: str) -> dict[str, float]:
    """Sum of a probability over the areas of a level; places without a code are left out."""
    codes, index = gazetteer.partition(level)  # type: ignore[arg-type]
    sums = np.bincount(index, weights=values, minlength=len(codes))
    return {code: float(total) for code, total in zip(codes, sums, strict=True) if code}


def area_shares(
    gazetteer: Gazetteer,
    level: str,
    *,
    random: FloatArray,
    aimed: FloatArray,
    prior: FloatArray,
) -> tuple[AreaShare, ...]:
    """Every area of a level with its three probabilities, the highest aimed one first."""
    by_random = area_sums(gazetteer, random, level)
    by_aimed = area_sums(gazetteer, aimed, level)
    by_prior = area_sums(gazetteer, prior, level)
    order = sorted(by_aimed, key=lambda code: (-round(by_aimed[code] * MILLION), code))
    return tuple(
        AreaShare(
            code=code,
            name=area_name(gazetteer, code),
            level=level,
            parent=gazetteer.areas[code].parent if code in gazetteer.areas else "",
            random_ppm=round(by_random[code] * MILLION),
            aimed_ppm=round(by_aimed[code] * MILLION),
            prior_ppm=round(by_prior[code] * MILLION),
        )
        for code in order
    )


def area_name(gazetteer: Gazetteer, code: str) -> str:
    """English name of an area, or its code where the gazetteer has none."""
    return gazetteer.areas[code].name if code in gazetteer.areas else code
