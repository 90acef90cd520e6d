"""How values and foreign text are printed. One door for text: `visible`.

Everything that reaches a page passes `visible` first: it marks what cannot be seen, takes the live
part out of links and cuts long text with a count. HTML is escaped after that, by Jinja, or never
arises, because the map sets text through `textContent`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from forensics.model import Position

TEXT_LIMIT = 500
"""Characters of foreign text that are shown; the cut is printed with the full length."""
_MARKS_IN_A_ROW = 4
"""Combining marks shown in one run; the rest is counted. Thai and Vietnamese need up to three."""
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols without a picture: Unicode does not class them as controls."""
_LINK = re.compile(r"(?i)\b(?:(https?|ftps?|wss?)(:\/\/)|(www)(\.))([^\s<>\"']*)")
_METRES_PER_DEGREE = 111_320
_SCHEME = re.compile(r"(?i)\b(javascript|data|vbscript|file):")

STATUS_WORDS: Mapping[str, str] = {
    "found": "found",
    "nothing_found": "nothing found: looked, with enough data",
    "insufficient": "insufficient: too little data to say",
    "not_looked": "not looked",
}
TIME_WORDS: Mapping[str, str] = {
    "hours": "hours of the week",
    "clock_changes": "clock changes",
    "calendar": "working calendars",
    "calendar_pieces": "calendars of its pieces",
    "audience": "the audience's clock",
    "automation": "machines",
    "splits": "pieces of the unit",
    "segments": "changes over time",
    "hands": "change of hands",
    "previous_owner": "previous owners",
    "rivals": "standing alternatives",
    "shifts": "shifts and breaks",
    "rota": "rota of days",
    "absence": "named absences",
    "crews": "crews",
    "identifiability": "what can be told apart",
}
"""Finders about when posts were made, in the order of the report."""
DAY_CLASS_WORDS: Mapping[str, str] = {
    "working": "working days",
    "rest": "weekly rest",
    "holiday": "holidays",
    "bridge": "bridge and moved days off",
    "make_up": "make-up working days",
    "unknown": "not known",
    "partly": "holidays, partly kept",
}
SET_BY_WORDS: Mapping[str, str] = {
    "platform": "set by the platform",
    "operator": "the operator could set it",
    "third_party": "set by a third party",
    "unknown": "unknown who could set it",
}
ROLE_WORDS: Mapping[str, str] = {
    "operator_present": "the operator was there",
    "operator_registered": "registered there",
    "device_present": "the device was there",
    "platform_inferred": "the platform says so",
    "content_subject": "the post is about the place",
    "claimed_by_persona": "claimed by the persona",
    "previous_owner": "left by an earlier owner",
}


