"""CSV: a folder with one file for each table of the case, and a README that says how to read them.

Posts stream from Parquet through DuckDB; nothing is held in memory. No cell is cut. Profiles and
what images carry stay out: they hold what belongs to persons (see `docs/methods/exports.md`).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.files import PART_SUFFIX, disk_explained, explained, no_glob
from forensics.case.growing import parts_in
from forensics.errors import ExportError
from forensics.export.cells import BOM, OPENERS, guard_sql, is_guarded_sql, line, write_lines
from forensics.export.handed import Handed, save
from forensics.links.edges import Burst, Edge
from forensics.model import Clue, Conclusion, Finding, Json, Observation, Weight

if TYPE_CHECKING:
    import duckdb

SMALL: Mapping[str, tuple[str, ...]] = {
    "sources": ("original", "name", "reader", "format", "rows_present", "rows_read"),
    "clues": tuple(item.name for item in fields(Clue)),
    "observations": tuple(item.name for item in fields(Observation)),
    "findings": tuple(item.name for item in fields(Finding)),
    "weights": ("unit", *(item.name for item in fields(Weight))),
    "tests": ("unit", "id", "label", "leader", "leader_ppm", "assessed_ppm", "in_headline"),
    "conclusions": tuple(item.name for item in fields(Conclusion)),
    "collection": ("original", "name", "source_url", "collector", "tool", "captured_at", "hash"),
    "edges": tuple(item.name for item in fields(Edge)),
    "bursts": tuple(item.name for item in fields(Burst)),
    "groups": ("group", "size", "members"),
}
"""Tables of JSON lines that are written, each with its first columns in order; any further column
follows in the order in which it is met."""
LARGE = {"posts": "account, t_us, original, row", "refusals": "original, row, field, reason, raw"}
"""Parquet tables that are written, and the order of their rows."""
_TIME = "strftime(make_timestamp(t_us), '%Y-%m-%dT%H:%M:%S.%fZ')"
_ALL = "SELECT * FROM {source}"
_ACCOUNTS = (
    "SELECT account, any_value(unit ORDER BY t_us, original, row) AS first_unit, count(*) AS posts,"
    " strftime(make_timestamp(min(t_us)), '%Y-%m-%dT%H:%M:%SZ') AS first_utc,"
    " strftime(make_timestamp(max(t_us)), '%Y-%m-%dT%H:%M:%SZ') AS last_utc,"
    " count(DISTINCT t_us // 86400000000) AS active_days_utc"
    " FROM {source} GROUP BY account ORDER BY account"
)
README = """\
Tables of a case as CSV: UTF-8 with a byte order mark, commas, text in quotes.

State of the case (digest): {digest}
Written by: {tool}

A cell of text that begins with one of = + - @ (also full-width), tab, carriage
return, line feed or an apostrophe has one apostrophe put before it, so that no
spreadsheet runs it. To get the exact text back, take one apostrophe off every
cell of text that begins with one. guarded.csv counts these cells.

An absent value is an empty cell without quotes; an empty text has quotes.
Lists and objects stand in one cell as JSON. Times end in Z (UTC); t_us counts
microseconds since 1970. Names of columns carry their unit: _us, _ppm (parts per
million), _mdb (milli-decibans), _udeg, _m, _min.

