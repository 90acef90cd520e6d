"""Shifts asked from Python, without a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.errors import ForensicsError
from forensics.job.ask.about_shifts import ask_shifts


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    rows = [f"a{i % 2},{1_600_000_000 + 5000 * i}" for i in range(300)]
    path.write_text("account,epoch\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_every_unit_gets_both_answers(posts: Path) -> None:
    columns = {"account": "account", "time": "epoch"}
    with ask_shifts([posts], zone="Europe/Berlin", columns=columns) as asked:
        found = list(asked.answers)
    assert [one.shift.activity.unit for one in found] == ["a0", "a1"]
    assert {one.shift.zone for one in found} == {"Europe/Berlin"}
    assert {one.rota.zone for one in found} == {"Europe/Berlin"}
    assert all(one.zone_given for one in found)
    assert asked.told["zone"] == "Europe/Berlin"
    with ask_shifts([posts], by=None, columns=columns) as asked:
        (pool,) = asked.answers
    assert not pool.zone_given
    assert pool.shift.zone == pool.hours.local_zone


def test_a_zone_that_is_none_is_refused_before_reading(tmp_path: Path) -> None:
    with (
        pytest.raises(ForensicsError, match="Nowhere"),
        ask_shifts([tmp_path / "missing.csv"], zone="Nowhere/City"),
    ):
        pass
