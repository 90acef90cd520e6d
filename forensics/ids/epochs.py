"""Plain counts since 1970: seconds, milliseconds, microseconds, nanoseconds."""

from __future__ import annotations

from forensics.clock import EARLIEST_US
from forensics.ids.reading import SECOND, Method, form

_NOTE = "who wrote it is not known from the number"
_SOURCE = "POSIX time: units since 1970-01-01T00:00:00Z, without leap seconds"


def _seconds_us(value: str) -> int:
    whole, _, fraction = value.partition(".")
    return int(whole) * SECOND + int(fraction[:6].ljust(6, "0"))


METHODS: tuple[Method, ...] = (
    Method(
        "epoch_s", "seconds since 1970", form(r"[1-9]\d{8,9}"), lambda value: int(value) * SECOND,
        SECOND, "unknown", EARLIEST_US, "documented",
        _NOTE + "; sequential ids have such lengths too", _SOURCE,
    ),
    Method(
        "epoch_s_fraction", "seconds since 1970 with a fraction (Slack: the id of a message)",
        form(r"[1-9]\d{8,9}\.\d{1,9}"), _seconds_us, 1, "unknown", EARLIEST_US, "documented",
        _NOTE + "; in Slack it is the server, and the last digits may be a counter", _SOURCE,
    ),
    Method(
        "epoch_ms", "milliseconds since 1970", form(r"[1-9]\d{11,12}"),
        lambda value: int(value) * 1000, 1000, "unknown", EARLIEST_US, "documented", _NOTE, _SOURCE,
    ),
    Method(
        "epoch_us", "microseconds since 1970", form(r"[1-9]\d{14,15}"), int, 1, "unknown",
        EARLIEST_US, "documented", _NOTE, _SOURCE,
    ),
    Method(
        "epoch_ns", "nanoseconds since 1970", form(r"[1-9]\d{17,18}"),
        lambda value: int(value) // 1000, 1, "unknown", EARLIEST_US, "weak",
        _NOTE + "; ids of platforms have such lengths more often. Cut to microseconds", _SOURCE,
    ),
)  # fmt: skip
