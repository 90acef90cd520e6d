"""What the source list says about a file: whose clock wrote its times, and what must be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forensics.clock import offset_text
from forensics.model import Basis, ClockWriter
from forensics.read import idclock
from forensics.read.columns import Chosen
from forensics.read.options import ReadOptions, SourceClock, Table
from forensics.read.times import TimeFormat

DAY_S = 86_400
BASES: tuple[Basis, ...] = ("inferred", "stated", "id_clock", "written_offset", "platform_utc")
"""Weakest first."""
WRITTEN_BY: Mapping[ClockWriter, str] = {
    "platform": "written by the platform",
    "exporter": "written by the exporter's computer",
    "collector": "written by the collector's computer",
    "camera": "written by a camera",
    "satellite": "written by satellites",
    "editor": "written by an editing program",
    "device": "written by the author's device",
    "unknown": "writer of the clock unknown",
}
"""Words of the clock statement."""


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """The time column of a file as it was found."""

    field: str
    """Its name."""
    format: TimeFormat
    chosen: Chosen
    """The columns of the file by role."""
    documented_utc: bool
    """True where the platform documents that it is UTC."""
    precision_s: int
    """Seconds to which all of its times are rounded."""
    ids: idclock.IdClocks
    """The ids beside its instants."""
    naive_ids: idclock.IdClocks
    """The ids beside its times without a zone."""
    clock_writer: ClockWriter | None
    """Whose clock the format settles; None if it does not."""
    clock_note: str
    """How that is known."""
    inferred_min: int | None
    """Offset the ids show for those; None if they show none."""
    followed: idclock.Followed | None = None
    """Zones whose clock changes the ids show in the column; None if they show none."""
    tested: tuple[str, ...] = ()
    """What the tests say that need no ids."""


def clock_of(bases: Mapping[Basis, int], column: TimeColumn, options: ReadOptions) -> SourceClock:
    """Whose clock wrote the times that were read.

    Args:
        bases: Basis of the rows read -> the coarsest precision among them, in seconds; not empty.
        column: The time column.
        options: What the user said.
    """
    basis = next(name for name in BASES if name in bases)
    precision_s = max(bases.values())
    zone, assumption = _zone(basis, column, options)
    ids = column.naive_ids if basis == "inferred" else column.ids
    trusted = basis != "inferred" and ids.agree >= idclock.ENOUGH_IDS
    trusted = trusted and ids.rule.strength == "clock"
    trusted = trusted and ids.share_ppm(ids.agree) >= idclock.NEARLY_ALL_PPM
    platform = column.documented_utc or trusted or basis == "id_clock"
    writer: ClockWriter = column.clock_writer or ("platform" if platform else "unknown")
    parts = [f"{zone} ({assumption})" if assumption else zone, WRITTEN_BY[writer]]
    rounded = {60: "minute", 3_600: "hour"}.get(precision_s)
    if rounded:
        parts.append(f"floored to the {rounded}")
    statement = ", ".join(parts)
    if ids.used:
        agree = ids.common[1] if basis == "inferred" else ids.agree
        statement += f"; {idclock.agreement(ids, agree)}"
    statement += f"; {column.clock_note}" if column.clock_note else ""
    return SourceClock(basis, writer, zone, precision_s, statement, assumption)


def _zone(basis: Basis, column: TimeColumn, options: ReadOptions) -> tuple[str, str | None]:
    """Zone of the column and the assumption it rests on."""
    chosen = column.chosen
    if basis == "inferred":
        return offset_text(column.inferred_min or 0), "inferred from the clocks inside the ids"
    if basis == "stated":
        because = f": {options.assume_because}" if options.assume_because else ""
        if "zone" in chosen.columns:
            return "per row", f"stated: zone in column {chosen.columns['zone']}{because}"
        return chosen.constants.get("zone", options.assume_zone or ""), f"stated{because}"
    if basis == "written_offset" and column.format.form not in ("epoch", "timestamptz"):
        return "offset written", None
    return "UTC", None


def notes_of(
    table: Table, column: TimeColumn, options: ReadOptions, refused: Mapping[str, int]
) -> tuple[str, ...]:
    """What must not be lost about the file."""
    notes = list(table.notes)
    if refused:
        listed = ", ".join(f"{count:,} {reason}" for reason, count in refused.items())
        notes.append(f"refused: {listed}")
    if column.format.note and refused.get("bad_time"):
        notes.append(f"{column.field}: {column.format.note}")
    if column.precision_s == DAY_S:
        notes.append(f"{column.field} holds dates without time of day; all rows were refused")
    if options.by and column.chosen.unit is None:
        notes.append(f"has no column {options.by!r}; its posts belong to no unit")
    notes += column.tested
    return (*notes, *_id_notes(column, refused))


def _id_notes(column: TimeColumn, refused: Mapping[str, int]) -> Iterator[str]:
    """What the ids say, and what is asked for where times carry no offset; comes last."""
    ids, naive = column.ids, column.naive_ids
    zones = f", {column.followed.words()}" if column.followed else ""
    yield from idclock.disagreement(ids, column.field, zones)
    if column.inferred_min is not None:
        minutes, count = naive.common
        yield (
            f"WARNING: {column.field} carries no offset; {count:,} of {naive.compared:,} ids show "
            f"that it was written in {offset_text(minutes)}, and it was read so. Confirm "
            f"it: --assume-zone {_as_argument(minutes)} --because TEXT"
        )
    elif refused.get("naive_time"):
        hint = f" The ids show {idclock.describe_offsets(naive)}{zones}." if naive.used else ""
        zone = column.followed.zone if column.followed and naive.used else "ZONE"
        yield (
            f"WARNING: {refused['naive_time']:,} times in {column.field} carry no offset and were "
            f"refused.{hint} Say whose clock wrote them: --assume-zone {zone} --because TEXT"
        )


def _as_argument(minutes: int) -> str:
    """An offset as --assume-zone takes it."""
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
