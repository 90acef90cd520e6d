"""What the readers of this family share: lines of text, wall-clock times, counts for notes."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forensics.clock import offset_text

MAX_LINE = 2_000_000
"""Bytes of one line; what is longer is refused."""
MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun",
         "jul", "aug", "sep", "oct", "nov", "dec"), start=1,
    )
}  # fmt: skip
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00")
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text file, without its end."""

    text: str
    defect: str | None = None
    """A key of `model.REFUSAL_REASONS` if the line is not whole."""


def lines(path: Path) -> Iterator[Line]:
    """The lines of a file of UTF-8, one by one; bytes that are not UTF-8 become U+FFFD."""
    with path.open("rb") as file:
        first = True
        while block := file.readline(MAX_LINE):
            data, defect = block, None
            while not block.endswith(b"\n") and (block := file.readline(MAX_LINE)):
                defect = "too_large"
            data = data.removeprefix(codecs.BOM_UTF8) if first else data
            first = False
            data = data.removesuffix(b"\n").removesuffix(b"\r")
            try:
                yield Line(data.decode("utf-8"), defect)
            except UnicodeDecodeError:
                yield Line(data.decode("utf-8", "replace"), defect or "bad_encoding")


def scalar_text(value: object) -> str | None:
    """Text of a JSON text or whole number; None for anything else."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63:
        return str(value)
    return None


def unix_s(text: str | None) -> int | None:
    """Seconds since 1970 of ISO text; a text without offset is counted as if it were UTC.

    Only for differences that go into notes; the times of posts are read elsewhere, once for all
    formats.
    """
    try:
        found = datetime.fromisoformat((text or "")[:40])
    except ValueError:
        return None
    return (found - (_EPOCH if found.tzinfo is None else _EPOCH_UTC)) // _SECOND


def iso(
    year: int | str, month: int | str, day: int | str, clock: str, offset: str | None = None
) -> str:
    """ISO text of the parts of a time; naive if there is no offset."""
    zone = offset or ""
    if _OFFSET.fullmatch(zone) and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}T{clock}{zone}"


def country_of_number(written: str) -> str | None:
    """Country of a telephone number with its country code (ISO 3166-1), and nothing more of it."""
    import phonenumbers  # takes 0.1 s

    digits = re.sub(r"[^0-9]", "", written, flags=re.ASCII)
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.region_code_for_number(number)


def described_offsets(offsets: Mapping[int, int]) -> str:
    """Offsets in minutes with their counts: `UTC+3 on 120 messages, UTC+2 on 80 messages`."""
    ordered = sorted(offsets.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [f"{offset_text(minutes)} on {count:,} messages" for minutes, count in ordered[:4]]
    return ", ".join(shown) + (f" and {len(ordered) - 4} more" if len(ordered) > 4 else "")


def exporter_note(offsets: Counter[int], odd: int = 0) -> str:
    """The note on the exporter's own clock: a place of its own, not the author's."""
    note = f"exporter's clock (not the author's): {described_offsets(offsets)}"
    if odd:
        note += f"; WARNING: on {odd:,} messages the two times differ by no whole quarter-hour"
    return note
