from __future__ import annotations

import numpy as np
import pytest

from forensics.evaluate.synthetic.crews import (
    ROTAS,
    crew_unit,
    hand_over_unit,
    rota_unit,
    turn_taking,
)
from forensics.evaluate.synthetic.localtime import day_number, to_local
from forensics.evaluate.synthetic.machines import feed_bot
from forensics.evaluate.synthetic.people import no_shift_unit

YEAR = (day_number("2021-01-04"), day_number("2021-12-31"))


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("kind", list(ROTAS))
def test_a_rota_repeats_and_covers_its_shift(kind) -> None:
    unit = rota_unit(rng(), kind=kind, zone="Europe/Moscow", window=YEAR, per_crew=2, quota=8.0)
    plan = ROTAS[kind]
    crews = unit.truth["crews"]
    assert isinstance(crews, dict)
    assert len(unit.accounts) == 2 * len(plan.on)
    for account in unit.accounts:
        crew = int(str(crews[account.name]))
        start = plan.starts_min[crew] * 60
        since = to_local(account.t_s, "Europe/Moscow") - start
        duty = since // 86_400 - YEAR[0]
        assert set(np.unique(duty % plan.cycle_days)) == set(plan.on[crew])
        assert (since % 86_400).max() < plan.length_min * 60
        assert len(account) == pytest.approx(
            8.0 * len(plan.on[crew]) / plan.cycle_days * 362, rel=0.1
        )


def test_two_crews_of_twelve_hours_relieve_each_other() -> None:
    unit = rota_unit(
        rng(), kind="two_by_twelve", zone="Asia/Tokyo", window=YEAR, per_crew=4, quota=6.0
    )
    minute = to_local(unit.times_s(), "Asia/Tokyo") // 60 % 1440
    hours = np.bincount(minute // 60, minlength=24)
    assert hours.min() > 0.4 * hours.max()


def test_members_of_a_crew_share_their_days_off() -> None:
    unit = crew_unit(rng(), crews=3, per_crew=5, posts=300, zone="Asia/Tokyo", window=YEAR)
    days = np.zeros((15, YEAR[1] - YEAR[0] + 1))
    for row, account in zip(days, unit.accounts, strict=True):
        assert len(account) == 300
        row[np.unique(to_local(account.t_s, "Asia/Tokyo") // 86_400) - YEAR[0]] = 1
    alike = np.corrcoef(days)
    crew = np.repeat(np.arange(3), 5)
    same = (crew[:, None] == crew) & ~np.eye(15, dtype=bool)
    assert alike[same].mean() > alike[crew[:, None] != crew].mean() + 0.1
    hours = [
        (to_local(np.concatenate([a.t_s for a in unit.accounts[i : i + 5]]), "Asia/Tokyo") % 86_400)
        .mean() / 3600
        for i in (0, 5, 10)
    ]  # fmt: skip
    assert np.ptp(hours) < 0.5, "crews must not differ by their mean hours"


def test_a_pair_is_never_in_use_at_once_and_changes_within_minutes() -> None:
    unit = turn_taking(rng(), pairs=2, others=3, posts=300, zone="Asia/Tokyo", window=YEAR)
    assert len(unit.accounts) == 7
    one, other = unit.account("pair-01a").t_s, unit.account("pair-01b").t_s
    times = np.concatenate([one, other])
    side = np.repeat([0, 1], [len(one), len(other)])[np.argsort(times)]
    gap = np.diff(np.sort(times))
    change = (side[1:] != side[:-1]) & (gap < 7200)
    assert change.sum() > 20
    assert gap[change].min() >= 60
    assert np.median(gap[change]) < 20 * 60
    assert unit.truth["partner"]["pair-01a"] == "pair-01b"  # type: ignore[index,call-overload]


def test_a_hand_over_happens_at_the_clock_time() -> None:
    unit = hand_over_unit(
        rng(),
        accounts=(("early", 480, 900), ("late", 900, 1320)),
        posts=400,
        zone="Asia/Tokyo",
        window=YEAR,
    )
    early, late = (to_local(a.t_s, "Asia/Tokyo") // 60 % 1440 for a in unit.accounts)
    assert early.max() < 900 <= late.min()


def test_controls_have_no_shift() -> None:
    for what in ("leisure", "uniform", "always_on"):
        unit = no_shift_unit(
            rng(), what=what, zone="Asia/Tokyo", window=YEAR, accounts=2, posts=900
        )
        minute = to_local(unit.times_s(), "Asia/Tokyo") // 60 % 1440
        hours = np.bincount(minute // 60, minlength=24)
        assert hours.min() > 0
        if what != "leisure":
            assert hours.min() > 0.6 * hours.mean()
        else:
            assert hours[2:6].mean() < 0.4 * hours[18:23].mean()
    with pytest.raises(ValueError, match="nosuch"):
        no_shift_unit(rng(), what="nosuch", zone="Asia/Tokyo", window=YEAR, accounts=1, posts=9)


def test_a_feed_posts_right_after_it_polls() -> None:
    bot = feed_bot(rng(), "feed", window=YEAR, posts=500, poll_min=10)
    assert (bot.t_s % 600 < 10).all()
