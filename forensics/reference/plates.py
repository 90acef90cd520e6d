"""Chinese number plates and website filings -> areas.

The first character of a plate is the province, the letter the prefecture. Filings use characters
of their own (蜀 黔 滇 陇 in ICP numbers, where plates have 川 贵 云 甘); each kind has its table.
Tables: `data/codes/plates_cn.tsv` and GB/T 2260.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from forensics.errors import ReferenceDataError
from forensics.reference.divisions import area_of_division
from forensics.reference.pack import DATA
from forensics.reference.places import load_areas

_EXTRA_CHARACTERS = {"滇": "CN-YN", "黔": "CN-GZ", "蜀": "CN-SC", "陇": "CN-GS", "鄂": "CN-HB"}
"""Characters of filings that plates do not use (鄂 is used by both)."""
_FIVE = re.compile(r"[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领使]")
_SIX = re.compile(r"[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK]")
"""Six signs: vehicles with electric drive, the letter standing first or last."""


@cache
def _plates() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """First character -> (province code, letter -> area code; "*" for every letter)."""
    out: dict[str, tuple[str, dict[str, str]]] = {}
    areas = load_areas()
    for line in (DATA / "codes" / "plates_cn.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        character, province, letters = line.split("\t")
        gb = _gb_of(province)
        table = {}
        for entry in letters.split():
            letter, digits = entry[0], entry[1:]
            if entry == "*" or digits == "*":
                table[letter] = province
                continue
            code = f"{province}.{digits if len(digits) == 6 else gb + digits}"
            if code not in areas:
                raise ReferenceDataError(
                    f"plate {character}{letter} names no area", where="plates_cn.tsv"
                )
            table[letter] = code
        out[character] = (province, table)
    return out


def _gb_of(province: str) -> str:
    """GB/T 2260 digits of a province (`32`), from the table of areas."""
    inside = [code for code in load_areas() if code.startswith(f"{province}.")]
    return min(inside).split(".")[1][:2] if inside else ""


def plate_characters() -> str:
    """The characters a civil plate may start with."""
    return "".join(_plates())


def filing_characters() -> str:
    """The characters a website filing may start with."""
    return "".join(sorted({*_plates(), *_EXTRA_CHARACTERS}))


def read_plate(character: str, letter: str, number: str) -> str | None:
    """Area code of a plate, or None if it is no civil plate.

    Args:
        character: 苏
        letter: J
        number: The five or six signs after it.
    """
    entry = _plates().get(character)
    if entry is None:
        return None
    digits = sum(sign.isdigit() for sign in number)
    if len(number) == 5:
        if not _FIVE.fullmatch(number) or digits < 3:
            return None
    elif not _SIX.fullmatch(number):
        return None
    return entry[1].get(letter) or entry[1].get("*")


def read_icp(character: str) -> str | None:
    """Province of a website registration (`苏ICP备…号`), or None for an unknown character."""
    if character in _EXTRA_CHARACTERS:
        return _EXTRA_CHARACTERS[character]
    entry = _plates().get(character)
    return entry[0] if entry else None


def read_police_filing(character: str, digits: str) -> tuple[str, str] | None:
    """Area of a public-security filing (`苏公网安备 3209…号`) and what was given up.

    The first six digits name the county of the bureau; the character has to fit the first two.
    Copied templates are common, so anything that does not fit is refused.

    Args:
        character: 苏
        digits: The 14 digits.
    """
    province = read_icp(character)
    if province is None or len(digits) != 14 or not digits.isascii() or not digits.isdecimal():
        return None
    area, note = area_of_division(digits[:6])
    if not area or area[:5] != province:
        return None
    return area, note
