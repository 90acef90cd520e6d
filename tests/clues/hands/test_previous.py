"""What earlier owners did is analysed apart, and the present is read without it."""

from __future__ import annotations

import numpy as np

from forensics.clock import offset_s
from forensics.clues import times
from forensics.clues.activity import Activity
from forensics.clues.hands.answer import answer
from forensics.clues.hands.previous import previous_activities
from forensics.clues.moments import Moments, made
from forensics.clues.quarters import thin

DAY_S = 86_400
FIRST_DAY = 17_897  # 2019-01-01
CHANGE = 260


def posts(zone: str, first: int, last: int, seed: int) -> list[int]:
    """Four posts a working day, 09 to 18 local."""
    rng = np.random.default_rng(seed)
    found = []
    for day in range(first, last):
        if (FIRST_DAY + day) % 7 in {2, 3}:
            continue
        for hour in rng.uniform(9, 18, 4):
            local = (FIRST_DAY + day) * DAY_S + int(hour * 3600)
            found.append(local - offset_s(zone, local))
    return found


def sold() -> Moments:
    """An account that a person in Chicago held, and then an office in Shanghai."""
    before = posts("America/Chicago", 0, CHANGE, 1)
    after = posts("Asia/Shanghai", CHANGE + 10, CHANGE + 300, 2)
    language = ["en"] * len(before) + ["zh"] * len(after)
    return made("a", np.array(before + after, dtype=np.int64), language=language)


def whole(single: Moments) -> Activity:
    q, n = np.unique(single.t_s // 900, return_counts=True)
    clocks = {("platform_utc", False): len(single)}
    return Activity("a", ("a",), (thin(q.astype(np.int64)),), q, n.astype(np.int64), clocks, ())


def test_both_stretches_have_their_own_hours() -> None:
    single = sold()
    (told,) = times.answers([times.sort_posts(whole(single), single)], times.Told())
    assert told.posts.hands[0].hand_overs
    assert 480 in told.hours.headline
    assert -300 not in told.hours.headline
    (earlier,) = told.earlier
    assert {-360, -300} & set(earlier.headline)
    assert 480 not in earlier.headline
    said = next(one for one in told.findings() if one.finder == "previous_owner")
    assert said.clues == ()
    assert said.status == "found"
    assert "Before its change of hands" in said.statement
    (last_us,) = times.earlier_until(told.findings()).values()
    assert (FIRST_DAY + CHANGE - 10) * DAY_S < last_us // 1_000_000 < (FIRST_DAY + CHANGE) * DAY_S
    assert said.details["accounts"][0]["set80"] == list(earlier.headline)  # type: ignore[index, call-overload]


def test_an_account_with_one_owner_has_no_earlier_one() -> None:
    single = made("a", np.array(posts("Europe/Berlin", 0, 300, 3), dtype=np.int64))
    assert list(previous_activities(answer(single), whole(single))) == []
    (told,) = times.answers([times.sort_posts(whole(single), single)], times.Told())
    assert told.earlier == ()
    assert not any(one.finder == "previous_owner" for one in told.findings())
