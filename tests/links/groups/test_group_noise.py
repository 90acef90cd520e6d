"""The measured rate of false groups that stands beside every answer."""

from __future__ import annotations

import pytest

from forensics.links.groups.noise import FALSE_ALARMS, noise_of, noise_sentence


@pytest.mark.parametrize(
    ("accounts", "nearest"), [(0, 20), (3, 20), (24, 20), (25, 30), (90, 100), (10**7, 1000)]
)
def test_the_nearest_size_by_ratio_is_taken(accounts: int, nearest: int) -> None:
    assert noise_of(accounts).accounts == nearest


def test_the_interval_holds_the_share_and_reaches_below_one_in_twenty() -> None:
    for size, false in FALSE_ALARMS:
        told = noise_of(size)
        assert told.low_ppm <= 10_000 * false <= told.high_ppm
        assert told.low_ppm < 50_000


def test_the_sentence_names_size_and_count() -> None:
    size, false = FALSE_ALARMS[-1]
    assert f"Among {size:,} made-up accounts" in noise_sentence(size)
    assert f"in {false} of 100 cases" in noise_sentence(size)
