"""The JSON of `gnomon sun`: integers with their units in their names."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from forensics.clock import ZONE_DATABASE
from forensics.clues.sun.answer import Share, Tested
from forensics.clues.sun.position import subsolar
from forensics.clues.sun.scene import Shot, fixes, radius_km
from forensics.job.ask.about_sun import SunResult
from forensics.version import __version__

MILLION = 1_000_000
PLACES = 100


def text(found: Sequence[SunResult]) -> str:
    """`{"meta": ..., "scenes": [...]}`."""
    places = found[0].answer.gazetteer.version
    meta = {"gnomon": __version__, "zone_database": ZONE_DATABASE, "places": places}
    value = {"meta": meta, "scenes": [_scene(one) for one in found]}
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _scene(result: SunResult) -> dict[str, Any]:
    answer = result.answer
    places = answer.gazetteer
    return {
        "scene": result.name,
        "one_clock": answer.scene.likelihood.one_clock,
        "measured": [row.as_json() for row in result.rows],
        "shots": [_shot(shot) for shot in answer.scene.shots],
        "zone": result.zone_note or None,
        "land_ruled_out_ppm": round(answer.land_ruled_out * MILLION),
        "people_ruled_out_ppm": round(answer.people_ruled_out * MILLION),
        "countries": [_share(one) for one in answer.shares("country")],
        "provinces": [_share(one) for one in answer.shares("admin1")[:PLACES]],
        "zones": [_share(one) for one in answer.shares("zone")],
        "places": [
            {
                "name": str(places.name[one.index]),
                "country": str(places.country[one.index]),
                "geonames_id": int(places.id[one.index]),
                "lat_udeg": int(places.lat_udeg[one.index]),
                "lon_udeg": int(places.lon_udeg[one.index]),
                "people_ppm": round(one.share * MILLION),
                "off_milli_sigma": _milli(one.sigma),
            }
            for one in answer.candidates(PLACES)
        ],
        "tested": [_tested(one) for one in result.tested],
    }


def _shot(shot: Shot) -> dict[str, Any]:
    """When, where the sun was overhead then, and circles and points if the time allows them."""
    when = shot.when
    out: dict[str, Any] = {
        "from_us": when.from_us,
        "to_us": when.to_us,
        "days": when.days,
        "local": when.local,
        "circles": [],
        "points": [
            {
                "lat_udeg": round(one.lat * MILLION),
                "lon_udeg": round(one.lon * MILLION),
                "sigma_m": round(one.error_km * 1000),
            }
            for one in fixes(shot)
        ],
    }
    if when.placed:
        lat, lon = (float(value) for value in subsolar(when.middle_s))
        out["overhead_lat_udeg"], out["overhead_lon_udeg"] = (
            round(lat * MILLION),
            round(lon * MILLION),
        )
        out["circles"] = [
            {"radius_m": round(radius_km(one.elevation) * 1000)}
            for one in shot.sights
            if one.elevation is not None
        ]
    return out


def _share(one: Share) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "people_ppm": round(one.people * MILLION),
        "land_ppm": None if one.land is None else round(one.land * MILLION),
        "off_milli_sigma": _milli(one.least_sigma),
    }


def _milli(value: float) -> int | None:
    """Thousandths; None for what is out of reach."""
    return round(value * 1000) if math.isfinite(value) else None


def _tested(one: Tested) -> dict[str, Any]:
    return {
        "name": one.name,
        "lat_udeg": round(one.lat * MILLION),
        "lon_udeg": round(one.lon * MILLION),
        "zone": one.zone,
        "off_milli_sigma": _milli(one.sigmas),
        "verdict": one.verdict,
        "suns_mdeg": [
            [[round(value * 1000) for value in end] for end in ends] for ends in one.suns
        ],
    }
