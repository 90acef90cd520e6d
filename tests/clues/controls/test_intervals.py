"""Exact intervals against published values, and ratios at the edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.clues.controls.intervals import ratio, share


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (0, 10, 0, 308_497),  # 1 - .025^(1/10)
        (10, 10, 691_503, 1_000_000),
        (5, 10, 187_086, 812_914),
        (1, 20, 1_265, 248_733),
        (15, 100, 86_453, 235_307),
    ],
)
def test_clopper_pearson(k: int, n: int, low: int, high: int) -> None:
    found = share(k, n)
    assert found.ppm == round(1_000_000 * k / n)
    assert abs(found.low_ppm - low) <= 2
    assert abs(found.high_ppm - high) <= 2


@pytest.mark.parametrize(("k", "n"), [(1, 0), (0, 0), (3, 2), (-1, 5)])
def test_no_share(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        share(k, n)


def test_ratio_at_the_edges() -> None:
    assert ratio(share(0, 10), share(0, 40)) is None
    only_mine = ratio(share(6, 24), share(0, 96))
    assert only_mine is not None
    assert (only_mine.milli, only_mine.high_milli) == (None, None)
    assert only_mine.words().startswith("at least ")
    only_theirs = ratio(share(0, 24), share(6, 96))
    assert only_theirs is not None
    assert (only_theirs.milli, only_theirs.low_milli) == (0, 0)


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 90), st.integers(1, 90))
def test_a_ratio_lies_inside_its_interval(k: int, n: int, c: int, m: int) -> None:
    found = ratio(share(min(k, n), n), share(min(c, m), m))
    if found is None or found.milli is None:
        return
    assert found.low_milli <= found.milli
    assert found.high_milli is None or found.milli <= found.high_milli + 1
