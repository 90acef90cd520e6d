"""The shift of a unit in a zone: blocks, breaks and weekdays with intervals, or that there is none.

A shift is claimed only where the day has edges that a smooth day has not (`sharp`), where pieces of
constant rate describe it in fewer words than harmonics do (`pieces`), and where work stands out
against the rest of the day. Method, measured figures and limits: docs/methods/shifts.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.quarters import DAY
from forensics.clues.shifts import dips, edges, pieces, season, shape, sharp, weekdays
from forensics.clues.shifts.days import LocalDays, local_days
from forensics.clues.shifts.edges import DRAWS, Drawing, Measured
from forensics.clues.shifts.patterns import pattern_weights
from forensics.clues.shifts.rules import (
    BreakKind,
    kind_of_break,
    limits_of,
    power_ppm,
    reasons_about_data,
    reasons_against,
)
from forensics.clues.shifts.shape import Span
from forensics.model import Status

FloatArray = NDArray[np.float64]
SEED = 5
FULL_DAY = 30
"""Posts that make a day long enough to say in which blocks it was worked."""
FULL_DAYS = 20
OTHER_SET = 60
"""Events from which a set of other weekdays gets pieces of its own."""
EVENING_MIN = 1050
HALF = (0.3, 0.7)
"""A day whose work lasts this part of the usual one is a half day."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of work. Times are local minutes of the day and may pass midnight."""

    start: Measured
    end: Measured
    share: Measured
    """Part of the events of these weekdays that lies inside."""
    evening: bool
    """It follows another block and begins at 17:30 or later."""


@dataclass(frozen=True, slots=True)
class Break:
    """A gap between blocks, or a dip inside one."""

    kind: BreakKind
    start: Measured
    end: Measured
    length: Measured
    """Minutes."""
    depth: Measured
    """1 is nothing at all; the share of the flanks' rate that is missing."""
    seasons: season.Seasons | None
    """Length by season; None with too few events."""


@dataclass(frozen=True, slots=True)
class DaySet:
    """Weekdays that are alike."""

    days: tuple[int, ...]
    """Monday is 0."""
    events: float
    rate: float
    """Events a day, over those of the busiest set."""
    blocks: tuple[Block, ...]
    breaks: tuple[Break, ...]
    half_day: bool


@dataclass(frozen=True, slots=True)
class ShiftAnswer:
    """What can be said about the shift of one unit in one zone."""

    activity: Activity
    zone: str
    status: Status
    reasons: tuple[str, ...]
    """Why there is none, or why nothing can be said."""
    limits: tuple[str, ...]
    cut_min: int
    """Local minute at which its days begin."""
    events: float
    days: int
    weeks: int
    dispersion: float
    power_ppm: int
    """Chance that an office with this many events would be found."""
    sharpness: sharp.Sharpness | None
    pieces_gain: float
    """Score of the pieces less that of the smooth day; nats."""
    sets: tuple[DaySet, ...]
    """Weekday sets, the one with most events first."""
    inside: Measured | None
    """Part of all events that lies in blocks."""
    weekend: Measured | None
    """Rate of Saturday and Sunday over that of Monday to Friday."""
    full_days: tuple[tuple[tuple[int, ...], int], ...]
    """(blocks worked, days) over days with many posts: a median start may be one nobody kept."""
    day_moves: tuple[Measured, float] | None
    """(minutes by which the day lies later in summer, p)."""
    patterns: dict[str, float]
    profile: tuple[float, ...]
    """(96) events per local quarter-hour of day from 00:00, all days."""
    seed: int


