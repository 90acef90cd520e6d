"""Division codes of China (GB/T 2260) in forms: beside their word, or beside their own name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.clues.codes.code import Code, CodeReader, Found, RefusedCode
from forensics.reference import divisions

_CUED = re.compile(
    r"(?:行政区划(?:代码|编码|编号|码)?|区划(?:代码|编码|码)|户籍地(?:代码|编码|区划码)|行政區劃(?:代碼|碼)?)"
    r"[\s:：为是填=()（）]{0,3}(?P<code>\d{12}|\d{9}|\d{6})(?!\d)"
)
_BESIDE = re.compile(
    r"(?<![\dA-Za-z.])(?P<code>\d{6})(?![\d])[\s_,，:：-]{0,2}(?P<name>[㐀-鿿]{2,10})"
)


def read(text: str) -> Iterator[Found]:
    """Division codes of one folded text."""
    for match in _CUED.finditer(text):
        code = match["code"][:6]
        area, note = divisions.area_of_division(code)
        if not area:
            yield RefusedCode("division", match.start(), match.end(), "division_unknown")
            continue
        yield _code(match, code, area, note)
    for match in _BESIDE.finditer(text):
        code = match["code"]
        known = divisions.names().get(code.removesuffix("00"), divisions.names().get(code, ""))
        if known and match["name"].startswith(divisions.stem(known)):
            area, note = divisions.area_of_division(code)
            yield _code(match, code, area, note)


def _code(match: re.Match[str], code: str, area: str, note: str) -> Code:
    start, end = match.span("code")
    return Code(
        "division", start, end, code, code, (area,), finer=divisions.county(code), note=note
    )


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    return r"区划|區劃|户籍地|\p{Nd}{6}[\s\x{a0}\x{200b}-\x{200f}_,，:：-]{0,3}\p{Han}"


READER = CodeReader("division", candidates, read)
