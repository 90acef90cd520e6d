"""How the answer about a shadow looks in a terminal: 80 columns, no colour needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from forensics.clues.sun.answer import Level, Share, Tested
from forensics.clues.sun.position import KM_PER_DEGREE, subsolar
from forensics.clues.sun.scene import (
    RULED_OUT_SIGMA,
    Shot,
    fixes,
    radius_km,
    sight_text,
)
from forensics.job.ask.about_sun import SunResult
from forensics.verbs.console import printable

WIDTH = 80
ROWS: tuple[tuple[str, Level, int], ...] = (
    ("country", "country", 8),
    ("province or state", "admin1", 5),
    ("time zone", "zone", 5),
)
"""Heading, level and rows of each table."""
PLACES = 5
NAMED_OUT = 12
LEAST_SHARE = 0.005
LEAST_BY_LAND = 0.02


def lines(found: Sequence[SunResult]) -> Iterator[str]:
    """Every scene, one after the other."""
    for number, result in enumerate(found):
        if number:
            yield ""
            yield "-" * WIDTH
        yield from scene_lines(result)


def scene_lines(result: SunResult) -> Iterator[str]:
    """One scene: what was seen, what is out, what remains, points, tests, and what it rests on."""
    answer = result.answer
    if len(answer.scene.shots) > 1 or result.name != "scene":
        yield f"Scene {printable(result.name)}: {len(answer.scene.shots)} pictures"[:WIDTH]
    for shot in answer.scene.shots:
        yield from _shot_lines(shot)
    if result.zone_note:
        yield from _paragraph(f"Zone: {result.zone_note}.")
    yield ""
    yield from _ruled_out(result)
    yield ""
    yield f"{'Where it may be':<38} {'by people':>9} {'by land':>9} {'off by':>8}"
    for heading, level, rows in ROWS:
        yield from _share_lines(heading, answer.shares(level), rows)
    yield from _place_lines(result)
    yield from _fix_lines(answer.scene.shots)
    for tested in result.tested:
        yield from _test_lines(tested, answer.scene.shots)
    yield ""
    yield from _limits(result)


def _shot_lines(shot: Shot) -> Iterator[str]:
    """What was seen at one moment, and the circle that follows."""
    when = shot.when
    for number, one in enumerate(shot.sights):
        what = shot.what[number] if number < len(shot.what) else ""
        lead = f"{printable(what)}: " if what else ""
        yield from _paragraph(f"{lead}sun {sight_text(one)}; {when.text()}")
        if one.elevation is None:
            continue
        if one.lifted >= 0.05:
            yield f"  {one.lifted:.2f}° of refraction taken off"
        if not when.placed:
            continue
        lat, lon = (float(value) for value in subsolar(when.middle_s))
        middle = "" if when.known else " in the middle of that time"
        yield from _paragraph(
            f"  circle of {90 - one.elevation:.1f}° ({radius_km(one.elevation):,.0f} km) round "
            f"{position(lat, lon)}{middle}, ± {one.elevation_sigma * KM_PER_DEGREE:,.0f} km"
        )


def position(lat: float, lon: float) -> str:
    """`17.5 N, 81.6 E`."""
    return f"{abs(lat):.1f} {'N' if lat >= 0 else 'S'}, {abs(lon):.1f} {'E' if lon >= 0 else 'W'}"


def _ruled_out(result: SunResult) -> Iterator[str]:
    """What the sun excludes: its main use."""
    answer = result.answer
    shares = answer.shares("country")
    out = [one for one in shares if one.least_sigma > RULED_OUT_SIGMA]
    weight = _prior_of(result)
    out.sort(key=lambda one: (-weight.get(one.code, 0.0), one.code))
    text = (
        f"Ruled out by the sun (more than {RULED_OUT_SIGMA:.0f} standard errors off at every "
        "possible time): "
        f"{answer.land_ruled_out:.0%} of the land, home to {answer.people_ruled_out:.0%} of "
        f"people; {len(out)} of {len(shares)} countries whole"
    )
    names = ", ".join(one.name for one in out[:NAMED_OUT])
    more = f" and {len(out) - NAMED_OUT} more" if len(out) > NAMED_OUT else ""
    yield from _paragraph(f"{text}: {names}{more}." if out else f"{text}.")


def _prior_of(result: SunResult) -> dict[str, float]:
    """Country -> part of all people."""
    import numpy as np

    codes, index = result.answer.gazetteer.partition("country")
    sums = np.bincount(index, weights=result.answer.prior, minlength=len(codes))
    return dict(zip(codes, sums.tolist(), strict=True))


def _share_lines(heading: str, shares: Sequence[Share], rows: int) -> Iterator[str]:
    """The likeliest areas of a level, by people, with those that lead by land."""
    top = shares[:rows]
    by_land = sorted(shares, key=lambda one: (-(one.land or 0.0), one.code))[: rows // 2]
    shown = [*top, *(one for one in by_land if one not in top and (one.land or 0) >= LEAST_BY_LAND)]
    yield f"  {heading}"
    for one in shown:
        land = "" if one.land is None else percent(one.land)
        name = printable(one.name)
        name = name if len(name) <= 33 else name[:32] + "…"
        yield (
            f"    {name:<34} {percent(one.people):>9} {land:>9} {sigmas(one.least_sigma):>8}"
        ).rstrip()
    left = sum(one.people >= LEAST_SHARE for one in shares) - len(top)
    if left > 0:
        yield f"    and {left} more with at least {LEAST_SHARE:.1%} by people"


def percent(share: float) -> str:
    """`12.3 %`, `<0.1 %`."""
    return "<0.1 %" if share < 0.001 else f"{share:.1%}".replace("%", " %")


def sigmas(value: float) -> str:
    """`0.4 σ`; what lies beyond reach is `>6 σ`."""
    return ">6 σ" if value > 6 else f"{value:.1f} σ"


def _place_lines(result: SunResult) -> Iterator[str]:
    """The likeliest places: mostly large cities, which is what the prior says."""
    places = result.answer.gazetteer
    yield "  place"
    for one in result.answer.candidates(PLACES):
        name = f"{places.name[one.index]}, {places.country[one.index]}"
        yield f"    {printable(name)[:34]:<34} {percent(one.share):>9} {sigmas(one.sigma):>18}"


def _fix_lines(shots: Sequence[Shot]) -> Iterator[str]:
    """Points from height and direction."""
    for shot in shots:
        found = fixes(shot)
        if found:
            yield "  points from height and direction"
        for one in found:
            yield f"    {position(one.lat, one.lon):<34} ± {one.error_km:,.0f} km (standard error)"


def _test_lines(tested: Tested, shots: Sequence[Shot]) -> Iterator[str]:
    """A place that was asked about."""
    yield ""
    yield from _paragraph(
        f"{printable(tested.name)} ({position(tested.lat, tested.lon)}, {tested.zone}): "
        f"{tested.verdict}, {sigmas(tested.sigmas)} off at the best moment"
    )
    for shot, (first, last) in zip(shots, tested.suns, strict=True):
        if shot.when.days > 1 or shot.when.to_us - shot.when.from_us > 43_200_000_000:
            continue
        then = "" if first == last else f" to {last[0]:.1f}° high, towards {last[1]:.0f}°"
        yield f"  there the sun stands {first[0]:.1f}° high, towards {first[1]:.0f}°{then}"


def _limits(result: SunResult) -> Iterator[str]:
    """What the shares rest on."""
    local = any(shot.when.local for shot in result.answer.scene.shots)
    yield from _paragraph(
        "By people: anybody may have been where anybody lives (places of 5,000 people and more). "
        "By land: every square kilometre alike, Antarctica left out. Both are given the sun"
        + (" and each place's own clock" if local else "")
        + ". Neither knows who took the picture. Level ground and an upright object are assumed "
        "within the errors above; a wrong time moves the circle by 15° in an hour."
    )


def _paragraph(text: str) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    return wrap(text, WIDTH, subsequent_indent=indent + "  ", break_on_hyphens=False)
