"""What of a case may stand in a redacted copy. Lists name what stays; all else goes.

A list of what stays, not of what goes, so that a column added tomorrow is left out until somebody
has thought about it. A cell of text that stays and happens to hold the name of an account is left
out too, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from forensics.case import Case, canonical
from forensics.case.files import sha256_of
from forensics.errors import ExportError
from forensics.model import Json
from forensics.show.phrases import visible

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
"""Table -> columns that stay."""
COUNTED = ("accounts", "clues", "observations")
"""Columns of lists that are replaced by their length, as `<name>_count`."""
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


class Redaction:
    """Writes what stays of a case, and keeps count of what went."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.notes: list[dict[str, Any]] = []
        """One for each table written: where it is from, and what it no longer has."""
        self._names = _accounts(case)
        self._units: dict[str, str] = {}

    def tables(self) -> Iterator[tuple[str, bytes]]:
        """(Name, bytes) of every small table, with the columns that stay."""
        for table, columns in sorted(KEPT.items()):
            name = f"{table}.jsonl"
            path = self.case.tables / name
            if not path.is_file():
                continue
            gone: set[str] = set()
            cells = rows = 0
            lines = []
            for row in self.case.read_table(name):
                left, lost = self._row(row, columns)
                gone |= set(row) - set(columns)
                cells, rows = cells + lost, rows + 1
                lines.append(canonical.dumps(left) + b"\n")
            self.note(f"tables/{name}", path, columns=", ".join(sorted(gone)), cells=cells)
            self.notes[-1]["rows"] = rows
            yield name, b"".join(lines)

    def note(self, name: str, source: Path, *, columns: str, cells: int = 0) -> None:
        """Write down where a redacted table is from, and what it no longer has."""
        sha256, size = sha256_of(source)
        self.notes.append(
            {
                "path": name,
                "from": f"tables/{source.name}",
                "from_sha256": sha256,
                "from_size": size,
                "columns_left_out": columns,
                "cells_left_out": cells,
            }
        )

    def record_lines(self) -> bytes:
        """The lines of the record: what they made, without who wrote them and what people said."""
        lines = []
        for entry in self.case.entries():
            stays = BODIES.get(entry.kind, ())
            body = {key: entry.body[key] for key in stays if key in entry.body}
            gone = ["who", *(key for key in entry.body if key not in body)]
            line: dict[str, Json] = {
                "seq": entry.seq,
                "kind": entry.kind,
                "at": entry.at,
                "tool": entry.tool,
                "body": body,
                "left_out": [*sorted(gone)],
            }
            lines.append(canonical.dumps(line) + b"\n")
        return b"".join(lines)

    def _row(
        self, row: Mapping[str, Json], columns: tuple[str, ...]
    ) -> tuple[dict[str, Json], int]:
        """What stays of a row, and how many cells went because they named an account."""
        left: dict[str, Json] = {}
        lost = 0
        for column in columns:
            value = row.get(column)
            if column == "unit":
                value = self._unit(str(value))
            elif self._named(value):
                value, lost = None, lost + 1
            left[column] = value
        for column in COUNTED:
            value = row.get(column)
            if isinstance(value, list) and column not in columns:
                left[f"{column}_count"] = len(value)
        return left, lost

    def _unit(self, unit: str) -> str:
        """The name of a unit, or a number where it names an account."""
        if not self._named(unit):
            return unit
        return self._units.setdefault(unit, f"unit {len(self._units) + 1}")

    def _named(self, value: Json) -> bool:
        """True if the name of an account stands anywhere in a value."""
        if isinstance(value, str):
            lower = value.casefold()
            return any(name in lower for name in self._names)
        if isinstance(value, list):
            return any(self._named(item) for item in value)
        return isinstance(value, dict)  # no column that stays holds one


def _accounts(case: Case) -> tuple[str, ...]:
    """Names of all accounts with posts, folded, longest first."""
    path = case.tables / "posts.parquet"
    if not path.is_file():
        return ()
    import duckdb

    try:
        with duckdb.connect(config={"threads": 2}) as connection:
            rows = connection.execute(
                "SELECT DISTINCT account FROM read_parquet(?)", [str(path)]
            ).fetchall()
    except duckdb.Error as error:
        first = str(error).splitlines()[0][:160]
        raise ExportError(f"cannot be read ({first})", where=str(path)) from None
    raw = [str(row[0]) for row in rows]
    shown = [visible(name) for name in raw]  # as statements spell hidden characters
    names = {name.casefold().strip() for name in (*raw, *shown)} - {""}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
