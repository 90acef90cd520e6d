"""Times in file names: which program wrote the name, by whose clock, and for which event.

A name is typed at will and platforms rename files, so this is a claim like any other. The rules
are tried in order and the first that matches decides, also where it then gives no time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import NamedTuple

from forensics.clock import EPOCH
from forensics.model import ClockWriter, ImageTime, Instant, LocalTime

_DAY = r"(?P<Y>20\d\d)(?P<M>\d\d)(?P<D>\d\d)"
_DAY_HYPHENS = r"(?P<Y>20\d\d)-(?P<M>\d\d)-(?P<D>\d\d)"
_CLOCK = r"(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)"
_CLOCK_HYPHENS = r"(?P<h>\d\d)-(?P<m>\d\d)-(?P<s>\d\d)"
_CLOCK_POINTS = r"(?P<h>\d{1,2})[.:](?P<m>\d\d)[.:](?P<s>\d\d)"
_EPOCH = r"(?P<epoch>1[3-9]\d{11})"
_SCREEN_WORDS = (
    r"(?:Screen ?Shot|截屏|屏幕快照|螢幕截圖|螢幕快照|截圖|Снимок экрана|Bildschirmfoto)"
)
_HALF = r"(?P<half>上午|下午|AM|PM)?"


class NameRule(NamedTuple):
    """One way in which a program names its files."""

    name: str
    pattern: re.Pattern[str]
    clock: str
    """`local`, `utc`, `day` where the name holds only a date, or `none`."""
    writer: ClockWriter
    event: str
    """capture, screenshot, save or receive: four different times, never merged."""


def _rule(name: str, pattern: str, clock: str, writer: ClockWriter, event: str) -> NameRule:
    return NameRule(name, re.compile(pattern, re.IGNORECASE), clock, writer, event)


RULES: tuple[NameRule, ...] = (
    _rule("wechat_export", rf"mmexport{_EPOCH}", "utc", "device", "save"),
    _rule("wechat_camera", rf"wx_camera_{_EPOCH}", "utc", "device", "capture"),
    _rule("wechat_windows", rf"微信图片_?{_DAY}{_CLOCK}", "local", "device", "save"),
    _rule("qq", rf"QQ(?:图片|截图)_?{_DAY}{_CLOCK}", "local", "device", "save"),
    _rule("pixel", rf"PXL_{_DAY}_{_CLOCK}(?P<milli>\d{{3}})?", "utc", "device", "capture"),
    _rule(
        "coloros",
        rf"(?:Screenshot|Record)_{_DAY_HYPHENS}-{_CLOCK_HYPHENS}(?:-\d{{2,3}})?_[0-9a-f]{{32}}",
        "local", "device", "screenshot",
    ),
    _rule(
        "miui",
        rf"Screenshot_{_DAY_HYPHENS}-{_CLOCK_HYPHENS}-\d{{3}}_[a-z]\w*\.[\w.]+",
        "local", "device", "screenshot",
    ),
    _rule("android", rf"Screenshot_{_DAY}[-_]{_CLOCK}", "local", "device", "screenshot"),
    _rule(
        "old_android", rf"Screenshot_{_DAY_HYPHENS}-{_CLOCK_HYPHENS}", "local", "device",
        "screenshot",
    ),
    _rule(
        "macos",
        rf"{_SCREEN_WORDS} ?{_DAY_HYPHENS},?(?: at| в| um)? ?{_HALF} ?{_CLOCK_POINTS}"
        r"(?:[ \u202f](?P<half2>AM|PM))?",
        "local", "device", "screenshot",
    ),
    _rule("whatsapp", rf"(?:IMG|VID|AUD|PTT)-{_DAY}-WA\d{{4}}", "day", "device", "receive"),
    _rule(
        "whatsapp_web",
        rf"WhatsApp (?:Image|Video) {_DAY_HYPHENS} at {_CLOCK_POINTS}"
        r"(?:[ \u202f](?P<half2>AM|PM))?",
        "local", "collector", "receive",
    ),
    _rule(
        "telegram_export",
        r"photo_\d+@(?P<D>\d\d)-(?P<M>\d\d)-(?P<Y>20\d\d)_" + _CLOCK_HYPHENS,
        "local", "collector", "receive",
    ),
    _rule("telegram", rf"photo_{_DAY_HYPHENS}_{_CLOCK_HYPHENS}", "local", "collector", "receive"),
    _rule("signal", rf"signal-{_DAY_HYPHENS}-{_CLOCK_HYPHENS}", "local", "device", "save"),
    _rule("signal", rf"signal-{_DAY_HYPHENS}-{_CLOCK}", "local", "device", "save"),
    _rule("dji", rf"DJI_{_DAY}{_CLOCK}_\d{{4}}", "local", "camera", "capture"),
    _rule("jd", rf"JDIM_{_EPOCH}", "utc", "device", "save"),
    _rule("facebook", rf"FB_IMG_{_EPOCH}", "utc", "device", "save"),
    _rule("messenger", r"received_\d+", "none", "device", "save"),
    _rule("epoch", rf"{_EPOCH}(?=$|[._])", "utc", "device", "save"),
    _rule(
        "camera", rf"(?:IMG|VID|MVIMG|PANO|BURST|P|DSC)_?{_DAY}[_-]{_CLOCK}", "local", "camera",
        "capture",
    ),
)  # fmt: skip
"""All rules, in the order in which they are tried."""


class NameTime(NamedTuple):
    """The time in a file name, and the rule that read it."""

    rule: NameRule
    at_us: int
    """Microseconds since 1970 of the digits, counted as if they were UTC."""
    precision_us: int
    stem: str
    """The name without folders and ending."""


def name_time(name: str) -> NameTime | None:
    """The time in a file name, of whichever clock; None if there is none or it is impossible."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    for rule in RULES:
        match = rule.pattern.match(stem)
        if match is not None:
            return _time(rule, match, stem)
    return None


