"""The tables that hold what is read, good and bad, until it is written or counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

from forensics.model import Basis, PostKind
from forensics.read.database import literal, scalar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_NAMES = 100_000
"""Accounts whose names are replaced by numbers; with many more, looking a name up costs more than
the numbers save, and the list of names does not go to disk."""
PRECISION = "greatest(precision_s, column_precision_s)"
"""SQL: how precisely the time of a row is known, given how its whole column is rounded."""
GOOD = "(SELECT * FROM rows JOIN files USING (original) WHERE reason IS NULL)"
"""SQL: the rows that are posts, with what holds for their whole files."""
_TABLES = """
CREATE TEMP TABLE rows (
    original original_file, row BIGINT, account VARCHAR, t_us BIGINT, precision_s INTEGER,
    basis basis, offset_min SMALLINT, id VARCHAR, kind post_kind, client VARCHAR,
    language VARCHAR, text VARCHAR, text_hash UBIGINT, label VARCHAR, media VARCHAR,
    unit VARCHAR, urls VARCHAR, repost_of VARCHAR, reply_to VARCHAR,
    local_us BIGINT, id_us BIGINT, reason VARCHAR, raw VARCHAR);
CREATE TEMP TABLE files (original original_file, column_precision_s INTEGER, ids_used BOOLEAN);
CREATE TEMP TABLE refusals (
    original VARCHAR, row BIGINT, field VARCHAR, reason VARCHAR, raw VARCHAR);
"""
"""Rows as they are read, good and bad; what holds for a whole file; refusals."""


def make_tables(con: DuckDBPyConnection, originals: Iterable[str]) -> None:
    """Make the tables, empty.

    Args:
        con: The connection.
        originals: SHA-256 of the files that will be read: a number a row stands for one.
    """
    con.execute(
        _type("original_file", sorted(originals))
        + _type("basis", get_args(Basis))
        + _type("post_kind", get_args(PostKind))
        + _TABLES
    )


def _type(name: str, values: Iterable[str]) -> str:
    """SQL: a type of these values, which are ordered as they are given."""
    return f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, values))});"


def number_accounts(con: DuckDBPyConnection) -> None:
    """Let numbers stand for the names of accounts in `rows`, in the order of the names.

    Everything after it sorts and groups by account, at half the cost. All files must be read.
    Leaves the table `names` behind: account, and whether a row of it is a post.
    """
    con.execute(
        """CREATE TEMP TABLE names AS SELECT account, bool_or(reason IS NULL) AS posts
        FROM rows WHERE account IS NOT NULL GROUP BY account"""
    )
    if 0 < scalar(con, "SELECT count(*) FROM names") <= MOST_NAMES:
        con.execute("CREATE TYPE account AS ENUM (SELECT account FROM names ORDER BY account)")
        # What stood for broken records is deleted, but is converted with the rest all the same.
        con.execute(
            "ALTER TABLE rows ALTER account TYPE account USING TRY_CAST(account AS account)"
        )


def let_count(con: DuckDBPyConnection, view: str, shared: str) -> None:
    """Show the rows that are posts under the names of columns that questions use.

    Args:
        con: The connection.
        view: Name of a view of all posts.
        shared: Name of a table of those whose text another account may have posted: all such, and
            some whose text has the hash of another by chance. Texts are long, hashes are not.
    """
    columns = f"account, t_us, {PRECISION} AS precision_s, basis, kind, text"
    con.execute(
        f"""CREATE TEMP VIEW {view} AS SELECT {columns} FROM {GOOD};
        CREATE TEMP TABLE {shared} AS SELECT {columns} FROM {GOOD} WHERE text_hash IN (
            SELECT text_hash FROM {GOOD} WHERE text_hash IS NOT NULL
            GROUP BY text_hash HAVING min(account) <> max(account))"""
    )
