"""Targets that read posts: every reader for itself, most without a database, and the whole path."""

from __future__ import annotations

import io
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fuzz_stand import Stand, records_in
from fuzz_target import Target, source

from forensics.errors import ForensicsError, ReadError
from forensics.read.options import Reader, ReadOptions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures" / "readers"
SEED_BYTES = 4_000
FEW = 2
"""Posts in a seed."""
WITH_DATABASE = frozenset(("parquet", "json", "csv"))
"""Readers of plain tables do their work in the database: `tables` and `posts` are for them."""
RENEWED = 300
"""Executions after which the kept connection is made anew, so that it cannot grow old."""
WORDS = (b"account", b"time", b'"', b"2018-01-01T00:00:00Z", b"1538362800", b"\\ud83d", b"[", b"{",
         b"\n", b",", b"\t", b": ", b"null", b"<div", b"=?utf-8?b?", b"+0900")  # fmt: skip


def _walked(reader: Reader, data: bytes, folder: Path) -> object:
    """What one reader makes of a file it recognises, with all its columns."""
    whole = _wrapped(reader.name, data)
    path = source(whole, folder).path
    if not reader.detects(path, whole[: 1 << 16]):
        return None
    stand = Stand()
    scratch = folder / "scratch"
    scratch.mkdir()
    try:
        table = reader.opens(cast("DuckDBPyConnection", stand), path, "given", scratch)
    except ReadError as error:
        if "parser" in error.what:
            raise AssertionError(error.what) from None
        raise
    stand.checked(table)
    table.select({f"c{place}": name for place, name in enumerate(table.columns)})
    stand.checked(table)
    return table.people and (*table.people.notes(), table.people.fields())


def _wrapped(name: str, data: bytes) -> bytes:
    """Bytes of a packed format: what is not packed yet is, so that the inside counts."""
    if name == "git-object" and data.startswith(b"tree"):
        return zlib.compress(b"commit %d\0" % len(data) + data, 1)
    if name == "git-pack" and data.startswith(b"tree"):
        return _pack(data)
    if name == "xlsx" and data.startswith(b"<"):
        return _book(data)
    return data


def _pack(data: bytes) -> bytes:
    """A pack of a commit and of what is said to be deltas upon it."""
    first, *deltas = data.split(b"\n----\n")
    made = b"PACK" + struct.pack(">II", 2, 1 + len(deltas))
    start = len(made)
    made += _entry(1, first, b"")
    for delta in deltas[:20]:
        back = len(made) - start
        place = bytes([back & 127])
        while back := back >> 7:
            back -= 1
            place = bytes([back & 127 | 128]) + place
        made += _entry(6, delta, place)
    return made + bytes(20)


def _entry(kind: int, data: bytes, base: bytes) -> bytes:
    """One object of a pack."""
    size = len(data)
    byte, size, head = kind << 4 | size & 15, size >> 4, b""
    while size:
        head, byte, size = head + bytes([byte | 128]), size & 127, size >> 7
    return head + bytes([byte]) + base + zlib.compress(data, 1)


@cache
def _parts() -> tuple[tuple[str, bytes], ...]:
    """Parts of a workbook."""
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    if sheet is not None:
        sheet.append(["account", "time", "text"])
        sheet.append(["ada", "2023-01-02T03:04:05Z", "one"])
    book.save(out)
    with zipfile.ZipFile(out) as packed:
        return tuple((name, packed.read(name)) for name in packed.namelist())


