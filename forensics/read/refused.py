"""What was refused, counted by reason, with the first examples: one place for all who ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.files import no_glob
from forensics.model import Refusal
from forensics.read.database import connected, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EXAMPLES = 3
MEMORY_MB = 500


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row of `refusals.parquet`."""

    original: str
    """SHA-256 of the file."""
    row: int
    """Number of the record; 0 for the whole file."""
    field: str
    reason: str
    raw: str
    """As it stands in the file, at most 200 characters; hostile."""

    def as_refusal(self) -> Refusal:
        """The same with the place as text."""
        where = f"row {self.row}, {self.field}" if self.row else "file"
        return Refusal(self.original, where, self.reason, self.raw)


def refusal_counts(
    refusals: Path | Sequence[Path], original: str | None = None
) -> list[tuple[str, int, list[RefusedRow]]]:
    """Reason, number and first examples of what was refused, by reason.

    Args:
        refusals: `refusals.parquet`, or its parts; what is not there holds nothing.
        original: SHA-256 of the one file asked about; None for all.
    """
    given = [refusals] if isinstance(refusals, Path) else refusals
    parts = ", ".join(literal(no_glob(path)) for path in given if path.is_file())
    if not parts:
        return []
    table = f"read_parquet([{parts}])"
    only = f"WHERE original = {literal(original)}" if original is not None else ""
    with connected(memory_limit_mb=MEMORY_MB, threads=1, scratch=None) as con:
        counts = con.execute(
            f"SELECT reason, COUNT(*) FROM {table} {only} GROUP BY reason ORDER BY reason"
        ).fetchall()
        # One question a reason, of which there are few: a window over millions of refused rows
        # needs more memory than there is.
        return [
            (str(reason), int(number), _examples(con, f"SELECT * FROM {table} {only}", str(reason)))
            for reason, number in counts
        ]


def _examples(con: DuckDBPyConnection, refusals: str, reason: str) -> list[RefusedRow]:
    """The first rows refused for a reason."""
    rows = con.execute(
        f"""SELECT original, row, field, reason, COALESCE(raw, '') FROM ({refusals})
        WHERE reason = {literal(reason)} ORDER BY original, row, field LIMIT {EXAMPLES}"""
    ).fetchall()
    return [RefusedRow(*row) for row in rows]
