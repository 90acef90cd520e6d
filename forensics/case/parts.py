"""Which columns of a table may be shown apart from the others, in a copy for handing over.

A list of what may stay, not of what goes: a column added tomorrow belongs to the last part, which
stays shut, until somebody has thought about it. A seal commits to each part of each row by itself
(`commitments.py`), so the lists stand here, below whatever writes redacted copies.
"""

from __future__ import annotations

from collections.abc import Mapping

from forensics.case.growing import whole_name
from forensics.model import Entry, Json

RECORD = "record.jsonl"
KEPT: Mapping[str, tuple[str, ...]] = {
    "clues": (
        *("kind", "unit", "role", "set_by", "category", "grade", "planted_chance_ppm"),
        *("valid_from", "valid_to"),
    ),
    "conclusions": (
        *("unit", "statement", "hypothesis", "rung", "probability_ppm", "likelihood"),
        *("confidence", "reasons", "lowest_test", "against", "would_change", "does_not_say"),
    ),
    "findings": ("finder", "unit", "status"),
    "sources": ("original", "reader", "format", "rows_present", "rows_read", "rows_refused"),
    "tests": (
        *("unit", "id", "label", "leader", "leader_ppm", "assessed_ppm", "in_headline"),
    ),
    "weights": (
        *("unit", "group", "hypothesis", "mdb", "low_mdb", "high_mdb", "basis", "reference"),
        *("reason",),
    ),
}  # fmt: skip
"""Small table -> columns that may stay, each a part of its own."""
KEPT_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "posts": ("t_us", "precision_s", "basis", "offset_min", "kind", "original", "row"),
    "refusals": ("original", "row", "reason"),
}
"""Large table -> columns that stay or go together: one part, for there may be millions of rows."""
LINE = ("seq", "kind", "at", "tool")
"""Members of a line of the record that stay."""
BODIES: Mapping[str, tuple[str, ...]] = {
    "open": ("format",),
    "ingest": ("sha256", "size", "media_type"),
    "read": ("images", "sources", "lists", "tables"),
    "clue": ("findings", "clues", "tables"),
    "weigh": ("units", "tables"),
    "report": ("digest", "files"),
    "conclude": ("rung", "likelihood", "confidence", "probability_ppm"),
    "export": ("format", "redacted"),
}
"""Kind of line -> members of its body that stay; of other kinds none do."""
_BODY = tuple(sorted({f"body.{name}" for names in BODIES.values() for name in names}))


def parts_of(table: str) -> tuple[tuple[str, ...], ...]:
    """The parts of a row of that table, but the last, which holds all columns not named here."""
    if table == RECORD:
        return LINE, _BODY
    stem, _, ending = whole_name(table).rpartition(".")
    if ending == "parquet":
        return (KEPT_TOGETHER[stem],) if stem in KEPT_TOGETHER else ()
    return tuple((column,) for column in KEPT.get(stem, ()))


def flat(entry: Entry) -> dict[str, Json]:
    """A line of the record as one row: the members of its body are columns `body.NAME`."""
    row: dict[str, Json] = {
        name: getattr(entry, name) for name in ("seq", "prev", "at", "who", "tool", "kind")
    }
    return row | {f"body.{name}": value for name, value in entry.body.items()}


def body_may_stay(entry: Entry) -> bool:
    """True if nothing that must go stands in the part of the line that holds its body."""
    shown = {name.removeprefix("body.") for name in _BODY} & set(entry.body)
    return shown <= set(BODIES.get(entry.kind, ()))
