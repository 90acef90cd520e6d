"""How many people live under each time zone: the population prior, and countries' names for it.

The table is a dated copy (`data/people.tsv`, its source stands in the file). It says where people
live, not where operators sit; half of the inhabitants of the world are not online. Its square root
is the compromise between counting people and counting places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forensics.errors import ReferenceDataError

TABLE = Path(__file__).with_name("data") / "people.tsv"
FLOOR = 1e-5
"""Share of all prior weight that every class of zones gets, inhabited or not."""


@dataclass(frozen=True, slots=True)
class People:
    """The table of people per zone."""

    by_zone: dict[str, int]
    """Zone -> people under it, all countries together."""
    countries: dict[str, tuple[str, ...]]
    """Zone -> countries whose people live under it, most people first."""
    source: str
    """Where the table comes from, as one line."""


def read_people(path: Path) -> People:
    """The table of people per zone and country.

    Raises:
        ReferenceDataError: the file is missing, or a row is not `zone, country, whole number`.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ReferenceDataError("the table of people is missing", where=path.name) from error
    remarks = [line.lstrip("# ") for line in lines if line.startswith("#")]
    by_zone: dict[str, int] = {}
    shares: dict[str, list[tuple[int, str]]] = {}
    body = [line for line in lines if line and not line.startswith("#")]
    for number, line in enumerate(body[1:], start=1):
        fields = line.split("\t")
        if len(fields) != 3 or not fields[2].isdecimal():
            raise ReferenceDataError("a row cannot be read", where=f"{path.name} row {number}")
        zone, country, people = fields[0], fields[1], int(fields[2])
        by_zone[zone] = by_zone.get(zone, 0) + people
        shares.setdefault(zone, []).append((-people, country))
    if not by_zone:
        raise ReferenceDataError("the table of people is empty", where=path.name)
    return People(
        by_zone=by_zone,
        countries={z: tuple(c for _, c in sorted(rows)) for z, rows in sorted(shares.items())},
        source=" ".join(remarks),
    )


@cache
def people() -> People:
    """The bundled table."""
    return read_people(TABLE)


def weight(zones: Iterable[str]) -> float:
    """Prior weight of zones that stand for one hypothesis: the square root of their people."""
    table = people().by_zone
    return math.sqrt(sum(table.get(zone, 0) for zone in zones))


def most_populous(zones: Iterable[str]) -> str:
    """The zone with most people; the first by name among equals."""
    table = people().by_zone
    return min(zones, key=lambda zone: (-table.get(zone, 0), zone))
