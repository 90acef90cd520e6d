"""The shift of a unit as a finding: a sentence, observations, and all numbers as integers.

It carries no clue: edges are the same hour curve that the finder of hours has weighed, and a second
weight would count it twice.
"""

from __future__ import annotations

from functools import cache

from forensics import clock
from forensics.clues.shifts.answer import Block, Break, DaySet, ShiftAnswer
from forensics.clues.shifts.edges import DRAWS, Measured
from forensics.clues.shifts.season import Seasons
from forensics.model import Finding, Json, Observation
from forensics.version import __version__

FINDER = "shifts"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MILLION = 1_000_000
BREAK_WORDS = {
    "lunch": "a break at midday",
    "supper": "a break at supper time",
    "prayer": "a short break that moves with the season",
    "other": "a break",
}


@cache
def versions() -> str:
    """Everything the answer depends on besides the posts."""
    return f"gnomon {__version__}; {clock.ZONE_DATABASE}"


def time_text(minute: float) -> str:
    """`09:05` of a local minute of the day; minutes past midnight are folded."""
    whole = round(minute) % 1440
    return f"{whole // 60:02d}:{whole % 60:02d}"


def edge_text(edge: Measured) -> str:
    """`09:05 (08:55-09:20)`: an edge with its 90 % interval."""
    return f"{time_text(edge.value)} ({time_text(edge.low)}-{time_text(edge.high)})"


def days_text(days: tuple[int, ...]) -> str:
    """`Mon-Fri`, `Mon, Wed`, `all days`: runs of three or more as ranges."""
    if len(days) == len(DAYS):
        return "all days"
    parts: list[list[int]] = []
    for day in sorted(days):
        if parts and parts[-1][-1] == day - 1:
            parts[-1].append(day)
        else:
            parts.append([day])
    words = []
    for run in parts:
        if len(run) > 2:
            words.append(f"{DAYS[run[0]]}-{DAYS[run[-1]]}")
        else:
            words += [DAYS[day] for day in run]
    return ", ".join(words)


def percent(value: float) -> str:
    """A share as whole percent."""
    return f"{round(100 * value)} %"


def statement_of(answer: ShiftAnswer) -> str:
    """The answer in one or two sentences, power first where nothing was found."""
    power = (
        f"An office with {answer.events:.0f} active quarter-hours would be found in "
        f"{percent(answer.power_ppm / MILLION)} of cases."
    )
    if answer.status == "insufficient":
        return "Too little to look for a shift. " + " ".join(answer.reasons)
    main = answer.sets[0]
    blocks = " and ".join(
        f"{edge_text(block.start)} to {edge_text(block.end)}" for block in main.blocks
    )
    if answer.status == "nothing_found":
        seen = f" What stands out on {days_text(main.days)}: {blocks}." if blocks else ""
        return f"No shift in {answer.zone}. {power} {' '.join(answer.reasons)}{seen}"
    breaks = ", ".join(
        f"{BREAK_WORDS[one.kind]} (from {time_text(one.start.value)}, {one.length.value:.0f} min)"
        for one in main.breaks
    )
    inside = f" {percent(answer.inside.value)} of all events lie inside." if answer.inside else ""
    return (
        f"If {answer.zone} is the zone, work on {days_text(main.days)} is {blocks}"
        + (f", with {breaks}" if breaks else "")
        + f" (90 % intervals in brackets).{inside}"
    )


def finding(answer: ShiftAnswer) -> Finding:
    """The answer as a finding."""
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status=answer.status,
        statement=statement_of(answer),
        observations=_observations(answer),
        clues=(),
        limits=answer.limits,
        details=details_of(answer),
    )


def _observations(answer: ShiftAnswer) -> tuple[Observation, ...]:
    """Edges of the main weekdays, the weekend, and the way of the day through the year."""
    if not answer.sets:
        return ()
    found = []
    main = answer.sets[0]
    for number, block in enumerate(main.blocks, start=1):
        for name, edge in (("start", block.start), ("end", block.end)):
            text = f"Block {number} on {days_text(main.days)}: {name} {edge_text(edge)}."
            found.append(_observation(answer, f"block{number}_{name}", text, edge, "min"))
    for number, one in enumerate(main.breaks, start=1):
        text = (
            f"Break {number}: {edge_text(one.start)} to {edge_text(one.end)}, "
            f"{percent(one.depth.value)} of the work beside it missing."
        )
        found.append(_observation(answer, f"break{number}_length", text, one.length, "min"))
    if answer.weekend is not None:
        text = f"A day of the weekend has {percent(answer.weekend.value)} of a weekday's events."
        ratio = Measured(*(MILLION * v for v in _values(answer.weekend)))
        found.append(_observation(answer, "weekend_rate", text, ratio, "ppm"))
    if answer.day_moves is not None:
        moves, p = answer.day_moves
        text = (
            f"The day lies {moves.value:+.0f} min ({moves.low:+.0f} to {moves.high:+.0f}) later in "
            f"May-September than in November-March (p = {p:.3f})."
        )
        found.append(_observation(answer, "summer_later", text, moves, "min"))
    return tuple(found)


