"""The answer about one scene: where it can have been, under two priors, and what is ruled out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.clues.sun.likelihood import (
    Points,
    gazetteer_points,
    least_error,
    local_offset_s,
    log_likelihood,
    over_places,
)
from forensics.clues.sun.scene import RULED_OUT_SIGMA, Scene, sun_at, verdict
from forensics.clues.sun.when import When
from forensics.model import SunLikelihood
from forensics.reference.land import STEP_DEG, Land, load_land
from forensics.reference.places import Gazetteer

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Level = Literal["country", "admin1", "zone"]


@dataclass(frozen=True, slots=True)
class Share:
    """One country, province or zone with its part of the probability."""

    code: str
    name: str
    people: float
    """If anybody is as likely to have been there as anybody else."""
    land: float | None
    """If every square kilometre of land is as likely as any other; None for provinces."""
    least_sigma: float
    """Standard errors by which its best place is off."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place with its part of the probability, by people."""

    index: int
    share: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Tested:
    """A point that was asked about."""

    name: str
    lat: float
    lon: float
    zone: str
    suns: tuple[tuple[tuple[float, float], tuple[float, float]], ...]
    """For each shot, (elevation, azimuth) when its interval begins and when it ends."""
    sigmas: float
    verdict: str


@lru_cache(maxsize=2)
def land_points(gazetteer: Gazetteer, step: float = STEP_DEG) -> Points:
    """The cells of land as points."""
    land = load_land(gazetteer, step)
    return Points.of(land.lat, land.lon, land.zones, land.zone_of)


def land_ruled_out(likelihood: SunLikelihood, gazetteer: Gazetteer) -> float:
    """Part of all land (without Antarctica) that is ruled out."""
    off = least_error(likelihood, land_points(gazetteer)) > RULED_OUT_SIGMA
    return float(load_land(gazetteer).share[off].sum())


