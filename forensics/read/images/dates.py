"""Dates as cameras write them: read, or refused with the reason; never repaired."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forensics.clock import parse_offset_min, read_written

_EXIF = re.compile(
    r"(\d{4})[:/.\-](\d{1,2})[:/.\-](\d{1,2})[ T]+(\d{1,2}):(\d{1,2}):(\d{1,2})"
    r"(?:[.,]\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_XMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_EMPTY = re.compile(r"[\s0:/.\-TZ+]*")


@dataclass(frozen=True, slots=True)
class Written:
    """A date and time as written."""

    text: str
    """`YYYY-MM-DDTHH:MM:SS`."""
    offset_min: int | None
    """Offset written inside the value."""
    local_us: int
    """The wall clock in microseconds since 1970, counted as if it were UTC."""
    precision_s: int = 1


def read_exif_date(text: str) -> Written | str | None:
    """The written time, a refusal reason, or None for an empty value.

    Zeros or blanks between the separators are a placeholder, not a time. A month 0 or 13 is
    refused. An ISO 8601 value with a zone, as some phones write it, is read with its zone.
    """
    if not text.strip():
        return None
    if _EMPTY.fullmatch(text):
        return "placeholder_time"
    match = _EXIF.fullmatch(text.strip())
    if not match:
        return "bad_time"
    return _written(match.groups())


def read_xmp_date(text: str) -> Written | str | None:
    """The same for ISO 8601 in XMP and QuickTime; a date without a time of day gives None."""
    text = text.strip()
    if not text or re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        return None
    if _EMPTY.fullmatch(text):
        return "placeholder_time"
    match = _XMP.fullmatch(text)
    return _written(match.groups()) if match else read_exif_date(text)


def _written(parts: tuple[str | None, ...]) -> Written | str:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts[:6])
    zone = parts[6]
    text = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}"
    read = read_written(text)
    offset = None if zone is None else parse_offset_min(zone)
    if read is None or (zone is not None and offset is None):
        return "bad_time"
    return Written(text, offset, read.local_us, 60 if parts[5] is None else 1)


def read_offset(text: str) -> int | str | None:
    """Minutes east of an EXIF offset (`+09:00`, `Z`); a refusal reason; None where blank."""
    text = text.strip()
    if not text or not text.strip(" :"):
        return None
    if re.fullmatch(r"Z|[+-]\d{2}:\d{2}", text) is None:
        return "bad_time"
    offset = parse_offset_min(text)
    return "bad_time" if offset is None else offset
