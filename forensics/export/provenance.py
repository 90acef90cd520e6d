"""Who made what out of what, with which tool, and when: the record, for RO-Crate and CASE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forensics.case.refs import files_in, tables_in
from forensics.export.handed import Handed, iso_of
from forensics.model import Entry

VERBS = {
    "open": "Opened the case",
    "ingest": "Took a file in",
    "read": "Read the files",
    "clue": "Looked for clues",
    "weigh": "Weighed the clues",
    "conclude": "Recorded a conclusion",
    "report": "Wrote the report",
    "export": "Exported the case",
    "seal": "Sealed the record",
    "review": "Reviewed the case",
    "network": "Asked a service",
}


@dataclass(frozen=True, slots=True)
class Made:
    """One line of the record as an action."""

    line: int
    """Line of the record, counted from 1."""
    kind: str
    says: str
    at: str
    """Claimed time, UTC with milliseconds."""
    who: str
    tool: str
    used: tuple[str, ...]
    """SHA-256 of what went in."""
    gave: tuple[tuple[str, str], ...]
    """(Name, SHA-256) of what came out."""


def actions(handed: Handed) -> Iterator[Made]:
    """The actions of the record in order: lines that took something in or made something.

    What an action used is what the lines before it made: originals for reading, tables for what
    follows. Of each name only the last version made counts.
    """
    originals: dict[str, None] = {}
    tables: dict[str, str] = {}
    for entry in handed.case.entries():
        gave = tuple(_made(entry))
        used: tuple[str, ...] = ()
        if entry.kind == "ingest":
            sha256 = str(entry.body["sha256"])
            originals[sha256] = None
            gave = ((str(entry.body["name_as_received"]), sha256),)
        elif entry.kind == "read":
            used = tuple(originals)
        elif gave:
            fresh = dict(gave)
            used = tuple(value for name, value in tables.items() if fresh.get(name) != value)
        if gave and entry.kind != "export":
            says = VERBS.get(entry.kind, entry.kind)
            yield Made(
                entry.seq + 1, entry.kind, says, iso_of(entry.at), entry.who, entry.tool, used, gave
            )
        if entry.kind != "ingest":
            tables |= {name: value for name, value in gave if not name.startswith("../")}


def _made(entry: Entry) -> Iterator[tuple[str, str]]:
    for table in tables_in(entry.body):
        if table is not None:
            yield f"tables/{table.name}", table.sha256
    for file in files_in(entry.body):
        if file is not None:
            yield file.path, file.sha256
