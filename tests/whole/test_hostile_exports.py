"""Hostile exports of posts from the command line: read or refused, every row counted, no crash.

One row a trick: name of the defect, bytes, rows present and read, what is refused and how often.
Finer cases of each reader stand in `tests/read`; here the whole way is gone.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

HEAD = b"account,time,text\n"
ROW = b"a,2018-01-01T00:00:00Z,x\n"
OBJECT = b'{"account":"a","time":"2018-01-01T00:00:00Z","text":"x"}\n'
CONTENT = "http://schemas.openxmlformats.org/package/2006/"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XML = "application/vnd.openxmlformats-"
LAUGHS = "<!DOCTYPE x [<!ENTITY l0 'l'>" + "".join(
    f"<!ENTITY l{n} '" + f"&l{n - 1};" * 10 + "'>" for n in range(1, 10)
)  # fmt: skip
Row = tuple[bytes, int, int, dict[str, int]]


def zipped(*members: tuple[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


def workbook(sheet: str) -> bytes:
    """The smallest workbook of one sheet."""
    related = f'<Relationships xmlns="{CONTENT}relationships"><Relationship Id="r" '
    types = (
        f'<Types xmlns="{CONTENT}content-types"><Default Extension="rels" '
        f'ContentType="{XML}package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{XML}officedocument.spreadsheetml.sheet.main+xml"/><Override PartName='
        f'"/s.xml" ContentType="{XML}officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    book = (
        f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" '
        'r:id="r"/></sheets></workbook>'
    )
    to_book = f'{related}Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    to_sheet = f'{related}Type="{OFFICE}/worksheet" Target="/s.xml"/></Relationships>'
    return zipped(
        ("[Content_Types].xml", types),
        ("_rels/.rels", to_book),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", to_sheet),
        ("s.xml", sheet),
    )


def cells(*rows: tuple[str, ...]) -> str:
    start, end = '<c t="inlineStr"><is><t>', "</t></is></c>"
    inner = "".join(f"<row>{''.join(f'{start}{one}{end}' for one in row)}</row>" for row in rows)
    return f'<worksheet xmlns="{SHEET}"><sheetData>{inner}</sheetData></worksheet>'


def database(folder: Path, *statements: str) -> bytes:
    path = folder / "made.db"
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path.read_bytes()


def epochs(*values: str) -> bytes:
    return b"".join(b'{"account":"a","time":%s}\n' % value.encode() for value in values)


def wide_window(log: int) -> bytes:
    """Zstandard that asks its reader for a window of 2 to the power of `log` bytes."""
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    data = bytearray(packer.compress(HEAD + ROW) + packer.flush())
    data[5] = (log - 10) << 3  # the window's descriptor, RFC 8878
    return bytes(data)


NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400, "-1", "true", "null", "[]")
BAD_NUMBERS = {"bad_time": 6, "no_time": 2, "time_out_of_range": 1}

TRICKS: dict[str, Callable[[Path], Row]] = {
    "deep array": lambda _: (b"[" * 200_000, 0, 0, {"unknown_format": 1}),
    "deep object": lambda _: (b'{"a":' * 100_000, 0, 0, {"damaged": 1}),
    "deep value": lambda _: (
        OBJECT.replace(b'"x"', b"[" * 50_000 + b"]" * 50_000) + OBJECT, 2, 2, {},
    ),
    "numbers no clock has": lambda _: (
        epochs("1538362800", *NUMBERS, "1538362801"), 11, 2, BAD_NUMBERS,
    ),
    "numbers without end": lambda _: (
        HEAD + b"".join(b"a,%s,x\n" % one for one in (b"9" * 9_000, b"1e999", b"NaN", b"0x10"))
        + ROW, 5, 1, {"bad_time": 3, "no_time": 1},
    ),
    "years outside": lambda _: (
        HEAD + b"a,99999-01-01T00:00:00Z,x\na,-001-01-01T00:00:00Z,x\n"
        b"a,2018-01-01T00:00:00+99:99,x\n" + ROW, 4, 1, {"bad_time": 3},
    ),
    "NUL": lambda _: (HEAD + b"a\0b,2018-01-01T00:00:00Z,x\n" + ROW, 2, 1, {"bad_encoding": 1}),
    "half a surrogate in CSV": lambda _: (
        HEAD + b"\xed\xa0\x80,2018-01-01T00:00:00Z,x\n" + ROW, 2, 1, {"bad_encoding": 1},
    ),
    "half a surrogate in lines": lambda _: (
        OBJECT.replace(b'"x"', b'"\\udfff\\u0000"') + OBJECT, 2, 2, {},
    ),
    "half a surrogate in a document": lambda _: (
        b"[" + OBJECT.replace(b'"x"', b'"\\udfff"').strip() + b"," + OBJECT + b"]", 2, 2, {},
    ),
    "line of 20 MB": lambda _: (
        HEAD + ROW[:-2] + b"x" * 20_000_000 + b"\n" + ROW, 2, 1, {"too_large": 1},
    ),
    "600 columns": lambda _: (
        b"c," * 600 + b"account,time\n" + b"," * 600 + ROW[:-3] + b"\n", 1, 1, {},
    ),
    "quote without end": lambda _: (
        HEAD + b'a,2018-01-01T00:00:00Z,"' + b"x\n" * 5_000, 5_000, 0,
        {"bad_quoting": 1, "short_row": 4_999},
    ),
    "only quotes": lambda _: (b'"' * 200_000, 0, 0, {"empty_file": 1}),
    "only line ends": lambda _: (b"\n" * 200_000, 0, 0, {"empty_file": 1}),
    "SQL in column names": lambda _: (
        HEAD[:-1] + b",x; DROP TABLE posts;--,\"') UNION SELECT 1;--\"\n" + ROW[:-1] + b",1,2\n",
        1, 1, {},
    ),
    "SQL in values": lambda _: (
        HEAD + b"a'); DROP TABLE rows;--,2018-01-01T00:00:00Z,'\n", 1, 1, {},
    ),
    "SQL in table names": lambda at: (
        database(at, 'CREATE TABLE "p""; DROP TABLE x;--" (account TEXT, time TEXT, "a""b" TEXT)',
                 "INSERT INTO \"p\"\"; DROP TABLE x;--\" VALUES('a', '2018-01-01T00:00:00Z', 1)"),
        1, 1, {},
    ),
    "view without end": lambda at: (
        database(at, "CREATE VIEW posts AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 "
                 "FROM t) SELECT x AS account, '2018-01-01T00:00:00Z' AS time FROM t"),
        0, 0, {"empty_file": 1},
    ),
    "gzip bomb": lambda _: (
        gzip.compress(HEAD) + gzip.compress(bytes(10_000_000)) * 4, 0, 0, {"unknown_format": 1},
    ),
    "zstd bomb": lambda _: (
        zstandard.compress(HEAD + bytes(60_000_000)), 0, 0, {"unknown_format": 1},
    ),
    "zstd window of 2 GB": lambda _: (wide_window(31), 1, 1, {}),  # as dumps are packed
    "zstd window of 1 TB": lambda _: (wide_window(40), 0, 0, {"damaged": 1}),
    "laughs in a workbook": lambda _: (
        workbook(f"{LAUGHS}]>{cells(('account', 'time'), ('&l9;', '2018-01-01T00:00:00Z'))}"),
        0, 0, {"damaged": 1},
    ),
    "outside entity in a workbook": lambda _: (
        workbook("<!DOCTYPE x [<!ENTITY l SYSTEM 'file:///etc/passwd'>]>"
                 f"{cells(('account', 'time'), ('&l;', '2018-01-01T00:00:00Z'))}"),
        0, 0, {"damaged": 1},
    ),
    "workbook of 300 MB of blanks": lambda _: (
        workbook(cells(("account", "time")) + " " * 300_000_000), 0, 0, {"too_large": 1},
    ),
    "last cell of a workbook": lambda _: (
        workbook(f'<worksheet xmlns="{SHEET}"><sheetData><row r="1048576"><c r="XFD1048576" '
                 't="inlineStr"><is><t>time</t></is></c></row></sheetData></worksheet>'),
        0, 0, {"empty_file": 1},
    ),
    "entities in SVG given as posts": lambda _: (
        f"<?xml version='1.0'?>{LAUGHS}]><svg>&l9;</svg>".encode(), 0, 0, {"empty_file": 1},
    ),
    "no words to break a pattern on": lambda _: (b"0515-" * 40_000, 0, 0, {"unknown_format": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", TRICKS)
def test_a_hostile_export_is_read_or_refused_row_by_row(name: str, drive, tmp_path: Path) -> None:
    data, present, read, refused = TRICKS[name](tmp_path)
    path = tmp_path / "given.bin"
    path.write_bytes(data)
    done = drive("read", path, "--json")
    (file,) = json.loads(done.out)["files"]
    assert (file["rows_present"], file["rows_read"]) == (present, read)
    assert {one["reason"]: one["rows"] for one in file["refused"]} == refused
    assert file["rows_refused"] == present - read
    assert done.status == int(read == 0)
    assert bool(file["failure"]) == (present == 0)
    if read > 1:
        drive("hours", path)
