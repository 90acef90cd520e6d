"""JSON: one object a line, an array of objects, or an object that holds one array of objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.errors import ReadError
from forensics.read import census
from forensics.read.cleancopy import write_clean
from forensics.read.database import first_row, ident, keeps_order, literal, scalar
from forensics.read.delimited import BUFFER, counted, is_filler, keep_bad
from forensics.read.options import Table, UnreadableFileError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BOM = b"\xef\xbb\xbf"
SAMPLE = 1_000
"""Objects looked at to learn nested keys."""
MAX_KEYS = 10_000
"""Distinct keys kept; a file of random keys must not fill the memory."""
MAX_DOCUMENT = 512 << 20
"""Bytes of one JSON document; larger ones must come as one object a line."""
_LONE_SURROGATE = (
    r"((?:\\[^u])|(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
"""Half of a surrogate pair, as truncated emoji leave it; whole pairs and other escapes are kept."""
_SHAPES = """CREATE OR REPLACE TEMP TABLE shapes AS SELECT min(row) AS row, keys
FROM (SELECT row, json_keys(line) AS keys FROM objects) GROUP BY keys"""
"""The keys of objects, each list of them once, with the first row that has it."""
_IS_OBJECT = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE FALSE END"


def is_json(path: Path, head: bytes) -> bool:
    """True if the bytes begin like a JSON object or an array of objects."""
    del path
    start = head.removeprefix(_BOM).lstrip()[:200]
    return start.startswith(b"{") or (
        start.startswith(b"[") and start[1:].lstrip()[:1] in (b"{", b"]", b"")
    )


def open_json(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a JSON file; objects become rows, keys of nested objects become `outer.inner`.

    Raises:
        ReadError: a document that is damaged, too large, or holds no array of objects.
    """
    if _is_lines(path):
        form, rows = "json lines", _open_lines(con, path, scratch)
    else:
        form, rows = _open_document(con, path, name)
    _set_aside(con)
    con.execute(_SHAPES)
    _refuse_doubled(con)
    pointers = _pointers(con)

    def select(wanted: Mapping[str, str]) -> str:
        paths = ", ".join(literal(pointers[column]) for column in wanted.values())
        picked = "".join(f", v[{at}] AS {ident(alias)}" for at, alias in enumerate(wanted, start=1))
        return (
            f"SELECT row{picked} FROM "
            f"(SELECT row, json_extract_string(line, [{paths}]) AS v FROM objects)"
        )

    return Table(form, dict.fromkeys(pointers, "VARCHAR"), select, rows)


def _set_aside(con: DuckDBPyConnection) -> None:
    """Mend halves of surrogate pairs, and move what still is no object to `bad_rows`."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE odd AS SELECT * FROM objects WHERE NOT ({_IS_OBJECT})"
    )
    if not scalar(con, "SELECT count(*) FROM odd"):
        return
    con.execute(
        f"""UPDATE odd SET line = regexp_replace(line, {literal(_LONE_SURROGATE)}, '\\1', 'g')
        WHERE NOT json_valid(line)"""
    )
    con.execute(
        f"""UPDATE objects SET line = odd.line FROM odd WHERE objects.row = odd.row;
        DELETE FROM odd WHERE {_IS_OBJECT};
        INSERT INTO bad_rows SELECT row, '', 'bad_json', left(line, 200) FROM odd;
        DELETE FROM objects WHERE row IN (SELECT row FROM odd)"""
    )


def _refuse_doubled(con: DuckDBPyConnection) -> None:
    """Move objects that say a key twice to `bad_rows`: of two values, programs take either."""
    doubled = "list_unique({0}) < len({0})"
    if scalar(con, f"SELECT count(*) FROM shapes WHERE {doubled.format('keys')}"):
        which = f"FROM objects WHERE {doubled.format('json_keys(line)')}"
        con.execute(f"INSERT INTO bad_rows SELECT row, '', 'bad_json', left(line, 200) {which}")
        con.execute(f"DELETE {which}")
        con.execute(_SHAPES)


def _is_lines(path: Path) -> bool:
    """True if the file holds one object a line: a first line that is an object, or several."""
    with path.open("rb") as file:
        data = file.read(4 * census.MAX_RECORD).removeprefix(_BOM)
    if data.lstrip()[:1] != b"{":
        return False
    lines = [line for line in data.split(b"\n") if line.strip()][:20]
    objects = [_object(line) for line in lines]
    if len(lines) == 1:
        return objects[0] is not None and not _arrays(objects[0])
    return any(found is not None for found in objects[:-1]) or all(
        line.lstrip().startswith(b"{") for line in lines
    )


def _object(line: bytes) -> dict[str, object] | None:
    """The object on a line, or None."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _arrays(value: Mapping[str, object]) -> list[str]:
    """Keys that hold an array of objects."""
    return [
        key
        for key, inner in value.items()
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner[:50])
    ]


