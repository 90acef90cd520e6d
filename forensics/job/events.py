"""The list of absences that a run is told: read from a file before any activity is looked at."""

from __future__ import annotations

from pathlib import Path

from forensics.clues.absence.events import Event, parse_events
from forensics.job.tomltables import read_tables


def read_events(path: Path) -> tuple[Event, ...]:
    """The events of a TOML file with `[[events]]` tables: name, start, end, kind, source, areas.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds something else.
        ClueError: an event says something impossible.
    """
    return parse_events(read_tables(path, "events"))
