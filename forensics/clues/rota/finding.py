"""The rota of a unit as a finding: a sentence, observations, and all numbers as integers.

It carries no clue about places: any place can have any rota.
"""

from __future__ import annotations

from collections.abc import Mapping

from forensics.clues.rota.actions import LATE_MIN, Actions, Overtime, Stretches
from forensics.clues.rota.answer import RotaAnswer, WorkWeek
from forensics.clues.rota.cycle import Cycle
from forensics.clues.shifts.edges import DRAWS, Measured
from forensics.clues.shifts.finding import (
    MILLION,
    days_text,
    edge_text,
    minutes,
    percent,
    ppm,
    time_text,
    versions,
)
from forensics.model import Finding, Json, Observation

FINDER = "rota"
PART_NAMES = ("00-06", "06-12", "12-18", "18-24")


def finding(answer: RotaAnswer) -> Finding:
    """The answer as a finding."""
    statement = statement_of(answer)
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status=answer.status,
        statement=statement,
        observations=_observations(answer),
        clues=(),
        limits=answer.limits,
        details=details_of(answer),
    )


def cycle_text(cycle: Cycle) -> str:
    """`4 days: 2 on, 2 off`, or the parts of the day where every day is worked."""
    pattern = cycle.pattern
    runs: list[tuple[str, int]] = []
    for sign in pattern:
        if runs and runs[-1][0] == sign:
            runs[-1] = (sign, runs[-1][1] + 1)
        else:
            runs.append((sign, 1))
    words = ", ".join(f"{size} {'on' if sign == '1' else 'off'}" for sign, size in runs)
    if len(runs) == 1:
        words = "every day worked, at hours that go round"
    return f"{cycle.period} days: {words}"


def statement_of(answer: RotaAnswer) -> str:
    """The answer in one or two sentences, power first where nothing was found."""
    if answer.status == "insufficient":
        return "Too little to look for a rota. " + " ".join(answer.reasons)
    parts = []
    cycle, week = answer.cycle, answer.week
    if cycle is not None and cycle.real:
        parts.append(
            f"Days go round in {cycle_text(cycle)}; this explains {percent(cycle.share)} of which "
            f"days and parts of days are worked (p = {cycle.p_phase:.3f})."
        )
    if week is not None and week.rest and answer.status == "found":
        parts.append(
            f"In the week, {days_text(week.rest)} {'is' if len(week.rest) == 1 else 'are'} rarely "
            f"worked (p = {week.p:.3f})."
        )
    if not parts:
        parts.append(
            f"No rota. {answer.active} active of {answer.covered} covered days; a strict one of "
            f"two days on, two off would explain {percent(answer.expected_share)} of them, the "
            f"best cycle explains {percent(max(cycle.share, 0.0)) if cycle else '0 %'}."
        )
    if answer.signs:
        words = {"no_trough": "no nightly trough", "no_weekend": "no weekend"}
        parts.append(f"There is {' and '.join(words[sign] for sign in answer.signs)}.")
    if answer.actions is not None:
        parts.append(
            f"The first action of a day is at {edge_text(answer.actions.first)}, the last at "
            f"{edge_text(answer.actions.last)} {answer.zone} (medians)."
        )
    return " ".join(parts)


def _observations(answer: RotaAnswer) -> tuple[Observation, ...]:
    """Period, weekend, first and last action."""
    found = []
    cycle = answer.cycle
    if cycle is not None and cycle.real:
        found.append(
            _observation(answer, "period", f"Days go round in {cycle_text(cycle)}.", cycle.period)
        )
    if answer.weekend is not None:
        text = f"A weekend day is worked {percent(answer.weekend.value)} as often as a weekday."
        item = Measured(
            *(MILLION * v for v in (answer.weekend.value, answer.weekend.low, answer.weekend.high))
        )
        found.append(_observation(answer, "weekend_days", text, item, "ppm"))
    if answer.actions is not None:
        for name, item in (("first", answer.actions.first), ("last", answer.actions.last)):
            text = f"Median {name} action of a day: {edge_text(item)} {answer.zone}."
            found.append(_observation(answer, f"{name}_action", text, item, "min"))
    return tuple(found)


