"""The core reduction: what any number of posts comes down to, as tables that can be added up.

Each table is one portable statement over the view `posts` and a rule by which the tables of two
sets of posts become the table of both. Counts are sums, first and last times minima and maxima;
`gaps` and `windows` look across posts, so that a later part also corrects what lies at its border
(`forensics.engine.borders`); its counts are signed then, and their sum is the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from forensics.engine import statements

SECOND_US = 1_000_000
HOUR_S = 3600
WINDOW_S = 60
"""Posts of one text at most so many seconds apart are a coincidence in time."""
NEAR_US = WINDOW_S * SECOND_US

OWN = f"kind <> 'repost' AND precision_s <= {WINDOW_S}"
"""Posts that windows look at: a repost is somebody else's text, and a time that is known to the
hour only coincides with everything."""
TEXT_COLUMNS = ("account", "t_us", "text_md5")
"""What is told of a text that is compared."""


class Column(NamedTuple):
    """A column of a table of counts."""

    name: str
    type: Literal["VARCHAR", "INTEGER", "BIGINT"]
    about: str
    """What it holds, with its unit."""
    merge: Literal["key", "sum", "min", "max"]
    """How two rows of one key become one."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """One table of the core reduction."""

    name: str
    about: str
    columns: tuple[Column, ...]
    statement: str
    """Portable SQL over the view `posts`; without ORDER BY, for the runner orders by the key."""
    across: bool = False
    """Whether it looks across posts, so that parts correct each other at their borders."""

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row, in the order of the table."""
        return tuple(column.name for column in self.columns if column.merge == "key")

    def merged(self, rows: str) -> str:
        """SQL: the table of all parts from the rows of all parts; without ORDER BY.

        Args:
            rows: A view, or a SELECT in brackets, with the rows of all parts.
        """
        key = ", ".join(self.key)
        values = ", ".join(
            f"CAST({column.merge.upper()}({column.name}) AS {column.type}) AS {column.name}"
            for column in self.columns
            if column.merge != "key"
        )
        return f"SELECT {key}, {values} FROM {rows} AS part GROUP BY {key} HAVING SUM(n) <> 0"


def own_texts(posts: str) -> str:
    """SQL: the texts that accounts wrote themselves, by account, time and MD5.

    Args:
        posts: View of posts.
    """
    return f"""SELECT account, t_us, md5(text) AS text_md5 FROM {posts}
    WHERE text IS NOT NULL AND text <> '' AND {OWN}"""


def windows_of(texts: str) -> str:
    """SQL: texts that two or more accounts posted within 60 seconds of each other.

    Two accounts in one minute are that near by themselves. Of the next minute, and of the one
    before, it is enough to look at the two accounts nearest to the border, for one of them is
    another: so the work grows with the posts, however many accounts share a text, and no pairs of
    accounts are made.

    Args:
        texts: SELECT of texts as `own_texts` gives them; those that no other account posted may be
            missing in it.
    """
    at = statements.floored("t_us", statements.MINUTE_US)
    row = "a.text_md5, a.minute, a.account, a.n, a.first_us"
    minute = "PARTITION BY text_md5, minute"
    return f"""WITH said AS ({texts}), shared AS (
        SELECT text_md5 FROM said GROUP BY text_md5 HAVING MIN(account) <> MAX(account)),
    counted AS (
        SELECT text_md5, {at} AS minute, account, COUNT(*) AS n, MIN(t_us) AS first_us,
            MAX(t_us) AS last_us
        FROM said WHERE text_md5 IN (SELECT text_md5 FROM shared)
        GROUP BY text_md5, {at}, account),
    placed AS (
        SELECT text_md5, minute, account, n, first_us, last_us,
            COUNT(*) OVER ({minute}) AS crowd,
            ROW_NUMBER() OVER ({minute} ORDER BY first_us, account) AS early,
            ROW_NUMBER() OVER ({minute} ORDER BY last_us DESC, account) AS late
        FROM counted)
    SELECT {row} FROM placed AS a WHERE a.crowd > 1
    UNION SELECT {row} FROM placed AS a JOIN placed AS b
        ON b.text_md5 = a.text_md5 AND b.minute = a.minute + 1
        WHERE b.early <= 2 AND b.account <> a.account AND b.first_us - a.last_us <= {NEAR_US}
    UNION SELECT {row} FROM placed AS a JOIN placed AS b
        ON b.text_md5 = a.text_md5 AND b.minute = a.minute - 1
        WHERE b.late <= 2 AND b.account <> a.account AND a.first_us - b.last_us <= {NEAR_US}"""


