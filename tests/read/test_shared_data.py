"""The real files beside the checkout; skipped where they are not."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.engine import PostTable
from forensics.read import Reading, ReadOptions, SourceFile, read_posts

pytestmark = pytest.mark.shared


@pytest.fixture
def take(shared_data: Path, tmp_path: Path) -> Callable[..., Reading]:
    def run(*names: str, **options: Any) -> Reading:
        files = [SourceFile(name.ljust(64, "0"), name, shared_data / name) for name in names]
        return read_posts(files, ReadOptions(**options), tmp_path, lambda *_: None)

    return run


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rows", "accounts", "precision_s"),
    [
        ("commits_dev.parquet", 232_135, 506, 1),
        ("german_election_2021.parquet", 194_326, 58_317, 1),
        ("twitter_airline_declared_tz.csv.gz", 14_483, 7_701, 1),
        ("twitter_controls_analysts.csv.gz", 3_931, 35, 1),
        ("twitter_multi_operator_by_client.csv.gz", 12_168, 1, 1),
        ("weibo_ip_region_sample.csv.gz", 2_732, 1_782, 1),
    ],
)
def test_every_row_of_the_known_sets_is_read(
    take: Callable[..., Reading],
    tmp_path: Path,
    name: str,
    rows: int,
    accounts: int,
    precision_s: int,
) -> None:
    reading = take(name)
    (source,) = reading.sources
    assert (source.rows_present, source.rows_read, source.rows_refused) == (rows, rows, 0)
    assert source.clock.precision_s == precision_s
    with PostTable.build(reading.posts, tmp_path) as table:
        assert table.count() == rows
        assert len(table.accounts()) == accounts
        assert int(table.week().sum()) == rows


@pytest.mark.slow
def test_the_large_set_is_read_and_reduced_quickly(
    take: Callable[..., Reading], tmp_path: Path
) -> None:
    start = time.monotonic()
    reading = take("ira_tweets_dev.parquet", by="account_category")
    with PostTable.build(reading.posts, tmp_path) as table:
        elapsed_s = time.monotonic() - start
        assert table.count() == 1_239_565
        assert len(table.units("unit")) == 8
        assert table.kinds().keys() == {"original", "quote", "repost"}
        assert len(table.accounts()) == 1_447
    assert reading.sources[0].clock.precision_s == 60
    assert elapsed_s < 60  # under 4 s on an idle machine; the limit only catches a slip


def test_columns_of_the_sets(take: Callable[..., Reading]) -> None:
    clients = take("twitter_multi_operator_by_client.csv.gz").sources[0]
    assert clients.columns == {
        "account": "account",
        "account_zone": "tz_name",
        "client": "client",
        "is_repost": "is_retweet",
        "time": "epoch_seconds",
    }
    labels = take("weibo_ip_region_sample.csv.gz").sources[0]
    assert labels.columns["label"] == "ip_region"
    declared = take("ira_accounts_declared_zone_dev.csv.gz").sources[0]
    assert (declared.rows_read, declared.rows_refused) == (189, 35)


def test_all_formats_together(take: Callable[..., Reading]) -> None:
    reading = take("commits_dev.parquet", "weibo_ip_region_sample.csv.gz", by="group")
    assert sum(source.rows_read for source in reading.sources) == 232_135 + 2_732
