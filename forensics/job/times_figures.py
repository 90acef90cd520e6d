"""The figures about when a unit was active, as values: shifts, days, calendars, weeks.

Shapes come from findings; days and weeks are counted here from the posts of the unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity, activities
from forensics.clues.calendars.days import Plan, date_shift
from forensics.clues.calendars.evidence import POWER_DB
from forensics.clues.rota.actogram import actogram
from forensics.engine import PostTable
from forensics.job.hours_figure import SPLIT
from forensics.model import Finding
from forensics.reference.calendars import LETTERS, calendar, countries, day_number, day_text
from forensics.reference.zones import zone_countries
from forensics.show.timesview import (
    ActogramFigure,
    CalendarFigure,
    ClassCount,
    CountryDays,
    CountryWeight,
    DateMark,
    DayClass,
    DaySet,
    Edge,
    ShiftsFigure,
    SpecialDay,
    TimesFigures,
    WeeksFigure,
    WorkBlock,
    WorkBreak,
)

IntArray = NDArray[np.int64]
Details = Mapping[str, Any]

MOST_DAYS = 12 * 366
"""Days drawn in a calendar; of longer spans the last ones."""
MOST_SPECIAL = 120
MOST_WEIGHTS = 6
MOST_BARS = 320
MOST_MARKS = 8
CLASSES: tuple[DayClass, ...] = (
    "working", "rest", "holiday", "bridge", "make_up", "unknown", "partly",
)  # fmt: skip
"""Name of each code of a day, in order."""
CLASS_WORDS: Mapping[str, str] = {
    "H": "holiday",
    "T": "bridge or moved day off",
    "M": "make-up working day",
    "P": "holiday, partly kept",
}
"""Special days, by letter."""
MILLION = 1_000_000


def times_figures(
    findings: Sequence[Finding],
    posts: PostTable,
    accounts: Sequence[str],
    covered: IntArray,
    audience_zone: str | None,
) -> TimesFigures:
    """All figures of one unit; each is None where there is nothing to draw.

    Args:
        findings: Answers of all finders about the unit.
        posts: The posts of the case.
        accounts: Accounts of the unit.
        covered: UTC days on which the whole collection holds anything.
        audience_zone: IANA zone of a stated audience; its country's calendar is drawn.
    """
    by_finder = {finding.finder: finding for finding in findings}
    if not accounts:
        return TimesFigures()
    activity = next(activities(posts, {"unit": tuple(accounts)}))
    if not len(activity.q):
        return TimesFigures()
    shown = shifts_figure(by_finder.get("shifts"))
    zone = shown.zone if shown else _hours_zone(by_finder.get("hours"))
    return TimesFigures(
        shifts=shown,
        actogram=actogram_figure(activity, zone, shown) if zone else None,
        calendar=calendar_figure(by_finder.get("calendar"), activity, covered, audience_zone),
        weeks=weeks_figure(posts, accounts, date_marks(by_finder)),
        left_out=left_out(by_finder),
    )


def _hours_zone(finding: Finding | None) -> str | None:
    """Zone of the local panel of the hours; None if none was drawn."""
    if finding is None or "local_zone" not in finding.details:
        return None
    return str(finding.details["local_zone"])


def left_out(by_finder: Mapping[str, Finding]) -> str:
    """What statements leave out and figures show; empty if both rest on the same posts."""
    machines, hands = by_finder.get("automation"), by_finder.get("hands")
    reasons = []
    details: Details = machines.details if machines else {}
    if details.get("posts_removed") and not details.get("scheduler_stands"):
        reasons.append(f"{details['posts_removed']:,} posts at a machine's minutes")
    details = hands.details if hands else {}
    if details.get("accounts_handed_over"):
        reasons.append("posts before a change of hands")
    hours = by_finder.get("hours")
    if hours is not None and hours.details.get("reposts_left_out"):
        reasons.append(f"{hours.details['reposts_left_out']:,} reposts")
    if not reasons:
        return ""
    return f"The statements leave out {' and '.join(reasons)}; days and weeks below show all posts."


def shifts_figure(finding: Finding | None) -> ShiftsFigure | None:
    """The working day as the finder of shifts described it."""
    if finding is None or "profile_milli" not in finding.details:
        return None
    details: Details = finding.details
    if not any(details["profile_milli"]):
        return None
    return ShiftsFigure(
        zone=str(details["zone"]),
        found=finding.status == "found",
        events=details["events"],
        days=details["days"],
        profile_milli=tuple(details["profile_milli"]),
        sets=tuple(
            DaySet(
                weekdays=tuple(one["weekdays"]),
                rate_ppm=one["rate_ppm"],
                blocks=tuple(
                    WorkBlock(_edge(b["start_min"]), _edge(b["end_min"]), _edge(b["share_ppm"]))
                    for b in one["blocks"]
                ),
                breaks=tuple(
                    WorkBreak(
                        kind=str(b["kind"]),
                        start_min=_edge(b["start_min"]),
                        end_min=_edge(b["end_min"]),
                        length_min=_edge(b["length_min"]),
                        depth_ppm=_edge(b["depth_ppm"]),
                    )
                    for b in one["breaks"]
                ),
            )
            for one in details["sets"]
        ),
    )


def _edge(values: Sequence[int]) -> Edge:
    value, low, high = values
    return value, low, high


def actogram_figure(activity: Activity, zone: str, shown: ShiftsFigure | None) -> ActogramFigure:
    """Every day of the unit in a zone, with the edges of its shift if it keeps one."""
    raster = actogram(activity, zone)
    edges = {
        edge % 1440
        for one in (shown.sets[:1] if shown and shown.found else ())
        for block in one.blocks
        for edge in (block.start_min[0], block.end_min[0])
    }
    return ActogramFigure(
        zone=zone,
        first_day=raster.first_day,
        days_per_row=raster.days_per_row,
        cap=raster.cap,
        posts=raster.posts,
        cells=tuple(tuple(map(int, row)) for row in raster.rows),
        edges_min=tuple(sorted(edges)),
    )


def drawn_countries(
    details: Details, audience_zone: str | None, *, found: bool
) -> list[tuple[str, str]]:
    """(country, why it is drawn): the leader, its strongest rival, and a stated audience's.

    Where no calendar stands out, rivals say nothing: the audience's comes first, then the nearest.
    """
    leader = str(details["leader"])
    audience = zone_countries().get(audience_zone or "")
    stated = [(str(audience), "stated audience")] if audience in countries() else []
    if not found:
        return [*stated, *([(leader, "comes nearest")] if leader != audience else [])]
    same = {leader, *details["same_days"]}
    rivals = [str(item["country"]) for item in details["countries"] if item["country"] not in same]
    drawn = [(leader, "fits best")] + [(rival, "next best") for rival in rivals[:1]]
    return drawn + [item for item in stated if item[0] not in dict(drawn)]


def calendar_figure(
    finding: Finding | None, activity: Activity, covered: IntArray, audience_zone: str | None
) -> CalendarFigure | None:
    """Active accounts by day against calendars, where the days had power to tell; else None.

    A day runs from the unit's quietest hour to the next, as for the finder, and is called by the
    date that each country's clocks showed in its middle.
    """
    if finding is None or finding.status not in {"found", "nothing_found"}:
        return None
    details: Details = finding.details
    if not details.get("leader") or not activity.hours:
        return None
    plan = Plan.of([list(activity.hours)], covered)
    active = np.zeros(plan.width, dtype=np.int64)
    accounts = np.zeros(plan.width, dtype=np.int64)
    for rows in plan.chunks():
        active += rows.active.sum(axis=0).astype(np.int64)
        accounts += rows.counted.sum(axis=0)
    skipped = max(0, plan.width - MOST_DAYS)
    active, accounts = active[skipped:], accounts[skipped:]
    days = plan.first + skipped + np.arange(len(active))
    chosen = drawn_countries(details, audience_zone, found=finding.status == "found")
    dates = [days + int(date_shift(name, plan.cut, plan.middle)[0]) for name, _ in chosen]
    drawn = tuple(
        country_days(name, role, own, active, accounts)
        for (name, role), own in zip(chosen, dates, strict=True)
    )
    special = special_days(drawn, dates, active, accounts)
    return CalendarFigure(
        found=finding.status == "found",
        first_day=int(dates[0][0]),
        active=tuple(active.tolist()),
        accounts=tuple(accounts.tolist()),
        calendars=drawn,
        special=tuple(special[:MOST_SPECIAL]),
        special_all=len(special),
        weights=country_weights(details, [name for name, _ in chosen]),
        skipped_days=skipped,
    )


def country_days(
    name: str, role: str, dates: IntArray, active: IntArray, accounts: IntArray
) -> CountryDays:
    """The classes of all days in one country, counted."""
    codes = calendar(name).day_class(dates).astype(np.int64)
    counts = []
    for code, kind in enumerate(CLASSES):
        here = (codes == code) & (accounts > 0)
        whole, seen = int(accounts[here].sum()), int(active[here].sum())
        if here.any():
            share = seen * MILLION // max(whole, 1)
            counts.append(ClassCount(kind, int(here.sum()), whole, seen, share))
    return CountryDays(name, calendar(name).label, role, tuple(codes.tolist()), tuple(counts))


def special_days(
    drawn: Sequence[CountryDays], dates: Sequence[IntArray], active: IntArray, accounts: IntArray
) -> list[SpecialDay]:
    """Days off and make-up days in any of the calendars, in order, on covered days."""
    found = []
    for index in range(len(active)):
        letters = [LETTERS[one.kinds[index]] for one in drawn]
        if not accounts[index] or not any(letter in CLASS_WORDS for letter in letters):
            continue
        names = []
        for one, own, letter in zip(drawn, dates, letters, strict=True):
            said = CLASS_WORDS.get(letter, "")
            name = calendar(one.country).name(int(own[index]))
            names.append(f"{name} ({said})" if name and said else said)
        day = int(dates[0][index])
        found.append(
            SpecialDay(
                date=day_text(day),
                weekday=(day + 3) % 7,
                names=tuple(names),
                active=int(active[index]),
                accounts=int(accounts[index]),
            )
        )
    return found


def country_weights(details: Details, drawn: Sequence[str]) -> tuple[CountryWeight, ...]:
    """The best calendars as they were weighed, those drawn among them, none without power."""
    listed = details["countries"]
    wanted = [item for item in listed if item["country"] in drawn]
    wanted += [
        item
        for item in listed
        if item["country"] not in drawn and item["expected_mdb"] >= POWER_DB * 1000
    ]
    some = sorted(wanted[:MOST_WEIGHTS], key=lambda item: (-item["weight_mdb"], item["country"]))
    return tuple(
        CountryWeight(
            name=calendar(item["country"]).label,
            weight_mdb=item["weight_mdb"],
            expected_mdb=item["expected_mdb"],
            days_off=item["days_off"],
            active_off=item["active_on_days_off"],
            expected_off_milli=item["expected_on_days_off_milli"],
            make_up=item["make_up_days"],
            active_make_up=item["active_on_make_up_days"],
            make_up_as_rest_milli=item["make_up_as_rest_milli"],
            make_up_as_work_milli=item["make_up_as_work_milli"],
        )
        for item in some
    )


def date_marks(by_finder: Mapping[str, Finding]) -> list[DateMark]:
    """Dates at which the day moved or an account changed hands, in order."""
    marks = []
    for item in _rows(by_finder.get("segments"), "splits"):
        hours, way = abs(item["later_min"]) / 60, "later" if item["later_min"] > 0 else "earlier"
        text = f"the day moved {hours:.1f} h {way}"
        marks.append(_mark(item["day"], item["low_day"], item["high_day"], text))
    for item in _rows(by_finder.get("hands"), "changes"):
        if item["verdict"] == "hands":
            text = f"{item['account']} changed as after a change of hands"
            marks.append(_mark(item["from"], item["from_earliest"], item["from_latest"], text))
    return sorted(marks, key=lambda mark: (mark.day, mark.text))


def _rows(finding: Finding | None, key: str) -> Sequence[Any]:
    rows: Any = finding.details.get(key, ()) if finding else ()
    return rows if isinstance(rows, Sequence) else ()


def _mark(date: str, low: str, high: str, text: str) -> DateMark:
    return DateMark(_day(date), _day(low), _day(high), date, text)


def _day(date: str) -> int:
    """Day number of `2016-03-27`."""
    year, month, day = (int(part) for part in date.split("-"))
    return day_number(year, month, day)


def weeks_figure(
    posts: PostTable, accounts: Sequence[str], marks: Sequence[DateMark]
) -> WeeksFigure | None:
    """Posts per week, originals and reposts apart; long spans with several weeks to a bar."""
    parts = [(name, *posts.quarters(accounts, kinds)) for name, kinds in SPLIT]
    parts = [part for part in parts if len(part[1])]
    if not parts:
        return None
    weeks = [(q // 96 + 3) // 7 for _, q, _ in parts]
    first = min(int(week.min()) for week in weeks)
    number = max(int(week.max()) for week in weeks) - first + 1
    if number < 2:
        return None
    together = -(-number // MOST_BARS)
    series = []
    for (_, _, n), week in zip(parts, weeks, strict=True):
        counts = np.zeros(-(-number // together), dtype=np.int64)
        np.add.at(counts, (week - first) // together, n)
        series.append(tuple(counts.tolist()))
    return WeeksFigure(
        first_day=first * 7 - 3,
        weeks_per_bar=together,
        names=tuple(name for name, _, _ in parts),
        series=tuple(series),
        marks=tuple(marks[:MOST_MARKS]),
        marks_all=len(marks),
    )
