"""How an answer about hours looks in a terminal: 80 columns, no colour needed."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from forensics import clock
from forensics.clues.hours.answer import HoursAnswer, alternatives
from forensics.clues.hours.finding import ppm, week_counts
from forensics.clues.times import UnitTimes
from forensics.model import Finding
from forensics.reference.people import people
from forensics.reference.zones import candidate_offsets, zone_countries
from forensics.verbs.console import printable

WIDTH = 80
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BLOCKS = "▁▂▃▄▅▆▇█"
NONE = "·"
AXIS = "0     6     12    18"
COUNTRIES_SHOWN = 6
NAMES = {
    "clock_changes": "clock changes",
    "calendar": "working calendar",
    "calendar_pieces": "calendars of its pieces",
    "audience": "audience's clock",
    "automation": "machines",
    "splits": "pieces of the unit",
    "hands": "change of hands",
    "segments": "changes over time",
    "previous_owner": "previous owners",
    "rivals": "standing alternatives",
    "identifiability": "what can be told apart",
}
GLUE = "\N{NO-BREAK SPACE}"
"""Keeps a number on the line of its name."""


def heat_map(counts: Sequence[int], highest: int) -> list[str]:
    """Seven rows of 24 blocks, Monday first; the tallest block stands for `highest` posts."""
    rows = []
    for day in range(7):
        cells = counts[24 * day : 24 * day + 24]
        rows.append("".join(_block(count, highest) for count in cells))
    return rows


def _block(count: int, highest: int) -> str:
    if count <= 0:
        return NONE
    return BLOCKS[min(len(BLOCKS) - 1, (count * len(BLOCKS) - 1) // max(1, highest))]


def panels(answer: HoursAnswer, zones: Sequence[str]) -> list[str]:
    """Heat maps side by side, two to a row, each under the name of its clock."""
    weeks = {zone: week_counts(answer, zone) for zone in zones}
    highest = max(max(counts) for counts in weeks.values())
    lines = []
    for first in range(0, len(zones), 2):
        pair = zones[first : first + 2]
        lines.append("     " + "      ".join(f"{_title(zone):<27}" for zone in pair).rstrip())
        lines.append(
            "     " + "      ".join(f"{'0     6     12    18':<27}" for _ in pair).rstrip()
        )
        drawn = [heat_map(weeks[zone], highest) for zone in pair]
        for day, name in enumerate(DAYS):
            lines.append(f"{name}  " + "      ".join(f"{rows[day]:<27}" for rows in drawn).rstrip())
    lines.append(f"     {BLOCKS[-1]} = {highest} posts in that hour of the week, {NONE} = none")
    return lines


def _title(zone: str) -> str:
    return "UTC" if zone == "UTC" else f"{zone} (local)"[:27]


def unit_text(times: UnitTimes, *, extra_zone: str | None = None) -> list[str]:
    """Everything about one unit: the picture, the sets, the other statements, the limits."""
    answer = times.hours
    lines = _head(times)
    if answer.classes is None:
        return [*lines, *_paragraph("insufficient: " + " ".join(answer.reasons))]
    zones = ["UTC", answer.local_zone]
    if extra_zone is not None and extra_zone not in zones:
        zones.append(extra_zone)
    lines += ["", *panels(answer, zones), ""]
    if answer.reasons:
        lines += _paragraph("insufficient: " + " ".join(answer.reasons))
        lines += _paragraph("Shown all the same, and no more than a set:")
    else:
        lines += _paragraph("If ordinary hours are kept, the 80 % sets are:")
    lines += _paragraph("all offsets alike: " + _set_text(answer, 0), hang=2)
    lines += _paragraph("by population:     " + _set_text(answer, 1), hang=2)
    if answer.point_min is not None:
        lines += _paragraph(f"one offset, if one must be named: {_point_text(answer)}", hang=2)
    elif not answer.reasons:
        lines += _paragraph(answer.point_reason)
    lines += ["", *_countries(answer), ""]
    lines += _paragraph(
        f"The same picture at every other offset, with habits later (+) or earlier (-) than at "
        f"{clock.offset_text(answer.best_min)}, in hours: " + alternatives_text(answer.best_min)
    )
    lines += ["", *statements_text(times.findings()[1:])]
    lines.append("what this does not show:")
    for limit in answer.limits:
        lines += _paragraph("- " + limit, hang=2)
    return lines


def statements_text(findings: Sequence[Finding]) -> list[str]:
    """Each further statement under its name, with how it stands."""
    lines = []
    for one in findings:
        lines.append(f"{NAMES[one.finder]}: {one.status.replace('_', ' ')}")
        lines += [f"  {line}" for line in wrap(one.statement, WIDTH - 2, break_on_hyphens=False)]
        lines.append("")
    return lines


def _head(times: UnitTimes) -> list[str]:
    activity = times.posts.activity
    text = (
        f"{printable(activity.unit)}: {activity.n_posts:,} posts, {activity.n_active_hours:,} "
        f"active hours, {activity.n_active_days:,} of {activity.span_days:,} days"
    )
    if len(activity.accounts) > 1:
        text += f", {len(activity.accounts):,} accounts"
    lines = [text]
    gone = activity.n_posts - times.posts.left.n_posts
    if gone:
        lines += _paragraph(
            f"{gone:,} posts of machines, of previous owners, or of others (reposts) are "
            "left out of what follows."
        )
    return lines


def _set_text(answer: HoursAnswer, prior: int) -> str:
    """The offsets of an 80 % set with their probabilities, rising."""
    shares = dict(zip(candidate_offsets(), ppm(answer.offset_p[prior]), strict=True))
    return ", ".join(
        f"{clock.offset_text(offset)}{GLUE}{shares[offset] / 10_000:.0f}{GLUE}%"
        for offset in sorted(answer.set80[prior])
    )


def _point_text(answer: HoursAnswer) -> str:
    """The offset, and how much probability lies on it and in part on its neighbours."""
    return (
        f"{clock.offset_text(answer.point_min or 0)} (worth "
        f"{answer.point_worth_ppm / 1_000_000:.2f}, its neighbours counted in part)"
    )


def _countries(answer: HoursAnswer) -> list[str]:
    """For each offset of either set, who lives there: countries in order of people."""
    if answer.classes is None:
        return []
    wanted = sorted(set(answer.set80[0]) | set(answer.set80[1]))
    table = people()
    lines = ["who lives there (by people; a set of zones, never a country):"]
    for offset in wanted:
        found: dict[str, int] = {}
        zones = 0
        for names, modal in zip(answer.classes.names, answer.modal_min.tolist(), strict=True):
            if modal != offset:
                continue
            zones += len(names)
            for name in names:
                for country in table.countries.get(name, (zone_countries()[name],)):
                    found[country] = found.get(country, 0) + table.by_zone.get(name, 0)
        order = sorted(found, key=lambda code: (-found[code], code))
        more = len(order) - COUNTRIES_SHOWN
        text = " ".join(order[:COUNTRIES_SHOWN]) + (f" and {more} more" if more > 0 else "")
        lines.append(f"  {clock.offset_text(offset):<10} {text}   (zones: {zones})")
    return lines


def alternatives_text(best_min: int) -> str:
    """Every candidate offset with the shift of habits that makes it the same picture."""
    return ", ".join(
        f"{clock.offset_text(offset)}{GLUE}{shift / 60:+g}"
        for offset, shift in alternatives(best_min)
    )


def _paragraph(text: str, hang: int = 0) -> list[str]:
    return wrap(text, WIDTH, subsequent_indent=" " * hang, break_on_hyphens=False)


def table_text(answers: Sequence[HoursAnswer], shown: int) -> list[str]:
    """Many units, one line each: the most active first."""
    order = sorted(answers, key=lambda a: (-a.activity.n_active_hours, a.activity.unit))
    lines = [f"{'unit':<22} {'posts':>8} {'hours':>6} {'days':>5}  80 % set (wider of two priors)"]
    for answer in order[:shown]:
        activity = answer.activity
        name = printable(activity.unit)
        name = name if len(name) <= 22 else name[:21] + "…"
        line = (
            f"{name:<22} {activity.n_posts:>8,} {activity.n_active_hours:>6,} "
            f"{activity.n_active_days:>5,}  "
        )
        lines.append((line + _row_answer(answer, WIDTH - len(line))).rstrip())
    if len(order) > shown:
        lines.append(f"and {len(order) - shown:,} more; --json prints all, --account NAME one")
    found = sum(answer.status == "found" for answer in answers)
    lines.append(
        f"{found:,} of {len(answers):,} units have an answer; the others are insufficient."
    )
    lines += _paragraph(
        "All of this holds only if ordinary hours are kept: an offset and a shift of habits make "
        "one curve. --account NAME shows one unit with its picture and its limits."
    )
    return lines


def _row_answer(answer: HoursAnswer, room: int) -> str:
    """The set as ranges, or the word insufficient."""
    if answer.status == "insufficient":
        return "insufficient"
    text = ranges_text(answer.headline)
    return text if len(text) <= room else text[: room - 1] + "…"


def ranges_text(offsets: Sequence[int]) -> str:
    """Offsets as ranges over the candidates: `UTC+7..+8, UTC+9:30`."""
    candidates = candidate_offsets()
    places = sorted(candidates.index(offset) for offset in offsets)
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    texts = [clock.offset_text(candidates[run[0]]).removeprefix("UTC") for run in runs]
    ends = [clock.offset_text(candidates[run[-1]]).removeprefix("UTC") for run in runs]
    return ", ".join(a if a == b else f"{a}..{b}" for a, b in zip(texts, ends, strict=True))
