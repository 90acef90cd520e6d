"""Numbers of companies and tax numbers with their check digits: where a firm is registered.

A registered seat is not an office, and a number in a text may be anybody's. Sole traders have such
numbers too, so only the part that names the area is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.clues.codes.code import Code, CodeReader, Found, RefusedCode, near
from forensics.reference import check_digits, code_tables, divisions

_USCC = re.compile(
    r"(?<![A-Za-z0-9])[1-9A-HJ-NPQRTUWXY][1-5]\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![A-Za-z0-9])"
)
_USCC_CUE = re.compile(
    r"信用代码|信用代碼|税号|稅號|纳税人|納稅人|执照|机构代码|注册号", re.IGNORECASE
)
_GSTIN = re.compile(
    r"(?<![A-Za-z0-9])\d{2}[A-Z]{3}[ABCEFGHJKLPT][A-Z]\d{4}[A-Z][1-9A-Z]Z[0-9A-Z](?![A-Za-z0-9])"
)
_SEPARATOR = r"[\s:№#-]{0,4}"
_INN = re.compile(
    rf"(?<!\w)(?:ИНН|INN)(?:\s?/\s?(?:КПП|KPP))?{_SEPARATOR}(?P<inn>\d{{12}}|\d{{10}})(?!\d)"
    r"(?:\s?/\s?(?P<kpp>\d{9})(?!\d))?",
    re.IGNORECASE,
)
_OGRN = re.compile(
    rf"(?<!\w)(?:ОГРНИП|ОГРН|OGRN)(?:ИП)?{_SEPARATOR}(?P<ogrn>\d{{15}}|\d{{13}})(?!\d)",
    re.IGNORECASE,
)
_KPP = re.compile(
    rf"(?<!\w)(?:КПП|KPP){_SEPARATOR}(?P<kpp>\d{{4}}[0-9A-Z]{{2}}\d{{3}})(?!\d)", re.IGNORECASE
)


def read(text: str) -> Iterator[Found]:
    """Company and tax numbers of one folded text."""
    yield from _china(text)
    for match in _INN.finditer(text):
        yield _russia(match, "inn", check_digits.inn(match["inn"]), match["inn"][:2])
        if match["kpp"]:
            yield _russia(match, "kpp", True, match["kpp"][:2])
    for match in _OGRN.finditer(text):
        yield _russia(match, "ogrn", check_digits.ogrn(match["ogrn"]), match["ogrn"][3:5])
    for match in _KPP.finditer(text):
        yield _russia(match, "kpp", True, match["kpp"][:2])
    for match in _GSTIN.finditer(text):
        number = match.group()
        fact = code_tables.look_up("tax_in", number[:2])
        if fact is None or not check_digits.gstin(number):
            yield RefusedCode("company", *match.span(), "company_check_digit")
            continue
        yield Code("company", *match.span(), f"{number[:2]}****", number, fact.areas, sort="gstin")


def _china(text: str) -> Iterator[Found]:
    for match in _USCC.finditer(text):
        number = match.group()
        cued = near(_USCC_CUE, text, *match.span())
        if number.isdecimal() and not cued:
            continue
        area, note = divisions.area_of_division(number[2:8])
        if not area or not check_digits.uscc(number):
            if cued:
                yield RefusedCode("company", *match.span(), "company_check_digit")
            continue
        yield Code(
            "company",
            *match.span(),
            f"{number[:2]} {number[2:8]} ****",
            number,
            (area,),
            finer=divisions.county(number[2:8]),
            sort="uscc",
            note=note,
        )


def _russia(match: re.Match[str], sort: str, fits: bool, region: str) -> Found:
    number, (start, end) = match[sort], match.span(sort)
    fact = code_tables.look_up("tax_ru", region)
    if not fits or fact is None:
        return RefusedCode("company", start, end, "company_check_digit")
    shown = f"{sort.upper()} {'***' if sort == 'ogrn' else ''}{region}****"
    return Code(
        "company", start, end, shown, f"{sort}:{number}", fact.areas, sort=sort, note=fact.note
    )


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    return (
        r"(?i:ИНН|INN|ОГРН|OGRN|КПП|KPP)|[0-9A-Z０-９]{2}\p{Nd}{6}[0-9A-Z０-９]{10}|"
        r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z]|信用代[码碼]|[税稅][号號]"
    )


READER = CodeReader("company", candidates, read)