def _time(rule: NameRule, match: re.Match[str], stem: str) -> NameTime | None:
    moment = None if rule.clock == "none" else _moment(match)
    if moment is None:
        return None
    at_us = (moment - EPOCH) // timedelta(microseconds=1)
    parts = match.groupdict()
    unit = 1000 if parts.get("epoch") or parts.get("milli") else 1_000_000
    return NameTime(rule, at_us, 86_400_000_000 if rule.clock == "day" else unit, stem)


def name_claim(name: str) -> ImageTime | None:
    """The time a file name claims, or None.

    Args:
        name: Name as received; folders and the ending do not count.

    Returns:
        A claim whose field is `name_<event>_<rule>`: an instant where the program counts in UTC,
        else a local time without a zone. Impossible dates give None, and so do dates without a
        time of day: those have no moment to compare.
    """
    found = name_time(name)
    if found is None or found.rule.clock == "day":
        return None
    rule = found.rule
    field = f"name_{rule.event}_{rule.name}"
    if rule.clock == "local":
        moment = EPOCH + timedelta(microseconds=found.at_us)
        return ImageTime(field, rule.writer, local=LocalTime(moment.strftime("%Y-%m-%dT%H:%M:%S")))
    instant = Instant(found.at_us, basis="stated", clock_writer=rule.writer, raw=found.stem[:200])
    return ImageTime(field, rule.writer, instant=instant)


def _moment(match: re.Match[str]) -> datetime | None:
    """The digits of a name as a moment, counted as if they were UTC; None if impossible."""
    parts = match.groupdict(default="")
    if parts.get("epoch"):
        return EPOCH + timedelta(milliseconds=int(parts["epoch"]))
    hour = int(parts.get("h") or 0)
    half = (parts.get("half") or parts.get("half2") or "").upper()
    if half and not 1 <= hour <= 12:
        # 下午 15.04 is written by some systems: then the word adds nothing.
        half = ""
    if half in {"PM", "下午"}:
        hour = hour % 12 + 12
    elif half in {"AM", "上午"}:
        hour %= 12
    year, month, day, minute, second = (int(parts.get(key) or 0) for key in "YMDms")
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return moment + timedelta(milliseconds=int(parts.get("milli") or 0))