@dataclass(frozen=True, eq=False)
class SunAnswer:
    """Everything about one scene."""

    scene: Scene
    gazetteer: Gazetteer
    prior: FloatArray
    """(places) probability before the sun, by people; sums to 1."""
    zone_log: Mapping[str, float] | None = None
    """Natural log of what else is known about zones; None if nothing is."""

    land_step: float = STEP_DEG
    """Size of the cells of land, in degrees."""

    @cached_property
    def land(self) -> Land:
        """The cells of land."""
        return load_land(self.gazetteer, self.land_step)

    @cached_property
    def places_p(self) -> FloatArray:
        """(places) probability given the sun, by people."""
        zones, zone_of = self.gazetteer.partition("zone")
        logs = over_places(self.scene.likelihood, self.gazetteer) + np.log(self.prior)
        return _normalised(logs + self._zone_logs(zones)[zone_of])

    @cached_property
    def land_p(self) -> FloatArray:
        """(cells) probability given the sun, by land area."""
        land = self.land
        logs = log_likelihood(self.scene.likelihood, self._land_points) + np.log(land.share)
        return _normalised(logs + self._zone_logs(land.zones)[land.zone_of])

    @cached_property
    def places_sigma(self) -> FloatArray:
        """(places) standard errors off."""
        return least_error(self.scene.likelihood, gazetteer_points(self.gazetteer))

    @cached_property
    def land_sigma(self) -> FloatArray:
        """(cells) standard errors off."""
        return least_error(self.scene.likelihood, self._land_points)

    @cached_property
    def _land_points(self) -> Points:
        return land_points(self.gazetteer, self.land_step)

    def _zone_logs(self, zones: tuple[str, ...]) -> FloatArray:
        if self.zone_log is None:
            return np.zeros(len(zones))
        lowest = min(self.zone_log.values(), default=0.0)
        # A zone that is not listed is half as likely as the worst that is.
        return np.array([self.zone_log.get(zone, lowest - np.log(2)) for zone in zones])

    def shares(self, level: Level) -> list[Share]:
        """Every area or zone of a level that has a place or land, the likeliest by people first."""
        codes, index = self.gazetteer.partition(level)
        people = np.bincount(index, weights=self.places_p, minlength=len(codes))
        sigma = np.full(len(codes), np.inf)
        np.minimum.at(sigma, index, self.places_sigma)
        by_land = {"country": self.land_countries, "zone": self.land_zones}.get(level, {})
        out = []
        for number, code in enumerate(codes):
            if not code:
                continue
            land, best = by_land.get(code, (0.0, np.inf))
            share = None if level == "admin1" else land
            worst = min(float(sigma[number]), best)
            out.append(Share(code, self._name(code, level), float(people[number]), share, worst))
        return sorted(out, key=lambda one: (-one.people, one.code))

    def _name(self, code: str, level: Level) -> str:
        areas = self.gazetteer.areas
        return code if level == "zone" or code not in areas else areas[code].name

    @cached_property
    def land_countries(self) -> dict[str, tuple[float, float]]:
        """Country -> (probability by land, standard errors off at its best cell)."""
        return self._by_cells(self.land.countries, self.land.country_of)

    @cached_property
    def land_zones(self) -> dict[str, tuple[float, float]]:
        """Zone -> (probability by land, standard errors off at its best cell)."""
        return self._by_cells(self.land.zones, self.land.zone_of)

    def _by_cells(
        self, names: tuple[str, ...], index: NDArray[np.intp]
    ) -> dict[str, tuple[float, float]]:
        sums = np.bincount(index, weights=self.land_p, minlength=len(names))
        best = np.full(len(names), np.inf)
        np.minimum.at(best, index, self.land_sigma)
        return {
            name: (float(sums[number]), float(best[number])) for number, name in enumerate(names)
        }

    def candidates(self, most: int) -> list[Candidate]:
        """The likeliest places, by people."""
        order = np.argsort(-self.places_p, kind="stable")[:most]
        return [
            Candidate(int(i), float(self.places_p[i]), float(self.places_sigma[i])) for i in order
        ]

    @cached_property
    def land_ruled_out(self) -> float:
        """Part of all land (without Antarctica) that is ruled out."""
        return float(self.land.share[self.land_sigma > RULED_OUT_SIGMA].sum())

    @cached_property
    def people_ruled_out(self) -> float:
        """Part of all people who live at places that are ruled out."""
        return float(self.prior[self.places_sigma > RULED_OUT_SIGMA].sum())

    def region(self, mass: float) -> BoolArray:
        """The likeliest cells of land that hold so much of the probability by area."""
        density = self.land_p / self.land.share
        order = np.argsort(-density, kind="stable")
        count = int(np.searchsorted(np.cumsum(self.land_p[order]), mass)) + 1
        out: BoolArray = np.zeros(len(order), dtype=bool)
        out[order[:count]] = True
        return out

    def test(self, name: str, lat: float, lon: float) -> Tested:
        """How the sun stood at a point, and whether that fits."""
        nearest = self.gazetteer.nearest(lat, lon, 1)[0]
        zone = str(self.gazetteer.zone[nearest.index])
        offsets = [_offset_s(shot.when, zone) for shot in self.scene.shots]
        here = Points.of(np.array([lat]), np.array([lon]), (zone,), np.zeros(1, dtype=np.intp))
        sigmas = float(least_error(self.scene.likelihood, here)[0])
        suns = tuple(
            sun_at(shot.when, lat, lon, offset)
            for shot, offset in zip(self.scene.shots, offsets, strict=True)
        )
        return Tested(name, lat, lon, zone, suns, sigmas, verdict(sigmas))


def _offset_s(when: When, zone: str) -> int:
    """Offset of a zone at a time of its own clock; 0 for times in UTC."""
    return local_offset_s(zone, int(when.middle_s)) if when.local else 0


def _normalised(logs: FloatArray) -> FloatArray:
    """Probabilities in proportion to exp(logs)."""
    values = np.exp(logs - logs.max())
    return np.asarray(values / values.sum())
