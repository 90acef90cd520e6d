"""Derived tables: small ones as canonical JSON lines, large ones as Parquet with two hashes.

Tables are working copies. Any of them may be deleted and must come out equal when the originals are
read again; the record holds the hashes they had.

The row form of a Parquet table, so that any program can compute `rows_sha256` again: sort the rows
by the key columns (integers by value, text by its UTF-8 bytes); write each as one canonical JSON
object with every column in it (absent values as `null`), followed by one newline; take the SHA-256
of all of that. See `forensics.case.canonical` for the rules of the JSON.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case import canonical
from forensics.case.canonical import MAX_INT
from forensics.case.files import (
    CHUNK_BYTES,
    explained,
    new_file,
    no_glob,
    settle,
    sha256_of,
    write_all,
)
from forensics.case.record import raw_lines
from forensics.case.refs import TABLE_NAME, TableRef
from forensics.errors import CaseError
from forensics.model import Json

if TYPE_CHECKING:
    import duckdb

_SMALL = frozenset(
    ("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "VARCHAR")
)
_LARGE = frozenset(("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT"))
_ROWS_AT_ONCE = 8192


def checked_name(name: str, ending: str) -> str:
    """The name, if a table may be called so.

    Raises:
        CaseError: capital letters, folders, or another ending.
    """
    if TABLE_NAME.fullmatch(name) is None or not name.endswith(ending):
        raise CaseError(f"{name!r:.60} is no name for a table", todo=f"use letters and {ending}")
    return name


def write_table(folder: Path, name: str, rows: Iterable[Mapping[str, Json]]) -> TableRef:
    """Write a small table as canonical JSON lines, whole or not at all, in the order given.

    Raises:
        CaseError: wrong name, no space, no permission.
        NotCanonical: a row holds what canonical JSON does not allow.
    """
    path = folder / checked_name(name, ".jsonl")
    digest, count, pending = hashlib.sha256(), 0, bytearray()
    with explained(path), new_file(folder, name) as (handle, temporary):
        for row in rows:
            pending += canonical.dumps(row) + b"\n"
            count += 1
            if len(pending) >= CHUNK_BYTES:
                digest.update(pending)
                write_all(handle.fileno(), bytes(pending))
                pending.clear()
        digest.update(pending)
        write_all(handle.fileno(), bytes(pending))
        settle(handle, temporary, path)
    return TableRef(name, digest.hexdigest(), count, digest.hexdigest())


def read_table(folder: Path, name: str) -> Iterator[dict[str, Json]]:
    """The rows of a table of JSON lines, in a stream.

    Raises:
        CaseError: not there, or a line is not a canonical JSON object; names the line.
    """
    path = folder / checked_name(name, ".jsonl")
    for line in raw_lines(path):
        where = f"{path}: line {line.number} (byte {line.offset})"
        try:
            row = canonical.loads(line.data)
        except canonical.NotCanonical as error:
            raise CaseError(error.what, where=where, todo="run gnomon verify") from None
        if not isinstance(row, dict) or not line.complete:
            raise CaseError("not a whole JSON object", where=where, todo="run gnomon verify")
        yield row


def adopt_table(folder: Path, name: str, *, key: Sequence[str]) -> TableRef:
    """The reference to a Parquet file that already lies in the folder; the file is not changed.

    Args:
        folder: The `tables` folder of a case.
        name: File name ending in `.parquet`.
        key: Columns that order the rows: together unique, none of them null. A tie would leave the
            order, and so the hash, to chance.

    Raises:
        CaseError: not there, not Parquet, a column that is neither integer nor text, an integer
            outside +-(2^53 - 1), a key that is null or stands twice.
    """
    path = folder / checked_name(name, ".parquet")
    sha256, _size = sha256_of(path)
    rows, rows_sha256 = hash_rows(path, key=key)
    return TableRef(name, sha256, rows, rows_sha256, tuple(key))


def hash_rows(path: Path, *, key: Sequence[str]) -> tuple[int, str]:
    """Number of rows of a Parquet file and the SHA-256 of its rows, as the module describes.

    Streams: DuckDB writes the JSON, so that memory does not grow with the table; only a file that
    is not yet in key order has to be sorted, on disk if need be.

    Raises:
        CaseError: see `adopt_table`.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix=".sort.", dir=path.parent) as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": scratch,
            "memory_limit": "1GB",
        }
        try:
            with duckdb.connect(config=config) as connection:
                return _hash_rows(connection, path, tuple(key))
        except duckdb.Error as error:
            first = str(error).splitlines()[0][:200]
            raise CaseError(f"cannot be read as Parquet ({first})", where=str(path)) from None


def _hash_rows(
    connection: duckdb.DuckDBPyConnection, path: Path, key: tuple[str, ...]
) -> tuple[int, str]:
    source = [no_glob(path)]
    described = connection.execute("describe from read_parquet(?)", source).fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    _check_columns(path, types, key)
    in_order = _check_rows(connection, path, types, key)
    fields = ", ".join(f"{_quoted(name)} := {_quoted(name)}" for name in sorted(types))
    order = "" if in_order else f" order by {', '.join(map(_quoted, key))}"
    cursor = connection.execute(
        f"select to_json(struct_pack({fields}))::varchar from read_parquet(?){order}", source
    )
    digest, count = hashlib.sha256(), 0
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        lines: list[str] = [row[0] for row in rows]
        text = "\n".join(lines)
        if "\\u00" in text:  # DuckDB writes the hex digits of control characters in capitals
            text = "\n".join(canonical.dumps(json.loads(line)).decode() for line in lines)
        digest.update(text.encode())
        digest.update(b"\n")
        count += len(rows)
    return count, digest.hexdigest()


def _check_columns(path: Path, types: Mapping[str, str], key: tuple[str, ...]) -> None:
    if not key or set(key) - set(types):
        raise CaseError(f"has no key columns {', '.join(key)}", where=str(path))
    for name, kind in types.items():
        if not name.isascii():
            raise CaseError(f"column {name!r:.60} is not named in ASCII", where=str(path))
        if kind not in _SMALL | _LARGE:
            raise CaseError(
                f"column {name} is {kind:.60}", where=str(path), todo="use integers or text"
            )


def _check_rows(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    types: Mapping[str, str],
    key: tuple[str, ...],
) -> bool:
    """True if the file is in key order already; also refuses what would make the hash arbitrary."""
    source = [no_glob(path)]
    columns = ", ".join(map(_quoted, key))
    null = " or ".join(f"{_quoted(name)} is null" for name in key)
    large = [_quoted(name) for name, kind in types.items() if kind in _LARGE]
    outside = " or ".join(f"{name} not between {-MAX_INT} and {MAX_INT}" for name in large)

    def counts(order: str) -> tuple[int, int, int]:
        query = (
            "select count(*) filter (where nulls), count(*) filter (where outside),"
            " count(*) filter (where before >= here) from"
            f" (select {null} as nulls, {outside or 'false'} as outside, row({columns}) as here,"
            f" lag(row({columns})) over ({order}) as before from read_parquet(?))"
        )
        return connection.execute(query, source).fetchone() or (0, 0, 0)

    # Without an order in the window DuckDB walks the file as it lies, in a stream.
    nulls, too_large, out_of_order = counts("")
    if nulls:
        raise CaseError(f"key ({columns}) is null in {nulls} rows", where=str(path))
    if too_large:
        raise CaseError(f"integers outside +-(2^53-1) in {too_large} rows", where=str(path))
    if out_of_order and (twice := counts(f"order by {columns}")[2]):
        raise CaseError(f"key ({columns}) stands twice in {twice} rows", where=str(path))
    return not out_of_order


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
