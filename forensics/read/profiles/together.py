"""The facts of all files together, with lists of accounts tied to the accounts of posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from forensics.model import Json, Profile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_VALUES = 50
"""Distinct values kept of one field of one account: the first of them, by file and record."""


def profiles(con: DuckDBPyConnection, names: Mapping[str, str]) -> tuple[Profile, ...]:
    """All facts, one for each distinct (account, field, value), in that order.

    Runs when all files are read and `codes` (the accounts of posts) is made. An account of a list
    is named as in the posts where it is the same account: by equal name first, else by a name or
    number that belongs to one account only, whatever its case and without a leading `@`.

    Args:
        con: The connection that holds `facts`, `listed` and `names`.
        names: SHA-256 of each file that was read -> its name.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE file_names AS
        SELECT unnest(CAST(? AS VARCHAR[])) AS original, unnest(CAST(? AS VARCHAR[])) AS name""",
        [[*names], [*names.values()]],
    )
    con.execute(_TIED)
    rows = con.execute(
        f"""WITH named AS (
            SELECT COALESCE(ties.posts, facts.account) AS named, facts.*, files.name AS file
            FROM facts LEFT JOIN ties ON ties.listed = facts.account
                AND ties.original = facts.original
            JOIN file_names AS files ON files.original = facts.original),
        merged AS (
            SELECT named AS account, field, value, min(captured_us) AS captured_us,
                min(struct_pack(file := file, original := original, row := row)) AS place,
                sum(n) AS n,
                min(first_us) AS first_us, max(last_us) AS last_us
            FROM named GROUP BY named, field, value)
        SELECT account, field, value, captured_us, place.original, place.row, n, first_us, last_us
        FROM merged QUALIFY {MOST_VALUES} >=
            row_number() OVER (PARTITION BY account, field ORDER BY place, value)
        ORDER BY account, field, value"""
    ).fetchall()
    return tuple(
        Profile(account, field, value, captured, original, row, int(n), first, last)
        for account, field, value, captured, original, row, n, first, last in rows
    )


def profile_row(profile: Profile) -> dict[str, Json]:
    """The fact as a row of `profiles.jsonl`."""
    return {name: getattr(profile, name) for name in Profile.__slots__}


def profile_from_row(row: Mapping[str, Any]) -> Profile:
    """A fact out of a row of `profiles.jsonl`."""
    return Profile(**row)


_TIED = """CREATE OR REPLACE TEMP TABLE ties AS
WITH posting AS (
    SELECT account, lower(ltrim(trim(account), '@')) AS key FROM names WHERE posts),
alone AS (SELECT key, min(account) AS account FROM posting GROUP BY key HAVING count(*) = 1),
unknown AS (SELECT listed.* FROM listed
    WHERE listed.account NOT IN (SELECT account FROM posting)),
found AS (
    SELECT unknown.original, unknown.account AS listed, alone.account AS posts
    FROM unknown JOIN alone USING (key) GROUP BY ALL)
SELECT original, listed, min(posts) AS posts FROM found
WHERE posts NOT IN (SELECT account FROM listed WHERE listed.original = found.original)
GROUP BY original, listed HAVING count(*) = 1
"""
"""Accounts of lists that stand in the posts under another name. A name of the posts that the list
gives to an account of its own is not taken for another."""
