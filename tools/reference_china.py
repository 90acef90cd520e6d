"""Chinese division codes (GB/T 2260) and what they have to do with our area codes."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass

GB_PROVINCES = dict(
    pair.split(":")
    for pair in [
        "11:BJ",
        "12:TJ",
        "13:HE",
        "14:SX",
        "15:NM",
        "21:LN",
        "22:JL",
        "23:HL",
        "31:SH",
        "32:JS",
        "33:ZJ",
        "34:AH",
        "35:FJ",
        "36:JX",
        "37:SD",
        "41:HA",
        "42:HB",
        "43:HN",
        "44:GD",
        "45:GX",
        "46:HI",
        "50:CQ",
        "51:SC",
        "52:GZ",
        "53:YN",
        "54:XZ",
        "61:SN",
        "62:GS",
        "63:QH",
        "64:NX",
        "65:XJ",
    ]
)
"""First two digits of GB/T 2260 -> second half of ISO 3166-2:CN. Source: both standards."""
MUNICIPALITIES = {"CN-BJ", "CN-TJ", "CN-SH", "CN-CQ"}
"""Province and city at once: they have no prefectures, so their places carry no admin-2 code."""


@dataclass
class ChinaCodes:
    """GB/T 2260: names by code, and our area code of each prefecture."""

    provinces: dict[str, str]
    prefectures: dict[str, str]
    counties: dict[str, str]

    @classmethod
    def read(cls, members: dict[str, bytes]) -> ChinaCodes:
        """Read the three lists of the division package."""

        def table(name: str, digits: int) -> dict[str, str]:
            rows = json.loads(members[f"package/dist/{name}.json"])
            return {row["code"][:digits]: row["name"] for row in rows}

        cities = {k: v for k, v in table("city", 4).items() if "直辖" not in v}
        return cls(table("province", 2), cities, table("area", 6))

    def area_code(self, gb: str) -> str:
        """`CN-JS.3209` of a prefecture (4 digits) or of a county run by its province (6 digits)."""
        iso = f"CN-{GB_PROVINCES[gb[:2]]}"
        return iso if iso in MUNICIPALITIES else f"{iso}.{gb}"

    def direct(self) -> dict[str, str]:
        """Counties that answer to their province (third digit 9): 6-digit code -> name."""
        return {
            k: v for k, v in self.counties.items() if k[2] == "9" and k[:4] not in self.prefectures
        }


def han_stem(name: str) -> str:
    """A Chinese area name without its level: 盐城市 -> 盐城."""
    if len(name) <= 2:
        return name
    return re.sub(r"(特别行政区|自治州|自治县|自治旗|林区|地区|新区|市|区|县|旗|盟)$", "", name)


def chinese_names(china: ChinaCodes) -> dict[str, dict[str, str]]:
    """Area code -> {stem: full name} of the prefecture and its counties."""
    out: dict[str, dict[str, str]] = defaultdict(dict)
    for gb, name in china.counties.items():
        key = china.area_code(gb if gb[2] == "9" and gb[:4] not in china.prefectures else gb[:4])
        out[key][han_stem(name)] = name
    for gb, name in china.prefectures.items():
        out[china.area_code(gb)][han_stem(name)] = name
    for gb, name in china.provinces.items():
        if gb in GB_PROVINCES:
            out[f"CN-{GB_PROVINCES[gb]}"][han_stem(name)] = name
    return out


def admin2_code(geonames: str, aliases: tuple[str, ...], china: ChinaCodes) -> str:
    """Our code of a Chinese admin-2 row: by GB/T code where GeoNames has it, else by Han name."""
    gb = geonames.rsplit(".", 1)[1]
    if gb in china.prefectures:
        return china.area_code(gb)
    for code, name in china.direct().items():
        if name in aliases or han_stem(name) in aliases:
            return china.area_code(code)
    return ""
