"""One file, from bytes to the rows of `posts` and `refusals`, with its source line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.errors import ReadError
from forensics.model import Basis
from forensics.read import clocktests, cutids, encodings, fields, idclock, idrules, resolve, times
from forensics.read.accountlist import read_accounts, read_list
from forensics.read.columns import Chosen, choose, normal
from forensics.read.database import integers, keeps_order, literal, scalar
from forensics.read.options import (
    UNKNOWN_CLOCK,
    Reader,
    ReadOptions,
    Source,
    SourceFile,
    Table,
    UnreadableFileError,
)
from forensics.read.profiles import gather
from forensics.read.profiles.lists import account_columns
from forensics.read.registry import detect, unknown
from forensics.read.rows import SHOWN
from forensics.read.scans import damage_named, keep_refusals, let_go
from forensics.read.sourceline import DAY_S, TimeColumn, clock_of, notes_of
from forensics.read.unpack import unpack

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PRECISIONS_S = (DAY_S, 3_600, 60)
ENOUGH_TO_ROUND = 30
"""Times that must all be whole minutes (hours, days) before the column counts as rounded."""
BAD_ROWS = """CREATE OR REPLACE TEMP TABLE bad_rows
    (row BIGINT, field VARCHAR, reason VARCHAR, raw VARCHAR)"""


def read_file(
    con: DuckDBPyConnection, file: SourceFile, options: ReadOptions, scratch: Path
) -> Source:
    """Read one file into the tables `posts` and `refusals`; gives its source line.

    Raises:
        UnreadableFileError: nothing of it can be read.
        ReadError: its ids contradict the zone that it, or the user, states.
    """
    plain = unpack(file.path, file.name, scratch)
    plain = encodings.decoded(plain, file.name, scratch, options.columns.get("encoding"))
    foreign = encodings.proposal(plain.head)
    reader = detect(plain.path, plain.head)
    if reader is None:
        raise _with_todo(unknown(plain.head, file.name), foreign)
    con.execute(BAD_ROWS)
    try:
        table = _opened(con, reader, plain.path, file.name, scratch=scratch, options=options)
        source = _read_table(con, file, options, table, foreign=foreign)
    except UnreadableFileError as error:
        raise _with_todo(error, foreign) from None
    described = ", ".join((source.format, *plain.steps))
    return replace(source, reader=reader.name, format=described)


def _with_todo(error: UnreadableFileError, foreign: str) -> UnreadableFileError:
    """The error of a file that is not UTF-8, with what to do about that."""
    if not foreign:
        return error
    return UnreadableFileError(
        f"{error.what}; it is not UTF-8 text", reason=error.reason, where=error.where, todo=foreign
    )


def _opened(
    con: DuckDBPyConnection,
    reader: Reader,
    path: Path,
    name: str,
    *,
    scratch: Path,
    options: ReadOptions,
) -> Table:
    """The table of a file; of several, the one that was asked for by name."""
    wanted = options.columns.get("table")
    with damage_named(name):
        if wanted is None or reader.opens_one is None:
            return reader.opens(con, path, name, scratch)
        return reader.opens_one(con, path, name, scratch, wanted)


def _read_table(
    con: DuckDBPyConnection,
    file: SourceFile,
    options: ReadOptions,
    table: Table,
    *,
    foreign: str,
) -> Source:
    """Read the rows of an opened file; gives its source line."""
    if table.rows_present == 0 and table.people is not None and table.people.apart:
        return read_list(con, file, table, table.people)
    if table.rows_present == 0:
        raise UnreadableFileError(
            "holds no rows", reason="empty_file", where=file.name, todo="export it again"
        )
    with damage_named(file.name):
        listed = account_columns(con, table, options, file.name)
    if listed is not None:
        return read_accounts(con, file, table, listed)
    chosen = choose(
        list(table.columns),
        options,
        preferred=table.preferred,
        where=file.name,
        facts=None if table.people is not None else table.profile,
    )
    column = _times(con, table, chosen, options, file)
    with damage_named(file.name):
        gather.of_posts(con, file.sha256, table, chosen.facts)
    let_go(con)
    refused = _refuse(con, file, column)
    read = scalar(con, f"SELECT count(*) FROM rows WHERE {_good(file)}")
    if read + sum(refused.values()) != table.rows_present:  # pragma: no cover - the last guard
        raise ReadError(
            f"{table.rows_present} rows present, {read} read and {sum(refused.values())} refused "
            "do not add up",
            where=file.name,
            todo="report this file's shape as a defect of Gnomon",
        )
    return Source(
        original=file.sha256,
        name=file.name,
        reader="",
        format=", ".join((table.format, column.format.described())),
        rows_present=table.rows_present,
        rows_read=read,
        rows_refused=sum(refused.values()),
        columns=chosen.shown(),
        clock=clock_of(_bases(con, file, column), column, options) if read else UNKNOWN_CLOCK,
        notes=(
            *_said(refused, foreign),
            *(table.people.notes() if table.people is not None else ()),
            *notes_of(table, column, options, refused),
        ),
        facts=gather.counted(con, file.sha256),
    )


def _said(refused: Mapping[str, int], foreign: str) -> tuple[str, ...]:
    """What to do about rows that are not UTF-8."""
    count = refused.get("bad_encoding")
    return (f"{count:,} rows are not UTF-8; {foreign}",) if count and foreign else ()


def _good(file: SourceFile) -> str:
    """SQL: rows of a file that were read."""
    return f"original = {literal(file.sha256)} AND reason IS NULL"


def _naive(file: SourceFile) -> str:
    """SQL: rows of a file refused only because their time has no zone."""
    return f"original = {literal(file.sha256)} AND reason = 'naive_time'"


def _times(
    con: DuckDBPyConnection, table: Table, chosen: Chosen, options: ReadOptions, file: SourceFile
) -> TimeColumn:
    """Read the rows of a file into `rows`, with their times compared to their ids."""
    field = chosen.columns["time"]
    found, clocks = _load(con, table, chosen, options, file)
    precision_s = _precision(con, file)
    name = normal(chosen.columns.get("id", ""))
    rule = clocks.ids
    sure = rule is not idrules.TWITTER or table.platform == "twitter"
    sure = sure or name in ("tweetid", "tweet_id")
    ids = idclock.compare(con, "t_us", _good(file), precision_s, rule=rule, sure=sure)
    followed = idclock.followed(con, _good(file), precision_s, ids)
    idclock.check(ids, claim=_claim(found, clocks), field=field, where=file.name, zones=followed)
    naive = idclock.compare(con, "local_us", _naive(file), precision_s, rule=rule, sure=sure)
    followed = followed or idclock.followed(con, _naive(file), precision_s, naive)
    settled = max(ids.agree, naive.common[1]) >= idclock.ENOUGH_IDS and rule.strength == "clock"
    tested = _tested(con, file, chosen, found, clocks, settled=settled)
    inferred = idclock.inferred_offset_min(naive)
    if inferred is not None:
        con.execute(
            f"""UPDATE rows SET t_us = local_us - {inferred * 60_000_000}, basis = 'inferred',
            reason = NULL WHERE {_naive(file)}"""
        )
    con.execute(
        f"""INSERT INTO files VALUES
        ({literal(file.sha256)}, {precision_s}, {str(ids.used or naive.used).lower()})"""
    )
    return TimeColumn(
        field=field,
        format=found,
        chosen=chosen,
        documented_utc=table.documented_utc,
        precision_s=precision_s,
        ids=ids,
        naive_ids=naive,
        clock_writer=table.clock_writer,
        clock_note=table.clock_note,
        inferred_min=inferred,
        followed=followed,
        tested=tested,
    )


def _load(
    con: DuckDBPyConnection, table: Table, chosen: Chosen, options: ReadOptions, file: SourceFile
) -> tuple[times.TimeFormat, resolve.Clocks]:
    """Put the rows of a file into `rows`; gives the format of its times and whose they are."""
    field, whole = chosen.columns["time"], options.whole
    column_type = table.columns[field]
    source = _columns(chosen, column_type, table.in_order or table.select, whole=whole)
    from_ids = field == chosen.columns.get("id")
    with damage_named(file.name):
        rule = _id_rule(con, table, chosen, source)
    clocks = resolve.Clocks(
        documented_utc=table.documented_utc,
        from_ids=from_ids,
        assume_zone=chosen.constants.get("zone", options.assume_zone),
        zone_mapped="zone" in chosen.columns,
        offset_mapped="offset" in chosen.columns,
        ids=rule,
    )
    with damage_named(file.name):
        found = times.TimeFormat("id")
        if not from_ids:
            apart = "time_of_day" in chosen.columns
            found = times.detect(con, source, "VARCHAR" if apart else column_type)
        left_out = "t, off_min" if whole else "t, off_min, text"
        fill = f"""INSERT INTO rows BY NAME SELECT {literal(file.sha256)} AS original,
                * EXCLUDE ({left_out}), off_min AS offset_min,
                md5_number(text) AS text_md5,
                CASE WHEN reason IS NOT NULL THEN left(COALESCE(t::VARCHAR, ''), 200) END AS raw
            FROM ({{}})"""
        statement = fill.format(resolve.resolved(con, source, found, clocks))
        in_order = table.in_order is not None and keeps_order(con, statement)
        if table.in_order is not None and not in_order:
            source = _columns(chosen, column_type, table.select, whole=whole)
            statement = fill.format(resolve.resolved(con, source, found, clocks))
        con.execute(statement)
        if in_order:
            _number(con, table.rows_present, file)
    return found, clocks


def _number(con: DuckDBPyConnection, records: int, file: SourceFile) -> None:
    """Give the rows that came in the order of their records the numbers of those.

    Raises:
        ReadError: they do not stand one behind the other.
    """
    unnumbered = "row IS NULL OR row = 0"
    first, last, count = integers(
        con, f"SELECT min(rowid), max(rowid), count(*) FROM rows WHERE {unnumbered}"
    )
    if not count == last - first + 1 == records:  # pragma: no cover - the last guard
        raise ReadError(
            f"its {records} records came to stand at {last - first + 1} places",
            where=file.name,
            todo="report this file's shape as a defect of Gnomon",
        )
    con.execute(f"UPDATE rows SET row = rowid - {first} + 1 WHERE row IS NULL")
    con.execute("DELETE FROM rows WHERE row = 0")


def _id_rule(con: DuckDBPyConnection, table: Table, chosen: Chosen, source: str) -> idrules.IdRule:
    """How a clock is read out of the ids: by the platform the reader or the ids themselves name."""
    if table.platform is not None or "id" not in chosen.columns:
        return idrules.rule_of(table.platform)
    return idrules.rule_of_addresses(con, source)


def _tested(
    con: DuckDBPyConnection,
    file: SourceFile,
    chosen: Chosen,
    found: times.TimeFormat,
    clocks: resolve.Clocks,
    *,
    settled: bool,
) -> tuple[str, ...]:
    """Notes of the tests that need no ids; skipped hours are asked only where ids do not settle."""
    field, mine = chosen.columns["time"], f"original = {literal(file.sha256)}"
    notes = clocktests.column_notes(con, mine, field, found)
    if "id" in chosen.columns and not clocks.from_ids:
        notes += cutids.id_notes(con, mine, field, chosen.columns["id"], clocks_used=settled)
    if settled or clocks.from_ids:
        return notes
    naive = "reason IN ('naive_time', 'ambiguous_time', 'missing_local_time')"
    stated = f"{mine} AND ({naive} OR (reason IS NULL AND basis = 'stated'))"
    if not clocks.zone_mapped:
        notes += clocktests.naive_gap_notes(con, stated, field, clocks.assume_zone)
    claimed = f"{_good(file)} AND basis <> 'stated' AND COALESCE(offset_min, 0) = 0"
    return notes + clocktests.claimed_gap_notes(con, claimed, field)


def _columns(
    chosen: Chosen,
    time_type: str,
    select: Callable[[Mapping[str, str]], str],
    *,
    whole: bool,
) -> str:
    """SQL: one row per readable record, every role as text (native times as they are)."""
    wanted = {("t" if role == "time" else role): name for role, name in chosen.columns.items()}
    if chosen.unit is not None:
        wanted["unit"] = chosen.unit
    if not whole:
        wanted = {role: name for role, name in wanted.items() if role not in _ONLY_SHOWN}
    roles = set(wanted)
    also = "".join(f", {sql} AS {name}" for name, sql in fields.shown(roles).items() if whole)
    account = fields.trimmed("account")
    if "account" in chosen.constants:
        said = literal(chosen.constants["account"])
        account = f"CASE WHEN trim({said}) = '' THEN '' ELSE {said} END"
    return f"""SELECT row, {account} AS account, {fields.written_time(roles, time_type)} AS t,
            {"CAST(zone AS VARCHAR)" if "zone" in roles else "NULL::VARCHAR"} AS zone_text,
            {'trim(CAST("offset" AS VARCHAR))' if "offset" in roles else "NULL::VARCHAR"}
                AS offset_text,
            {fields.post_id(roles)} AS id, {fields.kind(roles)} AS kind,
            {"text" if "text" in roles else "NULL::VARCHAR"} AS text{also}
        FROM ({select(wanted)})"""


_ONLY_SHOWN = frozenset(SHOWN) - {"text", "repost_of", "reply_to"}
"""Roles that nothing is told from but the columns of the same name."""


def _precision(con: DuckDBPyConnection, file: SourceFile) -> int:
    """Seconds to which all times of the file are rounded; whole days make every row a refusal."""
    timed = f"({_good(file)}) OR ({_naive(file)})"
    odd_of = ", ".join(
        f"count(*) FILTER (local_us % {step * 1_000_000} <> 0)" for step in PRECISIONS_S
    )
    total, *odd = integers(con, f"SELECT count(*), {odd_of} FROM rows WHERE {timed}")
    if total < ENOUGH_TO_ROUND:
        return 1
    precision_s = next((step for step, n in zip(PRECISIONS_S, odd, strict=True) if n == 0), 1)
    if precision_s == DAY_S:
        con.execute(
            f"""UPDATE rows SET reason = 'bad_time',
            raw = CAST(to_timestamp(local_us / 1000000) AS VARCHAR) WHERE {timed}"""
        )
    return precision_s


def _claim(found: times.TimeFormat, clocks: resolve.Clocks) -> str:
    """Who says in which zone the column is written; for the error when ids deny it."""
    if clocks.documented_utc:
        return "the archive documents it as UTC"
    if found.form in ("epoch", "timestamptz"):
        return "such a count is UTC by definition"
    if clocks.zone_mapped or clocks.assume_zone:
        return f"it was stated to be {clocks.assume_zone or 'in the zone of a column'}"
    return "an offset is written beside it"


def _refuse(con: DuckDBPyConnection, file: SourceFile, column: TimeColumn) -> dict[str, int]:
    """Put what was not read into `refusals`; gives rows refused by reason, the commonest first."""
    return keep_refusals(
        con,
        file,
        f"""SELECT original, row, CASE reason WHEN 'no_account' THEN 'account'
            ELSE {literal(column.field)} END, reason, COALESCE(raw, '') FROM rows
        WHERE original = {literal(file.sha256)} AND reason IS NOT NULL""",
    )


def _bases(con: DuckDBPyConnection, file: SourceFile, column: TimeColumn) -> dict[Basis, int]:
    """Basis of the rows read -> the coarsest precision among them, in seconds."""
    rows = con.execute(
        f"""SELECT basis, max(greatest(precision_s, {column.precision_s})) FROM rows
        WHERE {_good(file)} GROUP BY basis"""
    ).fetchall()
    return {basis: int(precision) for basis, precision in rows}
