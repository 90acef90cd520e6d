"""Standing tests: the table recomputed under fixed worse assumptions.

They are always run, so that nobody can choose the kind ones. The headline is the lowest of the
tests marked `in_headline`, for the row that leads with all groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from forensics.errors import WeighError
from forensics.model import Hypothesis, Weight
from forensics.weigh.assessment import StandingTest
from forensics.weigh.groups import OPERATOR_SETTABLE
from forensics.weigh.organisations import hosts
from forensics.words import MDB_PER_TEN, MILLION, shares_ppm


class Column(Protocol):
    """What the tests need to know of a group."""

    @property
    def id(self) -> str:
        """G1, G2 ..."""

    @property
    def label(self) -> str:
        """Column heading."""

    @property
    def set_by(self) -> str:
        """platform, operator, third_party or unknown."""


OUTSIDE_HEADLINE = frozenset({"low_end", "population_prior"})
Take = Callable[[Weight], int]
"""What a test takes from a weight."""


def standing_tests(
    hypotheses: Sequence[Hypothesis],
    groups: Sequence[Column],
    weights: Sequence[Weight],
    *,
    blocks: Mapping[str, str] | None = None,
    assessed: str | None = None,
    population: Mapping[str, int] | None = None,
) -> tuple[StandingTest, ...]:
    """Every standing test: all, without each group, no_operator_set, no_judged, prior_x10, low_end.

    The tests `low_end` and `population_prior` are printed and stay out of the headline.

    Args:
        hypotheses: the rows with their priors; a row with prior 0 is closed.
        groups: the columns.
        weights: one per group and row.
        blocks: row -> name of the coarser row it counts in; rows not named stand alone. A block
            is the sum of its rows in every test, so it never holds less than one of them.
        assessed: the block whose probability is followed; the leader with all groups if None.
        population: priors of the rows by the people who live there; adds `population_prior`.

    Raises:
        WeighError: a weight is missing.
    """
    table = _Table(hypotheses, groups, weights, blocks or {})
    leader = assessed or table.leader(table.shares(_mdb))
    out: list[StandingTest] = []

    def test(
        name: str,
        label: str,
        take: Take = _mdb,
        against: str | None = None,
        priors: Mapping[str, int] | None = None,
    ) -> None:
        shares = table.shares(take, against, priors)
        if leader not in shares:
            raise WeighError("no hypothesis of that name", where=leader)
        first = table.leader(shares)
        headline = name not in OUTSIDE_HEADLINE
        out.append(StandingTest(name, label, first, shares[first], shares[leader], headline))

    test("all", "all groups")
    for group in groups:
        left_out = frozenset({group.id})
        test(f"without:{group.id}", f"without {group.id} ({group.label})", _without(left_out))
    settable = frozenset(group.id for group in groups if group.set_by in OPERATOR_SETTABLE)
    test("no_operator_set", "without all that the operator could have set", _without(settable))
    test("no_judged", "without judged weights", _not_judged)
    test("prior_x10", "prior ten times against", against=leader)
    test("low_end", "low ends for it, high ends for its rivals", table.ends(leader))
    if population is not None:
        test("population_prior", "places by population, not by rows", priors=population)
    return tuple(out)


def _mdb(weight: Weight) -> int:
    """The weight itself."""
    return weight.mdb


def _not_judged(weight: Weight) -> int:
    """The weight unless a person set it."""
    return 0 if weight.basis == "judged" else weight.mdb


def _without(groups: frozenset[str]) -> Take:
    """The weight unless it belongs to one of these groups."""
    return lambda weight: 0 if weight.group in groups else weight.mdb


class _Table:
    """Integer weights by row, and the sums of any choice of them."""

    def __init__(
        self,
        hypotheses: Sequence[Hypothesis],
        groups: Sequence[Column],
        weights: Sequence[Weight],
        blocks: Mapping[str, str],
    ) -> None:
        self.hypotheses = hypotheses
        self.blocks = blocks
        self.weights: dict[str, list[Weight]] = {row.id: [] for row in hypotheses}
        for weight in weights:
            if weight.hypothesis not in self.weights:
                raise WeighError("a weight for no hypothesis", where=weight.hypothesis)
            self.weights[weight.hypothesis].append(weight)
        columns = sorted(group.id for group in groups)
        for row, cells in self.weights.items():
            if sorted(cell.group for cell in cells) != columns:
                raise WeighError("a row needs one weight for each group", where=row)

    def block(self, row: str) -> str:
        """The coarser row a row counts in."""
        return self.blocks.get(row, row)

    def ends(self, assessed: str) -> Take:
        """The low end of a weight for the assessed block, the high end for its rivals."""
        return lambda weight: (
            weight.low_mdb if self.block(weight.hypothesis) == assessed else weight.high_mdb
        )

    def shares(
        self, take: Take, against: str | None = None, priors: Mapping[str, int] | None = None
    ) -> dict[str, int]:
        """Probability of each block in ppm, with other priors or ten times against one if asked."""
        sums = [
            sum(take(cell) for cell in self.weights[row.id])
            - (MDB_PER_TEN if self.block(row.id) == against else 0)
            for row in self.hypotheses
        ]
        stated = priors or {row.id: row.prior_ppm for row in self.hypotheses}
        parts = shares_ppm(sums, [stated[row.id] for row in self.hypotheses])
        out: dict[str, int] = {}
        for row, part in zip(self.hypotheses, parts, strict=True):
            name = self.block(row.id)
            out[name] = min(out.get(name, 0) + part, MILLION)
        return out

    @staticmethod
    def leader(shares: Mapping[str, int]) -> str:
        """The block with the most; ties go to the first row."""
        return max(shares, key=lambda name: shares[name])


def leader_changes(tests: Sequence[StandingTest]) -> bool:
    """True if any test, the one at the low ends too, has another leader than test `all`."""
    return len({test.leader for test in tests}) > 1


def equal_priors(hypotheses: Sequence[Hypothesis]) -> tuple[int, ...]:
    """Priors if all open rows were equally likely; imitation and none keep their share.

    A place and its organisations have one share together, parted as stated.
    """
    total = sum(row.prior_ppm for row in hypotheses)
    small = [
        row.prior_ppm * MILLION // total if row.kind in {"imitation", "none"} else None
        for row in hypotheses
    ]
    host = hosts(hypotheses)
    whole: dict[str, int] = {}
    for row, kept in zip(hypotheses, small, strict=True):
        if row.prior_ppm > 0 and kept is None:
            place = host.get(row.id, row.id)
            whole[place] = whole.get(place, 0) + row.prior_ppm
    left = MILLION - sum(kept for kept in small if kept is not None)
    share = left // max(len(whole), 1)
    return tuple(
        kept
        if kept is not None
        else share * row.prior_ppm // whole.get(host.get(row.id, row.id), 1)
        for row, kept in zip(hypotheses, small, strict=True)
    )


def population_priors(hypotheses: Sequence[Hypothesis], people: Sequence[float]) -> dict[str, int]:
    """Priors that share out what the place rows hold by population; other rows keep theirs.

    Rows proposed from the data get far more prior than their people would give them. This shows
    what is left without that.

    Args:
        hypotheses: the rows.
        people: share of the world's people in each row's places; not used for other rows.
    """
    kinds = {"place", "none"}
    placed = [row.kind in kinds and row.prior_ppm > 0 for row in hypotheses]
    held = sum(row.prior_ppm for row, is_place in zip(hypotheses, placed, strict=True) if is_place)
    world = sum(share for share, is_place in zip(people, placed, strict=True) if is_place)
    return {
        row.id: max(round(held * share / world), 1) if is_place and world > 0 else row.prior_ppm
        for row, share, is_place in zip(hypotheses, people, placed, strict=True)
    }
