"""Where the clues point, over real places: Bayes over the gazetteer in log space.

Hypotheses are the places of the gazetteer; areas are sums over them. Each group of clues fails as
a whole: with some chance it tells one coherent false place, either at random or one that somebody
chose. Both answers are kept, `random` and `aimed`; the aimed one is the headline, because random
error alone lets a single clue carry any weight. Model and known answers: docs/methods/weighing.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.clues.sun.likelihood import over_places
from forensics.model import (
    AreaLikelihood,
    Clue,
    CountryLikelihood,
    PointLikelihood,
    SunLikelihood,
    ZoneLikelihood,
)
from forensics.reference.places import Gazetteer
from forensics.weigh.assessment import AreaShare
from forensics.weigh.groups import ClueGroup
from forensics.words import MDB_PER_TEN, MILLION, toward_zero

AreaLevel = Literal["country", "admin1", "admin2", "zone"]
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
TOGETHER = 16
"""Levels multiplied before a logarithm is taken; none is below 1e-9, so none underflows."""
KEPT = 96
"""Likelihoods kept within a process; one takes half a megabyte over 69,000 places."""


@lru_cache(maxsize=4 * KEPT)
def area_mask(gazetteer: Gazetteer, code: str) -> BoolArray:
    """True for the places of an area, kept for the next clue; not to be written to."""
    mask = gazetteer.mask(code)
    mask.flags.writeable = False
    return mask


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
                out |= area_mask(self.gazetteer, code)
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
    An area that the gazetteer does not hold says nothing. Sun: see `clues/sun/likelihood.py`.

    Args:
        clue: the clue.
        ground: gazetteer and prior.
        miss_factor: factor on the miss rate of area clues, for the low and high ends.
    """
    likelihood = clue.likelihood
    nothing = np.zeros(len(ground.prior))
    if isinstance(likelihood, PointLikelihood | SunLikelihood):
        return _kept(likelihood, ground.gazetteer)
    if isinstance(likelihood, AreaLikelihood):
        mask = ground.mask(likelihood.areas)
        if not mask.any() or mask.all():
            return nothing
        miss = min(max(likelihood.miss_ppm * miss_factor / MILLION, 1e-6), 0.5)
        outside = math.log(miss * ground.share(mask))
        if likelihood.most_mdb is not None:
            outside = max(outside, math.log(1 - miss) - likelihood.most_mdb * LN_PER_MDB)
        return np.asarray(np.where(mask, math.log(1 - miss), outside))
    scores = zone_scores(clue, ground.gazetteer)
    if isinstance(likelihood, CountryLikelihood):
        scores = country_scores(likelihood, ground.gazetteer)
    return nothing if scores is None else scores * LN_PER_MDB


@lru_cache(maxsize=KEPT)
def _kept(likelihood: PointLikelihood | SunLikelihood, gazetteer: Gazetteer) -> FloatArray:
    """The likelihoods that take long and depend on no prior; not to be written to."""
    if isinstance(likelihood, PointLikelihood):
        found = _log_point(likelihood, gazetteer)
    else:
        found = over_places(likelihood, gazetteer)
    found.flags.writeable = False
    return found


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
    top: float = 0.0
    """Natural log of the highest P_g before it was scaled to 1."""

    def failing(self, *, eps_w: float, eps_p: float) -> Heard:
        """The same words, failing with other chances."""
        return replace(self, eps_w=eps_w, eps_p=eps_p)

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
    top = float(logs.max())
    likelihood = np.exp(logs - top)
    return Heard(likelihood, float((ground.prior * likelihood).sum()), eps_w, eps_p, top)


def log_product(clues: Sequence[Clue], ground: Ground, miss_factor: float = 1.0) -> FloatArray:
    """Sum of the log likelihoods of several clues, for every place."""
    logs = np.zeros(len(ground.prior))
    for clue in clues:
        logs += log_likelihood(clue, ground, miss_factor)
    return logs


def hear_random(group: ClueGroup, ground: Ground) -> Heard:
    """The group failing at random only: the chance of planting is added to honest error."""
    return at_random(hear_aimed(group, ground))


def at_random(heard: Heard) -> Heard:
    """A group as it is heard if nobody aimed: the whole chance of failure on a random place."""
    return heard.failing(eps_w=min(heard.eps_w + heard.eps_p, 0.95), eps_p=0.0)


