"""The statement on units read from a table of posts, and on labelled accounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from forensics.clues.activity import Activity, activities
from forensics.clues.calendars.answer import answer, answers
from forensics.clues.calendars.dips import dips
from forensics.clues.calendars.finding import finding
from forensics.clues.quarters import thin
from forensics.engine import PostTable
from forensics.reference.calendars import BRIDGE, HOLIDAY, MAKE_UP, WORK, calendar, day_number


def test_units_of_a_post_table_are_answered_in_order(make_posts: Callable[..., PostTable]) -> None:
    days = np.arange(day_number(2015, 1, 5), day_number(2018, 1, 1))
    codes = calendar("CN").day_class(days)
    rng = np.random.default_rng(3)
    rate = np.select(
        [(codes == WORK) | (codes == MAKE_UP), (codes == HOLIDAY) | (codes == BRIDGE)],
        [0.7, 0.1],
        0.1,
    )
    worked = days[rng.random(len(days)) < rate]
    # 10:00 in Shanghai is 02:00 UTC.
    steady = [int(day) * 86_400 + 7_200 + int(rng.integers(0, 20_000)) for day in worked]
    posts = make_posts({"steady": steady, "brief": steady[:5]})
    found = [finding(a) for a in answers(activities(posts, posts.units("account")))]
    assert [one.unit for one in found] == ["brief", "steady"]
    assert [one.status for one in found] == ["insufficient", "found"]
    assert found[1].details["leader"] == "CN"
    assert found[1].observations[0].rows_total == len(steady)
    assert found[1].clues[0].valid_from is not None


def clusters(folder: Path, condition: str) -> tuple[Activity, np.ndarray]:
    """Originals of the accounts that meet a condition as one unit, and the covered days."""
    source = f"read_parquet('{folder / 'ira_tweets_dev.parquet'}')"
    every = duckdb.execute(
        f"SELECT DISTINCT epoch_seconds // 86400 AS d FROM {source}"
    ).fetchnumpy()
    table = duckdb.execute(
        f"SELECT account, epoch_seconds // 900 AS q FROM {source}"
        f" WHERE post_type = 'O' AND {condition} ORDER BY account, q"
    ).fetchnumpy()
    _, starts = np.unique(np.asarray(table["account"]).astype(str), return_index=True)
    parts = np.split(table["q"].astype(np.int64), starts[1:])
    kept = [part for part in parts if len(part) >= 20]
    q, n = np.unique(np.concatenate(kept), return_counts=True)
    np.zeros(60, dtype=np.int64)
    names = tuple(str(number) for number in range(len(kept)))
    unit = Activity("cluster", names, tuple(thin(p) for p in kept), q, n.astype(np.int64), {}, ())
    return unit, np.sort(every["d"].astype(np.int64))


@pytest.mark.shared
def test_a_known_office_is_named_by_its_own_language_cluster_only(shared_data: Path) -> None:
    unit, covered = clusters(shared_data, "acct_lang = 'Russian'")
    found = answer(unit, covered_days=covered)
    assert found.status == "found"
    assert found.leader is not None
    assert found.leader.country == "RU"
    assert found.near == ()


@pytest.mark.shared
def test_an_audience_is_not_taken_for_the_operator(shared_data: Path) -> None:
    unit, covered = clusters(shared_data, "account_category = 'NewsFeed'")
    found = answer(unit, covered_days=covered, also=frozenset({"RU", "US"}))
    assert found.status != "found"
    silent = {(d.country, d.measure): d for d in dips(unit, "RU", "US", covered_days=covered)}
    assert silent["US", "posts"].block_p < 0.01
    assert silent["US", "posts"].ratio < 0.9
    assert silent["RU", "posts"].block_p > 0.05
