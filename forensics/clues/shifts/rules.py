"""When there is a shift, when not, and when nothing can be said."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

from forensics.clues.activity import Activity
from forensics.clues.shifts.days import LocalDays
from forensics.clues.shifts.season import Seasons
from forensics.clues.shifts.shape import Shape
from forensics.clues.shifts.sharp import Sharpness

LEAST_EVENTS = 60
LEAST_DAYS = 20
LEAST_WEEKS = 4
LARGEST_P = 0.02
"""Of the placebo that moves days."""
LEAST_RATIO = 1.4
"""Sharpness over that of moved days; with very many posts p alone finds any slope."""
LEAST_CONTRAST = 2.5
"""Rate inside the blocks over the rate outside."""
LEAST_WORK, MOST_WORK = 6, 76
"""Quarter-hours of work a day: 1.5 to 19 hours."""
POWER = (
    (0, 0),
    (60, 30_000),
    (80, 190_000),
    (100, 530_000),
    (150, 920_000),
    (200, 980_000),
    (500, 990_000),
)
"""(events, chance that an office with 10 % noise is found): measured, benchmarks/shifts.py."""
LUNCH = (630, 900)
SUPPER = (1005, 1200)
"""A break with its middle in here (local minutes) is called lunch or supper; positions, no more."""
SHORT_MIN, MOVING_MIN, MOVING_P = 45, 20, 0.02
"""A break this short whose middle moves this much between the seasons moves as prayers do."""
COARSE_PART = 0.5

BreakKind = Literal["lunch", "supper", "prayer", "other"]


def reasons_about_data(activity: Activity, days: LocalDays) -> list[str]:
    """Why nothing can be said, and what would end that; empty where enough is there."""
    found = []
    events = float(days.weight.sum())
    if events < LEAST_EVENTS:
        found.append(f"{events:.0f} active quarter-hours; {LEAST_EVENTS} are needed.")
    if days.n_days < LEAST_DAYS:
        found.append(f"{days.n_days} active days; {LEAST_DAYS} are needed.")
    if days.n_weeks < LEAST_WEEKS:
        found.append(f"{days.n_weeks} active weeks; {LEAST_WEEKS} are needed.")
    coarse = sum(number for (_, vague), number in activity.clocks.items() if vague)
    if coarse > COARSE_PART * max(activity.n_posts, 1):
        found.append("Most times are known less precisely than a quarter of an hour.")
    return found


def reasons_against(form: Shape, gain: float, edge: Sharpness) -> list[str]:
    """Why the day is no shift; empty where it is one."""
    found = []
    if edge.p > LARGEST_P or edge.ratio < LEAST_RATIO:
        found.append(
            f"The sharpest rise and fall ({edge.value:.1f}) are those of a smooth day "
            f"({edge.expected:.1f} once days are moved by up to two hours, p = {edge.p:.3f})."
        )
    if gain <= 0:
        found.append("A smooth curve describes the day in fewer words than pieces do.")
    if form.slots:
        found.append(
            "Most posts stand in slots of 45 minutes or less: a schedule, not a stretch of work."
        )
    work = sum(block.end - block.first for block in form.blocks)
    if not form.blocks:
        found.append("No stretch of the day stands out.")
    elif not LEAST_WORK <= work <= MOST_WORK:
        found.append(f"What stands out lasts {work / 4:.1f} hours a day: no shift does.")
    elif form.on < LEAST_CONTRAST * form.off:
        found.append(
            f"Inside the blocks the rate is {form.on / max(form.off, 1e-9):.1f} times that "
            f"outside; {LEAST_CONTRAST} times are needed."
        )
    return found


def power_ppm(events: float) -> int:
    """Chance that an office with that many independent events is found."""
    counts = [count for count, _ in POWER]
    at = bisect_right(counts, events) - 1
    if at == len(POWER) - 1:
        return POWER[-1][1]
    (low, first), (high, second) = POWER[at], POWER[at + 1]
    return int(first + (second - first) * (events - low) / (high - low))


def kind_of_break(start: float, length: float, seasons: Seasons | None) -> BreakKind:
    """What a break is called by its place in the day, its length and its way through the year."""
    if (
        seasons is not None
        and length <= SHORT_MIN
        and abs(seasons.moves.value) >= MOVING_MIN
        and seasons.moves_p <= MOVING_P
    ):
        return "prayer"
    middle = (start + length / 2) % 1440
    if LUNCH[0] <= middle <= LUNCH[1]:
        return "lunch"
    return "supper" if SUPPER[0] <= middle <= SUPPER[1] else "other"


def limits_of(zone: str) -> tuple[str, ...]:
    """What the answer does not show."""
    return (
        f"Edges are local times in {zone} and move with it: h hours east, they lie h hours later.",
        "A scheduler, an audience's day or a person with fixed habits leave the same edges.",
        "Names of breaks and patterns are read off the clock of the zone and fall with it.",
    )