def _values(item: Measured) -> tuple[float, float, float]:
    return item.value, item.low, item.high


def _observation(
    answer: ShiftAnswer, what: str, text: str, item: Measured, unit: str
) -> Observation:
    value, low, high = (round(part) for part in _values(item))
    return Observation(
        id=f"{FINDER}:{answer.activity.unit}:{what}",
        about=answer.activity.unit,
        statement=text,
        value=value,
        interval=(low, high),
        unit=unit,
        rows=answer.activity.rows,
        rows_total=answer.activity.n_posts,
        method=FINDER,
        version=versions(),
        settings={"zone": answer.zone, "draws": DRAWS},
        seed=answer.seed,
    )


def details_of(answer: ShiftAnswer) -> dict[str, Json]:
    """Every number of the answer, as integers."""
    details: dict[str, Json] = {
        "zone": answer.zone,
        "reasons": list(answer.reasons),
        "cut_min": answer.cut_min,
        "events": round(answer.events),
        "days": answer.days,
        "weeks": answer.weeks,
        "dispersion_milli": round(1000 * answer.dispersion),
        "power_ppm": answer.power_ppm,
        "pieces_gain_milli": round(1000 * answer.pieces_gain),
        "profile_milli": [round(1000 * value) for value in answer.profile],
        "sets": [_set_details(one) for one in answer.sets],
        "patterns_ppm": {
            name: round(MILLION * value) for name, value in sorted(answer.patterns.items())
        },
        "full_days": [
            {"blocks": [number + 1 for number in blocks], "days": days}
            for blocks, days in answer.full_days
        ],
    }
    if answer.sharpness is not None:
        details["sharpness_milli"] = round(1000 * answer.sharpness.value)
        details["sharpness_placebo_milli"] = round(1000 * answer.sharpness.expected)
        details["sharpness_p_ppm"] = round(MILLION * answer.sharpness.p)
    if answer.inside is not None:
        details["inside_ppm"] = ppm(answer.inside)
    if answer.weekend is not None:
        details["weekend_rate_ppm"] = ppm(answer.weekend)
    if answer.day_moves is not None:
        details["summer_later_min"] = minutes(answer.day_moves[0])
        details["summer_later_p_ppm"] = round(MILLION * answer.day_moves[1])
    return details


def minutes(item: Measured) -> Json:
    """[value, low, high] in minutes; an interval across midnight is not folded."""
    return [round(part) for part in _values(item)]


def ppm(item: Measured) -> Json:
    """[value, low, high] in parts per million."""
    return [round(MILLION * part) for part in _values(item)]


def _set_details(one: DaySet) -> Json:
    return {
        "weekdays": list(one.days),
        "events": round(one.events),
        "rate_ppm": round(MILLION * one.rate),
        "half_day": one.half_day,
        "blocks": [_block_details(block) for block in one.blocks],
        "breaks": [_break_details(item) for item in one.breaks],
    }


def _block_details(block: Block) -> Json:
    return {
        "start_min": minutes(block.start),
        "end_min": minutes(block.end),
        "share_ppm": ppm(block.share),
        "evening": block.evening,
    }


def _break_details(item: Break) -> Json:
    return {
        "kind": item.kind,
        "start_min": minutes(item.start),
        "end_min": minutes(item.end),
        "length_min": minutes(item.length),
        "depth_ppm": ppm(item.depth),
        "seasons": None if item.seasons is None else _season_details(item.seasons),
    }


def _season_details(item: Seasons) -> Json:
    return {
        "summer_min": minutes(item.summer),
        "winter_min": minutes(item.winter),
        "difference_min": minutes(item.difference),
        "p_ppm": round(MILLION * item.p),
        "events": list(item.events),
        "moves_min": minutes(item.moves),
        "moves_p_ppm": round(MILLION * item.moves_p),
    }