def answer(activity: Activity, zone: str, *, draws: int = DRAWS, seed: int = SEED) -> ShiftAnswer:
    """The shift of a unit in a zone.

    Args:
        activity: The unit.
        zone: IANA zone; edges are local times there and move with it.
        draws: Draws of weeks for intervals.
        seed: Seed of draws and placebos: the same posts give the same answer.
    """
    days = local_days(activity, zone)
    drawing = Drawing(draws, seed)
    reasons = reasons_about_data(activity, days)
    if reasons:
        return _nothing(activity, days, reasons, seed)
    phi = pieces.dispersion(days.by_week())
    counts, exposure = weekdays.weekday_counts(days)
    sets = weekdays.day_sets(counts, exposure, weekdays.day_dispersion(days))
    order = sorted(sets, key=lambda one: (-counts[list(one)].sum(), one))
    main = days.only(np.isin(days.weekday, order[0]))
    found = pieces.fit_pieces(main.profile(), phi)
    form = shape.shape_of(found)
    gain = found.score - pieces.fit_smooth(main.profile(), phi)[1]
    edge = sharp.sharpness(main, seed)
    dip = dips.deepest(main.profile(), edge.moved, form.blocks, form.breaks)
    if dip is not None:
        form = form.with_break(dip.span)
    against = reasons_against(form, gain, edge)
    measured_sets = [
        _day_set(days, one, exposure, form if one == order[0] else None, drawing) for one in order
    ]
    status: Status = "nothing_found" if against else "found"
    whole = tuple(_with_half(measured_sets))
    return ShiftAnswer(
        activity=activity,
        zone=zone,
        status=status,
        reasons=tuple(against),
        limits=limits_of(zone),
        cut_min=(days.cut * 15) % 1440,
        events=float(days.weight.sum()),
        days=days.n_days,
        weeks=days.n_weeks,
        dispersion=phi,
        power_ppm=power_ppm(float(days.weight.sum()) / phi),
        sharpness=edge,
        pieces_gain=gain,
        sets=whole,
        inside=_inside(days, order, form.blocks, drawing),
        weekend=_weekend(days, exposure, drawing),
        full_days=_full_days(activity, days, order[0], form.blocks),
        day_moves=season.day_seasons(main, drawing),
        patterns=pattern_weights(days),
        profile=tuple(np.roll(days.profile(), days.cut).tolist()),
        seed=seed,
    )


def _day_set(
    days: LocalDays,
    members: tuple[int, ...],
    exposure: NDArray[np.int64],
    form: shape.Shape | None,
    drawing: Drawing,
) -> DaySet:
    """One set of weekdays with its blocks and breaks; a sparse one has none."""
    part = days.only(np.isin(days.weekday, members))
    events = float(part.weight.sum())
    if form is None and events >= OTHER_SET and part.n_weeks >= 4:
        form = shape.shape_of(pieces.fit_pieces(part.profile(), pieces.dispersion(part.by_week())))
    per_day = events / max(int(exposure[list(members)].sum()), 1)
    if form is None or not form.blocks:
        return DaySet(members, events, per_day, (), (), half_day=False)
    weeks = part.by_week()
    total = edges.running(edges.week_weights(len(weeks), drawing) @ weeks)
    blocks = tuple(_block(part, one, total, len(weeks), i > 0) for i, one in enumerate(form.blocks))
    breaks = tuple(_break(part, one, total, drawing) for one in form.breaks)
    return DaySet(members, events, per_day, blocks, breaks, half_day=False)


def _edge_values(total: FloatArray, span: Span) -> tuple[FloatArray, FloatArray]:
    """Start and end of a stretch for the posts and for every draw."""
    start = edges.place_edge(total, *edges.window_of(span.first, span.before, span.first_end))
    end = edges.place_edge(total, *edges.window_of(span.end, span.last_first, span.after))
    return start, end


def _local(days: LocalDays, values: FloatArray, weeks: int) -> Measured:
    """An edge as local minutes; the interval is not folded at midnight."""
    found = edges.measured(values, weeks)
    value = days.minute(found.value)
    return Measured(
        value, value - 15 * (found.value - found.low), value + 15 * (found.high - found.value)
    )


def _block(days: LocalDays, span: Span, total: FloatArray, weeks: int, later: bool) -> Block:
    start, end = (_local(days, values, weeks) for values in _edge_values(total, span))
    share = (total[:, span.end] - total[:, span.first]) / np.maximum(total[:, DAY], 1e-9)
    evening = later and start.value >= EVENING_MIN
    return Block(start, end, edges.measured(share, weeks), evening)


def _break(days: LocalDays, span: Span, total: FloatArray, drawing: Drawing) -> Break:
    start, end = _edge_values(total, span)
    weeks = days.n_weeks
    flanks = (
        (total[:, span.first] - total[:, span.before]) / max(span.first - span.before, 1)
        + (total[:, span.after] - total[:, span.end]) / max(span.after - span.end, 1)
    ) / 2
    inside = (total[:, span.end] - total[:, span.first]) / (span.end - span.first)
    depth = edges.measured(1 - inside / np.maximum(flanks, 1e-9), weeks)
    seasons = season.break_seasons(days, span.first, span.end, depth=depth.value, drawing=drawing)
    local_start, local_end = _local(days, start, weeks), _local(days, end, weeks)
    length = edges.measured(15 * (end - start), weeks)
    return Break(
        kind=kind_of_break(local_start.value, length.value, seasons),
        start=local_start,
        end=local_end,
        length=length,
        depth=depth,
        seasons=seasons,
    )


