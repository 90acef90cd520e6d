"""Check digits of company and personal numbers: true only if the last signs fit the others.

Sources: GB 32100-2015 (companies in China), GB 11643-1999 with ISO 7064 MOD 11-2 (residents of
China), the formulas of the Russian tax service (INN) and company register (OGRN), the Indian goods
and services tax network (GSTIN), the Iranian civil registry. Known answers stand in the tests and
were worked out by another program.
"""

from __future__ import annotations

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INN10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def uscc(code: str) -> bool:
    """True for a unified social credit code of China: 18 signs, weights 3^i mod 31."""
    if len(code) != 18 or any(sign not in _USCC for sign in code):
        return False
    total = sum(_USCC.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _USCC[-total % 31] == code[17]


def china_resident(code: str) -> bool:
    """True for a resident number of China: 17 digits with a day of birth, then MOD 11-2."""
    if len(code) != 18 or not _digits(code[:17]) or code[17] not in "0123456789X":
        return False
    if not (1900 <= int(code[6:10]) <= 2037 and _is_day(code[10:12], code[12:14])):
        return False
    check = 0
    for sign in code[:17]:
        check = (check + int(sign)) * 2 % 11
    return "0123456789X"[(12 - check) % 11] == code[17]


def china_resident_old(code: str) -> bool:
    """True for a resident number of 15 digits as given until 1999: it has a day, but no check."""
    return len(code) == 15 and _digits(code) and _is_day(code[8:10], code[10:12])


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= _DAYS[int(month) - 1]


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def inn(code: str) -> bool:
    """True for a tax number of Russia: 10 digits (companies) or 12 (persons)."""
    if not _digits(code) or len(code) not in {10, 12}:
        return False
    if len(code) == 10:
        return _weighted(code, _INN10) == int(code[9])
    return _weighted(code, _INN11) == int(code[10]) and _weighted(code, _INN12) == int(code[11])


def _weighted(code: str, weights: tuple[int, ...]) -> int:
    return sum(w * int(sign) for w, sign in zip(weights, code, strict=False)) % 11 % 10


def ogrn(code: str) -> bool:
    """True for a register number of Russia: 13 digits (companies) or 15 (sole traders)."""
    if not _digits(code) or len(code) not in {13, 15} or code[0] not in "123456789":
        return False
    return int(code[:-1]) % (len(code) - 2) % 10 == int(code[-1])


def gstin(code: str) -> bool:
    """True for an Indian tax number: 15 signs, doubled alternately in base 36."""
    if len(code) != 15 or any(sign not in _BASE36 for sign in code):
        return False
    total = 0
    for place, sign in enumerate(code[:14]):
        product = _BASE36.index(sign) * (1 + place % 2)
        total += product // 36 + product % 36
    return _BASE36[-total % 36] == code[14]


def iran_resident(code: str) -> bool:
    """True for a national number of Iran: 10 digits, weights 10 to 2 mod 11."""
    if len(code) != 10 or not _digits(code) or len(set(code)) == 1:
        return False
    rest = sum((10 - place) * int(sign) for place, sign in enumerate(code[:9])) % 11
    return int(code[9]) == (rest if rest < 2 else 11 - rest)
