"""Phone numbers: with a plus sign anywhere, Chinese domestic forms where the text fits them.

Domestic forms of other countries stand in `domestic`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.clues.codes.code import HAN, Code, CodeReader, Found, RefusedCode, before, near
from forensics.clues.codes.cues import CONTACT, OTHER_NUMBER
from forensics.reference import phones

INTERNATIONAL = re.compile(r"(?<![A-Za-z0-9_+])\+\s?[1-9](?:[\s().-]{0,2}\d){7,14}(?!\d)")
"""A number with its country code."""
_CN_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9_+./-])(?:00)?86[-\s]{1,2}(\d(?:[\s()-]{0,2}\d){8,10})(?![A-Za-z0-9_/])"
)
_CN_LANDLINE = re.compile(
    r"(?<![A-Za-z0-9_+./-])(?P<open>\()?0(?P<area>10|2\d|[3-9]\d{2})(?P<gap>\)\s?|[-–—]\s?|\s)?"
    r"(?P<local>\d{3,4}[-\s]?\d{4})(?![A-Za-z0-9_/]|[-.]\d)"
)
_CN_MOBILE = re.compile(
    r"(?<![A-Za-z0-9_+./-])1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?![A-Za-z0-9_/]|[-.]\d)"
)

_OTHER_SCRIPT = re.compile(r"[Ѐ-ӿ֐-׿؀-ۿऀ-๿가-힯ぁ-ヿ]|[đơưạếệộợứờậ]")
"""Letters of languages with domestic numbers of their own."""


def read(text: str) -> Iterator[Found]:
    """Phone numbers of one folded text."""
    taken: list[tuple[int, int]] = []
    for match in INTERNATIONAL.finditer(text):
        taken.append(match.span())
        yield number(text, match, match.group(), None)
    for match in _CN_PREFIXED.finditer(text):
        taken.append(match.span())
        yield number(text, match, f"+86 {match.group(1)}", None)
    han = HAN.search(text) is not None
    if not han and _OTHER_SCRIPT.search(text):
        return  # a domestic number in Russian or Persian text is no Chinese one
    for match in _CN_LANDLINE.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        cued = near(CONTACT, text, *match.span())
        if not cued and before(OTHER_NUMBER, text, match.start()):
            continue
        spaced = match["gap"] is not None and bool(match["open"]) == (match["gap"][0] == ")")
        if cued or (han and spaced):
            yield _landline(match, cued, han)
    if not han:
        return
    for match in _CN_MOBILE.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        # Eleven digits are an order number as often as not: only a word beside them decides.
        if near(CONTACT, text, *match.span()):
            yield number(text, match, match.group(), "CN")


def number(text: str, match: re.Match[str], written: str, region: str | None) -> Found:
    """One number as a code, or why it is none."""
    start, end = match.span()
    read_number = phones.read_phone(written, region)
    if read_number is None:
        return RefusedCode("phone", start, end, "phone_not_in_plan")
    reading, identity = read_number
    if not reading.areas:
        return RefusedCode("phone", start, end, "phone_no_country")
    return Code(
        "phone",
        start,
        end,
        reading.masked,
        identity,
        reading.areas,
        own=near(CONTACT, text, start, end),
        mobile=reading.kind == "mobile",
        note=reading.note,
    )


def _landline(match: re.Match[str], cued: bool, han: bool) -> Found:
    """A Chinese landline in its domestic form.

    A local number that the plan does not give out (it starts with 0 or 1: a placeholder, or
    invented) still shows its area code, if a word presents it as a contact.
    """
    start, end = match.span()
    local = re.sub(r"\D", "", match["local"])
    read_number = phones.read_phone(f"0{match['area']}{local}", "CN")
    if read_number is not None:
        reading, identity = read_number
        areas, note = reading.areas, reading.note
    else:
        areas, note = phones.china_dialling_area(match["area"])
        if not cued or note:
            return RefusedCode("phone", start, end, "phone_not_in_plan")
        identity = f"+86{match['area']}{local}"
        note = "the local number is not in the plan: its area code alone is read"
    return Code(
        "phone",
        start,
        end,
        f"+86 {match['area']} ****",
        identity,
        areas,
        own=cued,
        needs_china=not han,
        note=note,
    )


_GAP = r"-–—\s\x{a0}\x{200b}-\x{200f}"


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    digit = r"\p{Nd}"
    return (
        rf"[+＋][\s\x{{a0}}\x{{200e}}]?{digit}|＋|"
        rf"{digit}[{_GAP})）]{{0,3}}{digit}{{3,4}}[{_GAP}]{{0,2}}{digit}{{4}}"
    )


READER = CodeReader("phone", candidates, read)
