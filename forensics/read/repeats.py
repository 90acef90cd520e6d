"""Posts that were read already: exports overlap, and a post must count once.

A row repeats one of another file if account and time are equal, and either the ids are, or neither
row has an id and kind and text are equal. An account may say the same twice in a second, so within
one file every row counts: of two files with two and three such rows, three stay.

The first of them in the order of the table stays, one of an earlier reading before all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.files import no_glob
from forensics.read.database import literal, scalar
from forensics.read.options import Source
from forensics.read.rows import GOOD

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REASON = "repeated_post"
SHOWN = 12
"""Digits of a hash that are shown in what was refused."""
_MOMENTS = f"""
CREATE OR REPLACE TEMP TABLE moments AS SELECT CAST(account AS VARCHAR) AS account, t_us
FROM {GOOD} GROUP BY account, t_us HAVING min(original) <> max(original)
"""
"""Where posts of one account stand in two files."""
_EARLIER = f"""
INSERT INTO moments SELECT DISTINCT CAST(account AS VARCHAR) AS account, t_us FROM {GOOD} AS new
SEMI JOIN {{old}} AS old ON CAST(new.account AS VARCHAR) = old.account AND new.t_us = old.t_us
"""
_CROWDED = f"""
SELECT original, account, t_us FROM {GOOD}
GROUP BY original, account, t_us HAVING count(*) > 1
"""
"""Where an account has two posts of one time in one file: few, so that only their ids are read."""
_WITHIN = f"""
SELECT CAST(original AS VARCHAR), CAST(sum(n) AS BIGINT) FROM (
    SELECT original, count(*) - 1 AS n FROM {GOOD} SEMI JOIN ({_CROWDED}) AS crowded
        USING (original, account, t_us)
    WHERE id IS NOT NULL GROUP BY original, account, t_us, id)
GROUP BY original HAVING sum(n) > 0
"""
_WITHIN_NOTE = "rows with account, time and id of an earlier row: {n:,}; each counts as a post"
_NEAR = """
CREATE OR REPLACE TEMP TABLE near AS
SELECT account, t_us, original, row, NULLIF(id, '') AS id, kind, part
FROM ({parts}) SEMI JOIN moments USING (account, t_us)
WINDOW moment AS (PARTITION BY account, t_us)
QUALIFY min(original) OVER moment <> max(original) OVER moment
"""
_WITH_ID = """
SELECT *, row_number() OVER (PARTITION BY account, t_us, id, original ORDER BY row) AS copy
FROM near WHERE id IS NOT NULL
"""
_WITHOUT_ID = """
SELECT near.*, {text}, row_number() OVER (
    PARTITION BY account, t_us, near.kind, {text}, original ORDER BY row) AS copy
FROM near JOIN ({parts}) AS said USING (account, t_us, original, row)
WHERE near.id IS NULL AND said.{text} IS NOT NULL AND near.part = said.part
"""
_REPEATED = """
INSERT INTO repeats SELECT original, row, first_original, first_row FROM (
    SELECT original, row, part, first_value(original) OVER same AS first_original,
        first_value(row) OVER same AS first_row, row_number() OVER same AS place
    FROM ({rows}) WINDOW same AS (PARTITION BY {key} ORDER BY part, original, row))
WHERE place > 1 AND part = {new}
"""


def mark(
    con: DuckDBPyConnection,
    earlier: Sequence[Path] = (),
    *,
    text: str = "text",
) -> int:
    """Refuse the rows of `rows` that repeat a post; gives their number.

    Looks only where two files have posts of one account at one time: it costs little elsewhere.

    Args:
        con: The connection that holds `rows` and `refusals`.
        earlier: Tables of posts of earlier readings.
        text: The column that tells texts apart; tables of posts have no MD5.
    """
    con.execute(_MOMENTS)
    for path in earlier:
        con.execute(_EARLIER.format(old=_table(path)))
    con.execute(
        """CREATE OR REPLACE TEMP TABLE repeats
        (original VARCHAR, row BIGINT, first_original VARCHAR, first_row BIGINT)"""
    )
    if scalar(con, "SELECT count(*) FROM moments"):
        _compare(con, [*map(_table, earlier), _NEW], text)
    found = scalar(con, "SELECT count(*) FROM repeats")
    if found:
        said = f"'the post of row ' || first_row || ' of ' || left(first_original, {SHOWN})"
        con.execute(
            f"""INSERT INTO refusals SELECT original, row, '', '{REASON}', {said} FROM repeats;
            UPDATE rows SET reason = '{REASON}' FROM repeats
            WHERE rows.original = repeats.original AND rows.row = repeats.row"""
        )
    con.execute("DROP TABLE moments")
    return found


_NEW = f"""(SELECT * REPLACE (CAST(account AS VARCHAR) AS account, CAST(kind AS VARCHAR) AS kind,
    CAST(original AS VARCHAR) AS original) FROM {GOOD})"""
"""SQL: the new posts, as tables of posts have them."""


def _compare(con: DuckDBPyConnection, tables: Sequence[str], text: str) -> None:
    """Put the rows of the last of the tables that repeat a post into `repeats`."""
    new = len(tables) - 1
    parts, texts = (
        " UNION ALL ".join(
            f"SELECT account, t_us, original, row, {columns}, {number} AS part FROM {table}"
            for number, table in enumerate(tables)
        )
        for columns in ("id, kind", text)
    )
    con.execute(_NEAR.format(parts=parts))
    con.execute(_REPEATED.format(rows=_WITH_ID, key="account, t_us, id, copy", new=new))
    without = _WITHOUT_ID.format(parts=texts, text=text)
    key = f"account, t_us, kind, {text}, copy"
    con.execute(_REPEATED.format(rows=without, key=key, new=new))
    con.execute("DROP TABLE near")


def noted(con: DuckDBPyConnection, sources: Sequence[Source]) -> list[Source]:
    """The lines of the files, with how many rows repeat the id of a row of the same file.

    They count, for some exports give threads or pages the place of an id; but who reads must know.
    """
    rows = con.execute(_WITHIN).fetchall()
    found = {str(original): int(n) for original, n in rows}
    return [
        replace(one, notes=(*one.notes, _WITHIN_NOTE.format(n=found[one.original])))
        if one.original in found
        else one
        for one in sources
    ]


def recounted(con: DuckDBPyConnection, sources: Sequence[Source]) -> list[Source]:
    """The lines of the files, with what was refused since they were written."""
    rows = con.execute("SELECT original, count(*) FROM repeats GROUP BY original").fetchall()
    found = {str(original): int(n) for original, n in rows}
    return [_recounted(source, found.get(source.original, 0)) for source in sources]


def _recounted(source: Source, repeats: int) -> Source:
    if not repeats:
        return source
    said = f"{repeats:,} rows repeat posts that were read already: each post counts once"
    if repeats == 1:
        said = "1 row repeats a post that was read already: it counts once"
    return replace(
        source,
        rows_read=source.rows_read - repeats,
        rows_refused=source.rows_refused + repeats,
        notes=(*source.notes, said),
    )


def _table(path: Path) -> str:
    return f"read_parquet({literal(no_glob(path))})"
