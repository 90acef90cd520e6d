"""Numbers of persons, reduced to the area where they were first registered.

The number is person data. What leaves this module is the area and a mask; even the identity, which
stays in memory, is a hash. It names the place of first registration, not where somebody lives.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from forensics.clues.codes.code import Code, CodeReader, Found, RefusedCode, before, near
from forensics.clues.codes.cues import OTHER_NUMBER
from forensics.reference import check_digits, code_tables, divisions

_CHINA = re.compile(r"(?<![A-Za-z0-9.])[1-9]\d{16}[\dXx](?![A-Za-z0-9])")
_CHINA_OLD = re.compile(r"(?<![A-Za-z0-9.])[1-9]\d{14}(?![A-Za-z0-9])")
_CHINA_CUE = re.compile(r"身份证|身份證|证件号|證件號|公民身份|身分证", re.IGNORECASE)
_OTHER = re.compile(OTHER_NUMBER.pattern.replace("证号|", ""), OTHER_NUMBER.flags)
_IRAN = re.compile(r"(?:کد\s?ملی|شماره\s?ملی)[\s:=-]{0,4}(?P<number>\d{3}-?\d{6}-?\d)(?!\d)")


def read(text: str) -> Iterator[Found]:
    """Resident numbers of one folded text."""
    for match in _CHINA.finditer(text):
        yield from _china(text, match, check_digits.china_resident(match.group().upper()))
    for match in _CHINA_OLD.finditer(text):
        if near(_CHINA_CUE, text, *match.span()):
            yield from _china(text, match, check_digits.china_resident_old(match.group()))
    for match in _IRAN.finditer(text):
        number = match["number"].replace("-", "")
        fact = code_tables.look_up("resident_ir", number)
        if fact is None or not check_digits.iran_resident(number):
            yield RefusedCode("resident_id", *match.span(), "resident_check_digit")
            continue
        yield Code(
            "resident_id", *match.span("number"), "IR ***", _hashed(number), fact.areas,
            sort="ir", note=fact.note,
        )  # fmt: skip


def _china(text: str, match: re.Match[str], fits: bool) -> Iterator[Found]:
    number = match.group().upper()
    cued = near(_CHINA_CUE, text, *match.span())
    area, note = divisions.area_of_division(number[:6])
    if not area or not fits:
        if cued:
            yield RefusedCode("resident_id", *match.span(), "resident_check_digit")
        return
    if not cued and (before(_OTHER, text, match.start()) or number[:6] not in divisions.names()):
        return
    shown = f"{number[:4]}**"
    yield Code("resident_id", *match.span(), shown, _hashed(number), (area,), sort="cn", note=note)


def _hashed(number: str) -> str:
    return hashlib.sha256(number.encode("ascii")).hexdigest()


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    return r"\p{Nd}{15}|[کك]د[ \x{a0}\x{200c}]?مل[یي]|شماره[ \x{a0}\x{200c}]?مل[یي]"


READER = CodeReader("resident_id", candidates, read)
