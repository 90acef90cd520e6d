"""What a run is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forensics.clock import ZONE_DATABASE
from forensics.clues.absence.events import Event
from forensics.model import Json
from forensics.version import __version__


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run was told. All of it stands in the case and in the report."""

    question: str = "Where, and on what schedule, were the operators of these accounts at work?"
    by: str | None = None
    """Column that names the cluster of each post; None assesses all posts as one pool."""
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
    memory_limit_mb: int = 1500
    """Upper limit for the database; it does not change the result."""
    threads: int = 2
    """Threads of the database; they do not change the result."""

    def as_json(self) -> dict[str, Json]:
        """The settings that decide the result, for the first line of the record."""
        return {
            "by": self.by,
            "columns": dict(self.columns),
            "assume_zone": self.assume_zone,
            "assume_because": self.assume_because,
            "audience_zone": self.audience_zone,
            "events": [_event(one) for one in self.events],
            "gnomon": __version__,
            "zone_database": ZONE_DATABASE,
        }


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