Spreadsheets round ids of more than 15 digits: import such columns as text.
This is a working copy. What can be checked is the case folder.
"""


def write(handed: Handed, out: Path) -> list[Path]:
    """Write the tables of a case into a folder.

    Returns:
        The files, README.txt and guarded.csv last. Tables that the case does not have are left
        out; one without rows is written with its header.

    Raises:
        ExportError: a table cannot be read.
        CaseError: the disk refuses, or a table is damaged.
    """
    with explained(out):
        out.mkdir(parents=True, exist_ok=True)
    counts: list[tuple[str, str, int]] = []
    done = [*write_large(handed.case.tables, out, counts)]
    for name, first in SMALL.items():
        if (handed.case.tables / f"{name}.jsonl").is_file():
            done.append(_write_small(handed, name, first, out, counts))
    done.append(_whole(out / "guarded.csv", _guard_lines(counts)))
    text = README.format(digest=handed.digest, tool=handed.tool)
    return [*done, save(out / "README.txt", text.encode())]


def _guard_lines(counts: Sequence[tuple[str, str, int]]) -> Iterator[str]:
    yield line(("file", "column", "cells"))
    yield from (line(row) for row in counts)


def _whole(path: Path, lines: Iterator[str]) -> Path:
    """The path, after the lines were written there behind the byte order mark."""
    part = path.with_name(path.name + PART_SUFFIX)
    with explained(path):
        try:
            with part.open("wb") as stream:
                stream.write(BOM)
                write_lines(stream, lines)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return path


# ---- JSON lines --------------------------------------------------------------------------------


def _write_small(
    handed: Handed, name: str, first: Sequence[str], out: Path, counts: list[tuple[str, str, int]]
) -> Path:
    """One table of JSON lines; it is read twice, once for its columns."""
    table = f"{name}.jsonl"
    columns = dict.fromkeys(first)
    for row in handed.case.read_table(table):
        columns.update(dict.fromkeys(row))
    guards: Counter[str] = Counter()
    path = _whole(
        out / f"{name}.csv", _small_lines(handed.case.read_table(table), [*columns], guards)
    )
    counts.extend((f"{name}.csv", column, guards[column]) for column in columns if guards[column])
    return path


def _small_lines(
    rows: Iterator[dict[str, Json]], columns: list[str], guards: Counter[str]
) -> Iterator[str]:
    yield line(columns)
    for row in rows:
        for column, value in row.items():
            if isinstance(value, str) and value[:1] and value[0] in OPENERS:
                guards[column] += 1
        yield line(row.get(column) for column in columns)


# ---- Parquet -----------------------------------------------------------------------------------


def write_large(tables: Path, out: Path, counts: list[tuple[str, str, int]]) -> Iterator[Path]:
    """Write posts, accounts and refusals, streamed; gives each file once it is written.

    Args:
        tables: Folder with the Parquet tables.
        out: Folder to write to.
        counts: Gets (file, column, guarded cells) for every column with such cells.

    Raises:
        ExportError: a table cannot be read.
        CaseError: the disk refuses.
    """
    for name, columns in LARGE.items():
        parts = parts_in(tables, f"{name}.parquet")
        if not parts:
            continue
        order = "" if len(parts) == 1 else f" ORDER BY {columns}"
        yield stream_csv(parts, _ALL + order, out / f"{name}.csv", counts)
        if name == "posts":
            yield stream_csv(parts, _ACCOUNTS, out / "accounts.csv", counts)


def stream_csv(
    source: Sequence[Path], query: str, path: Path, counts: list[tuple[str, str, int]] | None = None
) -> Path:
    """Write the rows of a query over the parts of a Parquet table as CSV, in a stream.

    Args:
        source: The Parquet files.
        query: A statement of DuckDB with `{source}` where they are read.
        path: Where to write.
        counts: Gets (file, column, guarded cells) for every column with such cells.

    Raises:
        ExportError: the file cannot be read.
        CaseError: the disk refuses.
    """
    import duckdb

    part = path.with_name(path.name + PART_SUFFIX)
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": "1500MB",
        "temp_directory": str(path.parent / f".{path.name}.sort"),
        "threads": 2,
    }
    with explained(path):
        try:
            with disk_explained(path), duckdb.connect(config=config) as connection:
                _copy(connection, source, query, part, (path.name, counts))
            with path.with_name(path.name + ".bom").open("wb") as whole, part.open("rb") as body:
                whole.write(BOM)
                shutil.copyfileobj(body, whole, 1 << 20)
            path.with_name(path.name + ".bom").replace(path)
        except duckdb.Error as error:
            first = str(error).splitlines()[0][:160]
            raise ExportError(f"cannot be written as CSV ({first})", where=str(source[0])) from None
        finally:
            part.unlink(missing_ok=True)
            path.with_name(path.name + ".bom").unlink(missing_ok=True)
    return path


def _copy(
    connection: duckdb.DuckDBPyConnection,
    source: Sequence[Path],
    query: str,
    part: Path,
    counted: tuple[str, list[tuple[str, str, int]] | None],
) -> None:
    """Guard every text column of the query, count the guards, and let DuckDB write the file."""
    files = ", ".join(_text(no_glob(one)) for one in source)
    inner = query.format(source=f"read_parquet([{files}])")
    described = connection.execute(f"DESCRIBE {inner}").fetchall()
    columns = [(str(row[0]), str(row[1]) == "VARCHAR") for row in described]
    name, counts = counted
    texts = [column for column, is_text in columns if is_text]
    if counts is not None and texts:
        sums = ", ".join(f"count(*) FILTER ({is_guarded_sql(_name(one))})" for one in texts)
        found = connection.execute(f"SELECT {sums} FROM ({inner})").fetchone() or ()
        counts.extend((name, one, n) for one, n in zip(texts, found, strict=True) if n)
    selected = ", ".join(
        f"{guard_sql(_name(one))} AS {_name(one)}" if is_text else _name(one)
        for one, is_text in columns
    )
    if ("t_us", False) in columns:
        selected = selected.replace('"t_us"', f'"t_us", {_TIME} AS "time_utc"', 1)
    quoted = ", ".join(_name(one) for one in texts)
    force = f", FORCE_QUOTE ({quoted})" if quoted else ""
    connection.execute(
        f"COPY (SELECT {selected} FROM ({inner})) TO {_text(part)}"
        f" (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR ''{force})"
    )


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"
