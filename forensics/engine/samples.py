"""Accounts in outline, and texts of some of them: what comparing two sets of accounts needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from forensics.engine import statements
from forensics.engine.posts import PostTable, TextHit

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

_BATCH = 10_000
_OWN = "text IS NOT NULL AND kind <> 'repost'"
VARYING = r"(https?://\S+|[@＠][\p{L}\p{N}_]+|[^\p{L}]+)"
"""What copies of one text differ by: links, names of accounts, digits and signs (RE2)."""
LEAST_LETTERS = 12
"""Shorter texts are alike by chance: thanks, greetings."""
MOST_SHARED = 20_000
"""(Text, account) pairs of shared texts that are looked at, the most shared texts first."""


class Shared(NamedTuple):
    """One account's first posting of a content that several accounts posted."""

    content: int
    """Number of the content, most shared first."""
    account: str
    t_us: int
    sample: str
    """The text, or the name of the file."""


def _only(con: DuckDBPyConnection, accounts: Collection[str]) -> None:
    con.execute(
        "CREATE TEMP TABLE wanted AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS account",
        [sorted(accounts)],
    )


def majority(posts: PostTable, column: Literal["language", "original"]) -> dict[str, str]:
    """Account -> the value most of its posts carry (the first by name in a tie).

    Accounts without any value are left out.
    """
    with posts.connected() as con:
        rows = con.execute(
            f"""SELECT account, {column}, COUNT(*) AS n FROM posts
            WHERE {column} IS NOT NULL AND {column} <> ''
            GROUP BY account, {column} ORDER BY account, n DESC, {column}"""
        ).fetchall()
    found: dict[str, str] = {}
    for account, value, _ in rows:
        found.setdefault(str(account), str(value))
    return found


def days(
    posts: PostTable,
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(names, code, day, n): posts per account and UTC day, by account and day.

    `names[code[i]]` is the account, `day[i]` whole days since 1970.
    """
    import numpy as np

    day = statements.floored("q", 96)
    with posts.connected() as con:
        names = con.execute("SELECT DISTINCT account FROM cells ORDER BY account").fetchall()
        table = con.execute(
            f"""SELECT CAST(DENSE_RANK() OVER (ORDER BY account) - 1 AS BIGINT) AS code, day, n
            FROM (SELECT account, {day} AS day, CAST(SUM(n) AS BIGINT) AS n FROM cells
                GROUP BY account, {day}) ORDER BY code, day"""
        ).fetchnumpy()
    code, at, n = (np.asarray(table[name], dtype=np.int64) for name in ("code", "day", "n"))
    return [str(name) for (name,) in names], code, at, n


def texts_of(
    posts: PostTable, accounts: Collection[str], each: int | None = None
) -> Iterator[TextHit]:
    """Own texts of some accounts in the order of the table; no reposts.

    Args:
        posts: The table.
        accounts: Accounts to look at.
        each: At most about so many of each account, spread evenly over its posts; None for all.
    """
    thin = ""
    if each is not None:
        thin = (
            f"QUALIFY (row_number() OVER mine - 1) % (1 + (count(*) OVER every - 1) // {each}) = 0"
        )
    with posts.connected() as con:
        _only(con, accounts)
        windows = """WINDOW mine AS (PARTITION BY account ORDER BY t_us, original, row),
            every AS (PARTITION BY account)"""
        found = con.execute(
            f"""SELECT original, row, account, t_us, text FROM posts
            WHERE {_OWN} AND account IN (SELECT account FROM wanted)
            {f"{windows} {thin}" if thin else ""} ORDER BY account, t_us, original, row"""
        )
        while rows := found.fetchmany(_BATCH):
            yield from map(TextHit._make, rows)


def shared_texts(posts: PostTable, accounts: Collection[str]) -> list[Shared]:
    """First posting by each account of own texts that two or more of these accounts posted.

    Texts are alike if they are equal without links, names of accounts, digits and signs, and have
    at least a dozen letters. Ordered by content, then time, then account.
    """
    key = f"trim(regexp_replace(lower(text), '{VARYING}', ' ', 'g'))"
    with posts.connected() as con:
        _only(con, accounts)
        rows = con.execute(
            f"""WITH own AS (SELECT account, t_us, text, {key} AS key FROM posts
                WHERE {_OWN} AND account IN (SELECT account FROM wanted)),
            firsts AS (SELECT key, account, MIN(t_us) AS t_us, MIN(text) AS text FROM own
                WHERE length(replace(key, ' ', '')) >= {LEAST_LETTERS} GROUP BY key, account),
            several AS (SELECT key, COUNT(*) AS n, MIN(text) AS sample FROM firsts
                GROUP BY key HAVING COUNT(*) > 1),
            placed AS (SELECT key, sample, ROW_NUMBER() OVER (ORDER BY n DESC, key) AS place
                FROM several)
            SELECT place, account, t_us, sample FROM firsts JOIN placed USING (key)
            ORDER BY place, t_us, account LIMIT {MOST_SHARED}"""
        ).fetchall()
    return [
        Shared(int(place), str(account), int(at), str(text)) for place, account, at, text in rows
    ]


def named_files(posts: PostTable, accounts: Collection[str]) -> list[tuple[str, str, int]]:
    """(File name, account, time of its first post that names it), in that order."""
    with posts.connected() as con:
        _only(con, accounts)
        rows = con.execute(
            """SELECT name, account, MIN(t_us) FROM (
                SELECT UNNEST(string_split(media, '|')) AS name, account, t_us FROM posts
                WHERE media IS NOT NULL AND account IN (SELECT account FROM wanted))
            GROUP BY name, account ORDER BY name, account"""
        ).fetchall()
    return [(str(name), str(account), int(at)) for name, account, at in rows]
