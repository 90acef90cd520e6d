"""Chinese division codes (GB/T 2260) and Han names -> area codes.

One key ties phone codes, plates, filings and registration numbers together: the four digits of a
prefecture, which stand behind the point of our admin-2 codes (`CN-JS.3209`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from forensics.errors import ReferenceDataError
from forensics.reference.pack import read_lines
from forensics.reference.places import load_areas

_ISO_OF_GB = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL",
    "31": "SH", "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA",
    "42": "HB", "43": "HN", "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ",
    "53": "YN", "54": "XZ", "61": "SN", "62": "GS", "63": "QH", "64": "NX", "65": "XJ",
}  # fmt: skip
_LEVEL = re.compile(r"(自治州|自治县|自治旗|林区|地区|新区|市|区|县|旗|盟)$")


@cache
def names() -> Mapping[str, str]:
    """GB/T 2260 code (2, 4 or 6 digits) -> Han name.

    Raises:
        ReferenceDataError: the table is missing or damaged.
    """
    out = {}
    for line in read_lines("gbt2260.tsv.gz"):
        code, _, name = line.partition("\t")
        if not name:
            raise ReferenceDataError("a division has no name", where=f"gbt2260.tsv.gz, {code}")
        out[code] = name
    return out


def stem(name: str) -> str:
    """A Han area name without its level: 盐城市 -> 盐城; names of two characters stay whole."""
    return name if len(name) <= 2 else _LEVEL.sub("", name)


def area_of_division(code: str) -> tuple[str, str]:
    """Area code of a GB/T 2260 code, and what had to be given up to find one.

    A county (6 digits) gives its prefecture, since areas end there. A county or prefecture that is
    not in the table gives the next level up and says so: development zones use unofficial codes,
    and codes change.

    Args:
        code: 2, 4 or 6 digits.

    Returns:
        (area code, note); ("", reason) if not even the province exists.
    """
    iso = _ISO_OF_GB.get(code[:2])
    if iso is None or len(code) not in {2, 4, 6} or not code.isdecimal():
        return "", "no province has this code"
    province, areas = f"CN-{iso}", load_areas()
    direct, prefecture = f"{province}.{code}", f"{province}.{code[:4]}"
    if direct in areas:
        return direct, ""
    if prefecture in areas:
        known = len(code) == 4 or code[4:] == "00" or code in names()
        note = "" if known else f"county {code} is not in the table: taken for its prefecture"
        return prefecture, note
    if len(code) == 2 or not prefectures_of(province):
        return province, ""  # a municipality is province and city at once
    return province, f"prefecture {code[:4]} is not in the table: taken for its province"


def county(code: str) -> str:
    """Code and Han name of a county, `320902 亭湖区`: the level below our areas.

    The code alone if the table does not name it; empty for codes of prefectures and provinces.

    Args:
        code: 6 digits.
    """
    if len(code) != 6 or code.endswith("00") or code[:2] not in _ISO_OF_GB:
        return ""
    return f"{code} {names().get(code, '')}".strip()


@cache
def _by_han() -> Mapping[str, Mapping[str, str]]:
    """Province code -> {Han name or stem -> area code} of its prefectures, unique names only."""
    out: dict[str, dict[str, str]] = {f"CN-{iso}": {} for iso in _ISO_OF_GB.values()}
    for area in load_areas().values():
        if area.level == "admin2" and area.parent in out:
            table = out[area.parent]
            for key in {area.name_local, stem(area.name_local)}:
                # A second area of the same name would make the name ambiguous: drop it.
                table[key] = "" if key in table else area.code
    return out


def prefecture_by_name(province: str, name: str) -> str:
    """Area code of a prefecture from its Han name inside a province; empty if not exactly one.

    Args:
        province: `CN-JS`.
        name: `盐城市` or `盐城`.
    """
    return _by_han().get(province, {}).get(name, "")


def prefectures_of(province: str) -> tuple[str, ...]:
    """Codes of all prefectures of a province, in order; empty for a municipality."""
    return tuple(sorted({code for code in _by_han().get(province, {}).values() if code}))
