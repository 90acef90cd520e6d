"""The search finds what comparing all with all finds, and stays bounded where hashes crowd."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.pixels import search
from forensics.pixels.search import as_words, distinct, near_pairs


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few hashes go through the index too."""
    monkeypatch.setattr(search, "DIRECT", 0)


def brute(words: np.ndarray, radius: int, parts: int = 1) -> set[tuple[int, int, int]]:
    width = words.shape[1] // parts
    found = set()
    for one in range(len(words)):
        for other in range(one + 1, len(words)):
            bits = max(
                int(
                    np.bitwise_count(
                        words[one, at : at + width] ^ words[other, at : at + width]
                    ).sum()
                )
                for at in range(0, words.shape[1], width)
            )
            if bits <= radius:
                found.add((one, other, bits))
    return found


def listed(near) -> set[tuple[int, int, int]]:
    return set(zip(near.first.tolist(), near.second.tolist(), near.distance.tolist(), strict=True))


def families(seed: int, strangers: int, width: int, most: int) -> np.ndarray:
    """Random hashes, each with a copy in which up to `most` bits are turned."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 1 << 63, (strangers, width), dtype=np.uint64)
    copies = rows.copy()
    for row in copies:
        for bit in rng.choice(64 * width, rng.integers(0, most + 1), replace=False):
            row[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return distinct(np.concatenate([rows, copies]))[0]


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("seed", range(3))
def test_pdq_search_finds_every_pair(seed: int) -> None:
    words = families(seed, 120, 4, 40)
    near = near_pairs(words, 31)
    assert listed(near) == brute(words, 31)
    assert len(listed(near)) > 60
    assert near.crowded == 0


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("seed", range(3))
def test_search_of_two_hashes_finds_every_pair(seed: int) -> None:
    words = families(seed, 120, 2, 18)
    near = near_pairs(words, 8, parts=2)
    assert listed(near) == brute(words, 8, parts=2)
    assert len(listed(near)) > 40


@given(st.integers(0, 10_000), st.integers(0, 40))
def test_few_hashes_are_compared_each_with_each(seed: int, radius: int) -> None:
    words = families(seed, 8, 4, 40)
    assert listed(near_pairs(words, radius)) == brute(words, radius)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(("many", "expected"), [(31, 300), (32, 0)])
def test_turned_bits_are_found_wherever_they_are_and_one_more_is_not(
    many: int, expected: int
) -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 1 << 63, (300, 4), dtype=np.uint64)
    copies = rows.copy()
    for row in copies:
        for bit in rng.choice(256, many, replace=False):
            row[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    near = near_pairs(np.concatenate([rows, copies]), 31)
    assert near.first.size == expected
    assert (near.second - near.first == 300).all()


def test_a_crowd_is_bounded_and_said_and_still_holds_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """8,000 near copies of one hash: 32 million pairs if each were compared with each."""
    rng = np.random.default_rng(7)
    base = rng.integers(0, 1 << 63, 4, dtype=np.uint64)
    rows = np.tile(base, (8_000, 1))
    for row in rows:
        for bit in rng.choice(256, 6, replace=False):
            row[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    rows = distinct(rows)[0]
    monkeypatch.setattr(search, "MOST_PAIRS", 30_000)
    near = near_pairs(rows, 31, crowd=50, pivots=4)
    assert near.crowded > 0
    assert near.compared < len(rows) ** 2 // 2 // 5
    assert near.thinned
    assert near.first.size == len(rows) - 1, "one group, held by as few ties as can be"


def test_many_strangers_cost_a_small_share_of_all_pairs() -> None:
    rng = np.random.default_rng(11)
    rows = distinct(rng.integers(0, 1 << 64, (20_000, 4), dtype=np.uint64))[0]
    near = near_pairs(rows, 31)
    assert near.first.size == 0
    assert near.compared < len(rows) ** 2 // 2 // 150


@pytest.mark.usefixtures("indexed")
def test_thinning_keeps_groups_and_their_closest_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    words = families(3, 40, 4, 20)
    words = distinct(np.concatenate([words, words ^ np.uint64(5), words ^ np.uint64(9)]))[0]
    whole = near_pairs(words, 31)
    monkeypatch.setattr(search, "MOST_PAIRS", 20)
    thin = near_pairs(words, 31)
    assert not whole.thinned
    assert thin.thinned
    assert listed(thin) < listed(whole)
    assert kruskal(listed(thin)) == kruskal(listed(whole))


def kruskal(pairs: set[tuple[int, int, int]]) -> tuple[set[frozenset[int]], int]:
    """The groups that pairs make, and the sum of the closest ties that make them."""
    group: dict[int, set[int]] = {}
    total = 0
    for bits, one, other in sorted((bits, one, other) for one, other, bits in pairs):
        left, right = group.setdefault(one, {one}), group.setdefault(other, {other})
        if left is not right:
            total += bits
            left |= right
            group.update(dict.fromkeys(right, left))
    return {frozenset(one) for one in group.values()}, total


def test_equal_hashes_are_one_and_every_row_knows_which() -> None:
    words = as_words(["f" * 16, "0" * 16, "f" * 16])
    rows, place = distinct(words)
    assert len(rows) == 2
    assert np.array_equal(rows[place], words)


@pytest.mark.parametrize("hashes", [[], ["0" * 64], ["0" * 63 + "1", "0" * 64]])
def test_few_hashes_are_searched_too(hashes: list[str]) -> None:
    rows, place = distinct(as_words(hashes))
    assert place.size == len(hashes)
    assert near_pairs(rows, 31).first.size == (1 if len(hashes) == 2 else 0)


def test_words_hold_the_bits_of_the_text() -> None:
    assert as_words(["0" * 15 + "1" + "f" * 16]).tolist() == [[1, (1 << 64) - 1]]
