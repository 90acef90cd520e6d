"""What a run is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forensics.clock import ZONE_DATABASE
from forensics.clues.absence.events import Event
from forensics.clues.sun.given import Measured
from forensics.engine.embedded import ENGINE
from forensics.errors import CaseError
from forensics.model import Json
from forensics.version import __version__

BY_GROUPS = "@groups"
"""In place of a column: units are the groups that ties form."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run was told. All of it stands in the case and in the report."""

    question: str = "Where, and on what schedule, were the operators of these accounts at work?"
    by: str | None = None
    """Column that names the cluster of each post; `@groups` assesses the groups that ties form;
    None assesses all posts as one pool."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Columns given by hand: account, time, zone, text ..."""
    assume_zone: str | None = None
    """IANA zone of times without offset."""
    assume_because: str | None = None
    """Why it may be assumed."""
    audience_zone: str | None = None
    """IANA zone of the audience."""
    events: tuple[Event, ...] = ()
    """Absences to test for, fixed before the activity is looked at: they stand in the first line
    of the record."""
    shadows: tuple[Measured, ...] = ()
    """Shadows measured in pictures; they stand in the first line of the record, too."""
    ocr: bool = False
    """Read text in pictures; needs the extra `ocr`."""
    ocr_limit: int = 200
    """Most different pictures in which text is read: a picture takes about a second."""
    engine: str = ENGINE
    """What counts the posts: `duckdb`, or Spark as `local[N]` or `spark://host:port`; the counts
    are equal."""
    memory_limit_mb: int = 1500
    """Upper limit for the database; it does not change the result."""
    threads: int = 2
    """Threads of the database; they do not change the result."""
    reuse: Path | None = None
    """Folder of an earlier run: what it found out about equal files is not worked out again. That
    does not change the result."""

    @property
    def by_groups(self) -> bool:
        """Whether units are the groups that ties form."""
        return self.by == BY_GROUPS

    @property
    def column(self) -> str | None:
        """The column that names units; None where no column does."""
        return None if self.by_groups else self.by

    def as_json(self) -> dict[str, Json]:
        """The settings that decide the result, for the first line of the record."""
        measured: dict[str, Json] = {"shadows": [one.as_json() for one in self.shadows]}
        return {
            "by": self.by,
            "columns": dict(self.columns),
            "assume_zone": self.assume_zone,
            "assume_because": self.assume_because,
            "audience_zone": self.audience_zone,
            "events": [_event(one) for one in self.events],
            "ocr_limit": self.ocr_limit if self.ocr else None,
            "gnomon": __version__,
            "zone_database": ZONE_DATABASE,
            **(measured if self.shadows else {}),
        }

    @classmethod
    def from_json(cls, question: str, settings: Mapping[str, Json]) -> RunSettings:
        """The settings as the first line of a record holds them: what `as_json` wrote.

        Raises:
            CaseError: something else stands there.
        """
        told: Mapping[str, Any] = settings
        try:
            return cls(
                question=question,
                by=told["by"],
                columns=dict(told["columns"]),
                assume_zone=told["assume_zone"],
                assume_because=told["assume_because"],
                audience_zone=told["audience_zone"],
                events=tuple(_event_of(one) for one in told.get("events", ())),
                shadows=tuple(Measured(**one) for one in told.get("shadows", ())),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CaseError(
                f"its settings are not those of a run ({str(error)[:60]})",
                where="record.jsonl, line 1",
                todo="make the case with gnomon new or gnomon run",
            ) from error


def _event_of(row: Mapping[str, Any]) -> Event:
    """The event that `_event` wrote."""
    plain = {key: value for key, value in row.items() if key != "areas"}
    return Event(**plain, area_codes=tuple(row["areas"]))


def _event(one: Event) -> dict[str, Json]:
    """An event as it stands in the record."""
    return {
        "name": one.name,
        "kind": one.kind,
        "start_day": one.start_day,
        "end_day": one.end_day,
        "source": one.source,
        "areas": list(one.area_codes),
    }
