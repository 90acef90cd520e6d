"""When units were active: the answers as they come, and the hours as a table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clues.times import UnitTimes, unit_times
from forensics.engine import PostTable
from forensics.errors import ReadError, UsageError
from forensics.job.run import silent
from forensics.model import Json, Progress
from forensics.read import Reading, ReadOptions, read_posts
from forensics.read.collection import ONLY_LOGS, without_logs
from forensics.read.given import inputs_of
from forensics.reference.zones import candidate_offsets

if TYPE_CHECKING:
    from forensics.job.frames import HoursTable, Table


_NAMED = 8
"""Units named where one was asked for that is not there."""


@dataclass(frozen=True, slots=True)
class AskedHours:
    """A reading, the units asked about, and their answers as they come."""

    reading: Reading
    units: Mapping[str, tuple[str, ...]]
    """Unit -> its accounts."""
    told: Mapping[str, Json]
    """What was asked, for the record of the answer."""
    posts: PostTable
    """Open as long as the context is."""
    audience_zones: tuple[str, ...]
    progress: Progress

    def times(self) -> Iterator[UnitTimes]:
        """Everything about when each unit was active, in order."""
        found = unit_times(self.posts, self.units, self.audience_zones)
        for done, times in enumerate(found, start=1):
            self.progress("hours", done, len(self.units))
            yield times


@contextmanager
def ask_hours(
    files: Sequence[str | Path],
    *,
    by: str | None = "account",
    only: str | None = None,
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
    audience_zone: str | None = None,
    progress: Progress = silent,
) -> Iterator[AskedHours]:
    """The hours of posts, unit by unit; tables live in a temporary folder that goes afterwards.

    Args:
        files: Exports of posts, archives, or folders of them.
        by: `account`, a column that names the units, or None for one pool.
        only: The one unit to answer about.
        assume_zone: IANA zone of times without offset.
        columns: Columns given by hand, such as `{"account": "user"}`.
        audience_zone: IANA zone of a stated audience.
        progress: Called with (stage, done, total).

    Raises:
        ReadError: a file is not there, or nothing could be read.
        UsageError: no unit is called `only`.
    """
    given = dict(columns or {})
    column = None if by in {None, "account"} else by
    options = ReadOptions(assume_zone=assume_zone, columns=given, by=column)
    inputs = inputs_of(files)
    told: dict[str, Json] = {
        "by": by or "pool",
        "account": only,
        "map": dict(given),
        "assume_zone": assume_zone,
        "audience": audience_zone,
    }
    with tempfile.TemporaryDirectory() as folder:
        opened = without_logs(inputs.files, Path(folder) / "unpacked")
        if not opened.files:
            what = opened.refusals[0].raw if opened.refusals else ONLY_LOGS
            raise ReadError(what, todo="give files that can be read")
        reading = read_posts(opened.files, options, Path(folder), progress)
        if all(source.holds == "accounts" for source in reading.sources):
            raise ReadError(
                "only lists of accounts were given, and no posts", todo="give posts beside them"
            )
        reading = replace(
            reading,
            sources=inputs.noted((*opened.sources, *reading.sources)),
            refused=(*opened.refusals, *reading.refused),
        )
        with PostTable.build(reading.posts, Path(folder)) as posts:
            units = posts.units("pool" if by is None else "unit" if column else "account")
            if only is not None and only not in units:
                names = ", ".join(repr(name) for name in sorted(units)[:_NAMED])
                more = f" and {len(units) - _NAMED:,} more" if len(units) > _NAMED else ""
                raise UsageError(
                    f"no unit is called {only!r}",
                    where="--account",
                    todo=f"there are {names}{more}",
                )
            wanted = units if only is None else {only: units[only]}
            zones = (audience_zone,) if audience_zone else ()
            yield AskedHours(reading, wanted, told, posts, zones, progress)


def hours(
    files: Sequence[str | Path],
    *,
    by: str | None = "account",
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> HoursTable:
    """Time zones of units as a table: one row a unit and offset.

    Columns: unit, status, posts, active_hours, active_days, offset_min (minutes east of UTC),
    p_uniform, p_population (probabilities under the two priors), in80_uniform, in80_population
    (whether the offset is in the 80 % set). All of it holds if ordinary hours are kept.

    Args:
        files: Exports of posts, or folders of them.
        by: `account`, a column that names the units, or None for one pool.
        assume_zone: IANA zone of times without offset.
        columns: Columns given by hand.

    Raises:
        ReadError: a file is not there, or nothing could be read.
    """
    from forensics.job.frames import HoursTable

    rows = []
    with ask_hours(files, by=by, assume_zone=assume_zone, columns=columns) as found:
        for times in found.times():
            answer, activity = times.hours, times.posts.activity
            for offset, uniform, population in zip(
                candidate_offsets(), *answer.offset_p, strict=False
            ):
                rows.append(
                    {
                        "unit": activity.unit,
                        "status": answer.status,
                        "posts": activity.n_posts,
                        "active_hours": activity.n_active_hours,
                        "active_days": activity.n_active_days,
                        "offset_min": offset,
                        "p_uniform": float(uniform),
                        "p_population": float(population),
                        "in80_uniform": offset in answer.set80[0],
                        "in80_population": offset in answer.set80[1],
                    }
                )
    return HoursTable(rows)


def statements(
    files: Sequence[str | Path],
    *,
    by: str | None = "account",
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
    audience_zone: str | None = None,
) -> Table:
    """All that is said about when units were active: one row a unit and statement.

    Columns: unit, about (hours, clock_changes, calendar, audience, automation, splits, hands,
    segments, rivals, identifiability), status, statement (plain words), details (a dict of whole
    numbers, as `gnomon hours --json` prints them).

    Args:
        files: Exports of posts, or folders of them.
        by: `account`, a column that names the units, or None for one pool.
        assume_zone: IANA zone of times without offset.
        columns: Columns given by hand.
        audience_zone: IANA zone of a stated audience.

    Raises:
        ReadError: a file is not there, or nothing could be read.
    """
    from forensics.job.frames import Table

    asked = ask_hours(
        files, by=by, assume_zone=assume_zone, columns=columns, audience_zone=audience_zone
    )
    with asked as found:
        rows = [
            {
                "unit": one.unit,
                "about": one.finder,
                "status": one.status,
                "statement": one.statement,
                "details": dict(one.details),
            }
            for times in found.times()
            for one in times.findings()
        ]
    return Table(rows, columns=["unit", "about", "status", "statement", "details"])
