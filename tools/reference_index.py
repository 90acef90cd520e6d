"""The table of names: every spelling in five scripts -> the places and areas that are called so."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from reference_china import GB_PROVINCES, ChinaCodes, han_stem
from reference_places import Builder, Place
from reference_words import GENERIC_HAN, GIVEN_NAMES, everyday

from forensics.reference.spelling import fold, script_of

SHAPES = {
    "latin": re.compile(r"[A-ZÀ-ÞĀ-ɎḀ-Ỿ'ʻ][A-Za-zÀ-ɏḀ-ỿ' .\-]{2,39}"),
    "cyrillic": re.compile(r"[Ѐ-Я][Ѐ-ӿ'ʼ \-]{2,39}"),
    "arabic": re.compile(r"[ؠ-ي٠-ۓ ]{3,40}"),
    "han": re.compile(r"[㐀-鿿]{2,12}"),
}
"""What an alternate name has to look like. Latin and Cyrillic ones begin with a capital: names in
small letters at the source are transcriptions by machine, those in capitals are airport codes."""
MARKS = re.compile(r"[ً-ٰٟـ]")
"""Vowel signs and lengthening strokes of Arabic script."""
COUNTRY_LANGUAGES = (
    "en", "zh", "ru", "uk", "ar", "fa", "ur", "tr", "es", "fr", "de", "pt", "it", "id", "vi", "pl",
)  # fmt: skip
SHORT_COUNTRIES = {
    "US": ("USA", "U.S.A.", "America", "США", "Америка", "EEUU", "امریکا", "أمريكا"),
    "GB": ("UK", "U.K.", "Britain", "England", "Scotland", "Wales", "Великобритания", "Англия"),
    "AE": ("UAE", "U.A.E.", "ОАЭ", "Emirates"),
    "RU": ("Russia", "РФ", "روسیه", "روسيا"),
    "CN": ("China", "КНР", "چین", "الصين"),
    "KR": ("South Korea", "Korea", "Южная Корея"),
    "KP": ("North Korea", "Korea", "КНДР", "Северная Корея"),
    "CD": ("Congo", "DR Congo", "DRC"),
    "CG": ("Congo",),
    "CZ": ("Czechia", "Czech Republic", "Чехия"),
    "MM": ("Myanmar", "Burma"),
    "CI": ("Ivory Coast",),
    "TR": ("Turkey", "Turkiye"),
    "SY": ("Syria", "Сирия"),
    "IR": ("Iran", "ایران"),
    "LA": ("Laos",),
    "MD": ("Moldova",),
    "TZ": ("Tanzania",),
    "BO": ("Bolivia",),
    "VE": ("Venezuela",),
    "VN": ("Vietnam", "Viet Nam"),
    "NL": ("Holland", "Netherlands"),
    "MO": ("Macau", "Macao"),
}
"""Short names that everyone uses. `Korea` and `Congo` are two countries each."""
REGION = 450_000
"""People that stand for a first-level area where a rule asks for the size of a place."""
PERSONS = frozenset(["Chad", "Jordan"])
"""Countries that are given names: they need a context."""
ADJECTIVE = re.compile(r"[Ѐ-ӿ]+ск(?:ий|ая|ое|ие)")
LEVEL_WORD = re.compile(
    r" (Province|Oblast|Region|State|Governorate|Krai|County|Prefecture|City|Shi|Department)$"
)


class Index:
    """Collects (spelling, key) pairs with how much each is trusted in running text."""

    def __init__(self, members: dict[str, dict[str, bytes]]) -> None:
        """Read the lists of everyday words."""
        self.words = everyday(members)
        self.keys: dict[str, set[str]] = defaultdict(set)
        self.trust: dict[str, str] = {}
        self.counted: Counter[str] = Counter()

    def add(self, spelling: str, key: str, trust: str, *, sure: bool = False) -> None:
        """A spelling of a place or area.

        Args:
            spelling: As written.
            key: GeoNames id, area code, or `#` and the GB/T 2260 code of a Chinese county.
            trust: `s` names it by itself, `w` only in a context, `` only when it is looked up.
            sure: Everyday words of the same letters do not lower the trust.
        """
        plain = MARKS.sub("", unicodedata.normalize("NFC", spelling)).strip()
        name = " ".join(fold(plain).split())
        if len(name) < 2 or any(mark in name for mark in "\t,|<>{}()"):
            return
        if trust == "s" and name in self.words and not sure:
            trust = "w"
        order = ("", "w", "s")
        self.keys[name].add(key)
        self.trust[name] = max(self.trust.get(name, ""), trust, key=order.index)

    def lines(self) -> list[str]:
        """`spelling, script and trust, keys` in order of spelling."""
        for name in self.keys:
            self.counted[f"names_{script_of(name)}"] += 1
        self.counted["names_read_in_text"] = sum(1 for t in self.trust.values() if t == "s")
        self.counted["names_read_in_context"] = sum(1 for t in self.trust.values() if t == "w")
        return [
            "\t".join((name, self._mark(name), ",".join(sorted(self.keys[name]))))
            for name in sorted(self.keys)
        ]

    def _mark(self, name: str) -> str:
        """First letter of the script and the trust, such as `ls`; empty if only looked up."""
        return script_of(name)[0] + self.trust[name] if self.trust[name] else ""


def build(
    members: dict[str, dict[str, bytes]], builder: Builder, places: list[Place]
) -> tuple[list[str], dict[str, int]]:
    """Lines of the table of names, and what was counted."""
    index = Index(members)
    countries(index, members["i18n-iso-countries"], set(builder.areas.rows))
    first_level(index, builder)
    second_level(index, builder)
    chinese_divisions(index, builder.china, set(builder.areas.rows))
    alternates = {str(city["geonameid"]): city["alternatenames"] for city in builder.cities}
    for place in places:
        towns(index, place, alternates[place.id])
    lines = index.lines()
    return lines, dict(sorted(index.counted.items()))


def countries(index: Index, members: dict[str, bytes], known: set[str]) -> None:
    """Names of countries in sixteen languages."""
    for language in COUNTRY_LANGUAGES:
        listed: dict[str, Any] = json.loads(members[f"package/langs/{language}.json"])["countries"]
        for code, names in listed.items():
            if code in known:
                for name in [names] if isinstance(names, str) else names:
                    index.add(name, code, country_trust(name), sure=name not in PERSONS)
    for code, short in SHORT_COUNTRIES.items():
        for name in short:
            index.add(name, code, country_trust(name), sure=name not in PERSONS)


def country_trust(name: str) -> str:
    """Names of countries stand by themselves, but for two letters of Latin or Cyrillic script."""
    short = len(name) < 3 and script_of(name) in {"latin", "cyrillic"}
    return "w" if short else "s"


def first_level(index: Index, builder: Builder) -> None:
    """Provinces and states; those of China get their Han names elsewhere, by code."""
    for code, (level, _, name, local) in builder.areas.rows.items():
        if level == "country":
            index.add(name, code, "s", sure=name not in PERSONS)
            index.add(local, code, "s", sure=True)
        elif level == "admin1":
            for spelling in (name, LEVEL_WORD.sub("", name), local):
                if not (code[:2] == "CN" and script_of(spelling) == "han"):
                    index.add(spelling, code, text_trust(spelling, REGION, main=True))
            for spelling in builder.admin1.spellings.get(code, ()):
                if not (code[:2] == "CN" and script_of(spelling) == "han"):
                    index.add(spelling, code, text_trust(spelling, REGION // 2))


def second_level(index: Index, builder: Builder) -> None:
    """Prefectures, counties and districts: looked up only, but for those of China."""
    for code, (level, _, name, local) in builder.areas.rows.items():
        if level != "admin2":
            continue
        chinese = code.startswith("CN-")
        sub = builder.second.get(code)
        aliases = (sub.name, *sub.aliases) if sub else ()
        for spelling in (name, local, *(LEVEL_WORD.sub("", alias) for alias in aliases)):
            script = script_of(spelling)
            if script == "other" or (chinese and script == "han"):
                continue
            index.add(spelling, code, text_trust(spelling, 150_000) if chinese else "")


def chinese_divisions(index: Index, china: ChinaCodes, known: set[str]) -> None:
    """Han names of provinces, prefectures and counties of China, by code only."""
    from reference_labels import chinese_labels

    for label, code in chinese_labels(china, {}, known).items():
        if code.startswith("CN") or len(label) > 1:
            index.add(label, code, "s")
    for gb, name in china.prefectures.items():
        code = china.area_code(gb) if gb[:2] in GB_PROVINCES else ""
        if "." in code:
            index.add(name, code, "s")
            index.add(han_stem(name), code, "s" if len(han_stem(name)) > 2 else "w")
    for gb, name in china.counties.items():
        if gb[:2] not in GB_PROVINCES or name in GENERIC_HAN:
            continue
        direct = gb[2] == "9" and gb[:4] not in china.prefectures
        key = china.area_code(gb) if direct and china.area_code(gb) in known else f"#{gb}"
        index.add(name, key, "s" if len(name) > 2 else "w")
        if han_stem(name) != name:
            index.add(han_stem(name), key, "w")


def towns(index: Index, place: Place, alternates: Iterable[str]) -> None:
    """Main, local and alternate names of one place."""
    # The name of a city of a million is the city, though some word is written the same.
    sure = place.population >= 1_000_000 and fold(place.name) not in GIVEN_NAMES
    index.add(place.name, place.id, text_trust(place.name, place.population, main=True), sure=sure)
    if place.local:
        stem = place.country == "CN"
        trust = "w" if stem else text_trust(place.local, place.population, main=True)
        index.add(place.local, place.id, trust, sure=sure)
    for name in usable(alternates):
        # Chinese names come from the code: the alternates of a Chinese town mix Japanese,
        # traditional and mistaken forms, and none says which it is.
        if place.country == "CN" and script_of(name) == "han":
            continue
        index.add(name, place.id, text_trust(name, place.population))


def usable(alternates: Iterable[str]) -> Iterator[str]:
    """Alternate names in one of the four scripts that look like names."""
    for raw in alternates:
        name = MARKS.sub("", raw.strip())
        shape = SHAPES.get(script_of(name))
        airport = name.isupper() and script_of(name) == "latin"
        if shape and not airport and shape.fullmatch(name.translate({0x2019: 0x27, 0x2018: 0x27})):
            yield name


def text_trust(name: str, population: int, *, main: bool = False) -> str:
    """How far a spelling is trusted in running text: `s`, `w` or not at all.

    The larger the place, the more texts mean it. Alternate names carry no language, so they need a
    larger place than the main name. Arabic script has no capitals, Han has no spaces either.
    """
    script, letters = script_of(name), len(name)
    if script == "han":
        strong = population >= (100_000 if letters > 2 else 1_000_000)
        return "s" if strong else "w" if population >= 100_000 else ""
    if script == "arabic":
        strong = letters >= 4 and population >= 300_000
        return "s" if strong else "w" if letters >= 3 and population >= 50_000 else ""
    if script == "cyrillic":
        strong = letters >= 4 and population >= (20_000 if main else 150_000)
        # Names such as Жуковский and Московский are adjectives and family names in most texts.
        strong = strong and not ADJECTIVE.fullmatch(name)
        weak = letters >= 3 and population >= (10_000 if main else 50_000)
        return "s" if strong else "w" if weak else ""
    if script != "latin":
        return ""
    if main:
        strong = population >= (15_000 if " " in name else 50_000 if letters > 4 else 500_000)
        return "s" if strong else "w" if population >= 10_000 else ""
    strong = letters >= 6 and population >= 500_000
    return "s" if strong else "w" if letters >= 4 and population >= 100_000 else ""
