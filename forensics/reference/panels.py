"""What panels about accounts and pages show: app stores, countries of managers, phone countries.

X writes `China App Store`, `Philippines Android App` or `Web`; Facebook counts managers by country,
`Vietnam (12), United States (1)`; messengers give a country or its dialling code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from forensics.reference.places import load_areas
from forensics.reference.regions import LabelReading, read_label

_STORE_PREFIX = re.compile(r"^connected via\s*:?\s*", re.IGNORECASE)
_STORE = re.compile(
    r"^(?P<place>.+?) (?:app store|play store|google play|android app|ios app|store)$",
    re.IGNORECASE,
)
_NO_STORE = frozenset(["web", "app store", "android app", "google play", "ios app", "unknown"])
_MANAGERS = re.compile(r"^.*?(?:manage this page include[s]?|managed from)\s*:\s*", re.IGNORECASE)
_BRACKETED = re.compile(r"(?<![^()])(?P<place>[^()]++)\(\s*(?P<n>\d{1,6})\s*\)")
_COUNTED = re.compile(r"(?P<place>[^:]+)(?::\s*(?P<n>\d{1,6}))?")
_SEPARATOR = re.compile(r"[,;|]")
_AROUND = " \t\r\n,;|"
MOST_COUNTRIES = 60


@dataclass(frozen=True, slots=True)
class Counted:
    """One country of a list, and how many people it counts."""

    reading: LabelReading
    n: int


def read_store(text: str) -> LabelReading:
    """The country whose app store an account uses; `Web` names no place.

    Args:
        text: Such as `China App Store`, `Connected via: Philippines Android App`, `Web`.
    """
    plain = _STORE_PREFIX.sub("", " ".join(text.split()))
    if plain.casefold() in _NO_STORE:
        return LabelReading(text, (), "latin", "names_no_place")
    match = _STORE.match(plain)
    found = read_label(match["place"] if match else plain)
    return LabelReading(text, found.areas, found.script, found.refusal, found.note)


def read_managers(text: str) -> tuple[Counted, ...]:
    """The countries of a page's managers with their counts, in the order written.

    Args:
        text: Such as `Vietnam (12), United States (1)`, with or without the sentence before it.
            A country without a count counts one.
    """
    plain = _MANAGERS.sub("", " ".join(text.split()))
    whole = read_label(plain)
    if whole.areas:
        return (Counted(whole, 1),)
    matches = [*_BRACKETED.finditer(plain)]
    if not matches:
        parts = _SEPARATOR.split(plain)[:MOST_COUNTRIES]
        matches = [match for part in parts if (match := _COUNTED.fullmatch(part.strip()))]
    return tuple(
        Counted(read_label(match["place"].strip(_AROUND)), int(match["n"] or 1))
        for match in matches[:MOST_COUNTRIES]
    )


def read_phone_country(text: str) -> LabelReading:
    """The country of a phone number, from its ISO code or dialling code.

    A dialling code of several countries (+1, +7, +44) gives those with a code of their own.
    """
    plain = " ".join(text.split()).lstrip("+")
    if plain.isascii() and plain.isdigit():
        codes = _dialling().get(int(plain[:6]), ())
        if len(codes) > MOST_COUNTRIES or not codes:
            return LabelReading(text, (), "latin", "unknown_label")
        return LabelReading(text, codes, "latin", None)
    found = read_label(plain.upper() if len(plain) == 2 else plain)
    return LabelReading(text, found.areas, found.script, found.refusal, found.note)


@cache
def _dialling() -> dict[int, tuple[str, ...]]:
    """Dialling code -> countries that the table of areas knows, in order."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    known = load_areas()
    return {
        number: tuple(sorted(code for code in codes if code in known))
        for number, codes in COUNTRY_CODE_TO_REGION_CODE.items()
    }
