"""The files under fixtures/readers/ give what stands beside them; the script still makes them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ReadError

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "readers"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_fixture(read: Callable[..., Any], name: str) -> None:
    expected = EXPECTED[name]
    if "error" in expected:
        with pytest.raises(ReadError, match=expected["error"]):
            read(FOLDER / name)
        return
    outcome = read(FOLDER / name)
    assert outcome.source.rows_read == expected["read"]
    assert outcome.reasons == [tuple(pair) for pair in expected.get("refused", [])]


def test_profiles_and_a_list_of_the_same_accounts(read_many: Callable[..., Any]) -> None:
    outcome = read_many([FOLDER / "profiles.csv", FOLDER / "accounts.csv"])
    found = {(one.account, one.field): (one.value, one.n) for one in outcome.reading.profiles}
    posts = sum(post["account"] == "quiet_orchard" for post in outcome.posts)
    assert found["quiet_orchard", "location"] == ("盐城", posts)
    assert found["quiet_orchard", "zone"] == ("Asia/Shanghai", posts)
    assert found["quiet_orchard", "created"] == ("2019-03-11T08:30:00Z", 0)
    assert len(found) == 3 * 5
    assert sum(post["urls"] is not None for post in outcome.posts) == 16


def test_the_good_ones_hold_the_same_instants(read: Callable[..., Any]) -> None:
    seconds = [t // 1_000_000 for t in read(FOLDER / "generic.csv").times]
    for name in ("generic.tsv.gz", "naive_with_ids.csv", "lines.ndjson", "document.json",
                 "table.parquet"):  # fmt: skip
        assert [t // 1_000_000 for t in read(FOLDER / name).times] == seconds
    stated = read(FOLDER / "naive.csv", assume_zone="Asia/Shanghai")
    assert [t // 1_000_000 for t in stated.times] == seconds


def test_the_script_makes_these_bytes() -> None:
    script = FOLDER.parents[1] / "tools" / "make_reader_fixtures.py"
    done = subprocess.run([sys.executable, script, "--check"], check=False, capture_output=True)
    differing = done.stdout.decode().split()
    parquet = {"differs:", "table.parquet", "cut.parquet"}  # bytes depend on the DuckDB version
    assert set(differing) <= parquet
