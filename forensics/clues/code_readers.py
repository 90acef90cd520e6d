"""Codes in one text: phone numbers, number plates, website filings, coordinates.

Every pattern is bounded, so that the time grows with the length of the text and not faster.
Numbers and plates are personal data: what leaves this module for a table is `shown`, which is
masked; `identity` serves to see the same number again and stays in memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from forensics.model import Position
from forensics.reference import coordinates, phones, plates

CodeKind = Literal["phone", "plate", "filing", "text_position"]
MAX_TEXT = 100_000
"""Characters of one post that are searched; longer ones are cut and counted."""
MAX_CODES = 50
"""Codes taken from one post: a list of a thousand numbers says nothing about its writer."""
CUE_DISTANCE = 12
"""How many characters away a word such as 电话 may stand from the number it announces."""

CANDIDATES = (
    r"\+ ?[0-9]|[0-9０-９][-–— )）]{0,2}[0-9０-９]{3,4}[-– ]?[0-9０-９]{4}|"
    r"[0-9]\s?[°º˚度]|[北南][纬緯]|[东西東][经經]|[0-9]\.[0-9]{3}|"
    r"[NSEW][:：]?\s?[0-9]{1,3}(\.[0-9]|\s?[°º˚])|[0-9]\s?[NSEW][\s,;/]{1,4}[0-9]{1,3}|"
    r"\.[0-9]{1,10}\s?[NSEW]|"
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滇黔蜀陇]\s?[A-ZＡ-Ｚ]|公网安备|＋"
)
"""RE2 pattern for DuckDB: every text that may hold a code, and many that do not."""

_OWN_CONTACT = re.compile(
    r"联系|联络|电话|电話|热线|手机|客服|咨询|传真|订购|tel\b|telephone|phone|\bcall\b|contact|"
    r"whats\s?app|hotline|mobile|telegram|\bfax\b|тел\b|телефон|تلفن|تماس",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"单号|编号|订单|快递|账号|帐号|卡号|流水|证号|合同|批次|文号|\bQQ\b|\bid\b|order|tracking|"
    r"account|invoice|serial|\bno\.|\bref\b",
    re.IGNORECASE,
)
"""Words that announce another kind of number."""
_OWN_CAR = re.compile(
    r"我的车|我们的车|我车|本人的车|自家车|\b(?:my|our) (?:car|van|truck|plate)\b", re.IGNORECASE
)
_CAR = re.compile(r"车牌|牌照|号牌|车主|\bplate\b|挪车|移车|轿车|面包车|货车", re.IGNORECASE)
_HAN = re.compile(r"[㐀-鿿]")
_INTERNATIONAL = re.compile(r"(?<![A-Za-z0-9_+])\+\s?[1-9](?:[\s().-]{0,2}\d){7,14}(?!\d)")
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
_ICP = re.compile(r"(?P<head>[㐀-鿿])\s?ICP\s?[备證证]\s?(?P<number>\d{6,10})\s?号")
_POLICE = re.compile(r"(?P<head>[㐀-鿿])\s?公网安备\s?(?P<number>\d{6,20})\s?号?")
_COMMON_HAN = frozenset("新云青宁吉贵川京甘黑")
"""Plate characters that are everyday words too: they need a car beside them or the middle dot."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code found in a text."""

    kind: CodeKind
    start: int
    shown: str
    """What may be shown: masked for numbers and plates."""
    identity: str
    """Canonical form; equal for equal codes. Never written anywhere."""
    areas: tuple[str, ...]
    """Area codes; empty for a position."""
    position: Position | None = None
    own: bool = False
    """True if a word beside it presents it as the writer's own contact or car."""
    mobile: bool = False
    needs_china: bool = False
    """True for a domestic number form in a text without Han: Chinese only if seen so elsewhere."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """Something with the shape of a code that is none, with the reason."""

    kind: CodeKind
    start: int
    reason: str


def codes_in(text: str) -> list[Code | RefusedCode]:
    """Codes and refused candidates of one text, in order of their start.

    Args:
        text: The post. Full-width letters and digits are folded first.
    """
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT])
    found: list[Code | RefusedCode] = [*_positions(folded)]
    found += _phones(folded)
    found += _plates(folded)
    found += _filings(folded)
    found.sort(key=lambda code: (code.start, code.kind))
    return found[:MAX_CODES]


def _near(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """True if the pattern occurs within `CUE_DISTANCE` characters before or after."""
    before = text[max(0, start - CUE_DISTANCE - 10) : start]
    if any(len(before) - cue.end() <= CUE_DISTANCE for cue in pattern.finditer(before)):
        return True
    after = pattern.search(text[end : end + CUE_DISTANCE + 10])
    return after is not None and after.start() <= CUE_DISTANCE


def _positions(text: str) -> Iterator[Code | RefusedCode]:
    for hit in coordinates.find_coordinates(text):
        if hit.position is None:
            yield RefusedCode("text_position", hit.start, f"position_{hit.refusal}")
            continue
        where = f"{hit.position.lat_udeg},{hit.position.lon_udeg}"
        yield Code("text_position", hit.start, hit.raw[:80], where, (), position=hit.position)


def _phones(text: str) -> Iterator[Code | RefusedCode]:
    """Numbers with a plus sign anywhere; Chinese domestic forms where the text fits them."""
    taken: list[tuple[int, int]] = []
    for match in _INTERNATIONAL.finditer(text):
        taken.append(match.span())
        yield _number(text, match, match.group(), None)
    for match in _CN_PREFIXED.finditer(text):
        taken.append(match.span())
        yield _number(text, match, f"+86 {match.group(1)}", None)
    han = _HAN.search(text) is not None
    for match in _CN_LANDLINE.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        cued = _near(_OWN_CONTACT, text, *match.span())
        if not cued and _near(_NO_PHONE, text[: match.start()], match.start(), match.start()):
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
        if _near(_OWN_CONTACT, text, *match.span()):
            yield _number(text, match, match.group(), "CN")


def _number(text: str, match: re.Match[str], number: str, region: str | None) -> Code | RefusedCode:
    read = phones.read_phone(number, region)
    if read is None:
        return RefusedCode("phone", match.start(), "phone_not_in_plan")
    reading, identity = read
    if not reading.areas:
        return RefusedCode("phone", match.start(), "phone_no_country")
    return Code(
        "phone",
        match.start(),
        reading.masked,
        identity,
        reading.areas,
        own=_near(_OWN_CONTACT, text, *match.span()),
        mobile=reading.kind == "mobile",
        note=reading.note,
    )


def _landline(match: re.Match[str], cued: bool, han: bool) -> Code | RefusedCode:
    """A Chinese landline in its domestic form.

    A local number that the plan does not give out (it starts with 0 or 1: a placeholder, or
    invented) still shows its area code, if a word presents it as a contact.
    """
    local = re.sub(r"\D", "", match["local"])
    read = phones.read_phone(f"0{match['area']}{local}", "CN")
    if read is not None:
        reading, identity = read
        areas, note = reading.areas, reading.note
    else:
        areas, note = phones.china_dialling_area(match["area"])
        if not cued or note:
            return RefusedCode("phone", match.start(), "phone_not_in_plan")
        identity = f"+86{match['area']}{local}"
        note = "the local number is not in the plan: its area code alone is read"
    return Code(
        "phone",
        match.start(),
        f"+86 {match['area']} ****",
        identity,
        areas,
        own=cued,
        needs_china=not han,
        note=note,
    )


@cache
def _plate_pattern() -> re.Pattern[str]:
    """Civil plates: province character, letter, perhaps a dot, five or six signs."""
    return re.compile(
        rf"(?P<head>[{plates.plate_characters()}])\s?(?P<letter>[A-HJ-NP-Z])(?P<dot>\s?[·•・‧.]\s?|\s)?"
        r"(?P<number>[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])"
    )


def _plates(text: str) -> Iterator[Code | RefusedCode]:
    for match in _plate_pattern().finditer(text):
        before = text[match.start() - 1 : match.start()] if match.start() else ""
        car = _near(_CAR, text, *match.span()) or _near(_OWN_CAR, text, *match.span())
        dotted = bool(match["dot"] and match["dot"].strip())
        alone = not _HAN.match(before) and match["head"] not in _COMMON_HAN
        if not (car or dotted or alone):
            continue
        area = plates.read_plate(match["head"], match["letter"], match["number"])
        if area is None:
            if car:
                yield RefusedCode("plate", match.start(), "plate_no_prefecture")
            continue
        head = match["head"] + match["letter"]
        yield Code(
            "plate",
            match.start(),
            f"{head}·*****",
            head + match["number"],
            (area,),
            own=_near(_OWN_CAR, text, *match.span()),
        )


def _filings(text: str) -> Iterator[Code | RefusedCode]:
    for match in _ICP.finditer(text):
        province = plates.read_icp(match["head"])
        if province is None:
            yield RefusedCode("filing", match.start(), "filing_unknown_character")
            continue
        number = match["number"]
        yield Code(
            "filing",
            match.start(),
            f"{match['head']}ICP备****号",
            f"{match['head']}{number}",
            (province,),
        )
    for match in _POLICE.finditer(text):
        read = plates.read_police_filing(match["head"], match["number"])
        if read is None:
            yield RefusedCode("filing", match.start(), "filing_placeholder")
            continue
        shown = f"{match['head']}公网安备 {match['number'][:6]}****号"
        identity = f"{match['head']}{match['number']}"
        yield Code("filing", match.start(), shown, identity, (read[0],), note=read[1])
