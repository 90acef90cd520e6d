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
from forensics.weigh.assessment import Claim, Group, StandingTest
from forensics.weigh.hypotheses import Rows
from forensics.weigh.organisations import OTHER_BODY, members
from forensics.weigh.places import FloatArray, area_name, area_sums
from forensics.weigh.standing import standing_tests
from forensics.weigh.table import leading_place

INSIDE = 0.9
"""A row belongs to a set of zones if this share of its people lives there."""
ZONES_NAMED = 6
RUNGS: tuple[Rung, ...] = ("organisation", "city", "province", "country", "zone")


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


def claims(table: Table) -> tuple[Claim, ...]:
    """What might be named, the finest rung first; each holds no less than the one before it.

    A rung below the leading row is not tried; a coarser one counts all rows inside it as one. A
    city is left out: its gate is a second reviewer.
    """
    hypotheses = table.rows.hypotheses
    leader = leading_place(hypotheses, table.weights)
    if leader is None:
        return ()
    row = hypotheses[table.rows.place(leader)]  # an organisation is claimed by nobody here
    out: list[Claim] = []
    for rung, label, held in _steps(row, table):
        coarsest_first = sorted(held, key=lambda item: -RUNGS.index(item.rung))
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


def row_claims(table: Table, tried: Sequence[Claim]) -> tuple[Claim, ...]:
    """Each row of a place as a claim of its own, in order; those already tried alone are left out.

    So a city or an organisation that a person named in `case.toml` has its tests too. A place
    counts its organisations as well, so that none of them holds more than it does.
    """
    alone = {(item.rung, item.rows[0]) for item in tried if len(item.rows) == 1}
    return tuple(
        Claim(
            row.rung,
            row_label(row, table.gazetteer),
            members(row.id, table.rows.hosts),
            row.id,
            standing_tests(
                table.rows.hypotheses,
                table.groups,
                table.weights,
                blocks=dict.fromkeys(members(row.id, table.rows.hosts), row.id),
                assessed=row.id,
                population=table.population,
            ),
        )
        for row in table.rows.hypotheses
        if row.kind == "place" and (row.rung, row.id) not in alone
    )


def row_label(row: Hypothesis, gazetteer: Gazetteer) -> str:
    """A row's place in the middle of a sentence: its own words, else the names of its areas."""
    whole = row.statement.rstrip(".").removesuffix(OTHER_BODY)
    words = whole.removeprefix("Worked in ")
    if words in row.areas:
        return _names(row.areas, gazetteer)
    if words != whole or row.rung == "organisation":
        return words
    known = [code for code in row.areas if code in gazetteer.areas]
    return _names(known, gazetteer) if known and len(known) <= ZONES_NAMED else words


def _steps(row: Hypothesis, table: Table) -> list[tuple[Rung, str, list[Hypothesis]]]:
    """Rung, label and rows of each claim to try for a leading row."""
    steps: list[tuple[Rung, str, list[Hypothesis]]] = []
    gazetteer = table.gazetteer
    hypotheses = [item for item in table.rows.hypotheses if item.kind == "place"]
    own = tuple(dict.fromkeys(row.areas))
    if row.rung == "province" and len(own) > 1:
        steps.append(("province", _names(own, gazetteer), _whole(row, table)))
    for rung, level in (("province", "admin1"), ("country", "country")):
        if RUNGS.index(rung) < RUNGS.index(row.rung):
            continue
        codes = {above(code, level, gazetteer) for code in own}
        code = codes.pop() if len(codes) == 1 else None
        if code:
            inside = [
                item
                for item in hypotheses
                if item.areas and all(above(a, level, gazetteer) == code for a in item.areas)
            ]
            steps.append((rung, _names((code,), gazetteer), inside))  # type: ignore[arg-type]
        elif rung == "country" and row.rung == "country" and own:
            steps.append(("country", _names(own, gazetteer), _whole(row, table)))
    zones = _zone_step(row, hypotheses, table)
    return [*steps, zones] if zones else steps


def _whole(row: Hypothesis, table: Table) -> list[Hypothesis]:
    """A place row and the organisations that split it."""
    names = members(row.id, table.rows.hosts)
    return [item for item in table.rows.hypotheses if item.id in names]


def above(code: str, level: str, gazetteer: Gazetteer) -> str | None:
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
    found = []
    for item in hypotheses:
        mask = table.rows.row_of == table.rows.place(item.id)
        whole = float(table.prior[mask].sum())
        if float(table.same_zone[mask].sum()) >= INSIDE * whole:
            found.append(item)
    if row not in found:
        return None
    inside = np.isin(table.rows.row_of, [table.rows.place(item.id) for item in found])
    sizes = area_sums(table.gazetteer, np.where(inside, table.same_zone, 0.0), "zone")
    ranked = sorted((name for name in sizes if sizes[name] > 0), key=lambda z: (-sizes[z], z))
    more = f" and {len(ranked) - ZONES_NAMED} more" if len(ranked) > ZONES_NAMED else ""
    return "zone", f"one of the zones {', '.join(ranked[:ZONES_NAMED])}{more}", found
