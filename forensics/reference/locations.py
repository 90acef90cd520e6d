"""Places that users give as their own home -> areas, with care: most of it is free text.

Read are countries, provinces, US states by letters (`Austin, TX`), and cities of the gazetteer, if
one province holds nearly all people of such cities. Jokes, wishes and anything with two answers in
different countries are refused. The reading says what was typed, never where anybody is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from forensics.reference.names import candidates
from forensics.reference.places import load_areas, load_gazetteer
from forensics.reference.regions import read_label

LocationRefusal = Literal["empty", "too_long", "no_place", "several_places"]
LOCATION_REFUSALS: dict[LocationRefusal, str] = {
    "empty": "nothing is written",
    "too_long": "too long for a place",
    "no_place": "no place is known by these words",
    "several_places": "the words fit places in different countries",
}
_MAX = 80
_LEADING_SHARE = 0.8
"""A city name stands for a province if this share of the people of all cities so called live
there: Houston is in Texas though Missouri has one too."""
_LETTER = re.compile(r"[^\W\d_]")
_DECORATION = re.compile(r"^[\W_]+|[^\w.)]+$")
_SAINT = re.compile(r"^St\.? (?=[A-Z])")
_SPLIT = re.compile(r"\s*(?:[,/|•·]|\s[-–—]\s)\s*")


@dataclass(frozen=True, slots=True)
class Location:
    """What a declared location stands for."""

    written: str
    areas: tuple[str, ...]
    """Codes, in order; empty if refused."""
    refusal: LocationRefusal | None
    note: str = ""


def read_location(text: str) -> Location:
    """The areas that a self-declared location names, or why it names none.

    Args:
        text: As the profile has it, such as `Houston, TX`, `Москва`, `Texas, USA`, `the moon`.
    """
    written = " ".join(text.split())
    plain = _SAINT.sub("Saint ", _DECORATION.sub("", written[:_MAX]))
    refusal: LocationRefusal | None = None
    if len(written) > _MAX:
        refusal = "too_long"
    elif plain.upper() in _US_STATES and plain.upper() in load_areas():
        refusal = "several_places"  # CA is Canada and California
    elif not _LETTER.search(plain):
        refusal = "no_place" if plain else "empty"
    if refusal:
        return Location(written[:_MAX], (), refusal)
    areas, refusal, note = _read(plain)
    return Location(written, areas, refusal, note)


def _read(plain: str) -> tuple[tuple[str, ...], LocationRefusal | None, str]:
    """Areas, refusal and note of words without decoration."""
    parts = [part for part in _SPLIT.split(plain) if part]
    if len(parts) > 1 and (found := _city_and_more(parts)):
        return (found,), None, ""
    reading = read_label(plain)
    if reading.areas and not reading.note:
        return *_one_country(reading.areas), ""
    if len(parts) == 1:
        city, known = _city(plain)
        if known:
            return ((city,), None, "") if city else ((), "several_places", "")
    if reading.areas:
        return *_one_country(reading.areas), reading.note
    return (), "no_place", ""


def _one_country(areas: tuple[str, ...]) -> tuple[tuple[str, ...], LocationRefusal | None]:
    """The areas if they lie in one country; else a refusal."""
    return (areas, None) if len({code[:2] for code in areas}) == 1 else ((), "several_places")


def _city_and_more(parts: list[str]) -> str | None:
    """`Houston, TX`, `Москва, Россия`: the finest area that the last part confirms."""
    outer = _US_STATES.get(parts[-1].upper().replace(".", ""))
    if outer is None or not (parts[-1].isupper() or "." in parts[-1]):
        areas = read_label(parts[-1]).areas
        outer = areas[0] if len(areas) == 1 else None
    if outer is None:
        return None
    inside = _inside(parts[0], outer)
    return inside or (outer if outer.startswith("US-") else None)


def _first_level(code: str) -> str:
    """The first-level area that an area lies in, or the country itself."""
    areas = load_areas()
    while areas[code].level not in {"admin1", "country"}:
        code = areas[code].parent
    return code


def _people(name: str) -> dict[str, int]:
    """First-level area -> people of the largest place or area there that is called so."""
    found: dict[str, int] = {}
    for one in candidates(name):
        if one.areas:
            code = _first_level(one.areas[0])
            found[code] = max(found.get(code, 0), one.population)
    return found


def _inside(name: str, outer: str) -> str | None:
    """The first-level area of a city inside an area; that area if several are called so."""
    gazetteer = load_gazetteer()
    people = {code: n for code, n in _people(name).items() if gazetteer.within(code, outer)}
    return (_leading(people) or outer) if people else None


def _leading(people: dict[str, int]) -> str | None:
    """The one area, or the one where nearly all of the people live; None if there is none."""
    best = min(people, key=lambda code: (-people[code], code), default=None)
    if best is None or len(people) == 1:
        return best
    return best if people[best] >= _LEADING_SHARE * sum(people.values()) > 0 else None


def _city(name: str) -> tuple[str | None, bool]:
    """(Area, known): the province, or the country, where nearly all people of such cities live."""
    people = _people(name)
    countries: dict[str, int] = {}
    for code, n in people.items():
        countries[code[:2]] = countries.get(code[:2], 0) + n
    return _leading(people) or _leading(countries), bool(people)


_US_STATES = {
    letters: f"US-{letters}"
    for letters in re.findall(
        "..",
        "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUT"
        "VTVAWAWVWIWY",
    )
}
"""Letters of a state -> ISO 3166-2."""