def _with_half(sets: list[DaySet]) -> list[DaySet]:
    """The sets with rates against the busiest, and half days named."""
    top = max([one.rate for one in sets] + [1e-9])
    usual = _work_min(sets[0])
    out = []
    for one in sets:
        work = _work_min(one)
        half = (
            one is not sets[0]
            and len(one.blocks) > 0
            and HALF[0] <= work / max(usual, 1.0) <= HALF[1]
            and abs(one.blocks[0].start.value - sets[0].blocks[0].start.value) <= 90
        )
        out.append(DaySet(one.days, one.events, one.rate / top, one.blocks, one.breaks, half))
    return out


def _work_min(one: DaySet) -> float:
    """Minutes of work a day."""
    return sum((block.end.value - block.start.value) % 1440 for block in one.blocks)


def _inside(
    days: LocalDays,
    order: list[tuple[int, ...]],
    blocks: tuple[Span, ...],
    drawing: Drawing,
) -> Measured | None:
    """Part of all events that lies in the blocks of the main weekdays."""
    if not blocks:
        return None
    work = np.isin(days.weekday, order[0])
    hours = np.zeros(DAY, dtype=bool)
    for block in blocks:
        hours[block.first : block.end] = True
    inside = days.only(work & hours[days.bin])
    rows = np.unique(days.week)
    tables = [
        np.bincount(np.searchsorted(rows, part.week), weights=part.weight, minlength=len(rows))
        for part in (inside, days)
    ]
    weights = edges.week_weights(len(rows), drawing)
    return edges.measured(weights @ tables[0] / np.maximum(weights @ tables[1], 1e-9), len(rows))


def _weekend(days: LocalDays, exposure: NDArray[np.int64], drawing: Drawing) -> Measured | None:
    """Rate of Saturday and Sunday over that of Monday to Friday."""
    rest = days.weekday >= 5
    if not exposure[5:].sum() or not exposure[:5].sum() or rest.all():
        return None
    rows = np.unique(days.week)
    index = np.searchsorted(rows, days.week)
    tables = [
        np.bincount(index[part], weights=days.weight[part], minlength=len(rows))
        for part in (rest, ~rest)
    ]
    weights = edges.week_weights(len(rows), drawing)
    ratio = (weights @ tables[0]) / np.maximum(weights @ tables[1], 1e-9)
    return edges.measured(ratio * (exposure[:5].sum() / exposure[5:].sum()), len(rows))


def _full_days(
    activity: Activity, days: LocalDays, members: tuple[int, ...], blocks: tuple[Span, ...]
) -> tuple[tuple[tuple[int, ...], int], ...]:
    """On how many days with many posts which blocks were worked, the most frequent first."""
    if len(blocks) < 2:
        return ()
    rows, index = np.unique(days.day, return_inverse=True)
    posts = np.bincount(index, weights=activity.n)
    weekday = (rows + 3) % 7
    keep = np.isin(weekday, members) & (posts >= FULL_DAY)
    if keep.sum() < FULL_DAYS:
        return ()
    table = days.by_day()[keep]
    worked = np.stack(
        [table[:, one.first : one.end].sum(axis=1) / (one.end - one.first) for one in blocks],
        axis=1,
    )
    present = worked >= 0.25 * worked.max(axis=1, keepdims=True)
    kinds, counts = np.unique(present, axis=0, return_counts=True)
    listed = [
        (tuple(int(i) for i in np.flatnonzero(kind)), int(count))
        for kind, count in zip(kinds, counts, strict=True)
    ]
    return tuple(sorted(listed, key=lambda item: (-item[1], item[0])))


def _nothing(activity: Activity, days: LocalDays, reasons: list[str], seed: int) -> ShiftAnswer:
    """The answer about a unit with too few posts."""
    profile = np.roll(days.profile(), days.cut) if len(days.day) else np.zeros(DAY)
    return ShiftAnswer(
        activity=activity,
        zone=days.zone,
        status="insufficient",
        reasons=tuple(reasons),
        limits=limits_of(days.zone),
        cut_min=(days.cut * 15) % 1440,
        events=float(days.weight.sum()),
        days=days.n_days,
        weeks=days.n_weeks,
        dispersion=1.0,
        power_ppm=power_ppm(float(days.weight.sum())),
        sharpness=None,
        pieces_gain=0.0,
        sets=(),
        inside=None,
        weekend=None,
        full_days=(),
        day_moves=None,
        patterns={},
        profile=tuple(profile.tolist()),
        seed=seed,
    )
