"""The statements over posts and cells: integers only, in a portable subset of SQL.

GROUP BY, COUNT, MIN, MAX, equi-joins, `%`, and division of multiples (whose quotient is exact even
where `/` gives a float). No time functions, no HASH, no median: those differ between engines. Times
are UTC microseconds after 1970 and positive, so that `%` means the same everywhere.

`{posts}` and `{cells}` stand for the two tables, `{keep}` for a condition on rows.
"""

from __future__ import annotations

QUARTER_US = 900_000_000
HOUR_US = 3_600_000_000
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000
QUARTERS_PER_WEEK = 672
MONDAY_SHIFT = 288
"""1 January 1970 was a Thursday: quarter-hour 0 is the 289th of a week that starts on Monday."""


def floored(value: str, step: int) -> str:
    """SQL: how many whole steps a positive integer holds."""
    return f"CAST(({value} - {value} % {step}) / {step} AS BIGINT)"


CELLS = f"""
SELECT account, kind, {floored("t_us", QUARTER_US)} AS q, COUNT(*) AS n
FROM {{posts}} GROUP BY account, kind, {floored("t_us", QUARTER_US)}
ORDER BY account, kind, q
"""
"""The sufficient table: posts per account, kind and UTC quarter-hour. Key: all but `n`."""

THINNED = f"""
SELECT account, MIN(q) AS q, SUM(n) AS n FROM {{cells}} WHERE {{keep}}
GROUP BY account, {floored("q", 4)} ORDER BY account, q
"""
"""First quarter-hour of each clock hour in which an account posted, and the posts of that hour."""

WEEK = f"""
SELECT (q + {MONDAY_SHIFT}) % {QUARTERS_PER_WEEK} AS bin, SUM(n) AS n FROM {{cells}} WHERE {{keep}}
GROUP BY (q + {MONDAY_SHIFT}) % {QUARTERS_PER_WEEK} ORDER BY bin
"""
"""Posts per UTC quarter-hour of the week, Monday 00:00 first."""

MINUTES = f"""
SELECT minute, COUNT(*) AS n FROM (
    SELECT {floored("first_us", MINUTE_US)} % 60 AS minute FROM (
        SELECT MIN(t_us) AS first_us FROM {{posts}} WHERE {{keep}}
        GROUP BY account, {floored("t_us", QUARTER_US)}) AS firsts) AS minutes
GROUP BY minute ORDER BY minute
"""
"""Posts per minute of the hour, the first of each account and quarter-hour only."""

ACCOUNTS = f"""
SELECT account, COUNT(*) AS n, MIN(t_us) AS first_us, MAX(t_us) AS last_us,
    COUNT(DISTINCT {floored("t_us", HOUR_US)}) AS active_hours,
    COUNT(DISTINCT {floored("t_us", DAY_US)}) AS active_days
FROM {{posts}} GROUP BY account ORDER BY account
"""
"""One row an account: posts, first and last, distinct UTC clock hours and UTC dates."""

ACCOUNT_UNITS = """
SELECT account, COALESCE(unit, '(none)') AS unit, COUNT(*) AS n FROM {posts}
GROUP BY account, COALESCE(unit, '(none)') ORDER BY account, n DESC, unit
"""
"""Units of each account, the one with most posts first."""

KINDS = "SELECT kind, COUNT(*) AS n FROM {posts} GROUP BY kind ORDER BY kind"
"""Posts by kind."""

LABEL_RUNS = """
SELECT platform, account, label, era, COUNT(*) AS n, MIN(place) AS first_place,
    MAX(place) AS last_place, MIN(t_us) AS first_us, MAX(t_us) AS last_us
FROM (
    SELECT platform, account, label, era, place, t_us,
        SUM(changed) OVER (PARTITION BY platform, account ORDER BY place
            ROWS UNBOUNDED PRECEDING) AS run
    FROM (
        SELECT platform, account, label, era, place, t_us,
            CASE WHEN label = LAG(label) OVER (PARTITION BY platform, account ORDER BY place)
                AND era = LAG(era) OVER (PARTITION BY platform, account ORDER BY place)
                THEN 0 ELSE 1 END AS changed
        FROM (
            SELECT COALESCE(w.platform, '') AS platform, p.account, p.label, p.t_us, p.place,
                {era} AS era
            FROM ({placed}) AS p LEFT JOIN {platforms} AS w ON w.original = p.original) AS named
        ) AS marked) AS runs
GROUP BY platform, account, label, era, run
ORDER BY account, platform, first_place
"""
"""Stretches of equal labels of each account on each platform, in their order; `{era}` counts the
moments of a list that lie at or before a post, so that no stretch crosses one of them."""

PLACED = """
SELECT account, label, t_us, original, row,
    ROW_NUMBER() OVER (ORDER BY account, t_us, original, row) AS place
FROM {posts} WHERE label IS NOT NULL
"""
"""Labelled posts in the order of the table."""

SAMPLE_ROWS = """
WITH counted AS (SELECT account, COUNT(*) AS n FROM {posts} WHERE {keep} GROUP BY account),
placed AS (SELECT account, n, CAST(SUM(n) OVER () AS BIGINT) AS total, CAST(SUM(n) OVER (
        ORDER BY account ROWS UNBOUNDED PRECEDING) AS BIGINT) - n AS earlier FROM counted),
chosen AS (SELECT account AS name, earlier, total FROM placed
    WHERE ((earlier + n - 1) * {limit}) % total < n * {limit})
SELECT original, row FROM (
    SELECT p.original, p.row, c.total, c.earlier + ROW_NUMBER() OVER (
        PARTITION BY p.account ORDER BY p.t_us, p.original, p.row) AS place
    FROM {posts} AS p JOIN chosen AS c ON c.name = p.account WHERE {keep}) AS numbered
WHERE place = 1 OR ((place - 1) * {limit}) % total < {limit}
ORDER BY place
"""
"""Rows spread evenly over the posts, in order of account and time: `limit` of them, or all if there
are fewer. Only the posts of accounts that hold such a place are put in order."""
