"""From a table of posts to findings: one for each unit of three or more accounts."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import numpy as np
import pytest

from forensics.clues import Evidence
from forensics.engine import PostTable
from forensics.evaluate.synthetic.crews import turn_taking
from forensics.evaluate.synthetic.unit import SyntheticUnit
from forensics.links import counts
from forensics.links.find import find
from forensics.reference.places import load_gazetteer


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> PostTable:
    """Four chairs of two accounts each, and sixty others."""
    rng = np.random.default_rng(1)
    unit = turn_taking(
        rng, pairs=4, others=60, posts=150, zone="Europe/Moscow", window=(17_000, 17_240)
    )
    return table(unit, tmp_path_factory.mktemp("posts"))


def table(unit: SyntheticUnit, folder: Path) -> PostTable:
    names = [one.name for one in unit.accounts for _ in range(len(one))]
    times = np.concatenate([one.t_s for one in unit.accounts]) * 1_000_000
    path = folder / "posts.parquet"
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE p AS SELECT unnest(?::VARCHAR[]) AS account,"
            " unnest(?::BIGINT[]) AS t_us, unnest(?::BIGINT[]) AS row",
            [names, times.tolist(), list(range(1, len(names) + 1))],
        )
        con.execute(
            "COPY (SELECT repeat('a', 64) AS original, row, account, t_us,"
            " 1::INTEGER AS precision_s, 'platform_utc' AS basis, NULL::SMALLINT AS offset_min,"
            " NULL::VARCHAR AS id, 'original' AS kind, NULL::VARCHAR AS client,"
            " NULL::VARCHAR AS language, NULL::VARCHAR AS text, NULL::VARCHAR AS label,"
            " NULL::VARCHAR AS media, NULL::VARCHAR AS unit, NULL::BIGINT AS id_gap_s"
            f" FROM p ORDER BY account, t_us, row) TO '{path}' (FORMAT parquet)"
        )
    return PostTable.build(path, folder)


def evidence(posts: PostTable | None, units: dict[str, tuple[str, ...]]) -> Evidence:
    return Evidence(posts=posts, images=(), units=units, places=load_gazetteer())


def test_one_finding_a_unit_with_rows_that_can_be_looked_up(posts: PostTable) -> None:
    units = posts.units("pool") | {"two": ("pair-01a", "pair-01b")}
    (told,) = find(evidence(posts, units))
    assert (told.finder, told.unit, told.clues) == ("crews", "all accounts", ())
    assert told.status == "found"
    turns = json.loads(json.dumps(told.details))["turns"]
    assert turns["pairs_total"] >= 3
    with duckdb.connect() as con:
        for pair in turns["pairs"]:
            assert pair["a"][:-1] == pair["b"][:-1], "the two accounts of one chair"
            assert pair["examples"]
            for example in pair["examples"]:
                found = con.execute(
                    "SELECT account, t_us // 60000000 FROM read_parquet(?)"
                    " WHERE row IN (SELECT unnest(?::BIGINT[])) ORDER BY t_us",
                    [str(posts.parts.posts[0]), example["rows"]],
                ).fetchall()
                assert {name for name, _ in found} == {pair["a"], pair["b"]}
                assert [minute for _, minute in found] == example["minutes_utc"]


@pytest.mark.slow
def test_the_same_again(posts: PostTable) -> None:
    units = posts.units("pool")
    assert find(evidence(posts, units)) == find(evidence(posts, units))


def test_a_group_is_read_alike_in_parts(posts: PostTable, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = posts.units("pool")["all accounts"]
    whole = counts.read_group(posts, "unit", accounts)
    monkeypatch.setattr(counts, "POSTS_AT_ONCE", 100)
    assert list(counts._at_once([90, 20, 80, 300, 0])) == [(0, 1), (1, 3), (3, 4), (4, 5)]
    part = counts.read_group(posts, "unit", accounts)
    assert (part.owner.tolist(), part.hour.tolist()) == (whole.owner.tolist(), whole.hour.tolist())
    assert (part.posts, part.rows) == (whole.posts, whole.rows)
    plain = whole.hour[np.isin(whole.owner, [1, 3])]
    assert whole.hours_of([3, 1]).tolist() == plain.tolist()


def test_no_posts_no_findings(posts: PostTable) -> None:
    assert find(evidence(None, {"a": ("x", "y", "z")})) == []
    (told,) = find(evidence(posts, {"nobody": ("x", "y", "z")}))
    assert told.status == "insufficient"
