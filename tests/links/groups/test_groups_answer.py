"""Groups from ties: found where they were planted, not found in noise, and said how firm."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.links.edges import Edge, EdgeKind
from forensics.links.groups.answer import answer
from forensics.links.groups.chance import dealt, places_of, surprise_milli
from forensics.links.groups.communities import communities
from forensics.links.groups.facts import facts_of, pairs_of, summed
from forensics.links.groups.finding import details_of, finding, rows_of
from forensics.model import RowRef

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))
from links_groups import Plan, made, scores  # type: ignore[import-not-found]

SMALL = Plan(accounts=200, groups=5, smallest=8, largest=20, shared=12)


def tie(a: str, b: str, kind: EdgeKind, mdb: int, rows: tuple[int, ...] = (), n: int = 1) -> Edge:
    refs = tuple(RowRef("f", row) for row in rows)
    a, b = sorted((a, b))
    return Edge(
        a, b, kind, False, n, None, None, None, mdb, mdb, mdb, "modelled", None, None, refs,
        len(refs), "Both.",
    )  # fmt: skip


def clique(names: str, kind: EdgeKind, mdb: int, row: int | None = None) -> list[Edge]:
    rows = {name: row * 100 + i for i, name in enumerate(names)} if row else {}
    return [
        tie(a, b, kind, mdb, (rows[a], rows[b]) if rows else ()) for a, b in combinations(names, 2)
    ]


def test_planted_groups_are_found() -> None:
    case = made(SMALL, 1)
    told = answer(case.edges, case.names, seed=8)
    assert scores(case, told)[2] >= 0.85
    assert told.status == "found"


def test_noise_makes_no_group() -> None:
    plan = Plan(accounts=200, groups=0, shared=12)
    for seed in range(3):
        case = made(plan, seed)
        told = answer(case.edges, case.names, seed=8)
        assert not told.groups
        assert told.status == "nothing_found"


def test_the_order_of_edges_and_names_changes_nothing() -> None:
    case = made(SMALL, 2)
    once = answer(case.edges, case.names, seed=8, draws=39, resamples=10)
    again = answer(case.edges[::-1], case.names[::-1], seed=8, draws=39, resamples=10)
    assert details_of(once) == details_of(again)


def test_dependent_kinds_count_once_and_independent_ones_add() -> None:
    names = ["a", "b"]
    same = [tie("a", "b", "same_text", 9_000, (1, 2)), tie("a", "b", "co_posting", 7_000, (1, 2))]
    assert pairs_of(facts_of(same, names)).mdb.tolist() == [9_000]
    apart = [same[0], tie("a", "b", "co_posting", 7_000, (3, 4))]
    assert pairs_of(facts_of(apart, names)).mdb.tolist() == [16_000]
    unknown = [same[0], tie("a", "b", "co_posting", 7_000)]
    assert pairs_of(facts_of(unknown, names)).mdb.tolist() == [9_000]
    other = [same[0], tie("a", "b", "same_device", 8_000, (1, 2))]
    assert pairs_of(facts_of(other, names)).mdb.tolist() == [17_000]


def test_a_family_has_a_ceiling() -> None:
    edges = [tie("a", "b", "same_batch", 99_000)]
    assert pairs_of(facts_of(edges, ["a", "b"])).mdb.tolist() == [12_000]


def test_one_shared_thing_makes_no_group() -> None:
    told = answer(clique("abcdefgh", "same_device", 20_000, row=1), list("abcdefgh"), seed=8)
    assert told.status == "nothing_found"
    assert [one.members for one in told.things] == [tuple("abcdefgh")]
    assert "one shared thing" in finding(told).statement


def test_a_second_kind_makes_it_a_group_and_says_on_what_it_rests() -> None:
    edges = clique("abcd", "same_device", 20_000, row=1) + clique("abcd", "same_text", 20_000, 2)
    told = answer(edges, list("abcdef"), seed=8)
    (group,) = told.groups
    assert group.support.word == "several kinds"
    assert group.support.kinds == {"same_text": 6, "same_device": 6}
    assert [row["group"] for row in rows_of(told)] == ["g1"]


def test_a_case_that_is_one_group_is_found_though_nothing_is_left_to_compare_with() -> None:
    edges = clique("abcdefgh", "same_text", 20_000) + clique("abcdefgh", "same_crew", 8_000)
    (group,) = answer(edges, list("abcdefgh"), seed=8).groups
    assert group.members == tuple("abcdefgh")
    assert group.bound_mdb > 0


def test_who_hangs_on_a_single_tie_is_no_member() -> None:
    edges = clique("abcdef", "same_text", 20_000) + clique("abcdef", "same_device", 20_000)
    told = answer([*edges, tie("f", "g", "same_text", 25_000)], list("abcdefghij"), seed=8)
    (group,) = told.groups
    assert "g" not in group.members
    assert group.loose == ("g",)


def test_an_unstable_group_is_reported_as_such() -> None:
    case = made(Plan(accounts=200, groups=5, kinds=(1, 1), shared=0), 3)
    told = answer(case.edges, case.names, seed=8)
    shaky = [one for one in told.groups if not one.stable]
    assert shaky
    assert "unstable" in finding(told).statement


@pytest.mark.parametrize("names", [[], ["a"], ["a", "b"]])
def test_too_few_accounts(names: list[str]) -> None:
    assert finding(answer([], names, seed=8)).status == "insufficient"


def test_communities_follow_the_cost_of_a_pair() -> None:
    pairs = summed(3, np.array([0, 1]), np.array([1, 2]), np.array([10_000, 10_000]))
    together = communities(3, pairs, 4_900, 1)
    assert together.tolist() == [0, 0, 0]
    assert communities(3, pairs, 5_100, 1).tolist() == [-1, -1, -1]


@given(seed=st.integers(0, 1000))
def test_dealing_out_keeps_pairs_proper_and_adds_no_weight(seed: int) -> None:
    case = made(Plan(accounts=60, groups=2, smallest=5, largest=10, shared=3), seed % 5)
    facts = facts_of(case.edges, case.names)
    pairs = dealt(facts, places_of(facts), np.random.default_rng(seed))
    assert (pairs.a < pairs.b).all()
    apart = places_of(facts).mdb.sum()
    assert 0.9 * apart <= pairs.mdb.sum() <= apart


def test_one_shared_thing_is_dealt_out_whole() -> None:
    facts = facts_of(clique("abcde", "same_device", 8_000, row=1), list("abcdefgh"))
    pairs = dealt(facts, places_of(facts), np.random.default_rng(1))
    assert len(pairs.a) == 10
    assert len(np.union1d(pairs.a, pairs.b)) == 5


def test_a_group_that_is_a_large_part_of_a_small_case_is_found() -> None:
    case = made(Plan(accounts=100, groups=3, smallest=8, largest=15, shared=6), 5)
    told = answer(case.edges, case.names, seed=8, resamples=5)
    assert scores(case, told)[0] >= 0.9
    assert scores(case, told)[2] >= 0.7


def test_noise_in_a_small_case_makes_no_group() -> None:
    for accounts, noise in ((20, 3.0), (50, 3.0), (100, 3.0), (100, 9.0)):
        for seed in range(40, 43):
            plan = Plan(accounts=accounts, groups=0, noise=noise, shared=accounts * 6 // 100)
            case = made(plan, seed)
            assert not answer(case.edges, case.names, seed=8, resamples=2).groups


def test_surprise_is_what_ties_with_others_do_not_explain() -> None:
    label = np.array([0, 0, 0, -1, -1, -1])
    inside = (np.array([0, 0, 1]), np.array([1, 2, 2]))
    alone = summed(6, *inside, np.array([9_000, 9_000, 9_000]))
    outward = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2]), np.array([3, 4, 5] * 3)
    a, b = (np.concatenate(ends) for ends in zip(inside, outward, strict=True))
    busy = summed(6, a, b, np.full(12, 9_000))
    assert surprise_milli(label, alone)[0] > surprise_milli(label, busy)[0]
    heavy = summed(6, a, b, np.full(12, 18_000))
    assert surprise_milli(label, heavy).tolist() == surprise_milli(label, busy).tolist()


def test_kinds_that_add_up_are_dealt_apart() -> None:
    edges = [tie("a", "b", "same_text", 9_000, (1, 2)), tie("a", "b", "same_url", 7_000, (3, 4))]
    facts = facts_of(edges, ["a", "b", "c", "d"])
    assert facts.mdb.tolist() == [16_000]
    assert sorted(places_of(facts).mdb.tolist()) == [7_000, 9_000]
