"""Which places might be named: the leading row, and coarser areas that count several rows as one.

Each rung holds no less than the finer one, because a coarser claim is the sum of the rows inside
it in every standing test. A city is left out: its gate is a second reviewer. Organisations and
persons are never claimed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forensics.model import Hypothesis, Rung, Weight
from forensics.reference.places import Gazetteer
from forensics.weigh.assessment import Group, StandingTest
from forensics.weigh.hypotheses import Rows
from forensics.weigh.places import FloatArray, area_name, area_sums
from forensics.weigh.standing import lowest, standing_tests
from forensics.weigh.table import leading_place
from forensics.words import EVEN, term_index

INSIDE = 0.9
"""A row belongs to a set of zones if this share of its people lives there."""
ZONES_NAMED = 6
RUNGS: tuple[Rung, ...] = ("city", "province", "country", "zone", "organisation")


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the conclusion rests on."""

    rows: Rows
    groups: tuple[Group, ...]
    weights: tuple[Weight, ...]
    tests: tuple[StandingTest, ...]
    population: Mapping[str, int]
    """Priors of the rows by the people who live there, as `population_priors` gives them."""
    gazetteer: Gazetteer
    prior: FloatArray
    same_zone: FloatArray
    """Prior of the places in the zones that the clues cannot part; 0 elsewhere."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A place that might be named, as one row or several counted together."""

    rung: Rung
    label: str
    rows: tuple[str, ...]
    """The rows counted, the coarsest first."""
    leader: str
    """The leading row among them; their sum bears its name in the tests."""
    tests: tuple[StandingTest, ...]

    @property
    def lowest(self) -> StandingTest:
        """Its lowest standing test."""
        return lowest(self.tests)

    @property
    def carried(self) -> bool:
        """True if it leads with all groups and its lowest test is above roughly even."""
        first = self.tests[0]
        leads = first.leader_ppm == first.assessed_ppm
        return leads and term_index(self.lowest.assessed_ppm) > EVEN


def claims(table: Table) -> tuple[Claim, ...]:
    """What might be named, the finest rung first; each holds no less than the one before it.

    A rung below the leading row is not tried; a coarser one counts all rows inside it as one. A
    city is left out: its gate is a second reviewer.
    """
    hypotheses = table.rows.hypotheses
    leader = leading_place(hypotheses, table.weights)
    if leader is None:
        return ()
    row = hypotheses[table.rows.index(leader)]
    out: list[Claim] = []
    for rung, label, members in _steps(row, table):
        coarsest_first = sorted(members, key=lambda item: -RUNGS.index(item.rung))
        ids = tuple(item.id for item in coarsest_first)
        blocks = dict.fromkeys(ids, leader)
        tests = standing_tests(
            hypotheses,
            table.groups,
            table.weights,
            blocks=blocks,
            assessed=leader,
            population=table.population,
        )
        out.append(Claim(rung, label, ids, leader, tests))
    return tuple(out)


def _steps(row: Hypothesis, table: Table) -> list[tuple[Rung, str, list[Hypothesis]]]:
    """Rung, label and rows of each claim to try for a leading row."""
    steps: list[tuple[Rung, str, list[Hypothesis]]] = []
    gazetteer = table.gazetteer
    hypotheses = [item for item in table.rows.hypotheses if item.kind == "place"]
    own = tuple(dict.fromkeys(row.areas))
    if row.rung == "province" and len(own) > 1:
        steps.append(("province", _names(own, gazetteer), [row]))
    for rung, level in (("province", "admin1"), ("country", "country")):
        if RUNGS.index(rung) < RUNGS.index(row.rung):
            continue
        codes = {_above(code, level, gazetteer) for code in own}
        code = codes.pop() if len(codes) == 1 else None
        if code:
            members = [
                item
                for item in hypotheses
                if item.areas and all(_above(a, level, gazetteer) == code for a in item.areas)
            ]
            steps.append((rung, _names((code,), gazetteer), members))  # type: ignore[arg-type]
        elif rung == "country" and row.rung == "country" and own:
            steps.append(("country", _names(own, gazetteer), [row]))
    zones = _zone_step(row, hypotheses, table)
    return [*steps, zones] if zones else steps


def _above(code: str, level: str, gazetteer: Gazetteer) -> str | None:
    """The area of a level that an area lies in or is; None if it is wider than that."""
    while code:
        area = gazetteer.areas[code]
        if area.level == level:
            return code
        code = area.parent
    return None


def _names(codes: Sequence[str], gazetteer: Gazetteer) -> str:
    """`Jiangsu (CN-JS)`, several joined by `or`."""
    return " or ".join(f"{area_name(gazetteer, code)} ({code})" for code in codes)


def _zone_step(
    row: Hypothesis, hypotheses: Sequence[Hypothesis], table: Table
) -> tuple[Rung, str, list[Hypothesis]] | None:
    """The rows that lie in the zones which the clues cannot part; None if the leader does not."""
    members = []
    for item in hypotheses:
        mask = table.rows.row_of == table.rows.index(item.id)
        whole = float(table.prior[mask].sum())
        if float(table.same_zone[mask].sum()) >= INSIDE * whole:
            members.append(item)
    if row not in members:
        return None
    inside = np.isin(table.rows.row_of, [table.rows.index(item.id) for item in members])
    sizes = area_sums(table.gazetteer, np.where(inside, table.same_zone, 0.0), "zone")
    ranked = sorted((name for name in sizes if sizes[name] > 0), key=lambda z: (-sizes[z], z))
    more = f" and {len(ranked) - ZONES_NAMED} more" if len(ranked) > ZONES_NAMED else ""
    return "zone", f"one of the zones {', '.join(ranked[:ZONES_NAMED])}{more}", members