def gaps_of(posts: str) -> str:
    """SQL: exact histogram of whole seconds between consecutive posts of an account.

    Only the times of an account count, so posts at one moment may stand in any order.

    Args:
        posts: View of posts, or a SELECT in brackets with `account` and `t_us`.
    """
    gap = statements.floored("(t_us - before_us)", SECOND_US)
    return f"""SELECT account, {gap} AS gap_s, COUNT(*) AS n FROM (
        SELECT account, t_us, LAG(t_us) OVER (PARTITION BY account ORDER BY t_us) AS before_us
        FROM {posts} AS timed) AS paired
    WHERE before_us IS NOT NULL GROUP BY account, {gap}"""


_SECOND = statements.floored(f"(t_us % {HOUR_S * SECOND_US})", SECOND_US)
_ACCOUNT = Column("account", "VARCHAR", "account, as the export names it", "key")
_N = Column("n", "BIGINT", "posts", "sum")
_FIRST = Column("first_us", "BIGINT", "time of the first of them, UTC microseconds", "min")

REDUCTIONS: tuple[Reduction, ...] = (
    Reduction(
        "cells",
        "posts by account, kind and UTC quarter-hour: the table that hours are judged from",
        (
            _ACCOUNT,
            Column("kind", "VARCHAR", "original, repost, quote or reply", "key"),
            Column("q", "BIGINT", "UTC quarter-hour, counted from 1970", "key"),
            _N,
        ),
        statements.CELLS.format(posts="posts").partition("ORDER BY")[0],
    ),
    Reduction(
        "seconds",
        "posts by second of the hour: what schedulers and imports show in",
        (
            _ACCOUNT,
            Column("precision_s", "INTEGER", "how precisely the time is known, seconds", "key"),
            Column("s", "BIGINT", "second of the UTC hour, 0 to 3599", "key"),
            _N,
        ),
        f"""SELECT account, precision_s, {_SECOND} AS s, COUNT(*) AS n
        FROM posts GROUP BY account, precision_s, {_SECOND}""",
    ),
    Reduction(
        "gaps",
        "time between consecutive posts of an account, exact histogram",
        (
            _ACCOUNT,
            Column("gap_s", "BIGINT", "whole seconds since the post before", "key"),
            Column("n", "BIGINT", "pairs of consecutive posts", "sum"),
        ),
        gaps_of("posts"),
        across=True,
    ),
    Reduction(
        "spans",
        "posts of each account, first and last",
        (
            _ACCOUNT,
            _N,
            _FIRST,
            Column("last_us", "BIGINT", "time of the last of them, UTC microseconds", "max"),
        ),
        """SELECT account, COUNT(*) AS n, MIN(t_us) AS first_us, MAX(t_us) AS last_us
        FROM posts GROUP BY account""",
    ),
    Reduction(
        "clocks",
        "posts by how their time is known",
        (
            _ACCOUNT,
            Column("basis", "VARCHAR", "how we know which instant a time means", "key"),
            Column("precision_s", "INTEGER", "how precisely the time is known, seconds", "key"),
            _N,
        ),
        """SELECT account, basis, precision_s, COUNT(*) AS n
        FROM posts GROUP BY account, basis, precision_s""",
    ),
    Reduction(
        "windows",
        "own texts that two or more accounts posted within 60 seconds of each other",
        (
            Column("text_md5", "VARCHAR", "MD5 of the text in UTF-8, hexadecimal", "key"),
            Column("minute", "BIGINT", "UTC minute, counted from 1970", "key"),
            _ACCOUNT,
            _N,
            _FIRST,
        ),
        windows_of(own_texts("posts")),
        across=True,
    ),
)
"""The tables of the core reduction, in order."""


def reduction(name: str) -> Reduction:
    """The table of that name."""
    return next(one for one in REDUCTIONS if one.name == name)
