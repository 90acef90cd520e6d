"""Number plates of Russia, Ukraine, Iran, Turkey and Vietnam.

A plate names where a car was registered; it stays when the car moves. Where a plate looks like any
other code, a word such as plate or госномер has to stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.clues.codes.code import Code, CodeReader, Found, RefusedCode, before, near
from forensics.clues.codes.cues import CAR, OTHER_NUMBER, OWN_CAR
from forensics.reference.code_tables import look_up
from forensics.reference.places import load_areas

_LATIN = str.maketrans("АВЕКМНОРСТУХІавекмнорстухі", "ABEKMHOPCTYXIABEKMHOPCTYXI")
_RU_LETTERS, _UA_LETTERS = "АВЕКМНОРСТУХABEKMHOPCTYX", "АВЕІКМНОРСТХABEIKMHOPCTX"
_RU = re.compile(
    rf"(?<!\w)(?P<letters>[{_RU_LETTERS}]\s?\d{{3}}\s?[{_RU_LETTERS}]{{2}})\s?[|/·]?\s?"
    r"(?P<region>\d{2,3})(?:\s?(?:RUS|РУС))?(?!\w)"
)
_RU_LOWER = re.compile(
    rf"(?<!\w)(?P<letters>[{_RU_LETTERS.lower()}]\d{{3}}[{_RU_LETTERS.lower()}]{{2}})\s?"
    r"(?P<region>\d{2,3})(?:\s?rus)?(?!\w)"
)
_UA = re.compile(
    rf"(?<!\w)(?P<head>[{_UA_LETTERS}]{{2}})\s?(?P<digits>\d{{4}})\s?(?P<tail>[{_UA_LETTERS}]{{2}})(?!\w)"
)
_IR = re.compile(
    r"(?<!\d)(?P<a>\d{2})\s?(?P<letter>الف|[ء-ی])\s?(?P<b>\d{3})\s?[-–/|]?\s?(?P<word>ایران)?\s?[-–/|]?\s?"
    r"(?P<region>\d{2})(?!\d)"
)
_IR_FIRST = re.compile(
    r"(?P<word>ایران)\s?[-–/|]?\s?(?P<region>\d{2})\s?[-–/|]?\s?(?P<b>\d{3})\s?(?P<letter>الف|[ء-ی])\s?"
    r"(?P<a>\d{2})(?!\d)"
)
_TR = re.compile(
    r"(?<![\w.,])(?P<region>\d{2})\s?(?P<letters>[A-PR-VYZ]{1,3})\s?(?P<digits>\d{2,5})(?!\w|[.,]\d)"
)
_TR_CUE = re.compile(r"plaka|araç|aracı|minibüs|otomobil|kamyon", re.IGNORECASE)
_TR_LENGTHS = {1: (4, 5), 2: (3, 4), 3: (2, 3)}
_VN = re.compile(
    r"(?<![\w.])(?P<region>\d{2})-?(?P<series>[A-HK-NPS-VX-Z]\d?)[- ]?"
    r"(?P<digits>\d{3}\.?\d{2}|\d{4})(?!\w|\.\d)"
)
_VN_CUE = re.compile(r"biển (?:số|kiểm soát)|\bBKS\b|\bxe\b|ô tô|xe máy", re.IGNORECASE)
_CYRILLIC = re.compile(r"[А-я]")


def read(text: str) -> Iterator[Found]:
    """Foreign plates of one folded text."""
    yield from _russia(text)
    for match in _UA.finditer(text):
        cyrillic = _CYRILLIC.search(match["head"]) and _CYRILLIC.search(match["tail"])
        if (cyrillic or _car(text, match)) and not _other(text, match):
            head = match["head"].translate(_LATIN)
            plain = head + match["digits"] + match["tail"].translate(_LATIN)
            yield _code(text, match, "plate_ua", region=head, plain=plain, shown=f"{head} ****")
    for pattern in (_IR, _IR_FIRST):
        for match in pattern.finditer(text):
            if match["word"] or _car(text, match):
                plain = match["a"] + match["letter"] + match["b"] + match["region"]
                shown = f"** {match['letter']} *** {match['region']}"
                yield _code(
                    text, match, "plate_ir", region=match["region"], plain=plain, shown=shown
                )
    yield from _turkey(text)
    for match in _VN.finditer(text):
        cued = near(_VN_CUE, text, *match.span())
        if (cued or "." in match["digits"]) and not _other(text, match):
            plain = re.sub(r"\W", "", match.group())
            yield _code(
                text,
                match,
                "plate_vn",
                region=match["region"],
                plain=plain,
                shown=f"{match['region']}*-***",
            )


def _russia(text: str) -> Iterator[Found]:
    for match in _RU.finditer(text):
        cyrillic = _CYRILLIC.search(match["letters"])
        if (cyrillic or _car(text, match)) and not _other(text, match):
            yield _russian(text, match)
    for match in _RU_LOWER.finditer(text):
        if _car(text, match):
            yield _russian(text, match)


def _russian(text: str, match: re.Match[str]) -> Found:
    plain = re.sub(r"\s", "", match["letters"]).translate(_LATIN).upper() + match["region"]
    return _code(
        text,
        match,
        "plate_ru",
        region=match["region"],
        plain=plain,
        shown=f"*****{match['region']}",
    )


def _turkey(text: str) -> Iterator[Found]:
    """Turkish plates: the province's number is that of ISO 3166-2."""
    for match in _TR.finditer(text):
        area = f"TR-{match['region']}"
        lengths = _TR_LENGTHS[len(match["letters"])]
        fits = area in load_areas() and len(match["digits"]) in lengths
        if fits and near(_TR_CUE, text, *match.span()):
            plain = re.sub(r"\s", "", match.group())
            yield Code(
                "plate", *match.span(), f"{match['region']} ***", f"TR:{plain}", (area,),
                own=near(OWN_CAR, text, *match.span()), sort="tr",
            )  # fmt: skip


