"""What the map of a shadow shows: the answer as texts and outlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from forensics.clues.sun.answer import SunAnswer, Tested
from forensics.clues.sun.position import subsolar
from forensics.clues.sun.scene import RULED_OUT_SIGMA, Shot, fixes, radius_km, sight_text
from forensics.clues.sun.shadow import circle
from forensics.reference.land import Land
from forensics.show.sunmap import Band, Circle, Ring, Spot, SunView

MASSES = (90, 50)
FINE_DEG = 0.25
COUNTRIES = 20
NORTHERNMOST = 84.5
"""The map's projection ends at 85 degrees."""
POSITION_DIGITS = 2


def sun_view(answer: SunAnswer, tested: Sequence[Tested] = (), zone_note: str = "") -> SunView:
    """The view of one scene; the region is drawn in finer cells than those of the table.

    Args:
        answer: The answer about it.
        tested: Points that were asked about.
        zone_note: What was taken as known about the zone; empty if nothing was.
    """
    name = answer.scene.name
    fine = replace(answer, land_step=FINE_DEG)
    shots = answer.scene.shots
    said = [
        f"{shot.what[i] + ': ' if i < len(shot.what) and shot.what[i] else ''}"
        f"sun {sight_text(one)}; {shot.when.text()}"
        for shot in shots
        for i, one in enumerate(shot.sights)
    ]
    shares = answer.shares("country")
    out = sum(one.least_sigma > RULED_OUT_SIGMA for one in shares)
    return SunView(
        title="Where the sun stood so" if name == "scene" else name,
        said=(*said, *([f"Zone: {zone_note}"] if zone_note else [])),
        ruled_out=(
            f"{answer.land_ruled_out:.0%} of the land and {out} of {len(shares)} countries whole "
            f"are more than {RULED_OUT_SIGMA:.0f} standard errors off at every possible time."
        ),
        cell=f"{FINE_DEG:g} degrees",
        note="By people: anybody may have been where anybody lives. By land: every square "
        "kilometre alike. Neither knows who took the picture.",
        bands=tuple(_bands(fine)),
        circles=tuple(one for shot in shots for one in _circles(shot)),
        overhead=tuple(one for shot in shots for one in _overhead(shot)),
        points=tuple(
            Spot(
                f"{one.lat:.1f}, {one.lon:.1f} ± {one.error_km:,.0f} km (standard error)",
                _at(one.lat, one.lon),
                round(one.error_km * 1000),
            )
            for shot in shots
            for one in fixes(shot)
        ),
        tested=tuple(
            Spot(
                f"{one.name}: {one.verdict}, {min(one.sigmas, 6):.1f} standard errors off"
                + (" or more" if one.sigmas > 6 else ""),
                _at(one.lat, one.lon),
                out=one.verdict == "ruled out",
            )
            for one in tested
        ),
        countries=tuple(
            {"name": one.name, "people": f"{one.people:.1%}", "land": f"{one.land or 0:.1%}"}
            for one in shares[:COUNTRIES]
        ),
    )


def _at(lat: float, lon: float) -> list[str]:
    return [f"{lat:.{POSITION_DIGITS}f}", f"{lon:.{POSITION_DIGITS}f}"]


def _bands(answer: SunAnswer) -> Iterator[Band]:
    for mass in MASSES:
        inside = answer.region(mass / 100)
        text = f"holds {mass} % of the probability by land area"
        yield Band(mass, text, outline(answer.land, inside))


def outline(land: Land, inside: Any) -> list[list[Ring]]:
    """The cells as polygons: runs along the rows, joined, corners cut by half a cell."""
    from shapely import box, get_parts, simplify, union_all

    half = land.step / 2
    lat, lon = land.lat[inside], land.lon[inside]
    starts = np.flatnonzero(
        np.r_[True, (np.diff(lat) > half) | (np.diff(lon) > 1.5 * land.step)][: len(lat)]
    )
    ends = np.r_[starts[1:], len(lat)] - 1
    boxes = box(lon[starts] - half, lat[starts] - half, lon[ends] + half, lat[starts] + half)
    shape = simplify(union_all(boxes), half)
    return [
        [_ring(ring.coords) for ring in (part.exterior, *part.interiors)]
        for part in get_parts(shape)
        if not part.is_empty
    ]


def _ring(points: Any) -> Ring:
    return [_at(min(lat, NORTHERNMOST), lon) for lon, lat in points]


def _circles(shot: Shot) -> Iterator[Circle]:
    when = shot.when
    if not when.placed:
        return
    for one in shot.sights:
        if one.elevation is None:
            continue
        for sigmas in (0, -2, 2):
            height = one.elevation + sigmas * one.elevation_sigma
            if not 0 <= height < 90:
                continue
            text = f"sun {height:.1f}° high at {when.text()}"
            if sigmas == 0:
                text += f"; {radius_km(height):,.0f} km round the point below the sun"
            lat, lon = circle(when.middle_s, height)
            yield Circle(text, sigmas == 0, list(_pieces(lat, lon)))


def _pieces(lat: Any, lon: Any) -> Iterator[Ring]:
    """A line cut where it leaves the map at 180 degrees or near a pole."""
    piece: Ring = []
    before = None
    for y, x in zip(lat, lon, strict=True):
        if abs(y) > NORTHERNMOST or (before is not None and abs(x - before) > 180):
            if len(piece) > 1:
                yield piece
            piece = []
        before = x
        if abs(y) <= NORTHERNMOST:
            piece.append(_at(y, x))
    if len(piece) > 1:
        yield piece


def _overhead(shot: Shot) -> Iterator[Spot]:
    when = shot.when
    if not when.placed:
        return
    lat, lon = (float(value) for value in subsolar(when.middle_s))
    yield Spot(f"the sun stood overhead here in the middle of {when.text()}", _at(lat, lon))
