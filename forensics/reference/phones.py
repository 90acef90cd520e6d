"""Phone numbers -> areas: what the number plan says, as a set of areas, never a point.

A landline names the numbering area, which in China is a prefecture or several. A Chinese mobile
number names the prefecture that issued its prefix, not where its owner lives; outside China a
mobile number names the country only. Descriptions come from the phonenumbers library.

The number itself is personal data: it leaves this module only masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from forensics.reference import code_tables, divisions, regions
from forensics.reference.pack import DATA
from forensics.reference.places import load_areas, load_gazetteer

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

PhoneKind = Literal["landline", "mobile", "other"]
_US_STATE = re.compile(r"(?:^|, )([A-Z]{2})$")
_SAINT = re.compile(r"\bSt\.? ")
_ADMIN_WORDS = re.compile(
    r"\b(province|oblast|region|state|governorate|krai|republic|prefecture|county|city)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """What a phone number says about places."""

    masked: str
    """Country code and area code only, such as `+86 515 ****`."""
    country: str
    """ISO 3166-1 alpha-2, or empty for numbers of no country."""
    areas: tuple[str, ...]
    """Codes, in order; empty if the number names no country."""
    kind: PhoneKind
    note: str = ""
    """What had to be given up, as a clause; empty if nothing."""


def version() -> str:
    """Name and version of the number plan used."""
    import phonenumbers

    return f"phonenumbers {phonenumbers.__version__}"


def read_phone(number: str, region: str | None = None) -> tuple[PhoneReading, str] | None:
    """Read one number: its place and its canonical form (E.164), or None if it is no valid number.

    The canonical form serves to tell whether two accounts post the same number. The caller keeps
    it in memory only.

    Args:
        number: As written, at most 40 characters.
        region: Country whose domestic form it has (`CN`), or None for `+` numbers.
    """
    import phonenumbers
    from phonenumbers import PhoneNumberType as Type

    if len(number) > 40:
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    kinds: dict[int, PhoneKind] = {
        Type.FIXED_LINE: "landline",
        Type.FIXED_LINE_OR_MOBILE: "landline",
        Type.MOBILE: "mobile",
    }
    kind = kinds.get(phonenumbers.number_type(parsed), "other")
    country = phonenumbers.region_code_for_number(parsed) or ""
    if country not in load_areas():
        country = ""
    national = phonenumbers.national_significant_number(parsed)
    area_code = _area_code(parsed, national, country, kind)
    areas: tuple[str, ...]
    if not country:
        areas, note = (), "the number belongs to no country"
    elif kind == "other":
        areas, note = (country,), "a service number: it names the country only"
    elif country == "CN":
        areas, note = _china(parsed, area_code, kind)
    else:
        areas, note = _abroad(parsed, country)
    canonical = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    fact = code_tables.look_up("dialling", canonical) if kind == "landline" else None
    if fact is not None:
        areas, note = fact.areas, fact.note
    masked = f"+{parsed.country_code} {area_code} ****".replace("  ", " ")
    return PhoneReading(masked, country, areas, kind, note), canonical


def _area_code(parsed: PhoneNumber, national: str, country: str, kind: PhoneKind) -> str:
    """The part of the number that names an area and may be shown."""
    import phonenumbers

    if country == "CN" and kind == "mobile":
        return national[:3]
    if kind != "landline":
        return ""
    if country == "CN" and national[0] in "12":
        return national[:2]  # 10 Beijing, 20-29 the other large cities
    length = phonenumbers.length_of_geographical_area_code(parsed)
    return national[: length or (3 if country == "CN" else 0)]


def _china(parsed: PhoneNumber, area_code: str, kind: PhoneKind) -> tuple[tuple[str, ...], str]:
    """Prefectures of a Chinese number."""
    from phonenumbers import geocoder

    if kind == "landline":
        return china_dialling_area(area_code)
    text = geocoder.description_for_valid_number(parsed, "zh", region="CN")
    areas, note = _from_han(text)
    if note or not areas:
        return areas or ("CN",), note or "the prefix is in no table"
    return areas, ""


@cache
def china_dialling_area(area_code: str) -> tuple[tuple[str, ...], str]:
    """All prefectures that a Chinese area code (without the 0) serves, and what was given up.

    Several prefectures may share a code (024: Shenyang, Tieling, Fushun, Benxi); the library knows
    some of them only under some subscriber numbers, so several are asked and the answers united.
    """
    import phonenumbers
    from phonenumbers import geocoder

    fixed = _corrections().get(area_code)
    if fixed:
        return fixed, ""
    found: set[str] = set()
    problem = "the area code is in no table"
    for tail in ("1234567", "2345678", "6123456", "81234567", "88123456"):
        number = phonenumbers.PhoneNumber(country_code=86, national_number=int(area_code + tail))
        text = geocoder.description_for_valid_number(number, "zh", region="CN")
        areas, note = _from_han(text)
        problem = note or problem
        found.update(area for area in areas if area != "CN")
    # A prefecture says more than the province or country that another subscriber number gave.
    areas_table = load_areas()
    outer = {areas_table[code].parent for code in found}
    outer |= {areas_table[code].parent for code in outer if code}
    finest = tuple(sorted(found - outer))
    return (finest, "") if finest else (("CN",), problem)


@cache
def _corrections() -> Mapping[str, tuple[str, ...]]:
    """Area codes whose description in the library is missing or too narrow."""
    out = {}
    for line in (DATA / "codes" / "dialling_cn.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, areas, _ = line.split("\t")
            out[code] = tuple(areas.split())
    return out


@cache
def _from_han(text: str) -> tuple[tuple[str, ...], str]:
    """Area codes of a description such as `辽宁省沈阳市、铁岭市`."""
    table = regions.chinese_labels()
    for cut in range(len(text), 1, -1):
        code = table.get(text[:cut], "")
        if code.startswith("CN-"):
            break
    else:
        return ((table[text],), "") if text in table else ((), "the description is not an area")
    if not text[cut:]:
        return (code,), ""
    found = []
    for name in text[cut:].split("、"):
        area = divisions.prefecture_by_name(code, name) or _prefecture_like(code, name)
        if not area:
            return (code,), f"{name} is in no table: taken for its province"
        found.append(area)
    return tuple(sorted(set(found))), ""


def _prefecture_like(province: str, name: str) -> str:
    """Prefecture by a short or old name (`恩施州`), or by one of its counties; empty if none."""
    areas = load_areas()
    short = re.sub(r"(州|市|盟|地区|自治州|县|区)$", "", name)
    inside = divisions.prefectures_of(province)
    fits = [code for code in inside if areas[code].name_local.startswith(short)]
    if len(fits) == 1:
        return fits[0]
    counties = {
        divisions.area_of_division(code)[0]
        for code, full in divisions.names().items()
        if len(code) == 6 and divisions.stem(full) in {short, name}
    }
    fits = [code for code in counties if code.startswith(f"{province}.")]
    return fits[0] if len(fits) == 1 else ""


def _abroad(parsed: PhoneNumber, country: str) -> tuple[tuple[str, ...], str]:
    """First-level area of a number outside China where its description names one."""
    from phonenumbers import geocoder

    text = geocoder.description_for_number(parsed, "en")
    state = _US_STATE.search(text)
    if state and f"{country}-{state.group(1)}" in load_areas():
        return (f"{country}-{state.group(1)}",), ""
    found: set[str] = set()
    for part in re.split(r"[,/]", text):
        name = _SAINT.sub("Saint ", " ".join(_ADMIN_WORDS.sub("", part).split()))
        found.update(regions.first_level_by_name(country, name) or _area_of_city(country, name))
    if not found or len(found) > 3:
        return (country,), ""
    return tuple(sorted(found)), ""


@cache
def _area_of_city(country: str, name: str) -> tuple[str, ...]:
    """First-level area of the towns of that name in a country; empty if there is none."""
    gazetteer = load_gazetteer()
    towns = gazetteer.mask(country) & (gazetteer.name == name)
    return tuple(sorted({str(code) for code in gazetteer.admin1[towns]} - {""}))
