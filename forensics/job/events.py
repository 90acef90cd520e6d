"""The list of absences that a run is told: read from a file before any activity is looked at."""

from __future__ import annotations

import tomllib
from pathlib import Path

from forensics.clues.absence.events import Event, parse_events
from forensics.errors import UsageError

MOST_BYTES = 1 << 20


def read_events(path: Path) -> tuple[Event, ...]:
    """The events of a TOML file with `[[events]]` tables: name, start, end, kind, source, areas.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds something else.
        ClueError: an event says something impossible.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError("is larger than a list of events", where=str(path))
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"is no TOML ({str(error)[:80]})", where=str(path), todo="write [[events]] tables"
        ) from error
    rows = data.pop("events", None)
    if data or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError("holds no [[events]] tables alone", where=str(path))
    return parse_events(rows)
