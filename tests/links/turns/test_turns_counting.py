"""Turns and sessions counted by sorting are those of plain counting."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from forensics.links.turns import sweep, tally


def posts(seed: int, accounts: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """(owner, minute) of distinct posts in order of time."""
    rng = np.random.default_rng(seed)
    both = np.unique(rng.integers(0, 4000, 700) * 100 + rng.integers(0, accounts, 700))
    return (both % 100).astype(np.int32), both // 100 + 25_000_000


def plain_turns(owner: np.ndarray, minute: np.ndarray, accounts: int) -> dict[int, int]:
    """Sessions that begin two to twenty minutes after one of another account, one by one."""
    begun, ended = [], []
    for one in range(accounts):
        mine = minute[owner == one].tolist()
        for at, when in enumerate(mine):
            if at == 0 or when - mine[at - 1] > sweep.SESSION_MIN:
                begun.append((one, when))
            if at == len(mine) - 1 or mine[at + 1] - when > sweep.SESSION_MIN:
                ended.append((one, when))
    found: Counter[int] = Counter()
    for one, last in ended:
        for other, first in begun:
            if one != other and sweep.NEAR_MIN <= first - last <= sweep.FAR_MIN:
                found[min(one, other) * accounts + max(one, other)] += 1
    return dict(found)


@pytest.mark.parametrize("dense", [True, False])
@pytest.mark.parametrize("chunk", [1_000_000, 200])
def test_turns_are_counted_pair_by_pair(
    monkeypatch: pytest.MonkeyPatch, dense: bool, chunk: int
) -> None:
    monkeypatch.setattr(sweep, "CHUNK", chunk)
    if not dense:
        monkeypatch.setattr(tally, "DENSE", 0)
    monkeypatch.setattr(sweep, "LEAST_TURNS", 1)
    owner, minute = posts(1)
    owner = owner + 3  # accounts without a post count for nothing
    found, skipped = sweep.turns_by_pair(owner.astype(np.int32), minute, 14)
    plain = plain_turns(owner, minute, 14)
    assert skipped == 0
    assert dict(zip(found.key.tolist(), found.times.tolist(), strict=True)) == plain
    assert found.keys().tolist() == sorted(plain)
    assert [*found.keys(0, 6), *found.keys(6, 14)] == sorted(plain)
    assert (found.pairs, found.turns) == (len(plain), sum(plain.values()))


def test_what_is_expected_of_all_pairs_is_the_sum_over_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(2)
    who = np.repeat(np.arange(40), 6)
    rates = (who, rng.integers(0, 30, len(who)), rng.random(len(who)))
    counts = []
    for _ in range(3):
        one = tally.Tally(40, np.arange(40))
        one.add(np.flatnonzero(rng.random(1600) < 0.6))
        counts.append(one.told(1))
    plain = sum(float(sweep._expected(rates, one.key, 40).sum()) for one in counts)
    monkeypatch.setattr(sweep, "FEW_PAIRS", 0)
    monkeypatch.setattr(sweep, "ROWS", 7)
    assert sweep._total_expected(rates, counts, 40) == pytest.approx(plain, rel=1e-12)