def visible(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text with nothing hidden in it: safe to print, still to be escaped for HTML.

    Characters that steer or cannot be seen (bidi controls, zero-width, controls, private use)
    become marks such as `⟨U+202E⟩`; lone surrogates become U+FFFD; runs of combining marks are
    counted after the fourth; links lose their live part; text past `limit` is cut with the count.
    """
    total = len(text)
    shown = "".join(_marks(text[:limit]))
    shown = _defang(shown)
    if total > limit:
        shown += f" … (cut: {limit:,} of {total:,} characters shown)"
    return shown


def _marks(text: str) -> list[str]:
    """The characters, hidden ones spelled out."""
    out: list[str] = []
    run, before = 0, ""
    for char in text:
        category = unicodedata.category(char)
        if category in {"Mn", "Me"} and not _selects_emoji(char, before):
            run += 1
            if _spell_mark(char):
                out.append(f"⟨U+{ord(char):04X}⟩")
            elif run <= _MARKS_IN_A_ROW:
                out.append(char)
            continue
        if run > _MARKS_IN_A_ROW:
            out.append(f"⟨{run - _MARKS_IN_A_ROW:,} more combining marks⟩")
        run = 0
        out.append(_spell(char, category))
        before = char
    if run > _MARKS_IN_A_ROW:
        out.append(f"⟨{run - _MARKS_IN_A_ROW:,} more combining marks⟩")
    return out


def _selects_emoji(char: str, before: str) -> bool:
    """True for the variation selector that merely asks for the picture form of a symbol."""
    return char in "\ufe0e\ufe0f" and bool(before) and unicodedata.category(before)[0] in "SN"


def _spell_mark(char: str) -> bool:
    """True for combining characters that have no picture of their own."""
    return char in _INVISIBLE or 0xFE00 <= ord(char) <= 0xFE0F or ord(char) >= 0xE0100


def _spell(char: str, category: str) -> str:
    """One character, or its mark."""
    if char in "\n\r\u2028\u2029\u0085":
        return " ⏎ "
    if char == "\t":
        return " "
    if category == "Cs":
        return "\ufffd"
    if category in {"Cc", "Cf", "Co", "Cn"} or char in _INVISIBLE:
        return f"⟨U+{ord(char):04X}⟩"
    return char


def _defang(text: str) -> str:
    """Links that no program will open: `hxxps://example[.]org/x`."""

    def dead(match: re.Match[str]) -> str:
        scheme, slashes, www, dot, rest = match.groups()
        host, slash, path = rest.partition("/")
        host = host.replace(".", "[.]")
        head = f"{_dead_scheme(scheme)}{slashes}" if scheme else f"{www}[{dot}]"
        return f"{head}{host}{slash}{path}"

    return _SCHEME.sub(lambda match: f"{match.group(1)}[:]", _LINK.sub(dead, text))


def _dead_scheme(scheme: str) -> str:
    """`hxxps` for `https`, `fxp` for `ftp`, `wxs` for `wss`: never a live scheme."""
    lower = scheme.lower()
    if lower.startswith("http"):
        return "hxxp" + lower[4:]
    return lower[0] + "x" + lower[2:]


def count(number: int) -> str:
    """`3,114`."""
    return f"{number:,}"


def thousandths(milli: int) -> str:
    """`18.5` for 18,500 thousandths; whole from a hundred on."""
    return f"{milli / 1000:,.0f}" if milli >= 100_000 else f"{milli / 1000:.1f}"


def share(ppm: int) -> str:
    """A counted share with one decimal, such as `0.2 %`; tiny ones as `<0.1 %`."""
    if 0 < ppm < 500:
        return "<0.1 %"
    tenths = (ppm + 500) // 1000
    return f"{tenths // 10}.{tenths % 10} %"


def degrees(udeg: int, digits: int) -> str:
    """Degrees with that many decimals, sign kept, such as `-3.27`."""
    step = 10 ** (6 - digits)
    sign = "−" if udeg < 0 else ""
    rounded = (abs(udeg) + step // 2) // step
    whole, part = divmod(rounded, 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"


def digits_for(radius_m: int) -> int:
    """Decimals of a degree that a radius supports: 6 for a metre, 0 from 250 km on.

    The step of the last decimal is at most 0.6 of the radius and more than a seventeenth of it, so
    rounding moves a position by less than half its radius (half a step both ways: 0.43). The 0.6
    is judged: it keeps three decimals at 200 m and four at 20 m.
    """
    for digits in range(6):
        if 3 * radius_m * 10**digits >= 5 * _METRES_PER_DEGREE:
            return digits
    return 6


def digits_of(where: Position) -> int:
    """Decimals to print a position with: as the radius supports, and none that nobody wrote.

    A place written with four decimals has the radius of its last digit. A fifth, a zero, would
    look measured; so the last decimal goes where it is a zero in both numbers, unless the radius
    is smaller than the step that would be left.
    """
    digits = digits_for(where.radius_m)
    step = 10 ** (7 - digits)
    written = where.lat_udeg % step or where.lon_udeg % step
    left_m = _METRES_PER_DEGREE / 10 ** max(digits - 1, 0)
    return digits - 1 if digits and not written and left_m <= 1.12 * where.radius_m else digits


def position(where: Position) -> str:
    """`33.351, 120.163 ± 1,200 m`: no finer than the radius, and no coarser."""
    digits = digits_of(where)
    lat, lon = degrees(where.lat_udeg, digits), degrees(where.lon_udeg, digits)
    return f"{lat}, {lon} ± {where.radius_m:,} m"


def size(number: int) -> str:
    """`412,880 bytes`."""
    return f"{number:,} byte" + ("" if number == 1 else "s")


def tail(serial: str) -> str:
    """A serial number reduced to its end: enough to compare two, not enough to copy."""
    return "…" + serial[-4:] if len(serial) > 4 else serial


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 account`, `1,447 accounts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
