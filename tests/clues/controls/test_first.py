"""Who came first: a leader is found, chance is not, ties and lone contents count for nobody."""

from __future__ import annotations

import numpy as np

from forensics.clues.controls.first import Ahead, Posting, ahead, lead

HOUR_US = 3_600_000_000


def test_a_leader_is_found_with_its_lead() -> None:
    postings = [
        Posting(f"text {text}", name, HOUR_US * (100 * text + 3 * place))
        for text in range(8)
        for place, name in enumerate(["hub", "b", "c", "d"])
    ]
    found = lead(postings)
    assert found is not None
    assert (found.account, found.before, found.pairs, found.contents) == ("hub", 24, 24, 8)
    assert found.median_lead_s == 6 * 3600
    assert found.p_ppm == 2_000


def test_chance_gives_no_small_p() -> None:
    small = 0
    for run in range(20):
        random = np.random.default_rng(run)
        postings = [
            Posting(str(text), name, int(at))
            for text in range(6)
            for name, at in zip("abcde", random.permutation(5), strict=True)
        ]
        found = lead(postings)
        small += found is not None and found.p_ppm <= 50_000
    assert small <= 3


def test_nothing_shared_is_no_lead() -> None:
    alone = [Posting(str(n), "a", n) for n in range(20)]
    assert lead(alone) is None
    assert lead([]) is None
    same_time = [Posting(str(n), name, 5) for n in range(9) for name in "ab"]
    assert lead(same_time) is None


def test_only_the_first_posting_of_an_account_counts() -> None:
    postings = [
        Posting(str(text), name, HOUR_US * (10 * text + at))
        for text in range(6)
        for name, at in (("a", 0), ("b", 1), ("a", 5), ("b", 9))
    ]
    found = lead(postings)
    assert found is not None
    assert (found.account, found.pairs, found.median_lead_s) == ("a", 6, 3600)


def test_some_accounts_ahead_of_the_others() -> None:
    postings = [
        Posting("one", "a", 1), Posting("one", "b", 2), Posting("one", "c", 2),
        Posting("two", "b", 1), Posting("two", "a", 5), Posting("three", "a", 1),
    ]  # fmt: skip
    told = ahead(postings, {"a"})
    assert (told.before, told.pairs, told.contents) == (2, 3, 2)
    assert ahead(postings, set()) == Ahead(0, 0, 0)
    assert ahead(postings, {"b", "c"}).before == 1
