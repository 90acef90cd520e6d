"""Which serials and ids name one thing, and which are placeholders or shared by design."""

from __future__ import annotations

import re
from typing import Literal

Fault = Literal["too short", "placeholders", "one repeated pattern", "running digits"]

_PLACEHOLDERS = frozenset(
    {"none", "null", "unknown", "undefined", "default", "serial", "serialnumber", "internalserial",
     "notavailable", "na", "test", "xxxx", "deadbeef"}
)  # fmt: skip
_RUNNING = "0123456789" * 3
_NIL = re.compile(r"^[0f-]+$")
LEAST_SERIAL = 5
LEAST_ID = 16


def plain_serial(text: str) -> str:
    """A serial as two programs may write it alike: capitals and digits, no zeros first."""
    return re.sub(r"[^0-9A-Z]", "", text.upper()).lstrip("0")


def serial_fault(text: str) -> Fault | None:
    """Why a serial names no single device; None if it may."""
    serial = plain_serial(text)
    if re.sub(r"[^a-z]", "", text.lower()) in _PLACEHOLDERS and not re.search(r"\d", text):
        return "placeholders"
    if len(serial) < LEAST_SERIAL:
        return "too short"
    return _pattern(serial)


def id_fault(text: str) -> Fault | None:
    """Why an XMP id names no single document; None if it may."""
    plain = re.sub(r"^(?:xmp\.[dio]id|adobe:docid:\w+|uuid)[:_]", "", text.strip().lower())
    plain = plain.strip("{}")
    if len(plain) < LEAST_ID:
        return "too short"
    if _NIL.match(plain) and len(set(plain) - {"-"}) == 1:
        return "placeholders"
    return _pattern(re.sub(r"[^0-9a-z]", "", plain))


def _pattern(text: str) -> Fault | None:
    """Patterns that people and programs fill in."""
    for length in (1, 2, 3):
        if len(text) >= 2 * length and (text[:length] * len(text))[: len(text)] == text:
            return "one repeated pattern"
    digits = text.lstrip("0")
    if len(digits) >= LEAST_SERIAL and (digits in _RUNNING or digits in _RUNNING[::-1]):
        return "running digits"
    return None
