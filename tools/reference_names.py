"""The name of a place in its own script, chosen from alternate names that carry no language."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

SCRIPTS = {
    "han": re.compile(r"[㐀-鿿々ケヶ]+"),
    "cyrillic": re.compile(r"[Ѐ-ӿ’' -]+"),
    "arabic": re.compile(r"[؀-ۿ‌ -]+"),
    "hangul": re.compile(r"[가-힣]+"),
    "thai": re.compile(r"[฀-๿]+"),
    "greek": re.compile(r"[Ͱ-Ͽ -]+"),
    "hebrew": re.compile(r"[֐-׿ -]+"),
    "georgian": re.compile(r"[Ⴀ-ჿ]+"),
    "armenian": re.compile(r"[԰-֏ -]+"),
}
SCRIPT_OF = {
    **dict.fromkeys(["RU", "UA", "BY", "BG", "RS", "MK", "KZ", "KG", "TJ", "MN"], "cyrillic"),
    **dict.fromkeys(
        [
            "AE",
            "BH",
            "DZ",
            "EG",
            "IQ",
            "JO",
            "KW",
            "LB",
            "LY",
            "MA",
            "OM",
            "PS",
            "QA",
            "SA",
            "SD",
            "SY",
            "TN",
            "YE",
            "IR",
            "AF",
            "PK",
        ],
        "arabic",
    ),
    **dict.fromkeys(("KR", "KP"), "hangul"),
    **dict.fromkeys(("GR", "CY"), "greek"),
    "JP": "han",
    "TH": "thai",
    "IL": "hebrew",
    "GE": "georgian",
    "AM": "armenian",
}
"""Script of the local name; Chinese names are found by code instead."""
ROMAN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґђјљњћџѓќѕ",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
            "yo",
            "i",
            "yi",
            "ye",
            "g",
            "dj",
            "j",
            "lj",
            "nj",
            "c",
            "dz",
            "g",
            "k",
            "dz",
        ],
        strict=True,
    )
)
"""Plain romanisation of Cyrillic, to choose the alternate name that sounds like the main one."""
UKRAINIAN = {"г": "h", "и": "y", "ы": "?", "э": "?", "ё": "?", "ъ": "?", "’": "", "'": ""}
"""Where Ukrainian differs; letters it does not have count against a candidate."""
LOCAL_NAMES = {
    "524901": "Москва",
    "498817": "Санкт-Петербург",
    "703448": "Київ",
    "1835848": "서울",
    "1850147": "東京",
    "1853909": "大阪",
    "112931": "تهران",
    "1668341": "臺北",
    "1819729": "香港",
}
"""Local names, by GeoNames id, of cities whose English name does not transcribe the local one."""


def local_name(city: dict[str, Any]) -> str:
    """The alternate name in the script of the country, or nothing where that is not certain."""
    if str(city["geonameid"]) in LOCAL_NAMES:
        return LOCAL_NAMES[str(city["geonameid"])]
    script = SCRIPT_OF.get(city["countrycode"])
    if script is None:
        return ""
    pattern = SCRIPTS[script]
    names = [n.strip() for n in city["alternatenames"] if pattern.fullmatch(n.strip())]
    if script != "cyrillic":
        # Alternate names carry no language: where several languages share a script, one single
        # candidate is the only safe one.
        return names[0] if len(set(names)) == 1 else ""
    target = city["name"].lower().replace("’", "").replace("'", "")
    letters = {**ROMAN, **UKRAINIAN} if city["countrycode"] == "UA" else ROMAN

    def alike(name: str) -> tuple[float, int]:
        roman = "".join(letters.get(letter, letter) for letter in name.lower())
        # Of two spellings that sound alike, the one with more soft signs is the fuller one.
        return SequenceMatcher(None, target, roman).ratio(), name.count("ь")

    best = max(sorted(set(names)), key=alike, default="")
    return best if best and alike(best)[0] >= 0.7 else ""
