"""A timeline for Timesketch: one CSV line for each post, in order of time.

`datetime` carries an offset and `timestamp` the same instant in microseconds: both come from one
number, because Timesketch takes either, and reads a time without offset as local. `timestamp_desc`
names the clock that wrote the time, as far as the reader of the file knew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forensics.case.files import explained
from forensics.case.growing import parts_in
from forensics.errors import ExportError
from forensics.export.csvfiles import stream_csv
from forensics.export.handed import Handed
from forensics.read import POSTS

NAME = "timesketch.csv"
_QUERY = """SELECT
 coalesce(text, kind || ' without text') AS message,
 strftime(make_timestamp(t_us), '%Y-%m-%dT%H:%M:%S.%f+00:00') AS datetime,
 t_us AS "timestamp",
 CASE {clocks} ELSE 'unknown clock' END AS timestamp_desc,
 account, kind, unit, client, label, basis, precision_s, offset_min, id, original, row
FROM {source} ORDER BY t_us, account, original, row"""


def write(handed: Handed, out: Path) -> list[Path]:
    """Write the timeline; posts stream from Parquet.

    Raises:
        ExportError: the case holds no posts, or the file name does not end in `.csv`.
        CaseError: the disk refuses.
    """
    posts = parts_in(handed.case.tables, POSTS)
    if out.suffix != ".csv":
        raise ExportError("Timesketch reads only names that end in .csv", where=str(out))
    if not posts:
        raise ExportError("holds no posts: there is no timeline", where=str(handed.case.root))
    with explained(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
    clocks = " ".join(
        f"WHEN original = '{original}' THEN '{writer} clock'"
        for original, writer in sorted(clock_writers(handed).items())
    )
    query = _QUERY.replace("{clocks}", clocks or "WHEN false THEN ''")
    return [stream_csv(posts, query, out)]


def clock_writers(handed: Handed) -> dict[str, str]:
    """Original -> whose clock wrote its times; only hashes and words of closed lists get here."""
    found = {}
    for row in handed.case.read_table("sources.jsonl"):
        clock: Any = row.get("clock")
        original, writer = str(row["original"]), str(clock["clock_writer"]) if clock else ""
        if original.isalnum() and writer.isalpha():
            found[original] = writer
    return found
