"""Lines of the record that say what was made: added once, however often the same comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forensics.case import Case, FileRef, TableRef, canonical
from forensics.model import Entry, Json


def say_once(case: Case, kind: str, line: Mapping[str, Json]) -> None:
    """Add a line, unless the last line of its kind (and `key`, if it has one) says just the same.

    So a second run of a finished case leaves the record as it was, also after its tables were
    deleted and came out equal.
    """
    last = _last(case, kind, line.get("key"))
    if last is None or canonical.dumps(last.body) != canonical.dumps(line):
        case.append(kind, line)


def note_made(
    case: Case, kind: str, body: Mapping[str, Json], made: Sequence[TableRef | FileRef]
) -> None:
    """Add a line that names what was made, unless the last of its kind says just the same."""
    name = "files" if kind == "report" else "tables"
    refs: list[Json] = [ref.as_json() for ref in made]
    say_once(case, kind, {**body, name: refs})


def _last(case: Case, kind: str, key: Json) -> Entry | None:
    found = None
    for entry in case.entries():
        if entry.kind == kind and (key is None or entry.body.get("key") == key):
            found = entry
    return found
