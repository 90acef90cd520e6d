"""The rows of a table, each parted as `parts.py` says, as the canonical bytes of its parts.

Parquet is read by DuckDB in a stream, in the order of the key, which writes the JSON of each part:
the same way as `tables.hash_rows`, so that both see the same rows.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from forensics.case import canonical
from forensics.case.files import no_glob
from forensics.case.refs import TableRef
from forensics.case.tables import read_table
from forensics.errors import CaseError
from forensics.model import Json

_ROWS_AT_ONCE = 8192
Parts = Sequence[Sequence[str]]


def in_parts(row: dict[str, Json], parts: Parts) -> list[dict[str, Json]]:
    """A row as its parts, the last with everything that no other part names."""
    named = {column for part in parts for column in part}
    shown = [{name: row[name] for name in part if name in row} for part in parts]
    return [*shown, {name: value for name, value in row.items() if name not in named}]


def rows_of(root: Path, table: TableRef, parts: Parts) -> Iterator[list[bytes]]:
    """The canonical bytes of every part of every row of a table of a case, in their order.

    Raises:
        CaseError: the table cannot be read.
    """
    path = root / "tables" / table.name
    if table.name.endswith(".parquet"):
        yield from _parquet(path, table.key, parts)
        return
    for row in read_table(path.parent, table.name):
        yield [canonical.dumps(part) for part in in_parts(row, parts)]


def _parquet(path: Path, key: Sequence[str], parts: Parts) -> Iterator[list[bytes]]:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="gnomon-") as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": scratch,
            "memory_limit": "1GB",
        }
        try:
            with duckdb.connect(config=config) as connection:
                source = [no_glob(path)]
                described = connection.execute("describe from read_parquet(?)", source)
                columns = [str(row[0]) for row in described.fetchall()]
                cursor = connection.execute(_query(columns, key, parts), source)
                while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                    for row in rows:
                        yield [_bytes(text) for text in row]
        except duckdb.Error as error:
            first = str(error).splitlines()[0][:200]
            raise CaseError(f"cannot be read as Parquet ({first})", where=str(path)) from None


def _query(columns: Sequence[str], key: Sequence[str], parts: Parts) -> str:
    named = {column for part in parts for column in part}
    rest = [column for column in columns if column not in named]
    asked = []
    for part in (*([c for c in part if c in columns] for part in parts), rest):
        fields = ", ".join(f"{_quoted(name)} := {_quoted(name)}" for name in sorted(part))
        asked.append(f"to_json(struct_pack({fields}))::varchar" if part else "'{}'")
    order = ", ".join(map(_quoted, key))
    return f"select {', '.join(asked)} from read_parquet(?) order by {order}"


def _bytes(text: str) -> bytes:
    """DuckDB writes the hex digits of control characters in capitals; canonical JSON does not."""
    return canonical.dumps(json.loads(text)) if "\\u00" in text else text.encode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