def _book(sheet: bytes) -> bytes:
    """A workbook with this sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in _parts():
            packed.writestr(name, sheet if name.endswith("sheet1.xml") else data)
    return out.getvalue()


_kept: list[DuckDBPyConnection] = []
_used = [0]


@contextmanager
def kept(
    *, memory_limit_mb: int, threads: int, scratch: Path | None
) -> Iterator[DuckDBPyConnection]:
    """One connection for many executions, emptied after each: opening one costs 10 ms."""
    import duckdb

    from forensics.read.database import connect, ident

    if not _kept:
        _kept.append(
            connect(memory_limit_mb=memory_limit_mb, threads=threads, scratch=scratch and None)
        )
        _used[0] = 0
    con = _kept[0]
    con.execute(f"SET threads = {threads}")
    try:
        yield con
    finally:
        _used[0] += 1
        if _used[0] >= RENEWED:
            _kept.pop().close()
        else:
            left = """SELECT 'TABLE', table_name FROM duckdb_tables() WHERE NOT internal
                UNION ALL SELECT 'VIEW', view_name FROM duckdb_views() WHERE NOT internal
                UNION ALL SELECT 'TYPE', type_name FROM duckdb_types() WHERE NOT internal"""
            try:
                for kind, name in con.execute(left).fetchall():
                    con.execute(f"DROP {kind} IF EXISTS {ident(name)}")
            except duckdb.FatalException:  # what was read has ended the database
                _kept.pop().close()


def _posts(data: bytes, folder: Path) -> object:
    from forensics.read import posts

    if vars(posts).get("connected") is not kept:
        vars(posts).pop("connected")  # fails if that name is no more
        vars(posts)["connected"] = kept
    options = ReadOptions(threads=1 + len(data) % 2)
    reading = posts.read_posts([source(data, folder)], options, folder / "out", lambda *_: None)
    for one in reading.sources:
        if one.rows_present != one.rows_read + one.rows_refused:
            raise AssertionError("rows vanished")
    return reading


def _tables(data: bytes, folder: Path) -> object:
    """A file opened by the reader that is asked, in a database, and all its columns selected."""
    from forensics.read.onefile import BAD_ROWS
    from forensics.read.registry import detect
    from forensics.read.scans import damage_named

    path = source(data, folder).path
    reader = detect(path, data)
    if reader is None:
        return None
    with kept(memory_limit_mb=1_500, threads=1, scratch=None) as con:
        con.execute(BAD_ROWS)
        with damage_named("given"):
            table = reader.opens(con, path, "given", folder)
            columns = {f"c{place}": name for place, name in enumerate(table.columns)}
            rows = con.execute(f"SELECT row FROM ({table.select(columns)})").fetchall()
        bad = con.execute("SELECT count(*) FROM bad_rows").fetchall()[0][0]
        if reader.name in WITH_DATABASE and len(rows) + bad != table.rows_present:
            raise AssertionError("rows vanished")
    return len(rows)


def _census(data: bytes, folder: Path) -> object:
    """Records of delimited text and of lines, against another reading of the clean copy."""
    from forensics.read import census, delimited
    from forensics.read.cleancopy import write_clean

    path = source(data, folder).path
    head = data[: 1 << 16]
    if not delimited.is_delimited(path, head):
        return None
    header = delimited.read_header(path, head, "given")
    for delimiter, fields in ((header.delimiter, len(header.names)), (None, 1)):
        found = census.take(path, delimiter=delimiter, fields=fields, data_start=header.data_start)
        clean = folder / "clean"
        write_clean(path, found, clean, fields=fields)
        if records_in(clean, delimiter or "\r") != found.records:
            raise AssertionError("another count of the clean copy")
    return None


def _plain(data: bytes, folder: Path) -> object:
    """Packed files and encodings, on the way to a reader."""
    from forensics.read import encodings
    from forensics.read.unpack import unpack

    plain = unpack(source(data, folder).path, "given", folder)
    plain = encodings.decoded(plain, "given", folder, None)
    return encodings.proposal(plain.head)


def _json(data: bytes, _folder: Path) -> object:
    from forensics.read import jsonstream

    stream = io.BytesIO
    found = [*jsonstream.iter_lines(stream(data))], [*jsonstream.iter_objects(stream(data))]
    return *found, [*jsonstream.iter_array(stream(data), ("a",))]


@cache
def platform_files() -> Any:
    """The invented files of platforms that the benchmarks have."""
    sys.path.append(str(ROOT / "benchmarks"))
    import platform_files as found

    return found


@cache
def exports() -> tuple[bytes, ...]:
    """Fixtures of plain tables, cut short."""
    found = [
        path.read_bytes()[:SEED_BYTES]
        for path in sorted(FIXTURES.iterdir())
        if path.is_file() and path.suffix != ".parquet" and path.name != "expected.json"
    ]
    return (*found, (FIXTURES / "table.parquet").read_bytes(), *_columnar())


def _columnar() -> Iterator[bytes]:
    """Parquet with each kind of column, plain, so that a changed byte is a changed value."""
    import duckdb

    with duckdb.connect() as con, tempfile.TemporaryDirectory() as folder:
        for time in ("TIMESTAMPTZ_NS", "TIMESTAMPTZ", "TIMESTAMP", "BIGINT"):
            value = "1551702896" if time == "BIGINT" else f"TIMESTAMPTZ '2019-03-04'::{time}"
            path = Path(folder) / time
            con.execute(
                f"""COPY (SELECT 'ada' AS account, {value} AS time, i::UBIGINT AS id,
                    'x' || i AS text, TIMESTAMP '2019-03-04' AS created, TIME '12:34:56' AS label,
                    DATE '2019-03-04' AS location, ['a.jpg'] AS media, 1.5::DECIMAL(9, 2) AS d,
                    {{'a': 'b'::BLOB}} AS s, [TIME '12:34:56'] AS l FROM range({FEW}) t(i))
                TO '{path}' (FORMAT parquet, COMPRESSION uncompressed)"""
            )
            yield path.read_bytes()


@cache
def every_export() -> tuple[bytes, ...]:
    """The same, and a short file of every platform."""
    from forensics.read.registry import READERS

    return (*exports(), *(one for reader in READERS for one in seeds_of(reader.name)[:1]))


@cache
def seeds_of(name: str) -> tuple[bytes, ...]:
    """Files that a reader reads."""
    from fuzz_posts import POSTS
    from fuzz_seeds import MORE

    files = platform_files()
    made = (files.written(name, FEW), files.written(name, 1)) if name in files.FORMS else ()
    return (*made, *(one() for one in (*MORE.get(name, ()), *POSTS.get(name, ()))))


@cache
def _written() -> tuple[bytes, ...]:
    """One table in several encodings."""
    table = "account,time,text\nада,2018-01-01T00:00:00Z,привет\n你好,2018-01-01T00:00:00Z,x\n"
    names = ("utf-16", "utf-16-be", "utf-32", "gb18030", "cp1251", "shift_jis", "utf-8-sig")
    return tuple(table.encode(name, "replace") for name in names)


def _shaped(name: str) -> bool:
    """True for readers of JSON."""
    return seeds_of(name)[0].lstrip()[:1] in b"[{" or name == "twitter-archive"


@cache
def reader_targets() -> dict[str, Target]:
    """A target for every reader that does its work itself, and those for what all of them share."""
    from forensics.read.registry import READERS

    alone = {
        f"read-{reader.name}": Target(
            reader.about or reader.name,
            cast("Callable[[], list[bytes]]", lambda name=reader.name: list(seeds_of(name))),
            partial(_walked, reader),
            words=WORDS,
            shaped=_shaped(reader.name),
        )
        for reader in READERS
        if reader.name not in WITH_DATABASE
    }
    shared = {
        "posts": Target(
            "every reader of posts, from bytes to rows", lambda: list(every_export()), _posts,
            words=WORDS, shaped=True,
        ),
        "tables": Target(
            "every reader of posts, in a database, without times", lambda: list(every_export()),
            _tables, words=WORDS, shaped=True,
        ),
        "census": Target("records of delimited text", lambda: list(exports()), _census,
                         words=(b'"', b'""', b"\r\n", b",", b'",', b"\t", b"\xff", b"\r")),
        "plain": Target("packed files and encodings", lambda: [*exports(), *_written()], _plain,
                        words=(b"\xff\xfe", b"\xfe\xff", b"\0", b"\xa3\xa1", b"\r")),
        "json": Target(
            "JSON in pieces",
            lambda: [b'[{"a": 1}]', b'{"a": "\\ud83d"}\n{"b": [1e9, null]}', b'{"b":{},"a":[{}]}',
                     *(one for one in every_export() if one.lstrip()[:1] in b"[{")],
            _json, words=(b"NaN", b"Infinity", b"\\u0000", b"[[[[", b"1e999"), shaped=True,
            answers=(ForensicsError,),
        ),
    }  # fmt: skip
    return shared | alone
