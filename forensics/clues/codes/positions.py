"""Coordinates in all notations of `forensics.reference.coordinates`."""

from __future__ import annotations

from collections.abc import Iterator

from forensics.clues.codes.code import Code, CodeReader, Found, RefusedCode
from forensics.reference import coordinates


def read(text: str) -> Iterator[Found]:
    """Positions of one folded text."""
    for hit in coordinates.find_coordinates(text):
        if hit.position is None:
            yield RefusedCode("text_position", hit.start, hit.end, f"position_{hit.refusal}")
            continue
        where = f"{hit.position.lat_udeg},{hit.position.lon_udeg}"
        yield Code(
            "text_position", hit.start, hit.end, hit.raw[:80], where, (), position=hit.position
        )


_DIGIT = r"\p{Nd}"
_SPACE = r"[\s\x{a0}\x{200b}-\x{200f}]"


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    letters = "2-9CFGHJMPQRVWX"
    words = "degr|deg\\b|градус|درجه|डिग्री|अंश|độ|derece"
    names = "\\blat|широта|纬度|緯度|عرض|अक्षांश|vĩ độ|enlem"
    return "|".join(
        (
            rf"{_DIGIT}[.．٫]{_DIGIT}{{3}}",
            rf"{_DIGIT}{_SPACE}?[°º˚度]|[北南][纬緯]|[东東西][经經]",
            rf"{_DIGIT}{_SPACE}?(?i:{words})|(?i:{names})(?s:.*){_DIGIT}[.．٫°]",
            rf"[NSEW][:：]?{_SPACE}?{_DIGIT}{{1,3}}(?:[.．٫]{_DIGIT}|{_SPACE}?[°º˚])",
            rf"{_DIGIT}{_SPACE}?[NSEW][\s,;/\x{{a0}}]{{1,4}}{_DIGIT}|[.．٫]{_DIGIT}{{1,10}}{_SPACE}?[NSEW]",
            rf"{_DIGIT}{{4}}[NS][\s,/\x{{a0}}]?{_DIGIT}{{5}}",
            rf"geo:|[+-]{_DIGIT}{{4,6}}(?:\.{_DIGIT}{{1,8}})?[+-]{_DIGIT}{{5,7}}",
            rf"{_DIGIT}{{1,2}}{_SPACE}?[C-HJ-NP-X]{_SPACE}{{0,2}}(?:[A-HJ-NP-Z]{{2}}{_SPACE}?)?{_DIGIT}{{2}}",
            rf"[{letters}]{{4}}\+[{letters}]{{2}}",
        )
    )


READER = CodeReader("text_position", candidates, read)
