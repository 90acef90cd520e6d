"""What the report prints of the collection: what is documented, what is missing, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from forensics.show.phrases import plural

FIELDS: Mapping[str, str] = {
    "source_url": "address it was collected from",
    "collector": "who collected it",
    "tool": "tool",
    "tool_version": "version of the tool",
    "captured_at": "time of capture, as an instant",
    "clock_offset": "offset of the collector's clock",
    "hash": "hash stated by the tool",
    "received": "how it was received",
}
"""Field of the Berkeley Protocol -> its name in words. Each is claimed, where it is stated."""


@dataclass(frozen=True, slots=True)
class LogView:
    """One collection log."""

    name: str
    reader: str
    format: str
    items: int
    mismatches: int
    refused: int


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many files have a field."""

    field: str
    words: str
    files: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """A file and the fields that no log states for it."""

    original: str
    name: str
    missing: tuple[str, ...]
    logged: bool
    """True if some log names the file at all."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of a log that must not be overlooked."""

    log: str
    row: int
    file: str
    """What the log calls it."""
    name: str
    """The file it is about; empty if it is not here."""
    original: str
    stated: str
    """Hashes as the log states them."""
    ours: str
    """Our hash of the same bytes."""
    source_url: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionView:
    """The whole section."""

    files: int = 0
    """Files of evidence that somebody must have collected: no archives, no lists."""
    logged: int = 0
    """Those of them that some log names."""
    items: int = 0
    logs: tuple[LogView, ...] = ()
    fields: tuple[FieldCount, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    mismatches: tuple[ItemView, ...] = ()
    absent: tuple[ItemView, ...] = ()
    """Items about files that are not here."""
    refused: tuple[str, ...] = field(default=())
    """What of the logs could not be read, one sentence each."""

    def as_json(self) -> dict[str, Any]:
        """The member `collection` of summary.json."""
        return asdict(self)

    def lines(self) -> tuple[str, ...]:
        """What a run says of it: mismatches first, each in one line; nothing without a log."""
        if not self.logs:
            return ()
        found = [
            f"HASH MISMATCH: {one.name or one.file}: {one.log} states {one.stated[:80]}, "
            f"the bytes here have {one.ours[:80]}"
            for one in self.mismatches[:5]
        ]
        more = len(self.mismatches) - len(found)
        found += [f"{more:,} more hash mismatches: see the report"] if more > 0 else []
        absent = f"; {plural(len(self.absent), 'item')} about files not here" if self.absent else ""
        found.append(
            f"collection: {plural(self.items, 'item')} of {plural(len(self.logs), 'log')} name "
            f"{self.logged:,} of {plural(self.files, 'file')}{absent}"
        )
        return tuple(found)
