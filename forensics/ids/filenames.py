"""Times in file names as readings: what `names` knows, with range, precision and warning."""

from __future__ import annotations

from forensics.clock import EARLIEST_US
from forensics.ids.names import NameTime, name_time
from forensics.ids.reading import (
    DAY,
    FARTHEST_EAST_US,
    SECOND,
    IdReading,
    day_us,
    instant_text,
)

_EVENTS = {
    "capture": "when the picture was taken",
    "screenshot": "when the screen was captured",
    "save": "when the file was saved",
    "receive": "when the file was received",
}
_SINCE = {
    "wechat_export": day_us(2011, 1, 21),
    "wechat_camera": day_us(2011, 1, 21),
    "wechat_windows": day_us(2011, 1, 21),
    "pixel": day_us(2016, 10, 1),
    "whatsapp": day_us(2009, 5, 3),
    "whatsapp_web": day_us(2015, 1, 21),
    "telegram": day_us(2013, 8, 14),
    "telegram_export": day_us(2018, 8, 1),
}
"""First day on which the program existed; 2000 where that is not worth knowing."""
_SOURCE = "habits of programs seen in files; a name is typed at will, so it is a claim and no more"


def read_name(name: str, now_us: int) -> IdReading | None:
    """The time in a file name; None if no rule knows the name or its date is impossible."""
    found = name_time(name)
    if found is None:
        return None
    rule = found.rule
    local = rule.clock != "utc"
    since = _SINCE.get(rule.name, EARLIEST_US)
    until = now_us + (FARTHEST_EAST_US if local else 0)
    return IdReading(
        kind=f"name_{rule.event}_{rule.name}",
        meaning=f"file name ({rule.name.replace('_', ' ')}): {_EVENTS[rule.event]}",
        time=_text(found),
        utc_us=None if local else found.at_us,
        precision_us=found.precision_us,
        clock_writer=rule.writer,
        since_us=since,
        until_us=now_us,
        plausible=since <= found.at_us <= until,
        sure="reported",
        note=_note(found),
        source=_SOURCE,
    )


def _text(found: NameTime) -> str:
    text = instant_text(found.at_us, found.precision_us)
    if found.rule.clock == "utc":
        return text
    return text[:10] if found.precision_us == DAY else text.removesuffix("Z")


def _note(found: NameTime) -> str:
    if found.precision_us == DAY:
        return "a day only, of the receiving device's own zone, which is not known"
    if found.rule.clock == "utc":
        return "counted in UTC by that program" + (
            "" if found.precision_us < SECOND else "; whole seconds"
        )
    return "local time of a zone that the name does not tell"