def _open_lines(con: DuckDBPyConnection, path: Path, scratch: Path) -> int:
    """Fill `objects` (row, line) from a file of lines; gives the number of lines."""
    with path.open("rb") as file:
        start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    found = census.take(path, delimiter=None, fields=1, data_start=start)
    keep_bad(con, found)
    scan = _line_scan(path, found.line_end)
    if found.odd_lines or counted(con, scan) != found.records:
        clean = scratch / "clean"
        write_clean(path, found, clean)
        scan = _line_scan(clean, "\\n")
        if counted(con, scan) != found.records:  # pragma: no cover - guard against the parser
            raise ReadError(
                f"the parser does not find the {found.records} lines that were counted",
                where=path.name,
                todo="report this file's shape as a defect of Gnomon",
            )
    # Numbered when they stand in the table: a number in the same statement takes one core.
    con.execute("CREATE OR REPLACE TEMP TABLE objects (row BIGINT, line VARCHAR)")
    fill = f"INSERT INTO objects SELECT NULL, line FROM {scan}"
    if keeps_order(con, fill):
        con.execute(fill)
        con.execute("UPDATE objects SET row = rowid + 1")
    else:
        con.execute(f"INSERT INTO objects SELECT row_number() OVER (), line FROM {scan}")
    if found.bad:
        con.execute(f"DELETE FROM objects WHERE {is_filler('line')}")
    return found.records


def _line_scan(path: Path, line_end: str) -> str:
    """A scan that gives whole lines."""
    return (
        f"read_csv({literal(str(path))}, delim=chr({census.LINE_MARK}), quote='', escape='', "
        f"header=false, auto_detect=false, columns={{'line': 'VARCHAR'}}, new_line='{line_end}', "
        f"max_line_size={2 * census.MAX_RECORD}, buffer_size={BUFFER})"
    )


def _open_document(con: DuckDBPyConnection, path: Path, name: str) -> tuple[str, int]:
    """Fill `objects` from one JSON document; gives (format, number of elements)."""
    import duckdb

    size = path.stat().st_size
    if size > MAX_DOCUMENT:
        raise UnreadableFileError(
            f"one JSON document of {size} bytes is too large",
            reason="too_large",
            where=name,
            todo="convert it to one object a line (NDJSON)",
        )
    try:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE document AS SELECT ltrim(content, chr(65279)) AS content "
            f"FROM read_text({literal(str(path))})"
        )
        if not _valid(con) and not _valid(con, mended=True):
            raise UnreadableFileError(
                "the JSON is damaged or cut off",
                reason="damaged",
                where=name,
                todo="export it again, or give one object a line so that good rows can be read",
            )
    except duckdb.Error:
        raise UnreadableFileError(
            "the bytes are not valid UTF-8 text",
            reason="bad_encoding",
            where=name,
            todo="save the file as UTF-8",
        ) from None
    key = _array_key(con, name)
    target = "$[*]" if key is None else f'$."{key}"[*]'
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE objects AS
        SELECT row_number() OVER () AS row, line
        FROM (SELECT unnest(json_extract(content, {literal(target)}))::VARCHAR AS line
        FROM document)"""
    )
    con.execute("DROP TABLE document")
    form = "json array" if key is None else f"json array in {key!r}"
    return form, scalar(con, "SELECT count(*) FROM objects")


def _valid(con: DuckDBPyConnection, *, mended: bool = False) -> bool:
    """True if the document is JSON; mended means without halves of surrogate pairs."""
    if mended:
        con.execute(
            f"""UPDATE document
            SET content = regexp_replace(content, {literal(_LONE_SURROGATE)}, '\\1', 'g')"""
        )
    return scalar(con, "SELECT json_valid(content)::INTEGER FROM document") == 1


def _array_key(con: DuckDBPyConnection, name: str) -> str | None:
    """The key that holds the posts; None if the document itself is the array.

    Raises:
        ReadError: none or several arrays of objects.
    """
    kind = first_row(con, "SELECT json_type(content) FROM document")
    if kind == ("ARRAY",):
        return None
    keys = [
        str(key)
        for (key,) in con.execute(
            """SELECT key FROM (SELECT content, unnest(json_keys(content)) AS key FROM document)
            WHERE strpos(key, '"') = 0
              AND json_type(json_extract(content, '$."' || key || '"')) = 'ARRAY'
              AND json_type(json_extract(content, '$."' || key || '"[0]')) = 'OBJECT'"""
        ).fetchall()
    ]
    if len(keys) != 1:
        found = f"several arrays of objects ({', '.join(keys)})" if keys else "no array of objects"
        raise UnreadableFileError(
            f"the JSON document holds {found}",
            reason="unknown_format",
            where=name,
            todo="give one array of posts, or one object a line",
        )
    return keys[0]


def _pointers(con: DuckDBPyConnection) -> dict[str, str]:
    """Column name -> JSON pointer: all keys of all objects, and those of objects inside a sample.

    A key that only a few rows have (a location label, say) must not be missed; nested keys come
    with the format, so a sample shows them.
    """
    total = scalar(con, "SELECT count(*) FROM objects")
    step = max(total // SAMPLE, 1)
    sample = con.execute(
        f"""SELECT line FROM (SELECT line, row_number() OVER (ORDER BY row) AS place FROM objects)
        WHERE place <= 200 OR place % {step} = 0 ORDER BY place"""
    ).fetchall()
    keys = con.execute(
        f"""SELECT key FROM (SELECT row, unnest(keys) AS key FROM shapes)
        GROUP BY key ORDER BY min(row), key LIMIT {MAX_KEYS}"""
    ).fetchall()
    pointers = {str(key): _pointer(str(key)) for (key,) in keys}
    for (line,) in sample:
        for key, value in (_object(str(line).encode("utf-8", "replace")) or {}).items():
            if isinstance(value, dict):
                for inner in value:
                    pointers.setdefault(f"{key}.{inner}", _pointer(key, inner))
    return pointers


def _pointer(*keys: str) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
