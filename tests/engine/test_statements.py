"""The statements stay inside the portable subset."""

from __future__ import annotations

import re

from forensics.engine import statements

ALLOWED = {
    "AS", "CAST", "COUNT", "DISTINCT", "MIN", "MAX", "SUM", "COALESCE", "ROW_NUMBER", "OVER", "IN",
    "ON", "AND", "LAG",
}  # fmt: skip


def test_only_portable_functions_are_called() -> None:
    texts = [
        value
        for name, value in vars(statements).items()
        if name.isupper() and isinstance(value, str)
    ]
    assert len(texts) >= 9
    for text in texts:
        called = {word.upper() for word in re.findall(r"([A-Za-z_]+)\s*\(", text)}
        assert called - {"SELECT", "FROM", "JOIN", "BY", "WHERE", "OR"} <= ALLOWED
        assert "//" not in text
        assert "median" not in text.lower()


def test_floored_is_exact_at_the_edges() -> None:
    import duckdb

    sql = statements.floored("x", statements.QUARTER_US)
    last = 4_102_444_800_000_000
    values = [k * 900_000_000 + d for k in (1, 1_724_114, last // 900_000_000) for d in (-1, 0, 1)]
    rows = (
        duckdb.connect()
        .execute(f"SELECT x, {sql} FROM (SELECT unnest(?) AS x)", [values])
        .fetchall()
    )
    assert all(found == x // 900_000_000 for x, found in rows)
