"""How the parts of a table of counts become one table."""

from __future__ import annotations

from forensics.engine.reduction import TEXT_COLUMNS, reduction
from forensics.job.counting.folder import POSTS, REFUSALS, TAIL

_POST_KEY = ("account", "t_us", "original", "row")
_REFUSAL_KEY = ("original", "row", "field", "reason", "raw")


def key_of(name: str) -> tuple[str, ...]:
    """The columns a table is ordered by; they name a row."""
    whole = {POSTS: _POST_KEY, TAIL: TEXT_COLUMNS, REFUSALS: _REFUSAL_KEY}
    return whole.get(name) or reduction(name).key


def merged_sql(name: str, rows: str) -> str:
    """SQL: a table of all parts from its rows in all parts; without ORDER BY.

    Args:
        name: One of `TABLES`.
        rows: A view, or a SELECT in brackets.
    """
    if name in {POSTS, TAIL, REFUSALS}:
        return f"SELECT * FROM {rows}"
    return reduction(name).merged(rows)
