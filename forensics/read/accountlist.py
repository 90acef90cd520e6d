"""Files that list accounts and hold no posts: their rows become facts of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from forensics.read.options import NO_TIMES, Source, SourceFile, Table
from forensics.read.profiles import gather
from forensics.read.profiles.lists import AccountColumns
from forensics.read.profiles.people import People
from forensics.read.scans import NO_ROWS, damage_named, keep_refusals, let_go

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def read_accounts(
    con: DuckDBPyConnection, file: SourceFile, table: Table, listed: AccountColumns
) -> Source:
    """Read a list of accounts; gives its source line."""
    with damage_named(file.name):
        read = gather.of_accounts(con, file.sha256, table, listed.account, listed.fields)
    let_go(con)
    refused = keep_refusals(con, file, NO_ROWS)
    return Source(
        original=file.sha256,
        name=file.name,
        reader="",
        format=f"{table.format}, list of accounts",
        rows_present=table.rows_present,
        rows_read=read,
        rows_refused=sum(refused.values()),
        columns=listed.shown(),
        clock=NO_TIMES,
        notes=(*table.notes, f"a list of accounts, not of posts: {listed.why}", *_counts(refused)),
        holds="accounts",
        facts=gather.counted(con, file.sha256),
    )


def read_list(con: DuckDBPyConnection, file: SourceFile, table: Table, people: People) -> Source:
    """Take the accounts that a walking reader found in a file without posts."""
    count = gather.of_list(con, file.sha256, people)
    let_go(con)
    return Source(
        original=file.sha256,
        name=file.name,
        reader="",
        format=f"{table.format}, list of accounts",
        rows_present=count,
        rows_read=count,
        rows_refused=0,
        columns={},
        clock=NO_TIMES,
        notes=table.notes,
        holds="accounts",
        facts=gather.counted(con, file.sha256),
    )


def _counts(refused: Mapping[str, int]) -> tuple[str, ...]:
    """The note that counts refusals, as files of posts have it."""
    listed = ", ".join(f"{count:,} {reason}" for reason, count in refused.items())
    return (f"refused: {listed}",) if refused else ()
