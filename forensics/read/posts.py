"""Reads any number of files into one table of posts and one of refusals."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.errors import ReadError
from forensics.model import Progress, Refusal
from forensics.read import repeats
from forensics.read.columns import check_roles
from forensics.read.database import connected, first_row, literal, memory_named, write_parquet
from forensics.read.onefile import read_file
from forensics.read.options import (
    UNKNOWN_CLOCK,
    Reading,
    ReadOptions,
    Source,
    SourceFile,
    UnreadableFileError,
)
from forensics.read.postorder import write_posts
from forensics.read.profiles import gather, together
from forensics.read.profiles.kept import Earlier, keep, recall
from forensics.read.resolve import segments_of
from forensics.read.rows import make_tables, number_accounts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

POSTS = "posts.parquet"
REFUSALS = "refusals.parquet"
MOST_ENDED = 20
"""Files whose damage may end the database: after each the others are read anew."""

_Failure = tuple[SourceFile, UnreadableFileError]


class _EndedError(Exception):
    """The damage of one file has ended the database: nothing can be asked of it any more."""

    def __init__(self, failure: _Failure) -> None:
        self.failure = failure
        super().__init__(failure[1].what)


def read_posts(
    files: Sequence[SourceFile],
    options: ReadOptions,
    out: Path,
    progress: Progress,
    *,
    earlier: Earlier | None = None,
    facts: Path | None = None,
) -> Reading:
    """Read files into `out/posts.parquet` and `out/refusals.parquet`.

    Every record of every file ends up in one of the two: rows present = read + refused. Equal
    files and options give equal bytes, in any order of the files and with any number of threads.

    Args:
        files: Files to read. The same bytes under two names are read once.
        options: What the user said about them.
        out: Folder for the tables; it is made if it is not there.
        progress: Called as ("read", files done, files).
        earlier: What readings before this one have read, where a case grows.
        facts: File to keep the facts of accounts in, for a later reading.

    Raises:
        ReadError: nothing could be read; or the ids of a file contradict the zone it states.
    """
    with rows_read(files, options, out, progress, earlier=earlier, facts=facts) as (con, reading):
        write_posts(con, reading.posts)
    return reading


@contextmanager
def rows_read(
    files: Sequence[SourceFile],
    options: ReadOptions,
    out: Path,
    progress: Progress,
    *,
    earlier: Earlier | None = None,
    facts: Path | None = None,
) -> Iterator[tuple[DuckDBPyConnection, Reading]]:
    """The same without the table of posts: a connection that holds `rows`, and what was read.

    `rows` and `files` are described in `forensics.read.rows`. The refusals are written. A file
    whose damage ends the database is refused like any other damaged one; the rest is read anew.
    """
    check_options(options)
    if not files:
        raise ReadError("no file of posts was given", todo="name at least one file")
    out.mkdir(parents=True, exist_ok=True)
    ended: list[_Failure] = []
    with ExitStack() as stack:
        while True:
            try:
                found = stack.enter_context(
                    _rows_once(files, options, out, progress, ended, earlier=earlier, facts=facts)
                )
                break
            except _EndedError as error:
                ended.append(error.failure)
                if len(ended) > MOST_ENDED:
                    file, why = error.failure
                    raise ReadError(
                        f"{why.what}, as {MOST_ENDED} files before it are",
                        where=file.name,
                        todo="leave the damaged files out",
                    ) from None
        yield found


@contextmanager
def _rows_once(
    files: Sequence[SourceFile],
    options: ReadOptions,
    out: Path,
    progress: Progress,
    ended: Sequence[_Failure],
    *,
    earlier: Earlier | None,
    facts: Path | None,
) -> Iterator[tuple[DuckDBPyConnection, Reading]]:
    """`rows_read` by one database, without the files that have ended another."""
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".reading-") as folder,
        connected(
            memory_limit_mb=options.memory_limit_mb,
            threads=options.threads,
            scratch=Path(folder) / "spill",
        ) as con,
        memory_named(options.memory_limit_mb),
    ):
        make_tables(con, {file.sha256 for file in files}, whole=options.whole)
        con.execute(gather.FACTS)
        without = {file.sha256 for file, _ in ended}
        left = [file for file in files if file.sha256 not in without]
        sources, failures = _read_all(con, left, options, Path(folder), progress)
        failures = [*ended, *failures]
        if options.nothing_is_an_error and not any(source.rows_read for source in sources):
            raise _nothing_read(con, sources, failures)
        refused = tuple(_refuse_file(con, file, error) for file, error in failures)
        if sources and earlier is None:
            _check_units(sources, options)
        number_accounts(con, options.memory_limit_mb)
        before = earlier.posts if earlier is not None else ()
        said = "text" if options.whole else "text_md5"
        if len(sources) + len(before) > 1 and repeats.mark(con, before, text=said):
            sources = repeats.recounted(con, sources)
        sources = repeats.noted(con, sources)
        write_parquet(con, "SELECT * FROM refusals ORDER BY original, row, field", out / REFUSALS)
        names = {source.original: source.name for source in sources}
        if facts is not None:
            keep(con, facts)
        if earlier is not None:
            recall(con, earlier)
            names = {**earlier.names, **names}
        profiles = together.profiles(con, names)
        failed = [unread(file, error.line()) for file, error in failures]
        ordered = sorted([*sources, *failed], key=lambda source: (source.name, source.original))
        yield con, Reading(out / POSTS, out / REFUSALS, tuple(ordered), refused, profiles)


def check_options(options: ReadOptions) -> None:
    """Refuse roles and zones that nobody knows before anything is read.

    Raises:
        ReadError: no such role or zone.
    """
    check_roles(options.columns)
    for zone in (options.assume_zone, options.columns.get("zone", "")):
        if zone and (zone is options.assume_zone or zone.startswith("=")):
            _check_zone(zone.removeprefix("="))


def _check_zone(zone: str) -> None:
    """Refuse a zone nobody knows before anything is read.

    Raises:
        ReadError: no such zone.
    """
    if not segments_of(zone):
        raise ReadError(
            f"no time zone is called {zone!r}",
            where="assume_zone",
            todo="use an IANA name such as Asia/Shanghai, or an offset such as +08:00",
        )


def _read_all(
    con: DuckDBPyConnection,
    files: Sequence[SourceFile],
    options: ReadOptions,
    folder: Path,
    progress: Progress,
) -> tuple[list[Source], list[_Failure]]:
    """Read each distinct file; gives the sources and the files that could not be read."""
    distinct: dict[str, SourceFile] = {}
    for file in sorted(files, key=lambda file: (file.name, file.sha256)):
        distinct.setdefault(file.sha256, file)
    sources: list[Source] = []
    failures: list[_Failure] = []
    for number, file in enumerate(distinct.values()):
        progress("read", number, len(distinct))
        scratch = folder / str(number)
        scratch.mkdir()
        try:
            with memory_named(options.memory_limit_mb, file.name):
                sources.append(read_file(con, file, options, scratch))
        except UnreadableFileError as error:
            _take_back(con, (file, error))
            failures.append((file, error))
    progress("read", len(distinct), len(distinct))
    return sources, failures


def _take_back(con: DuckDBPyConnection, failure: _Failure) -> None:
    """Take out what was read of a file before its damage showed.

    Raises:
        _EndedError: the damage has ended the database.
    """
    import duckdb

    original = literal(failure[0].sha256)
    try:
        for table in ("rows", "files", "facts", "listed", "refusals"):
            con.execute(f"DELETE FROM {table} WHERE original = {original}")
    except duckdb.FatalException:
        raise _EndedError(failure) from None


def _nothing_read(
    con: DuckDBPyConnection,
    sources: Sequence[Source],
    failures: Sequence[_Failure],
) -> ReadError:
    """The error where no row of any file could be read: the first file's, and how many others."""
    more = len(sources) + len(failures) - 1
    others = f" (and {more} more files)" if more else ""
    if failures:
        _, error = failures[0]
        return ReadError(error.what + others, where=error.where, todo=error.todo)
    source = sources[0]
    number, field, raw = first_row(
        con,
        f"""SELECT row, field, raw FROM refusals WHERE original = {literal(source.original)}
        ORDER BY row, field LIMIT 1""",
    )
    refused = [note for note in source.notes if note.startswith("refused")]
    said = "; ".join(dict.fromkeys([source.notes[0], *refused]))
    todo = source.notes[-1] if len(source.notes) > 1 else "check the columns and the time format"
    place = f"row {number}, {field}" if field else f"row {number}"
    return ReadError(
        f"none of its {source.rows_present:,} rows could be read ({said}; "
        f"first: {place}: {str(raw)[:60]!r}){others}",
        where=source.name,
        todo=todo,
    )


def _refuse_file(con: DuckDBPyConnection, file: SourceFile, error: UnreadableFileError) -> Refusal:
    """Put a file that cannot be read into `refusals` as row 0."""
    raw = error.what[:200]
    con.execute(
        f"""INSERT INTO refusals VALUES ({literal(file.sha256)}, 0, '', {literal(error.reason)},
        {literal(raw)})"""
    )
    return Refusal(file.sha256, "file", error.reason, raw)


def unread(file: SourceFile, note: str = "") -> Source:
    """The source line of a file that could not be read."""
    notes = (note,) if note else ()
    return Source(file.sha256, file.name, "none", "unknown", 0, 0, 0, {}, UNKNOWN_CLOCK, notes)


def _check_units(sources: Sequence[Source], options: ReadOptions) -> None:
    """Stop where no file has the column that names the units.

    Raises:
        ReadError: the column is nowhere.
    """
    if options.by and not any("unit" in source.columns for source in sources):
        raise ReadError(
            f"no file has a column {options.by!r} to tell units by",
            todo="name a column of the files with --by",
        )
