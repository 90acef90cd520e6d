"""Reading the single posts of units."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from forensics.clues import moments as module
from forensics.clues.moments import made, moments
from forensics.engine import PostTable
from forensics.model import RowRef

START = 1_600_000_200


def coded(tmp_path: Path) -> PostTable:
    """Three posts of two accounts with clients, kinds and languages."""
    rows = [
        ("a", START, "web", "original", "en"),
        ("a", START + 5, None, "repost", None),
        ("b", START + 1, "queue", "original", "ru"),
    ]
    path = tmp_path / "posts.parquet"
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE p (account VARCHAR, s BIGINT, client VARCHAR, kind VARCHAR, lang VARCHAR)"
        )
        con.executemany("INSERT INTO p VALUES (?, ?, ?, ?, ?)", rows)
        con.execute(
            "COPY (SELECT repeat('a', 64) AS original, row_number() OVER () AS row, account,"
            " s * 1000000 AS t_us, 1::INTEGER AS precision_s, 'platform_utc' AS basis,"
            " NULL::SMALLINT AS offset_min, NULL::VARCHAR AS id, kind, client, lang AS language,"
            " NULL::VARCHAR AS text, NULL::VARCHAR AS label, NULL::VARCHAR AS media,"
            " NULL::VARCHAR AS unit, NULL::BIGINT AS id_gap_s FROM p ORDER BY account, s)"
            f" TO '{path}' (FORMAT parquet)"
        )
    return PostTable.build(path, tmp_path)


def test_codes_name_what_the_rows_say(tmp_path: Path) -> None:
    (both,) = moments(coded(tmp_path), {"u": ("b", "a")})
    assert both.accounts == ("b", "a")
    assert both.owner.tolist() == [0, 1, 1]
    assert both.t_s.tolist() == [START + 1, START, START + 5]
    assert [both.clients[i] if i >= 0 else None for i in both.client] == ["queue", "web", None]
    assert [both.languages[i] if i >= 0 else None for i in both.language] == ["ru", "en", None]
    assert [both.kinds[i] for i in both.kind] == ["original", "original", "repost"]
    assert both.of(1) == slice(1, 3)
    assert len(both.select(both.of(1), "a")) == 2
    assert both.examples()[0] == RowRef("a" * 64, int(both.row[0]))


def test_units_without_posts_are_empty_and_chunks_change_nothing(
    make_posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    times = {f"a{i}": (START + rng.integers(0, 10**7, 30)).tolist() for i in range(9)}
    posts = make_posts(times)
    units = {"none": ("x",), **{name: (name,) for name in times}}
    whole = list(moments(posts, units))
    assert len(whole[0]) == 0
    monkeypatch.setattr(module, "CHUNK_POSTS", 40)
    for one, other in zip(whole, moments(posts, units), strict=True):
        assert one.unit == other.unit
        assert one.t_s.tolist() == other.t_s.tolist()
        assert one.row.tolist() == other.row.tolist()
    assert list(moments(posts, {})) == []


def test_lists_are_put_in_order() -> None:
    posts = made("a", np.array([30, 10, 20]), client=["x", "y", "x"])
    assert posts.t_s.tolist() == [10, 20, 30]
    assert [posts.clients[i] for i in posts.client] == ["y", "x", "x"]
    assert posts.row.tolist() == [2, 3, 1]
    assert posts.language.tolist() == [-1, -1, -1]
