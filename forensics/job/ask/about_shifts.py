"""One question without a case: when each unit works, and which days. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics import clock
from forensics.clues.hours.answer import HoursAnswer
from forensics.clues.rota.answer import RotaAnswer
from forensics.clues.rota.answer import answer as rota_answer
from forensics.clues.shifts.answer import ShiftAnswer
from forensics.clues.shifts.answer import answer as shift_answer
from forensics.clues.times import UnitTimes
from forensics.job.ask.about_hours import ask_hours
from forensics.job.run import silent
from forensics.model import Json, Progress
from forensics.read import Reading

if TYPE_CHECKING:
    from forensics.job.frames import ShiftsTable


@dataclass(frozen=True, slots=True)
class UnitShifts:
    """Both answers about one unit, and where its zone comes from."""

    shift: ShiftAnswer
    rota: RotaAnswer
    zone_given: bool
    """False if the zone is the one that the hours fit best: edges move with it."""
    hours: HoursAnswer


@dataclass(frozen=True, slots=True)
class AskedShifts:
    """A reading, the units asked about, and their answers as they come."""

    reading: Reading
    units: Mapping[str, tuple[str, ...]]
    answers: Iterator[UnitShifts]
    """One a unit, in order; to be taken before the context ends."""
    told: Mapping[str, Json]


@contextmanager
def ask_shifts(
    files: Sequence[str | Path],
    *,
    zone: str | None = None,
    by: str | None = "account",
    only: str | None = None,
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Iterator[AskedShifts]:
    """Shifts and rotas of posts, unit by unit; tables live in a temporary folder.

    Args:
        files: Exports of posts, archives, or folders of them.
        zone: IANA zone of the local time; None for the zone each unit's hours fit best.
        by: `account`, a column that names the units, or None for one pool.
        only: The one unit to answer about.
        assume_zone: IANA zone of times without offset.
        columns: Columns given by hand, such as `{"account": "user"}`.
        progress: Called with (stage, done, total).

    Raises:
        ClockError: there is no such zone.
        ReadError: a file is not there, or nothing could be read.
        UsageError: no unit is called `only`.
    """
    if zone is not None:
        clock.zone(zone)
    with ask_hours(
        files,
        by=by,
        only=only,
        assume_zone=assume_zone,
        columns=columns,
        progress=progress,
    ) as asked:
        told: dict[str, Json] = {**asked.told, "zone": zone}
        yield AskedShifts(asked.reading, asked.units, _answers(asked.times(), zone), told)


def _answers(times: Iterator[UnitTimes], zone: str | None) -> Iterator[UnitShifts]:
    """Both answers about each unit, from its typed posts by the present owners."""
    for found in times:
        where = zone or found.working_zone
        yield UnitShifts(
            shift=shift_answer(found.posts.left, where),
            rota=rota_answer(found.posts.left, where),
            zone_given=zone is not None,
            hours=found.hours,
        )


SHIFT_COLUMNS = (
    "unit",
    "zone",
    "status",
    "weekdays",
    "start_min",
    "start_low_min",
    "start_high_min",
    "end_min",
    "end_low_min",
    "end_high_min",
    "share",
)


def shifts(
    files: Sequence[str | Path],
    *,
    zone: str | None = None,
    by: str | None = "account",
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> ShiftsTable:
    """Stretches of work as a table: one row a unit, set of weekdays and stretch.

    Columns: unit, zone, status (`found` where the stretches are a shift), weekdays (Monday is 0),
    start_min and end_min (local minutes of the day, possibly past midnight) with their 90 %
    intervals, share (of the events of these weekdays, 0 to 1). A unit without any has one row.

    Args:
        files: Exports of posts, or folders of them.
        zone: IANA zone of the local time; None for the zone each unit's hours fit best.
        by: `account`, a column that names the units, or None for one pool.
        assume_zone: IANA zone of times without offset.
        columns: Columns given by hand.

    Raises:
        ClockError: there is no such zone.
        ReadError: a file is not there, or nothing could be read.
    """
    from forensics.job.frames import ShiftsTable

    rows: list[dict[str, object]] = []
    asked = ask_shifts(files, zone=zone, by=by, assume_zone=assume_zone, columns=columns)
    with asked as found:
        for one in found.answers:
            shift = one.shift
            about: dict[str, object] = {
                "unit": shift.activity.unit,
                "zone": shift.zone,
                "status": shift.status,
            }
            blocks = [(days, block) for days in shift.sets for block in days.blocks]
            rows += [about] if not blocks else []
            rows += [
                {
                    **about,
                    "weekdays": days.days,
                    "start_min": block.start.value,
                    "start_low_min": block.start.low,
                    "start_high_min": block.start.high,
                    "end_min": block.end.value,
                    "end_low_min": block.end.low,
                    "end_high_min": block.end.high,
                    "share": block.share.value,
                }
                for days, block in blocks
            ]
    return ShiftsTable(rows, columns=list(SHIFT_COLUMNS))
