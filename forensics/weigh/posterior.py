"""The posterior over areas as the report shows it, with what came from the prior."""

from __future__ import annotations

import math
from collections.abc import Sequence

from forensics.weigh.assessment import AreaShare, PlacePosterior
from forensics.weigh.groups import ClueGroup
from forensics.weigh.places import Fusion, Ground, area_shares, fuse, hear_aimed
from forensics.words import MDB_PER_TEN, MILLION, decibans_text, probability_text, toward_zero

SHOWN = 25
"""Areas listed at each level; the rest is summed."""
CREDIBLE_PPM = 800_000
SWEPT_ALPHAS = (0.0, 0.5)
"""Other exponents of the prior, printed beside the default of 1."""


def place_posterior(groups: Sequence[ClueGroup], random: Fusion, aimed: Fusion) -> PlacePosterior:
    """Countries and provinces with their probabilities under both runs, highest aimed first."""
    gazetteer = aimed.ground.gazetteer
    values = {"random": random.posterior(), "aimed": aimed.posterior(), "prior": aimed.ground.prior}
    countries = area_shares(gazetteer, "country", **values)
    provinces = area_shares(gazetteer, "admin1", **values)
    return PlacePosterior(
        countries=countries[:SHOWN],
        provinces=provinces[:SHOWN],
        countries_rest_ppm=_rest(countries[:SHOWN]),
        provinces_rest_ppm=_rest(provinces[:SHOWN]),
        credible80=_credible(countries),
        prior_note=_prior_note(groups, countries[0], provinces[:1], aimed),
    )


def _rest(shown: Sequence[AreaShare]) -> int:
    """What the areas shown leave, places without a code included."""
    return max(MILLION - sum(area.aimed_ppm for area in shown), 0)


def _credible(countries: Sequence[AreaShare]) -> tuple[str, ...]:
    """Smallest set of countries that holds 80 % of the aimed run."""
    out: list[str] = []
    held = 0
    for area in countries:
        if held >= CREDIBLE_PPM:
            break
        out.append(area.code)
        held += area.aimed_ppm
    return tuple(out)


def _prior_note(
    groups: Sequence[ClueGroup],
    country: AreaShare,
    province: Sequence[AreaShare],
    aimed: Fusion,
) -> str:
    """What the prior is, how much of the leader it carries, and how far its exponent matters."""
    swept = [
        _leading_ppm(fuse(Ground.of(aimed.ground.gazetteer, alpha), groups, hear_aimed), country)
        for alpha in SWEPT_ALPHAS
    ]
    numbers = ", ".join(probability_text(ppm) for ppm in (*swept, country.aimed_ppm))
    start = toward_zero(MDB_PER_TEN * math.log10(_odds(country.prior_ppm)))
    end = toward_zero(MDB_PER_TEN * math.log10(_odds(country.aimed_ppm)))
    best = (
        f" Leading province: {province[0].name}, {probability_text(province[0].aimed_ppm)}."
        if province
        else ""
    )
    return (
        "Prior of a place: in proportion to its people (population + 500): that people live there, "
        f"not that operators sit there. {country.name} starts at "
        f"{probability_text(country.prior_ppm)} ({decibans_text(start)}) and ends at "
        f"{probability_text(country.aimed_ppm)} ({decibans_text(end)}). With exponents 0, 0.5 and "
        f"1 on the population it ends at {numbers}.{best}"
    )


def _odds(ppm: int) -> float:
    """Odds that stay finite at the ends."""
    held = min(max(ppm, 1), MILLION - 1)
    return held / (MILLION - held)


def _leading_ppm(fusion: Fusion, country: AreaShare) -> int:
    """Probability of the country under another prior."""
    mask = fusion.ground.gazetteer.mask(country.code)
    return round(MILLION * float(fusion.posterior()[mask].sum()))
