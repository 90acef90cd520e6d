"""Cohen's kappa against published and independently computed values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.job.kappa import FEWEST, kappa

SCALE = "ABCDE"


def _pairs(table: list[list[int]]) -> list[tuple[str, str]]:
    return [
        (SCALE[i], SCALE[j])
        for i, row in enumerate(table)
        for j, count in enumerate(row)
        for _ in range(count)
    ]


DIAGNOSES = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
"""Fleiss, Levin, Paik, table 18.1: kappa 0.68, standard error 0.087."""
ORDERED = [[11, 3, 1, 0, 0], [2, 9, 4, 1, 0], [0, 3, 8, 2, 1], [0, 1, 2, 7, 3], [0, 0, 1, 2, 6]]


@pytest.mark.parametrize(
    ("table", "ordered", "value", "low", "high"),
    [
        (DIAGNOSES, False, 676, 505, 848),
        ([[20, 5], [10, 15]], False, 400, 151, 649),
        (ORDERED, False, 512, 365, 659),
        (ORDERED, True, 694, 585, 802),
    ],
)
def test_as_statsmodels_has_it(
    table: list[list[int]], ordered: bool, value: int, low: int, high: int
) -> None:
    """Values of statsmodels 0.15.0, `cohens_kappa`, without weights and with linear ones."""
    found = kappa(_pairs(table), SCALE[: len(table)], ordered=ordered)
    assert (found.milli, found.low_milli, found.high_milli) == (value, low, high)
    assert found.n == sum(map(sum, table))
    assert found.equal == sum(table[i][i] for i in range(len(table)))


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("A", "B"), ("B", "A")] * (FEWEST // 2 - 1), "fewer than"),
        ([], "0 items"),
        ([("A", "A"), ("A", "B")] * FEWEST, "analyst gave one grade"),
        ([("A", "A"), ("B", "A")] * FEWEST, "reviewer gave one grade"),
    ],
)
def test_refused_with_a_reason(pairs: list[tuple[str, str]], words: str) -> None:
    found = kappa(pairs, SCALE, ordered=False)
    assert found.milli is found.low_milli is None
    assert words in found.why


def test_full_agreement_has_no_interval() -> None:
    found = kappa([("A", "A"), ("B", "B")] * FEWEST, SCALE, ordered=True)
    assert (found.milli, found.low_milli, found.high_milli) == (1000, None, None)
    assert "all agree" in found.why


GRADES = st.lists(st.tuples(st.sampled_from(SCALE), st.sampled_from(SCALE)), max_size=60)


@given(GRADES, st.booleans(), st.randoms(use_true_random=False))
def test_neither_order_nor_who_is_who_matters(pairs, ordered, random) -> None:
    found = kappa(pairs, SCALE, ordered=ordered)
    shuffled = [*pairs]
    random.shuffle(shuffled)
    assert kappa(shuffled, SCALE, ordered=ordered) == found
    turned = kappa([(b, a) for a, b in pairs], SCALE, ordered=ordered)
    assert (turned.milli, turned.equal) == (found.milli, found.equal)
    if found.milli is not None and found.low_milli is not None and found.high_milli is not None:
        assert -1000 <= found.low_milli <= found.milli <= found.high_milli <= 1000
    backwards = kappa(pairs, SCALE[::-1], ordered=ordered)
    assert backwards.milli == found.milli
