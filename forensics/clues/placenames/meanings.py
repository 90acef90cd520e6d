"""What a name is counted as: one place, or the few that it may mean.

A town and the area called after it are one place. A candidate with less than a twentieth of the
people of the largest one is left out of the count's key and mentioned as a number: readers mean
Moscow in Russia until a context says Idaho.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from forensics.clues.placenames.search import meaning
from forensics.reference.names import Named, people_of
from forensics.reference.places import Gazetteer, load_gazetteer
from forensics.reference.spelling import fold

DOMINANCE = 20
"""How many times more people make a candidate the one that is meant."""
LABELS = 3
"""Candidates named in a label; the others are counted."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a name is counted as."""

    key: str
    """Keys of its candidates, joined by `|`."""
    label: str
    """Name for a reader: `Chaoyang (朝阳区), Beijing, China or ...`."""
    areas: tuple[str, ...]
    """Area codes of the candidates, in order of code."""
    candidates: int
    """Places it may mean."""
    smaller: int
    """Much smaller places of the same name, left out."""


@lru_cache(maxsize=50_000)
def place_of(keys: tuple[str, ...]) -> Place:
    """The place or places that keys of the table of names are counted as."""
    gazetteer = load_gazetteer()
    merged = {one.key: one for one in (_seat(gazetteer, meaning(key)) for key in keys)}
    found = sorted(merged.values(), key=lambda one: (-one.population, one.key))
    most = found[0].population
    # People of a county are not known: it is never left out.
    kept = [one for one in found if one.level == "county" or one.population * DOMINANCE >= most]
    labels = [_label(gazetteer, one) for one in kept[:LABELS]]
    more = f" or {len(kept) - LABELS} more" if len(kept) > LABELS else ""
    return Place(
        key="|".join(sorted(one.key for one in kept)),
        label=" or ".join(labels) + more,
        areas=tuple(sorted({one.areas[0] for one in kept})),
        candidates=len(kept),
        smaller=len(found) - len(kept),
    )


def _seat(gazetteer: Gazetteer, one: Named) -> Named:
    """The area of the same name instead of its seat: a text does not tell them apart."""
    if one.level != "place":
        return one
    area = gazetteer.areas[one.areas[0]]
    while True:
        if fold(area.name) == fold(one.name):
            return Named(
                one.text, area.code, area.name, area.level, (area.code,), None,
                people_of(area.code), one.match,
            )  # fmt: skip
        if not area.parent:
            return one
        area = gazetteer.areas[area.parent]
        if area.level == "country":
            return one


def _label(gazetteer: Gazetteer, one: Named) -> str:
    """`Yancheng (盐城市), Jiangsu, China`; a town or county before the area it lies in."""
    area = gazetteer.label(one.areas[0])
    return area if one.level in {"country", "admin1", "admin2"} else f"{one.name}, {area}"
