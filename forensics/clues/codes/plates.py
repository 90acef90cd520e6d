"""Chinese number plates: civil ones name a prefecture, those of police and embassies less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from forensics.clues.codes.code import HAN, Code, CodeReader, Found, RefusedCode, near
from forensics.clues.codes.cues import CAR, OWN_CAR
from forensics.reference import plates

_COMMON_HAN = frozenset("新云青宁吉贵川京甘黑")
"""Plate characters that are everyday words too: they need a car beside them or the middle dot."""


@cache
def _civil() -> re.Pattern[str]:
    """Civil plates: province character, letter, perhaps a dot, five or six signs."""
    return re.compile(
        rf"(?P<head>[{plates.plate_characters()}])\s?(?P<letter>[A-HJ-NP-Z])(?P<dot>\s?[·•・‧.]\s?|\s)?"
        r"(?P<number>[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳领使])(?![A-Za-z0-9])"
    )


@cache
def _armed_police() -> re.Pattern[str]:
    """Plates of the armed police: WJ, province, perhaps a letter, four or five digits."""
    return re.compile(
        rf"(?<![A-Za-z0-9])WJ\s?[·•]?\s?(?P<head>[{plates.plate_characters()}])\s?(?P<letter>[A-HJ-NP-Z])?"
        r"\s?[·•]?\s?(?P<number>\d{4,5}[A-Z]?)(?![A-Za-z0-9])"
    )


_EMBASSY = re.compile(
    r"(?<![\dA-Za-z])(?P<back>\d{3}[·•]?\d{3})使(?![㐀-鿿])|(?<![㐀-鿿])使[·•]?(?P<front>\d{3}[·•]?\d{3})(?!\d)"
)
_ENDINGS = {
    "警": "a plate of the police",
    "学": "a plate of a driving school",
    "领": "a plate of a consulate",
    "使": "a plate of an embassy",
    "港": "a plate for crossing to Hong Kong",
    "澳": "a plate for crossing to Macau",
}


def read(text: str) -> Iterator[Found]:
    """Plates of one folded text."""
    for match in _armed_police().finditer(text):
        province = plates.read_icp(match["head"])
        if province is not None:
            yield Code(
                "plate", *match.span(), f"WJ{match['head']}****", re.sub(r"\W", "", match.group()),
                (province,), sort="wj", note="a plate of the armed police: it names the province",
            )  # fmt: skip
    for match in _EMBASSY.finditer(text):
        digits = re.sub(r"\D", "", match["back"] or match["front"])
        yield Code(
            "plate", *match.span(), "使****", f"使{digits}", ("CN-BJ",), sort="embassy",
            note=_ENDINGS["使"],
        )  # fmt: skip
    yield from _civil_plates(text)  # last: what follows WJ looks like one


def _civil_plates(text: str) -> Iterator[Found]:
    for match in _civil().finditer(text):
        start, end = match.span()
        ahead = text[start - 1 : start] if start else ""
        car = near(CAR, text, start, end) or near(OWN_CAR, text, start, end)
        dotted = bool(match["dot"] and match["dot"].strip())
        alone = not HAN.match(ahead) and match["head"] not in _COMMON_HAN
        if not (car or dotted or alone):
            continue
        area = plates.read_plate(match["head"], match["letter"], match["number"])
        if area is None:
            if car:
                yield RefusedCode("plate", start, end, "plate_no_prefecture")
            continue
        head = match["head"] + match["letter"]
        yield Code(
            "plate",
            start,
            end,
            f"{head}·*****",
            head + match["number"],
            (area,),
            own=near(OWN_CAR, text, start, end),
            note=_ENDINGS.get(match["number"][-1], ""),
        )


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    return (
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][\s\x{a0}\x{200b}-\x{200f}]{0,2}"
        r"[A-ZＡ-Ｚ]|WJ|\p{Nd}{3}[·•]?\p{Nd}{3}使|使[·•]?\p{Nd}{3}"
    )


READER = CodeReader("plate", candidates, read)
