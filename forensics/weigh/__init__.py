"""Weighing: from clues to a table of hypotheses, its standing tests, real places and a conclusion.

Reading order: `groups` (what counts once), `periods` (when), `places` (where the clues point),
`hypotheses` and `organisations` (the rows), `table` (the weights), `standing` (worse assumptions),
`claims` and `conclude` (what may be said). `assess` below is the whole flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from forensics.errors import WeighError
from forensics.model import Clue, Hypothesis
from forensics.reference.places import Gazetteer
from forensics.weigh.assessment import Assessment, Claim, Faking, Group, Row
from forensics.weigh.categories import check_grades, kind_cells
from forensics.weigh.claims import Table, claims, row_claims
from forensics.weigh.conclude import check_words, conclude, nothing_to_weigh
from forensics.weigh.cost import cost_of, days_of, faking, span
from forensics.weigh.groups import ClueGroup, group_clues
from forensics.weigh.hypotheses import complete, partition, propose, restate, same_zone
from forensics.weigh.organisations import split, split_people
from forensics.weigh.periods import Period, apart_notes, aside_notes, parted
from forensics.weigh.places import Fusion, Ground, area_mask, at_random, hear_aimed
from forensics.weigh.posterior import place_posterior
from forensics.weigh.standing import equal_priors, population_priors, standing_tests
from forensics.weigh.table import leading_place, sums_mdb, unlisted_audience, weigh
from forensics.weigh.wanting import wanting
from forensics.words import MILLION, shares_ppm

__all__ = ["Assessment", "Claim", "Period", "assess", "check_words"]

_PROPOSED = (
    "The rows were proposed by the program from the data, with equal priors: they were not fixed "
    "beforehand."
)


def assess(
    unit: str,
    clues: Sequence[Clue],
    hypotheses: Sequence[Hypothesis] | None,
    gazetteer: Gazetteer,
    *,
    accounts: int,
    posts: int,
    audience_zone: str | None = None,
    assumptions: Sequence[str] = (),
    priors: Mapping[str, tuple[int, str]] | None = None,
    period: Period | None = None,
    confirmed: Mapping[str, Sequence[str]] | None = None,
    divided: str = "",
) -> Assessment:
    """Everything that the clues of one unit say about where its operators worked.

    Args:
        unit: account or cluster.
        clues: its clues in any order; equal ones count once, and roles that move nothing are
            kept apart.
        hypotheses: the rows; None to propose them from the clues. Standing rows that are missing
            are added, with a note.
        gazetteer: places of the world.
        accounts: number of accounts in the unit.
        posts: number of posts read for it.
        audience_zone: IANA zone of the audience, if stated.
        assumptions: sentences the reading rests on; they are carried into the conclusion.
        priors: hypothesis -> prior in ppm and its reason, in place of the row's own. A prior for a
            row that was neither given nor proposed is noted and not used.
        period: the time that is asked about; clues that hold for another one are set aside.
        confirmed: clue -> clues that confirm it; a grade with credibility 1 needs one of another
            group.
        divided: why the unit is not one, as a sentence; then no place finer than a set of zones is
            named for it. Empty if nothing says so.

    Raises:
        WeighError: a clue of another unit, rows that do not exclude each other, a judgement about
            no row, or a grade without what it claims.
    """
    for clue in clues:
        if clue.unit != unit:
            raise WeighError(f"clue of unit {clue.unit!r} given for {unit!r}", where=clue.id)
    timely, aside = parted(clues, period)
    groups, unweighed = group_clues(timely)
    unweighed = tuple(sorted((*unweighed, *aside), key=lambda clue: clue.id))
    late = tuple(aside_notes(aside, period))
    if not groups:
        conclusion = nothing_to_weigh(unit, unweighed, assumptions)
        empty = Assessment(unit, accounts, posts, (), (), (), (), None, conclusion, unweighed, late)
        return replace(empty, aside=tuple(clue.id for clue in aside))
    check_grades(groups, confirmed or {})
    ground = Ground.of(gazetteer)
    aimed = Fusion.of(ground, [hear_aimed(group, ground) for group in groups])
    random = Fusion.of(ground, [at_random(one) for one in aimed.groups])
    chosen, notes = _choose(hypotheses, aimed, groups, audience_zone, priors or {})
    places = place_posterior(groups, random, aimed)
    table = _table(chosen, groups, aimed, tuple(_columns(groups, random, aimed, places.leading)))
    tried = claims(table)
    conclusion, claim, more = conclude(
        unit, table, tried, accounts=accounts, assumptions=assumptions, divided=divided
    )
    named = (*tried, *row_claims(table, tried))
    further = (*conclusion.would_change, *(() if divided else wanting(table, named)))
    conclusion = replace(conclusion, would_change=further)
    merged = claim is not None and len(claim.rows) > 1
    if claim and merged:
        more = (f"The tests count {', '.join(claim.rows)} as one, as {claim.leader}.", *more)
    return Assessment(
        unit=unit,
        accounts=accounts,
        posts=posts,
        rows=_rows(chosen, sums_mdb(chosen, table.weights)),
        groups=table.groups,
        weights=table.weights,
        tests=claim.tests if claim else table.tests,
        places=places,
        conclusion=conclusion,
        unweighed=unweighed,
        notes=(*notes, *more, *late, *apart_notes(groups, random), *_notes(chosen, groups, aimed)),
        claim_rows=claim.rows if claim and merged else (),
        row_tests=table.tests if merged else (),
        claim_label=claim.label if claim and conclusion.rung else "",
        claims=named,
        faking=_faking(table, leading_place(chosen, table.weights)),
        kinds=kind_cells(groups),
        divided=divided,
        aside=tuple(clue.id for clue in aside),
    )


def _faking(table: Table, leader: str | None) -> Faking | None:
    """What it takes to fake all that speaks for the leading place."""
    mdb = {(one.group, one.hypothesis): one.mdb for one in table.weights}
    return None if leader is None else faking(table.groups, mdb, leader)


def _choose(
    hypotheses: Sequence[Hypothesis] | None,
    aimed: Fusion,
    groups: Sequence[ClueGroup],
    audience_zone: str | None,
    priors: Mapping[str, tuple[int, str]],
) -> tuple[tuple[Hypothesis, ...], tuple[str, ...]]:
    """The rows, given or proposed, with priors stated by hand, and notes on how they came about."""
    notes: tuple[str, ...] = (_PROPOSED,)
    if hypotheses is None:
        chosen = propose(aimed, groups, audience_zone)
    else:
        chosen, notes = complete(hypotheses, audience_zone)
    chosen, unused = restate(chosen, priors)
    return split(chosen), (*notes, *unused)


def _table(
    chosen: Sequence[Hypothesis],
    groups: Sequence[ClueGroup],
    aimed: Fusion,
    columns: tuple[Group, ...],
) -> Table:
    """Weights and standing tests of these rows, with what the conclusion needs beside them."""
    ground = aimed.ground
    rows = partition(chosen, ground.gazetteer)
    weights = weigh(groups, rows, ground, aimed.groups)
    held = np.bincount(rows.row_of + 1, weights=ground.prior, minlength=len(chosen) + 1)
    population = population_priors(chosen, split_people(chosen, held[1:].tolist()))
    leader = leading_place(chosen, weights)
    leading = rows.row_of == (rows.place(leader) if leader else -2)
    return Table(
        rows=rows,
        groups=columns,
        weights=weights,
        tests=standing_tests(chosen, groups, weights, blocks=rows.hosts, population=population),
        population=population,
        gazetteer=ground.gazetteer,
        prior=ground.prior,
        same_zone=same_zone(aimed, groups, leading),
    )


def _columns(
    groups: Sequence[ClueGroup], random: Fusion, aimed: Fusion, leading: str
) -> Iterator[Group]:
    """The groups as the report shows them; support and chance of error from the random run.

    In the aimed run a planted share keeps every group from being contradicted outright. What the
    answer would be without a group is that of the aimed run, which is the headline.
    """
    whole, mask = aimed.posterior(), area_mask(aimed.ground.gazetteer, leading)
    for number, group in enumerate(groups):
        rest = aimed.without(number)
        first, last = span(group.clues)
        yield Group(
            id=group.id,
            label=group.label,
            clues=group.clues,
            planted_chance_ppm=group.planted_chance_ppm,
            set_by=group.set_by,
            ceiling_mdb=group.ceiling_mdb,
            support_mdb=random.support_mdb(number),
            wrong_ppm=round(MILLION * random.wrong(number)),
            basis=group.basis,
            cost=cost_of(group.planted_chance_ppm),
            days=days_of(group),
            moved_ppm=round(MILLION * float(np.abs(whole - rest).sum()) / 2),
            left_ppm=round(MILLION * float(rest[mask].sum())),
            valid_from=first,
            valid_to=last,
        )


def _rows(hypotheses: Sequence[Hypothesis], sums: dict[str, int]) -> tuple[Row, ...]:
    """Each hypothesis with its sum and its two probabilities."""
    totals = [sums[row.id] for row in hypotheses]
    equal = shares_ppm(totals, equal_priors(hypotheses))
    stated = shares_ppm(totals, [row.prior_ppm for row in hypotheses])
    return tuple(
        Row(row, total, first, second)
        for row, total, first, second in zip(hypotheses, totals, equal, stated, strict=True)
    )


def _notes(
    hypotheses: Sequence[Hypothesis], groups: Sequence[ClueGroup], aimed: Fusion
) -> tuple[str, ...]:
    """What a reader must know about how this was weighed."""
    counted = f"{len(hypotheses)} hypotheses were compared over {len(groups)} groups of clues"
    out = [f"{counted}; places: {aimed.ground.gazetteer.version}."]
    out += [
        f"The hours list no likelihood for the audience zone {zone}: it got the lowest."
        for zone in unlisted_audience(hypotheses, groups)
    ]
    known = aimed.ground.gazetteer.areas
    for clue in (clue for group in groups for clue in group.distinct):
        areas = getattr(clue.likelihood, "areas", ())
        missing = [code for code in areas if code not in known]
        if missing:
            out.append(f"The gazetteer does not hold {', '.join(missing)}, named by {clue.id}.")
    repeats = sum(len(group.clues) - len(group.distinct) for group in groups)
    if repeats:
        out.append(f"{repeats} clues repeat the content of others and count once with them.")
    return tuple(out)
