"""Names of places and areas in Latin, Han, Cyrillic and Arabic script -> all that are called so.

A name is a question with several answers: 朝阳区 is a district of Beijing and one of Changchun,
and `Moscow` stands in Idaho too. All of them are given, with the people who live there. Han names
of Chinese areas come from division codes; spellings of other places are those of GeoNames and
Natural Earth, which do not say of which language they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from forensics.errors import ReferenceDataError
from forensics.reference import divisions
from forensics.reference.inflection import fits
from forensics.reference.pack import read_lines
from forensics.reference.places import Gazetteer, load_gazetteer
from forensics.reference.spelling import Script, fold, script_of

NameLevel = Literal["country", "admin1", "admin2", "county", "place"]
Match = Literal["main name", "local name", "without its level", "case form", "other spelling"]
Trust = Literal["s", "w", ""]
"""How far a spelling is trusted in running text: by itself, only in a context, not at all."""
MAX_NAME = 120
_LONGEST_HAN = 12
_LEVEL_WORD = re.compile(
    r"(?: (?:province|oblast|region|state|governorate|krai|county|prefecture|city|municipality|"
    r"district|sheng|shi|область|край|провинция)|(?:استان|شهر|محافظه|مدینه) )"
)


@dataclass(frozen=True, slots=True)
class Named:
    """One place or area that a name may mean."""

    text: str
    """The part of the question that is this name."""
    key: str
    """Area code; `#110105` for a Chinese county; `@1787746` for a place, by GeoNames id."""
    name: str
    """Its usual English name, or the Han name of a county."""
    level: NameLevel
    areas: tuple[str, ...]
    """Code of the finest area of the tables that is it, or that it lies in."""
    place: int | None
    """Position in the arrays of the gazetteer; None for an area."""
    population: int
    """People of the place, or of the places of the area that have at least 5,000; 0 if unknown."""
    match: Match


@dataclass(frozen=True, slots=True)
class Spelling:
    """One row of the table of names."""

    name: str
    """Folded."""
    trust: Trust
    keys: tuple[str, ...]


@cache
def _lines() -> tuple[str, ...]:
    """Rows in order of spelling: 393,000 of them, read in 0.1 s, 40 MB; kept as text."""
    return tuple(read_lines("names.tsv.gz"))


def row_of(line: str) -> Spelling:
    """A row of the table: spelling, script and trust, keys."""
    name, mark, keys = line.split("\t")
    return Spelling(name, mark[1:], tuple(keys.split(",")))  # type: ignore[arg-type]


def text_rows(script: Script) -> list[str]:
    """Rows of one script that may be read in running text, as they stand in the table.

    Raises:
        ReferenceDataError: the table is missing or damaged.
    """
    mark = f"\t{script[0]}"
    return [line for line in _lines() if mark in line]


def look_up(name: str) -> Spelling | None:
    """The row of one spelling; None if nothing is called so."""
    wanted = " ".join(fold(name).split())
    lines = _lines()
    at = bisect_left(lines, f"{wanted}\t")
    return row_of(lines[at]) if at < len(lines) and lines[at].startswith(f"{wanted}\t") else None


def candidates(name: str) -> tuple[Named, ...]:
    """Everything that a name may mean: longest match first, then most people.

    A list of names that lie in each other (`江苏盐城`, `Lagos, Nigeria`) narrows the answer; where
    they do not fit each other, the candidates of all its parts are given. A name that fits several
    areas stays ambiguous.

    Args:
        name: As written, in Latin, Han, Cyrillic or Arabic script.
    """
    if len(name) > MAX_NAME:
        return ()
    whole = _of_part(name)
    if whole:
        return _ordered(whole)
    parts = _parts(name)
    chain: list[Named] = []
    for part in parts:
        found = _of_part(part)
        inside = [one for one in found if any(is_inside(one, outer) for outer in chain)]
        if chain and not inside:
            return _ordered([*chain, *found])
        chain = inside or found
    return _ordered(chain)


def _ordered(found: Sequence[Named]) -> tuple[Named, ...]:
    unique = {one.key: one for one in found}
    return tuple(
        sorted(unique.values(), key=lambda one: (-len(one.text), -one.population, one.key))
    )


def _of_part(text: str) -> list[Named]:
    """Candidates of one name: as spelled, without its level word, or in a case."""
    row = look_up(text)
    if row is not None:
        return [named(key, text, row.name) for key in row.keys]
    folded = " ".join(fold(text).split())
    plain = " ".join(_LEVEL_WORD.sub(" ", f" {folded} ").split())
    row = look_up(plain) if plain != folded and plain else None
    if row is not None:
        return [replace(named(k, text, row.name), match="without its level") for k in row.keys]
    if script_of(folded) != "cyrillic":
        return []
    return [
        replace(named(key, text, row.name), match="case form")
        for row in _cased(folded)
        for key in row.keys
    ]


def _cased(folded: str) -> list[Spelling]:
    """Rows whose case form a Cyrillic text is."""
    lines, found = _lines(), []
    start = folded[:2]  # a case changes no more than what follows the second letter
    at = bisect_left(lines, start)
    while at < len(lines) and lines[at].startswith(start):
        length = lines[at].index("\t")
        if abs(length - len(folded)) <= 6 and fits(folded, lines[at][:length]):
            found.append(row_of(lines[at]))
        at += 1
    return found


def _parts(name: str) -> list[str]:
    """The names of a list, the widest first: Han from the left, others from the last comma."""
    if script_of(name) == "han":
        return _han_parts(re.sub(r"[\s·•/|,，、-]+", "", name))
    return [part for part in reversed(re.split(r"[,،，/|]", name)) if part.strip()]


def _han_parts(text: str) -> list[str]:
    """A Han text cut into known names, the longest first at each step; empty if that fails."""
    parts = []
    while text:
        lengths = range(min(len(text), _LONGEST_HAN), 1, -1)
        length = next((n for n in lengths if look_up(text[:n]) is not None), 0)
        if not length:
            return []
        parts.append(text[:length])
        text = text[length:]
    return parts


def is_inside(inner: Named, outer: Named) -> bool:
    """True if one candidate lies in another, by the hierarchy of the codes; never in itself."""
    if inner.key == outer.key or outer.level == "county":
        return False
    finer = inner.areas[0] != outer.areas[0] or inner.level in {"county", "place"}
    return finer and load_gazetteer().within(inner.areas[0], outer.areas[0])


def named(key: str, text: str, spelling: str = "") -> Named:
    """The place or area behind a key of the table.

    Args:
        key: Area code, `#` and a division code, or a GeoNames id.
        text: What was written.
        spelling: The folded spelling that matched; the text itself where it is left out.

    Raises:
        ReferenceDataError: the key is not in the tables.
    """
    gazetteer = load_gazetteer()
    folded = spelling or fold(text)
    if key.startswith("#"):
        area, _ = divisions.area_of_division(key[1:])
        name = divisions.names().get(key[1:], "")
        if not area or not name:
            raise ReferenceDataError(f"no county has the code {key!r}", where="names.tsv.gz")
        match: Match = "local name" if folded == fold(name) else "without its level"
        return Named(text, key, name, "county", (area,), None, 0, match)
    if key in gazetteer.areas:
        area_ = gazetteer.areas[key]
        match = _kind(folded, area_.name, area_.name_local)
        people = _people(gazetteer).get(key, 0)
        return Named(text, key, area_.name, area_.level, (key,), None, people, match)
    return _place(gazetteer, key, text, folded)


def _place(gazetteer: Gazetteer, key: str, text: str, folded: str) -> Named:
    number = place_numbers().get(key)
    if number is None:
        raise ReferenceDataError(f"no place has the id {key!r}", where="names.tsv.gz")
    name, local = str(gazetteer.name[number]), str(gazetteer.name_local[number])
    return Named(
        text=text,
        key=f"@{key}",
        name=name,
        level="place",
        areas=(area_of_place(gazetteer, number),),
        place=number,
        population=int(gazetteer.population[number]),
        match=_kind(folded, name, local),
    )


def _kind(folded: str, name: str, local: str) -> Match:
    if folded == fold(name):
        return "main name"
    if local and folded == fold(local):
        return "local name"
    if local and folded == fold(divisions.stem(local)):
        return "without its level"
    return "other spelling"


def area_of_place(gazetteer: Gazetteer, number: int) -> str:
    """Code of the finest area a place lies in."""
    for column in (gazetteer.admin2, gazetteer.admin1, gazetteer.country):
        if column[number]:
            return str(column[number])
    raise ReferenceDataError("a place lies in no country", where="places.tsv.gz")


@cache
def place_numbers() -> Mapping[str, int]:
    """GeoNames id, as text -> position in the arrays of the gazetteer."""
    return {str(ident): number for number, ident in enumerate(load_gazetteer().id.tolist())}


@cache
def _people(gazetteer: Gazetteer) -> Mapping[str, int]:
    """Area code -> people of its places."""
    import numpy as np

    out: dict[str, int] = {}
    for level in ("country", "admin1", "admin2"):
        codes, index = gazetteer.partition(level)
        sums = np.bincount(index, weights=gazetteer.population, minlength=len(codes))
        out.update(zip(codes, sums.astype(np.int64).tolist(), strict=True))
    out.pop("", None)
    return out


def people_of(code: str) -> int:
    """People of the places of an area that have at least 5,000; 0 if it has none."""
    return _people(load_gazetteer()).get(code, 0)
