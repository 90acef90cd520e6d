"""The base map of a report: its tiles are taken over, since the file they are from is not kept."""

from __future__ import annotations

from dataclasses import dataclass

from forensics.case import Case
from forensics.case.files import sha256_of
from forensics.case.refs import tables_in
from forensics.errors import CaseError
from forensics.job.again.parts import Part
from forensics.job.tiles import MEMBER, TABLE, KeptTiles, drawn
from forensics.model import Entry


@dataclass(frozen=True, slots=True)
class TilesAgain:
    """What is drawn under the map that is made again."""

    tiles: KeptTiles | None = None
    """None for a map without."""
    parts: tuple[Part, ...] = ()
    """What to say about it."""
    whole: bool = True
    """False if tiles are missing, so that the map cannot be compared."""


def tiles_again(source: Case, report: Entry) -> TilesAgain:
    """The tiles that the line of a report names, out of the tables of the case."""
    told = report.body.get(MEMBER)
    line = report.seq + 1
    if told is None:
        return TilesAgain()
    refs = [ref for ref in tables_in(report.body) if ref is not None and ref.name == TABLE]
    rows = []
    if refs:
        path = source.tables / TABLE
        if not path.is_file():
            said = "its tiles are gone from the case, and the file they were from is not kept"
            part = Part("../map.html", "not repeated", said, line)
            empty = KeptTiles(told) if isinstance(told, dict) else None
            return TilesAgain(empty, (part,), whole=False)
        if sha256_of(path)[0] != refs[-1].sha256:
            said = "is not the table that the record names: the map cannot be compared"
            return TilesAgain(None, (Part(f"tables/{TABLE}", "differs", said, line),), whole=False)
        rows = list(source.read_table(TABLE))
    try:
        if not isinstance(told, dict):
            raise TypeError  # noqa: TRY301 - one refusal for everything that is not ours
        drawn(told, rows)
    except (KeyError, TypeError, ValueError):
        raise CaseError("names tiles in a form that is not ours", where="record.jsonl") from None
    said = "the file of tiles is not kept; taken over as the case has them"
    return TilesAgain(KeptTiles(told, rows), (Part("base map", "not repeated", said, line),))
