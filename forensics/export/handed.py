"""What every writer is handed, and what they share: ids, times, and JSON with fixed bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from forensics.case import Case
from forensics.case.files import explained, write_whole
from forensics.clock import EPOCH, instant
from forensics.errors import ClockError, ExportError
from forensics.show.phrases import visible
from forensics.show.view import Boundaries, ReportView

NAMESPACE = UUID("5a5f2e0c-5b0f-5e5e-9c1b-0d9f6f5a7c11")
"""Namespace of all ids of exports (version 5: SHA-1 over the namespace and a name)."""
STAND_IN_TIME = "2000-01-01T00:00:00.000Z"
"""Printed where a format demands a time and the record holds none that can be read."""
DISCLAIMER = "Boundaries are drawn for orientation; they are no opinion on the status of an area."
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Handed:
    """A case, ready to be written in another format."""

    case: Case
    digest: str
    """`Case.digest()`: which state of the case this is."""
    tool: str
    """Name and version of this program."""
    at: str
    """Time of the last line about weighing or, before that, of opening: claimed by one machine."""
    view: ReportView | None = None
    """Everything the report prints; None for formats that only write tables."""
    outlines: Boundaries | None = None
    """Outlines of areas; None for formats without geometry."""

    @property
    def seen(self) -> ReportView:
        """The view, for formats that need it.

        Raises:
            ExportError: the case was handed over without it.
        """
        if self.view is None:
            raise ExportError("the case was not weighed", where=str(self.case.root))
        return self.view

    @property
    def drawn(self) -> Boundaries:
        """The outlines, for formats that need them.

        Raises:
            ExportError: the case was handed over without them.
        """
        if self.outlines is None:
            raise ExportError("no outlines were given", where=str(self.case.root))
        return self.outlines

    def uid(self, *parts: object) -> str:
        """The id (UUID version 5) of a thing of this state of the case: equal every time."""
        return str(uuid5(NAMESPACE, sound("\n".join([self.digest, *map(str, parts)]))))


def sound(text: str) -> str:
    """Text that UTF-8 can hold: lone surrogates become U+FFFD."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def iso_us(utc_us: int, *, digits: int = 6) -> str:
    """Microseconds since 1970 as `2024-03-05T01:02:03.000000Z`, cut to that many digits."""
    from datetime import timedelta

    moment = EPOCH + timedelta(microseconds=utc_us)
    whole = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{moment.microsecond:06d}"[: len(whole) + 1 + digits] + "Z"


def iso_of(claimed: str) -> str:
    """A claimed time of the record as UTC with milliseconds, or the stand-in."""
    try:
        return iso_us(instant(claimed, clock_writer="unknown").utc_us, digits=3)
    except ClockError:
        return STAND_IN_TIME


def inert(text: str) -> str:
    """Text for programs that read it as HTML: nothing hidden, no live link, no angle bracket."""
    return visible(text).replace("<", "‹").replace(">", "›")


def json_bytes(value: object) -> bytes:
    """A value as indented JSON with sorted keys: UTF-8, no NaN, no lone surrogate."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    return (sound(text) + "\n").encode()


def save(path: Path, data: bytes) -> Path:
    """The path, after the bytes were written there, whole or not at all.

    Raises:
        CaseError: the disk refuses.
    """
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    return path


def kept(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """The pairs without those whose value is None, empty text or an empty list."""
    return {key: value for key, value in pairs.items() if value not in (None, "", [], ())}


def listed(values: Sequence[object]) -> str:
    """Values as one cell of text."""
    return "; ".join(map(str, values))
