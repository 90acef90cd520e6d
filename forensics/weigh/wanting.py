"""Which further clue would carry a rung that is not carried: worked out by adding it and weighing.

For each rung the place that holds most is taken, kinds of clues that do not name it yet are put
into the table one by one, and all standing tests are run again. Where none is enough alone, two
of them are tried together. What a clue of a kind is worth (its planted chance and miss rate) is
judged by cost class, as everywhere (docs/methods/weighing.md); a real clue may be better or worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from forensics.model import AreaLikelihood, Category, PointLikelihood, Rung, Weight, WeightBasis
from forensics.weigh.assessment import Claim
from forensics.weigh.claims import Table, above
from forensics.weigh.groups import MODELLED_KINDS, OPERATOR_SETTABLE
from forensics.weigh.organisations import hosts
from forensics.weigh.places import area_mask
from forensics.weigh.standing import standing_tests
from forensics.weigh.table import REFERENCE, Means
from forensics.words import MILLION, probability_text

NAMED = 3
"""Kinds named in one sentence; the others are counted."""
SPEAKS_MDB = 500
LEVELS: dict[Rung, str] = {"country": "country", "province": "admin1", "city": "admin2"}


@dataclass(frozen=True, slots=True)
class Further:
    """A kind of clue that might still be found."""

    name: str
    kinds: frozenset[str]
    """Kinds of clues that are this already."""
    planted_ppm: int
    miss_ppm: int
    set_by: str
    category: Category
    rungs: tuple[Rung, ...]

    @property
    def id(self) -> str:
        """Name of its column in the table that is tried."""
        return f"further:{self.name}"

    @property
    def label(self) -> str:
        """The same for people."""
        return self.name


PLACES: tuple[Rung, ...] = ("country", "province", "city")
KINDS: tuple[Further, ...] = (
    Further("a working calendar kept on its holidays", frozenset({"calendar"}), 50_000, 50_000,
            "operator", "behavioural", ("country",)),
    Further("a number or plate that two accounts give as their own",
            frozenset({"phone", "phone_country", "plate"}), 200_000, 100_000, "operator",
            "technical", PLACES),
    Further("a position in a picture file", frozenset({"image_position"}), 100_000, 20_000,
            "operator", "technical", PLACES),
    Further("region labels of a platform", frozenset({"label"}), 100_000, 50_000, "platform",
            "technical", PLACES),
    Further("a filing confirmed in its register", frozenset({"filing", "company"}), 10_000, 10_000,
            "third_party", "technical", PLACES),
    Further("a record of the platform itself", frozenset(), 10_000, 10_000, "platform",
            "technical", PLACES),
    Further("a confirmed filing in its own name", frozenset({"filing"}), 10_000, 10_000,
            "third_party", "technical", ("organisation",)),
    Further("a named source inside it, graded", frozenset({"judgement"}), 200_000, 100_000,
            "unknown", "contextual", ("organisation",)),
)  # fmt: skip
"""From the cheapest to fake to the dearest."""


def wanting(table: Table, tried: Sequence[Claim]) -> tuple[str, ...]:
    """One sentence for each rung that is not carried: what would carry it.

    Args:
        table: Rows, groups and weights of a unit.
        tried: Everything that might be claimed, with its tests.
    """
    lacking = tuple(
        _sentence(table, claim)
        for rung in (*PLACES, "organisation")
        if (claim := _lacking(rung, tried)) is not None
    )
    held = (
        f"City, {claim.label}: {probability_text(claim.lowest.assessed_ppm)} in the lowest test; "
        "a second reviewer has to agree before it is named."
        for claim in tried
        if claim.rung == "city" and claim.carried
    )
    return (*lacking, *held)


def _lacking(rung: str, tried: Sequence[Claim]) -> Claim | None:
    """The claim of a rung that holds most, if none of them is carried."""
    mine = [claim for claim in tried if claim.rung == rung]
    if not mine or any(claim.carried for claim in mine):
        return None
    return max(mine, key=lambda claim: claim.tests[0].assessed_ppm)


def _sentence(table: Table, claim: Claim) -> str:
    """What carries one claim, in words."""
    head = f"{claim.rung.capitalize()}, {claim.label}"
    held = probability_text(claim.lowest.assessed_ppm)
    lowest = f"{held} in the lowest test ({claim.lowest.label})"
    missing = [
        kind for kind in KINDS if claim.rung in kind.rungs and not _there(kind, table, claim)
    ]
    if not missing:
        return f"{head}: {lowest}; every kind of clue that is known here names it already."
    alone = [(kind, _with(table, claim, (kind,))) for kind in missing]
    enough = [(kind.name, told) for kind, told in alone if told.carried]
    gate = _gate(table, claim)
    if enough:
        return f"{head}: {lowest}. To carry it, one of these that names it: {_list(enough)}.{gate}"
    pairs = [
        (f"{one.name} with {other.name}", told)
        for one, other in combinations(missing, 2)
        if (told := _with(table, claim, (one, other))).carried
    ]
    if pairs:
        return (
            f"{head}: {lowest}. No further clue carries it alone; two that name it do: "
            f"{_list(pairs)}.{gate}"
        )
    best, told = max(alone, key=lambda one: one[1].lowest.assessed_ppm)
    return (
        f"{head}: {lowest}. Neither one nor two of the {len(missing)} kinds of clues that do not "
        f"name it yet would carry it; {best.name} would bring it to "
        f"{probability_text(told.lowest.assessed_ppm)}.{gate}"
    )


def _list(found: Sequence[tuple[str, Claim]]) -> str:
    """Names with what they would bring, the best first."""
    ranked = sorted(found, key=lambda one: -one[1].lowest.assessed_ppm)
    told = [f"{name} ({probability_text(one.lowest.assessed_ppm)})" for name, one in ranked[:NAMED]]
    more = len(ranked) - NAMED
    return ", ".join(told) + (f", {more} more" if more > 0 else "")


def _gate(table: Table, claim: Claim) -> str:
    """What a rung asks for besides."""
    if claim.rung == "city":
        return " A city needs a second reviewer, too."
    if claim.rung != "organisation":
        return ""
    mdb = {(one.group, one.hypothesis): one.mdb for one in table.weights}
    host = hosts(table.rows.hypotheses).get(claim.leader, "")
    parting = {
        clue.category
        for group in table.groups
        for clue in group.clues
        if host and mdb[group.id, claim.leader] - mdb[group.id, host] >= SPEAKS_MDB
    }
    open_ = [name for name in ("technical", "behavioural", "contextual") if name not in parting]
    return (
        f" It needs clues of two categories that part it from others in the same place; none so "
        f"far is {' or '.join(open_)}."
        if open_
        else ""
    )


def _there(kind: Further, table: Table, claim: Claim) -> bool:
    """Whether a clue of a kind names the place of a claim, or lies inside it, already."""
    targets = _areas(table, claim)
    for clue in (clue for group in table.groups for clue in group.clues):
        if clue.kind not in kind.kinds:
            continue
        said = clue.likelihood
        if isinstance(said, AreaLikelihood):
            known = [code for code in said.areas if code in table.gazetteer.areas]
            if known and all(
                any(table.gazetteer.within(code, target) for target in targets) for code in known
            ):
                return True
        elif isinstance(said, PointLikelihood) or kind.rungs == ("country",):
            return True
    return False


def _areas(table: Table, claim: Claim) -> tuple[str, ...]:
    """The areas that a further clue would have to name; none for an organisation."""
    level = LEVELS.get(claim.rung)
    if level is None:
        return ()
    row = table.rows.hypotheses[table.rows.place(claim.leader)]
    return tuple(sorted({above(code, level, table.gazetteer) or code for code in row.areas}))


def _with(table: Table, claim: Claim, further: Sequence[Further]) -> Claim:
    """The claim with further clues that speak for it."""
    weights = [*table.weights, *(one for kind in further for one in _weights(table, claim, kind))]
    tests = standing_tests(
        table.rows.hypotheses,
        [*table.groups, *further],
        weights,
        blocks=dict.fromkeys(claim.rows, claim.leader),
        assessed=claim.leader,
    )
    return Claim(claim.rung, claim.label, claim.rows, claim.leader, tests)


def _weights(table: Table, claim: Claim, kind: Further) -> Iterator[Weight]:
    """What the further clue weighs for each row."""
    hypotheses = table.rows.hypotheses
    miss = kind.miss_ppm / MILLION
    inside, share = _inside(table, claim)
    low = miss * share
    values = [(1 - miss) * one + low * (1 - one) for one in inside]
    reference = (1 - miss) * share + low * (1 - share)
    means = Means(tuple(value / (1 - miss) for value in values), reference / (1 - miss))
    mdb = [means.mdb(place, kind.planted_ppm / MILLION) for place in range(len(hypotheses))]
    others = next((at for at, row in enumerate(hypotheses) if row.kind == "none"), None)
    basis: WeightBasis = "modelled" if kind.kinds <= MODELLED_KINDS else "judged"
    for at, row in enumerate(hypotheses):
        copied = at
        if row.kind == "imitation":
            settable = kind.set_by in OPERATOR_SETTABLE
            copied = (
                table.rows.place(claim.leader) if settable else at if others is None else others
            )
        yield Weight(
            kind.id, row.id, mdb[copied], mdb[copied], mdb[copied], basis, REFERENCE, "tried"
        )


def _inside(table: Table, claim: Claim) -> tuple[list[float], float]:
    """Share of each row, and of everybody, that the further clue would name."""
    hypotheses = table.rows.hypotheses
    if claim.rung == "organisation":
        everybody = 1 / MILLION  # one body among very many
        return [1.0 if row.id in claim.rows else 0.0 for row in hypotheses], everybody
    mask = np.zeros(len(table.prior), dtype=bool)
    for code in _areas(table, claim):
        mask |= area_mask(table.gazetteer, code)
    size = len(hypotheses) + 1
    place = table.rows.row_of + 1
    whole = np.bincount(place, weights=table.prior, minlength=size)
    held = np.bincount(place, weights=np.where(mask, table.prior, 0.0), minlength=size)
    everybody = float(table.prior[mask].sum())
    shares = np.divide(held, whole, out=np.full(size, everybody), where=whole > 0)
    placed = {"place", "none"}  # an audience or a scheduler may sit anywhere
    return [
        float(shares[table.rows.place(row.id) + 1]) if row.kind in placed else everybody
        for row in hypotheses
    ], everybody