def _observation(
    answer: RotaAnswer, what: str, text: str, item: Measured | int, unit: str = "days"
) -> Observation:
    whole = isinstance(item, int)
    return Observation(
        id=f"{FINDER}:{answer.activity.unit}:{what}",
        about=answer.activity.unit,
        statement=text,
        value=item if isinstance(item, int) else round(item.value),
        interval=None if isinstance(item, int) else (round(item.low), round(item.high)),
        unit=unit,
        rows=answer.activity.rows,
        rows_total=answer.activity.n_posts,
        method=FINDER,
        version=versions(),
        settings={"zone": answer.zone} if whole else {"zone": answer.zone, "draws": DRAWS},
        seed=answer.seed,
    )


def details_of(answer: RotaAnswer) -> dict[str, Json]:
    """Every number of the answer, as integers."""
    details: dict[str, Json] = {
        "zone": answer.zone,
        "reasons": list(answer.reasons),
        "covered_days": answer.covered,
        "active_days": answer.active,
        "first_day": answer.first_day,
        "expected_share_ppm": round(MILLION * answer.expected_share),
        "trough_ppm": round(MILLION * answer.trough),
        "signs": list(answer.signs),
    }
    if answer.cycle is not None:
        details["cycle"] = _cycle_details(answer.cycle)
    if answer.week is not None:
        details["week"] = _week_details(answer.week)
    if answer.weekend is not None:
        details["weekend_days_ppm"] = ppm(answer.weekend)
    if answer.actions is not None:
        details["actions"] = _action_details(answer.actions)
    if answer.stretches is not None:
        details["stretches"] = _stretch_details(answer.stretches)
    if answer.overtime is not None:
        details["overtime"] = _overtime_details(answer.overtime)
    return details


def _cycle_details(cycle: Cycle) -> Json:
    return {
        "real": cycle.real,
        "period_days": cycle.period,
        "pattern": cycle.pattern,
        "share_ppm": round(MILLION * cycle.share),
        "p_phase_ppm": round(MILLION * cycle.p_phase),
        "p_lag_ppm": round(MILLION * cycle.p_lag),
        "best_lag_days": cycle.best_lag,
        "correlations_ppm": [round(MILLION * value) for value in cycle.correlations],
        "on_rates_ppm": [round(MILLION * value) for value in cycle.on_rates],
        "parts_ppm": [[round(MILLION * value) for value in row] for row in cycle.parts],
    }


def _week_details(week: WorkWeek) -> Json:
    return {
        "rates_ppm": [round(MILLION * rate) for rate in week.rates],
        "rest": list(week.rest),
        "p_ppm": round(MILLION * week.p),
    }


def _action_details(actions: Actions) -> Json:
    late: Mapping[str, int] = {
        str(bound): round(MILLION * share)
        for bound, share in zip(LATE_MIN, actions.late, strict=True)
    }
    return {
        "days": actions.days,
        "first_min": minutes(actions.first),
        "last_min": minutes(actions.last),
        "first_spread_min": [round(value) for value in actions.first_spread],
        "last_spread_min": [round(value) for value in actions.last_spread],
        "usual_first_min": round(actions.usual_first),
        "usual_first": time_text(actions.usual_first),
        "late_ppm": dict(late),
    }


def _stretch_details(stretches: Stretches) -> Json:
    return {
        "number": stretches.number,
        "minutes": [round(60 * value) for value in stretches.hours],
        "a_day_milli": round(1000 * stretches.a_day),
        "longest_min": round(60 * stretches.longest),
    }


def _overtime_details(overtime: Overtime) -> Json:
    return {
        "events": overtime.events,
        "ratio_milli": round(1000 * overtime.ratio),
        "p_ppm": round(MILLION * overtime.p),
        "placements": overtime.placements,
    }
