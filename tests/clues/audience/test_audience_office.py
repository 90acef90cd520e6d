"""One office, two crews: one keeps its audience's clock and one its own (labelled data)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from forensics.clues.activity import Activity
from forensics.clues.audience.answer import AudienceAnswer, answer
from forensics.clues.clockchanges.answer import answer as clock_answer
from forensics.clues.quarters import thin
from forensics.reference.templates import library

AMERICAN = ("America/New_York", "America/Chicago", "America/Los_Angeles")


def pool(folder: Path, condition: str) -> Activity:
    """Accounts with 300 posts or more that meet a condition, as one unit."""
    rows = (
        duckdb.connect()
        .execute(
            "SELECT list(epoch_seconds // 900 ORDER BY epoch_seconds) FROM read_parquet(?)"
            f" WHERE {condition} GROUP BY account HAVING count(*) >= 300 ORDER BY account LIMIT 60",
            [str(folder / "ira_tweets_dev.parquet")],
        )
        .fetchall()
    )
    quarters = [thin(np.array(times, dtype=np.int64)) for (times,) in rows]
    q, n = np.unique(np.concatenate(quarters), return_counts=True)
    np.ones(60, dtype=np.int64)
    return Activity(
        unit="A",
        accounts=tuple(f"a{i}" for i in range(len(quarters))),
        hours=tuple(quarters),
        q=q,
        n=n.astype(np.int64),
        clocks={("platform_utc", False): int(n.sum())},
        rows=(),
    )


def asked(unit: Activity, *zones: str) -> AudienceAnswer:
    return answer(unit, library(), clock_answer(unit), zones)


@pytest.mark.slow
@pytest.mark.shared
def test_local_news_personas_keep_the_american_clock(shared_data: Path) -> None:
    unit = pool(shared_data, "account_category = 'NewsFeed'")
    for zones in (AMERICAN, ()):
        found = asked(unit, *zones)
        assert found.verdict == "audience"
        assert found.tests[found.best].zone in AMERICAN


@pytest.mark.slow
@pytest.mark.shared
def test_russian_language_accounts_do_not(shared_data: Path) -> None:
    unit = pool(shared_data, "acct_lang = 'Russian'")
    assert asked(unit, *AMERICAN).verdict == "own"
    assert asked(unit).verdict == "cannot_tell"
