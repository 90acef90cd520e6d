"""How shifts and rotas look in a terminal: 80 columns, no colour needed."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from forensics.clues.rota import finding as rota
from forensics.clues.rota.answer import RotaAnswer
from forensics.clues.shifts.answer import Break, DaySet, ShiftAnswer
from forensics.clues.shifts.edges import Measured
from forensics.clues.shifts.finding import (
    days_text,
    edge_text,
    percent,
    statement_of,
    time_text,
)
from forensics.job.ask.about_shifts import UnitShifts
from forensics.verbs.console import printable

WIDTH = 80
INDENT = 20
CELLS = 48
"""One cell for half an hour."""
BLOCKS = "▁▂▃▄▅▆▇█"
WORK, DIP, QUIET, EDGE = "█", "▒", "·", "░"
PATTERN_WORDS = {
    "office_9_18": "office 9-18",
    "nine_nine_six": "9-21 on six days",
    "two_shift": "two shifts, 6-22",
    "three_shift": "three shifts, all hours",
    "twelve_hour_day": "12 hours by day",
    "twelve_hour_night": "12 hours by night",
    "audience_evening": "evenings, 18-24",
    "ordinary_person": "an ordinary person",
}
LEAST_WEIGHT = 0.02


def unit_text(unit: UnitShifts) -> list[str]:
    """Everything about one unit: the picture, edges, breaks, days, patterns, limits."""
    shift = unit.shift
    lines = [_head(unit)]
    if not unit.zone_given:
        lines += _paragraph(
            f"{shift.zone} is the zone these hours fit best, and one of many: edges move with the "
            "zone. --zone ZONE gives them in another."
        )
    lines.append("")
    lines += picture(shift)
    lines += ["", *_paragraph(statement_of(shift))]
    for one in shift.sets:
        lines += _set_text(one)
    lines += _more(shift)
    lines += ["", "Days:", *_paragraph(rota.statement_of(unit.rota))]
    lines += _actions(unit.rota)
    lines.append("")
    for limit in (*shift.limits, *unit.rota.limits):
        lines += _paragraph("- " + limit, hang=2)
    return lines


def _head(unit: UnitShifts) -> str:
    shift = unit.shift
    return (
        f"{printable(shift.activity.unit)}: {shift.activity.n_posts:,} posts, "
        f"{shift.days:,} active days, local time of {shift.zone}"
    )[:WIDTH]


def picture(shift: ShiftAnswer) -> list[str]:
    """The day in half-hours: the curve, and a bar for each set of weekdays."""
    profile = shift.profile
    halves = [profile[2 * i] + profile[2 * i + 1] for i in range(CELLS)]
    top = max(halves, default=0.0)
    curve = "".join(
        BLOCKS[min(7, int(value * 8 / top))] if value > 0 and top > 0 else QUIET for value in halves
    )
    axis = " " * INDENT + "".join(f"{hour:02d}".ljust(6) for hour in range(0, 24, 3)).rstrip()
    lines = [axis, f"{'all days':<{INDENT}}{curve}"]
    for one in shift.sets:
        name = f"{days_text(one.days)[:12]} {round(100 * one.rate)} %"
        lines.append(f"{name:<{INDENT}}{_bar(one)}")
    if any(one.blocks for one in shift.sets):
        word = "work" if shift.status == "found" else "stands out, no shift"
        lines.append(" " * INDENT + f"{WORK} {word}  {EDGE} edge (90 %)  {DIP} break inside")
    return lines


def _bar(one: DaySet) -> str:
    """48 half-hours: work, breaks inside it, and intervals of the edges."""
    cells = [QUIET] * CELLS
    for block in one.blocks:
        _fill(cells, block.start.value, block.end.value, WORK)
    for item in one.breaks:
        if any(_inside(block.start.value, block.end.value, item) for block in one.blocks):
            _fill(cells, item.start.value, item.end.value, DIP)
    for block in one.blocks:
        for edge in (block.start, block.end):
            if edge.high - edge.low > 30:
                _fill(cells, edge.low, edge.high, EDGE)
    return "".join(cells)


def _inside(start: float, end: float, item: Break) -> bool:
    """True if a break lies inside a block and not beside it."""
    length = (end - start) % 1440
    return 5 < (item.start.value - start) % 1440 < (item.end.value - start) % 1440 < length - 5


def _fill(cells: list[str], start: float, end: float, sign: str) -> None:
    """Half-hours whose middle lies inside, across midnight if need be."""
    length = (end - start) % 1440
    for place in range(CELLS):
        if (30 * place + 15 - start) % 1440 < length:
            cells[place] = sign


def _set_text(one: DaySet) -> list[str]:
    """Edges and breaks of one set of weekdays, a line each."""
    half = ", half a day" if one.half_day else ""
    lines = ["", f"{days_text(one.days)}: {percent(one.rate)} as busy as the busiest{half}"]
    for block in one.blocks:
        name = "evening" if block.evening else "work"
        lines.append(
            f"  {name:<8} {edge_text(block.start)} to {edge_text(block.end)}  "
            f"{percent(block.share.value)} of the events"
        )
    for item in one.breaks:
        lines.append(
            f"  {item.kind:<8} {edge_text(item.start)} to {edge_text(item.end)}  "
            f"{percent(item.depth.value)} missing"
        )
        if item.seasons is not None:
            lines += _paragraph(
                f"{'':<11}May-Sep {_length(item.seasons.summer)}, Nov-Mar "
                f"{_length(item.seasons.winter)} min, p = {item.seasons.p:.3f}"
            )
    return lines


def _length(item: Measured) -> str:
    return f"{item.value:.0f} ({item.low:.0f}-{item.high:.0f})"


def _more(shift: ShiftAnswer) -> list[str]:
    """Weekend, season, blocks by day, and named patterns."""
    lines: list[str] = [""] if shift.sets else []
    if shift.weekend is not None:
        low, high = percent(shift.weekend.low), percent(shift.weekend.high)
        lines.append(
            f"A weekend day has {percent(shift.weekend.value)} ({low} to {high}) of a weekday's "
            "events."
        )
    if shift.day_moves is not None:
        moves, p = shift.day_moves
        lines += _paragraph(
            f"The day lies {moves.value:+.0f} min ({moves.low:+.0f} to {moves.high:+.0f}) later "
            f"in May-Sep than in Nov-Mar, p = {p:.3f}."
        )
    if shift.full_days:
        parts = [
            f"{' and '.join(str(number + 1) for number in blocks) or 'none'} on {days}"
            for blocks, days in shift.full_days[:4]
        ]
        lines += _paragraph("Blocks worked, on days with many posts: " + ", ".join(parts) + ".")
    if shift.patterns:
        order = sorted(shift.patterns.items(), key=lambda item: (-item[1], item[0]))
        parts = [
            f"{PATTERN_WORDS[name]} {percent(weight)}"
            for name, weight in order
            if weight >= LEAST_WEIGHT
        ]
        lines += _paragraph("Named patterns, weights: " + ", ".join(parts) + ".")
    return lines


def _actions(answer: RotaAnswer) -> list[str]:
    """First and last actions, lateness, stretches."""
    lines: list[str] = []
    if answer.actions is not None:
        one = answer.actions
        low, high = one.first_spread[0], one.first_spread[3]
        lines += _paragraph(
            f"First action mostly about {time_text(one.usual_first)}; on 80 % of days between "
            f"{time_text(low)} and {time_text(high)}; more than an hour late on "
            f"{percent(one.late[2])} of {one.days} days."
        )
    if answer.stretches is not None:
        left, middle, right = answer.stretches.hours
        lines += _paragraph(
            f"Stretches without a gap of four hours: {middle:.1f} h (half of them {left:.1f} to "
            f"{right:.1f}), {answer.stretches.a_day:.1f} a day."
        )
    return lines


def _paragraph(text: str, hang: int = 0) -> list[str]:
    return wrap(text, WIDTH, subsequent_indent=" " * hang, break_on_hyphens=False)


def table_text(units: Sequence[UnitShifts], shown: int) -> list[str]:
    """Many units, one line each: the most active first."""
    order = sorted(units, key=lambda u: (-u.shift.activity.n_posts, u.shift.activity.unit))
    lines = [f"{'unit':<20} {'posts':>7}  {'shift (local)':<28} rota"]
    for unit in order[:shown]:
        name = printable(unit.shift.activity.unit)
        name = name if len(name) <= 20 else name[:19] + "…"
        line = (
            f"{name:<20} {unit.shift.activity.n_posts:>7,}  {_row_shift(unit.shift):<28} "
            f"{_row_rota(unit.rota)}"
        )
        lines.append(line[:WIDTH].rstrip())
    if len(order) > shown:
        lines.append(f"and {len(order) - shown:,} more; --json prints all, --account NAME one")
    found = sum(unit.shift.status == "found" for unit in units)
    none = sum(unit.shift.status == "nothing_found" for unit in units)
    lines.append(
        f"{found:,} of {len(units):,} units keep a shift, {none:,} keep none, "
        f"{len(units) - found - none:,} are insufficient."
    )
    lines += _paragraph(
        "Edges are local times in the zone that each unit's hours fit best, unless --zone was "
        "given, and move with it. --account NAME shows one unit with intervals and limits."
    )
    return lines


def _row_shift(shift: ShiftAnswer) -> str:
    """Blocks of the main weekdays, or the word."""
    if shift.status == "insufficient":
        return "insufficient"
    if shift.status == "nothing_found":
        return "none"
    main = shift.sets[0]
    blocks = " ".join(
        f"{time_text(block.start.value)}-{time_text(block.end.value)}" for block in main.blocks
    )
    text = f"{days_text(main.days)} {blocks}"
    return text if len(text) <= 28 else text[:27] + "…"


def _row_rota(answer: RotaAnswer) -> str:
    """The cycle, the days of rest, or the word."""
    if answer.status == "insufficient":
        return "insufficient"
    if answer.cycle is not None and answer.cycle.real:
        return rota.cycle_text(answer.cycle)
    if answer.week is not None and answer.week.rest and answer.status == "found":
        return f"off {days_text(answer.week.rest)}"
    return "none"