def hear_again(group: ClueGroup, heard: Heard, ground: Ground) -> Heard:
    """A group over the same places under another prior; only area clues depend on it."""
    if any(isinstance(clue.likelihood, AreaLikelihood) for clue in group.distinct):
        return hear(group.distinct, ground, eps_w=heard.eps_w, eps_p=heard.eps_p)
    return replace(heard, chance=float((ground.prior * heard.likelihood).sum()))


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

    @classmethod
    def of(cls, ground: Ground, groups: Sequence[Heard]) -> Fusion:
        """Prior times the product of the groups, in log space."""
        return cls(ground, tuple(groups))

    @cached_property
    def levels(self) -> tuple[FloatArray, ...]:
        """L_g of each group, for every place."""
        return tuple(np.asarray(group.level(group.likelihood)) for group in self.groups)

    @cached_property
    def _total(self) -> FloatArray:
        """Log of prior times product; levels are multiplied a few at a time, far from underflow."""
        total = np.log(self.ground.prior)
        for start in range(0, len(self.levels), TOGETHER):
            total += np.log(math.prod(self.levels[start : start + TOGETHER]))
        return np.asarray(total)

    @cached_property
    def _posterior(self) -> FloatArray:
        return _normalised(self._total)

    def posterior(self) -> FloatArray:
        """Probability of each place given all groups."""
        return self._posterior

    def without(self, index: int) -> FloatArray:
        """Probability of each place with one group left out."""
        rest = self._posterior / self.levels[index]
        return np.asarray(rest / rest.sum())

    def support_mdb(self, index: int) -> int:
        """How well the other groups expect this one, in mdb; below 0 is a conflict.

        log10 of the sum of posterior-without-the-group times L_g / q_g: how much more often the
        others lead us to expect this clue than chance alone does. The sum is that of the total
        over that of the total without the group, so that nothing is computed twice.
        """
        expected = 1 / float((self._posterior / self.levels[index]).sum())
        return toward_zero(MDB_PER_TEN * math.log10(expected / self.groups[index].chance))

    def wrong(self, index: int) -> float:
        """Probability that the group is wrong or planted, given everything."""
        group = self.groups[index]
        return float((self._posterior * (group.spoiled() / self.levels[index])).sum())

    def moved(self, index: int) -> float:
        """Total variation between the answers with and without the group, 0 to 1."""
        return float(np.abs(self._posterior - self.without(index)).sum() / 2)


def _normalised(logs: FloatArray) -> FloatArray:
    """Probabilities in proportion to exp(logs)."""
    values = np.exp(logs - logs.max())
    return np.asarray(values / values.sum())


def fuse(
    ground: Ground, groups: Sequence[ClueGroup], listen: Callable[[ClueGroup, Ground], Heard]
) -> Fusion:
    """The fusion of these groups, each heard in the given way."""
    return Fusion.of(ground, [listen(group, ground) for group in groups])


def area_sums(gazetteer: Gazetteer, values: FloatArray, level: AreaLevel) -> dict[str, float]:
    """Sum of a probability over the areas of a level; places without a code are left out."""
    codes, index = gazetteer.partition(level)
    sums = np.bincount(index, weights=values, minlength=len(codes)).tolist()
    return {code: total for code, total in zip(codes, sums, strict=True) if code}


def area_shares(
    gazetteer: Gazetteer,
    level: AreaLevel,
    *,
    random: FloatArray,
    aimed: FloatArray,
    prior: FloatArray,
    most: int | None = None,
) -> tuple[AreaShare, ...]:
    """Areas of a level with their three probabilities, the highest aimed one first; `most` of them.

    Places without a code of that level are left out.
    """
    codes, index = gazetteer.partition(level)
    sums = [
        np.rint(np.bincount(index, weights=one, minlength=len(codes)) * MILLION).astype(np.int64)
        for one in (random, aimed, prior)
    ]
    # the codes are sorted, and a stable sort keeps them so among equals
    order = [at for at in np.argsort(-sums[1], kind="stable").tolist() if codes[at]]
    return tuple(
        AreaShare(
            code=codes[at],
            name=area_name(gazetteer, codes[at]),
            level=level,
            parent=gazetteer.areas[codes[at]].parent if codes[at] in gazetteer.areas else "",
            random_ppm=int(sums[0][at]),
            aimed_ppm=int(sums[1][at]),
            prior_ppm=int(sums[2][at]),
        )
        for at in order[:most]
    )


def area_name(gazetteer: Gazetteer, code: str) -> str:
    """English name of an area, or its code where the gazetteer has none."""
    return gazetteer.areas[code].name if code in gazetteer.areas else code
