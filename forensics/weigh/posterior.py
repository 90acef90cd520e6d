"""The posterior over areas as the report shows it, with what came from the prior."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from forensics.reference.places import Gazetteer
from forensics.weigh.assessment import AreaShare, CredibleSet, Lead, PlacePosterior, Swept
from forensics.weigh.groups import ClueGroup
from forensics.weigh.places import (
    AreaLevel,
    FloatArray,
    Fusion,
    Ground,
    area_mask,
    area_name,
    area_shares,
    hear_again,
)
from forensics.words import MDB_PER_TEN, MILLION, decibans_text, probability_text, toward_zero

SHOWN = 25
"""Areas listed at each level; the rest is summed."""
CREDIBLE_PPM = (500_000, 800_000, 950_000)
SWEPT_ALPHAS = (0.0, 0.5)
"""Other exponents of the prior, printed beside the default of 1."""
LEVELS: tuple[AreaLevel, ...] = ("country", "admin1", "admin2", "zone")


def place_posterior(groups: Sequence[ClueGroup], random: Fusion, aimed: Fusion) -> PlacePosterior:
    """Areas of every level with their probabilities under both runs, highest aimed first."""
    gazetteer = aimed.ground.gazetteer
    values = {"random": random.posterior(), "aimed": aimed.posterior(), "prior": aimed.ground.prior}
    shares = {level: area_shares(gazetteer, level, **values, most=SHOWN) for level in LEVELS}
    credible = credible_sets(gazetteer, values["aimed"])
    leads = tuple(_lead(*areas[:2]) for areas in shares.values() if len(areas) > 1)
    swept = _sweep(groups, aimed, [shares[level][0] for level in LEVELS[:3] if shares[level]])
    countries, provinces = shares["country"], shares["admin1"]
    return PlacePosterior(
        countries=countries,
        provinces=provinces,
        countries_rest_ppm=_rest(countries),
        provinces_rest_ppm=_rest(provinces),
        credible80=next(
            one.codes for one in credible if (one.level, one.share_ppm) == ("country", 800_000)
        ),
        prior_note=_prior_note(gazetteer, countries[0], provinces[:1], swept, leads[:1]),
        cities=shares["admin2"],
        zones=shares["zone"],
        cities_rest_ppm=_rest(shares["admin2"]),
        zones_rest_ppm=_rest(shares["zone"]),
        credible=credible,
        swept=swept,
        leads=leads,
        leading=(provinces or countries)[0].code,
    )


def _rest(shown: Sequence[AreaShare]) -> int:
    """What the areas shown leave, places without a code included."""
    return max(MILLION - sum(area.aimed_ppm for area in shown), 0)


def credible_sets(gazetteer: Gazetteer, values: FloatArray) -> tuple[CredibleSet, ...]:
    """The smallest sets that hold 50, 80 and 95 % of a probability, at every level and by place."""
    out = []
    for level in (*LEVELS, "place"):
        codes: tuple[str, ...] = ()
        held = values
        if level != "place":
            codes, index = gazetteer.partition(level)  # type: ignore[arg-type]
            held = np.bincount(index, weights=values, minlength=len(codes)).astype(np.float64)
        order = np.argsort(-np.rint(held * MILLION), kind="stable")
        if level == "place":
            order = np.argsort(-held, kind="stable")
        reached = np.cumsum(held[order])
        for share in CREDIBLE_PPM:
            # what is left of a millionth is rounding, not a further area
            size = int(np.searchsorted(reached, share / MILLION - 1e-6)) + 1
            size = min(size, len(order))
            named = tuple(codes[at] for at in order[: min(size, SHOWN)].tolist()) if codes else ()
            out.append(CredibleSet(level, share, named, size, round(MILLION * reached[size - 1])))
    return tuple(out)


def _lead(first: AreaShare, second: AreaShare) -> Lead:
    """The lead over the second area, parted into what the prior and what the clues give."""
    prior = _decibans(first.prior_ppm, second.prior_ppm)
    whole = _decibans(first.aimed_ppm, second.aimed_ppm)
    return Lead(first.level, first.code, second.code, prior, whole - prior)


def _decibans(one: int, other: int) -> int:
    """Milli-decibans of a ratio that stays finite at the ends."""
    return toward_zero(MDB_PER_TEN * math.log10(max(one, 1) / max(other, 1)))


def _sweep(
    groups: Sequence[ClueGroup], aimed: Fusion, leading: Sequence[AreaShare]
) -> tuple[Swept, ...]:
    """Leading areas under other exponents of the prior, and under the default of 1 last."""
    gazetteer = aimed.ground.gazetteer
    found: dict[float, FloatArray] = {}
    for alpha in SWEPT_ALPHAS:
        ground = Ground.of(gazetteer, alpha)
        heard = [
            hear_again(group, one, ground) for group, one in zip(groups, aimed.groups, strict=True)
        ]
        found[alpha] = Fusion.of(ground, heard).posterior()
    found[1.0] = aimed.posterior()
    return tuple(
        Swept(
            area.level,
            area.code,
            round(alpha * 1000),
            round(MILLION * float(values[area_mask(gazetteer, area.code)].sum())),
        )
        for area in leading
        for alpha, values in found.items()
    )


def _prior_note(
    gazetteer: Gazetteer,
    country: AreaShare,
    province: Sequence[AreaShare],
    swept: Sequence[Swept],
    leads: Sequence[Lead],
) -> str:
    """What the prior is, how much of the leader it carries, and how far its exponent matters."""
    numbers = ", ".join(
        probability_text(one.aimed_ppm) for one in swept if one.code == country.code
    )
    start = toward_zero(MDB_PER_TEN * math.log10(_odds(country.prior_ppm)))
    end = toward_zero(MDB_PER_TEN * math.log10(_odds(country.aimed_ppm)))
    ahead = "".join(
        f" Of its lead over {area_name(gazetteer, one.rival)}, {decibans_text(one.prior_mdb)} came "
        f"from the prior and {decibans_text(one.clues_mdb)} from the clues."
        for one in leads
    )
    best = (
        f" Leading province: {province[0].name}, {probability_text(province[0].aimed_ppm)}."
        if province
        else ""
    )
    return (
        "Prior of a place: in proportion to its people (population + 500): that people live there, "
        f"not that operators sit there. {country.name} starts at "
        f"{probability_text(country.prior_ppm)} ({decibans_text(start)}) and ends at "
        f"{probability_text(country.aimed_ppm)} ({decibans_text(end)}).{ahead} With exponents 0, "
        f"0.5 and 1 on the population it ends at {numbers}.{best}"
    )


def _odds(ppm: int) -> float:
    """Odds that stay finite at the ends."""
    held = min(max(ppm, 1), MILLION - 1)
    return held / (MILLION - held)
