"""What collection logs say, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case import Case
from forensics.job.collection import listing, read_files, rows_of
from forensics.read.given import inputs_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "original", "name", "source_url", "title", "collector", "tool", "tool_version", "method",
    "captured_at", "captured_raw", "clock_writer", "clock", "clock_offset_ms", "hash",
    "hash_stated", "hash_ours", "received", "http_status", "media_type", "kind", "joined_by",
    "file", "log", "log_name", "reader", "row", "notes",
)  # fmt: skip


def collection(given: str | Path | Sequence[str | Path]) -> pd.DataFrame:
    """What collection logs say of who collected what, as a table: one row for each item.

    Columns: original and name (the file it is about; None where it is not here), source_url, title,
    collector, tool, tool_version, method, captured_at (UTC; None where the log names no instant),
    captured_raw (as written), clock_writer, clock, clock_offset_ms, hash (match, mismatch, absent,
    not_stated, not_checked), hash_stated, hash_ours, received, http_status, media_type, kind (item,
    capture, part, itself), joined_by, file (what the log calls it), log, log_name, reader, row,
    notes. None means that the log does not say; see docs/formats/collection.md.

    Args:
        given: A case folder; or collection logs, the files they are about, archives, or folders.

    Raises:
        ReadError: a file is not there.
        CaseError: the case is damaged.
    """
    import pandas as pd

    one = isinstance(given, str | Path)
    if one and (Path(str(given)) / "record.jsonl").is_file():
        rows = listing(Case.open(Path(str(given))))
    else:
        paths = [str(given)] if isinstance(given, str | Path) else list(given)
        rows = list(rows_of(read_files(inputs_of(paths).files)[0]))
    return pd.DataFrame([[row[name] for name in COLUMNS] for row in rows], columns=list(COLUMNS))