def _car(text: str, match: re.Match[str]) -> bool:
    return near(CAR, text, *match.span()) or near(OWN_CAR, text, *match.span())


def _other(text: str, match: re.Match[str]) -> bool:
    return before(OTHER_NUMBER, text, match.start(), 4)


def _code(
    text: str, match: re.Match[str], table: str, *, region: str, plain: str, shown: str
) -> Found:
    """A plate whose region is in its table, or the refusal."""
    fact = look_up(table, region)
    if fact is None:
        return RefusedCode("plate", *match.span(), "plate_unknown_region")
    country = table.removeprefix("plate_")
    return Code(
        "plate", *match.span(), shown, f"{country}:{plain}", fact.areas,
        own=near(OWN_CAR, text, *match.span()), sort=country, note=fact.note,
    )  # fmt: skip


_SPACE = r"[\s\x{a0}\x{200b}-\x{200f}]{0,2}"
_LETTER = "[АВЕКМНОРСТУХІABEKMHOPCTYXI]"


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    return "|".join(
        (
            rf"(?i:{_LETTER}{_SPACE}\p{{Nd}}{{3,4}}{_SPACE}{_LETTER}{{2}})",
            rf"\p{{Nd}}{{2}}{_SPACE}(?:الف|[ء-ۿ]){_SPACE}\p{{Nd}}{{3}}",
            rf"\p{{Nd}}{{3}}{_SPACE}(?:الف|[ء-ۿ]){_SPACE}\p{{Nd}}{{2}}",
            r"(?i:plaka|biển|\bBKS\b|araç|\bxe\b|ô[ \x{a0}]tô)(?s:.*)\p{Nd}{2}",
            r"\p{Nd}{2}(?s:.*)(?i:plaka|araç|minibüs)",
            r"\p{Nd}{2}-?[A-Z]\p{Nd}?[- ]?\p{Nd}{3}\.\p{Nd}{2}",
        )
    )


READER = CodeReader("plate", candidates, read)
