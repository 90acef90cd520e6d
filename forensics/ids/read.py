"""All readings of a value: every method is asked, none is silently preferred."""

from __future__ import annotations

import re

from forensics.ids import codes, epochs, general, snowflakes
from forensics.ids.filenames import read_name
from forensics.ids.reading import SURE_ORDER, IdReading, Method

METHODS: tuple[Method, ...] = (
    *snowflakes.METHODS,
    *codes.METHODS,
    *general.METHODS,
    *epochs.METHODS,
)
"""Every method that reads ids; file names come after them."""

_BY_KIND = {one.kind: one for one in METHODS}

LONGEST = 400
"""Longer values are no ids; links may be long."""
_URN = re.compile(r"(?:activity|share|ugcPost)[:-](\d{19})(?!\d)", re.ASCII)
_FORMAT = re.compile(r"\.(?:jpe?g|png|webp|gif|mp4)(?::\w+)?$", re.IGNORECASE | re.ASCII)


def read_id(value: str, now_us: int) -> tuple[IdReading, ...]:
    """All readings of an id, a file name, or a link that ends in one.

    Args:
        value: Id, file name or link. Of a link only the last part counts, without `?...`.
        now_us: The present, microseconds UTC: the end of every sanity range.

    Returns:
        Plausible readings first, then the better founded ones; empty if no clock is known in
        the value. A value may well be something else than any of them.
    """
    text = value.strip()
    if not text or len(text) > LONGEST:
        return ()
    found: list[IdReading] = []
    token = _token(text)
    bare = _FORMAT.sub("", token)
    for method in METHODS:
        reading = method.read(token, now_us)
        if reading is None and bare != token:
            reading = method.read(bare, now_us)
        if reading is not None:
            found.append(reading)
    # Bare digits are no file name, though programs name files so.
    named = None if token.isdigit() else read_name(token, now_us)
    if named is not None:
        found.append(named)
    return tuple(sorted(found, key=lambda one: (not one.plausible, SURE_ORDER.index(one.sure))))


def clock_us(kind: str, value: str) -> int | None:
    """Time by one named method, for callers that know where the value comes from.

    Args:
        kind: Name of a method, such as `weibo_mid`.
        value: The id alone.

    Returns:
        Microseconds UTC; None if the value is not of that kind or its time lies outside 2000 to
        2037. No sanity range is applied.
    """
    return _BY_KIND[kind].moment(value)


def _token(text: str) -> str:
    """The part of the value that may be an id."""
    if urn := _URN.search(text):
        return urn[1]
    text = text.removeprefix("urn:uuid:").strip("{}")
    if "://" in text or text.startswith("at:"):
        text = text.partition("#")[0].partition("?")[0]
    return text.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
