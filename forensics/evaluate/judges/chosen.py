"""Judges of the scenarios of our own choice."""

from __future__ import annotations

from collections.abc import Mapping

from forensics import clock
from forensics.clues.calendars.evidence import CalendarAnswer
from forensics.clues.hours.answer import HoursAnswer, shift_min
from forensics.evaluate.asking import (
    Check,
    Judge,
    abstains,
    covers,
    holds,
    hours_of,
    pooled,
    set_text,
    share_text,
    single,
    table,
)
from forensics.evaluate.judges import ask
from forensics.evaluate.synthetic.chosen import FIXED_ZONES, STAFF_ZONE
from forensics.evaluate.synthetic.localtime import day_number, day_text
from forensics.evaluate.synthetic.people import AUDIENCE_ZONE
from forensics.evaluate.synthetic.tables import activity_of
from forensics.evaluate.synthetic.unit import SyntheticUnit, kept

SHARE_TOLERANCE = 0.10
EDGE_MIN = 15
HAND_OVER_DAYS = 7
MOVE_DAYS = 14
PLANTED_HOUR = 13
"""UTC hour of the planted posts; nobody of the office posts then."""
NAMED = ("north", "south", "dated")


def bought_account(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """The hand-over within a week, and the new owner's zone after it; the twin has one owner."""
    true = day_number(str(case.truth["hand_over"]))
    after = hours_of(activity_of(kept(case, lambda t_s: t_s >= true * 86_400)))
    found = ask.hands_of(case, case.accounts[0].name)
    near = [one for one in found.hand_overs if abs(one.day - true) <= HAND_OVER_DAYS]
    stable = ask.hands_of(twin, twin.accounts[0].name)
    return [
        Check(
            "hands",
            False,
            f"one change of hands, within {HAND_OVER_DAYS} days of {day_text(true)}",
            ask.hands_text(found),
            len(near) == len(found.hand_overs) == 1,
        ),
        holds(after, [180], "UTC+3 in the set of the posts after the hand-over"),
        Check("hands", True, "no change of hands", ask.hands_text(stable), not stable.hand_overs),
        holds(pooled(twin), [180], "UTC+3 in the set of all posts", twin=True),
    ]


def rota(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Twelve-hour shifts around the clock: a cycle of four days, and no zone."""
    cycles = [ask.rota_of(case, STAFF_ZONE, one.name).cycle for one in case.accounts]
    periods = [one.period for one in cycles if one is not None and one.real]
    people = [ask.rota_of(twin, STAFF_ZONE, one.name).cycle for one in twin.accounts]
    invented = sum(one is not None and one.real and one.period % 7 > 0 for one in people)
    right = sum(period % 4 == 0 for period in periods)
    return [
        Check(
            "rota",
            False,
            "a cycle of four days for at least 14 of 16 accounts",
            share_text(right, len(case.accounts)),
            right >= 14,
        ),
        abstains(pooled(case), "no zone for the pool"),
        Check(
            "rota",
            True,
            "a cycle that is no week is seen in at most 1 of 16",
            share_text(invented, len(twin.accounts)),
            invented <= 1,
        ),
        abstains(pooled(twin), "no zone for a pool of three zones", twin=True),
    ]


def audience_clock(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """The audience's clock is seen; the operators' place only by their calendar."""
    verdict, text = ask.audience_verdict(case, (AUDIENCE_ZONE,))
    kind, clock_text = ask.clock_kind(case)
    found = pooled(case)
    confident = found.status == "found" and 180 not in found.headline
    checks = [
        Check("audience", False, "follows New York's clock", text, verdict == "audience"),
        Check("clock changes", False, "northern clock changes", clock_text, kind == "north"),
        Check(
            "hours",
            False,
            "no confident wrong zone: +3 in the set, or an audience clock is seen",
            set_text(found),
            not confident or verdict == "audience",
        ),
        ask.calendar_is(case, "RU"),
    ]
    twin_verdict, twin_text = ask.audience_verdict(twin, (AUDIENCE_ZONE,))
    return [
        *checks,
        Check(
            "audience",
            True,
            "lives by New York's clock (the same posts: nobody can tell)",
            twin_text,
            twin_verdict == "audience",
        ),
        ask.calendar_is_not(twin, "RU", twin=True),
    ]


def scheduler(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Small jitter is flagged with the right share; 20 minutes pass in silence; people pass."""
    shares, jitters = table(case, "share_ppm"), table(case, "jitter_min")
    checks = []
    for name in sorted(shares):
        found = ask.machines_of(case, [name])
        true, jitter = int(str(shares[name])) / 1e6, int(str(jitters[name]))
        text = f"{found.status.replace('_', ' ')}, share {found.share:.2f}"
        if jitter <= 1:
            right = found.status == "found" and abs(found.share - true) <= SHARE_TOLERANCE
            asked = f"{name}: share {true:.1f} within {SHARE_TOLERANCE:.2f}"
        else:
            # Jitter hides the machine: what is said must not exceed the truth.
            right = found.share <= true + SHARE_TOLERANCE
            asked = f"{name}: silence, or a share of at most {true:.1f}"
        checks.append(Check("automation", False, asked, text, right))
    people = [ask.machines_of(twin, [one.name]) for one in twin.accounts]
    most = max(one.share for one in people)
    asked = f"punctual people: no share above {SHARE_TOLERANCE + 0.125:.3f}"
    text = f"{sum(one.status == 'found' for one in people)} flagged, highest share {most:.2f}"
    checks.append(Check("automation", True, asked, text, most <= SHARE_TOLERANCE + 0.125))
    return checks


def false_flags(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Each imitation costs something, and none moves the headline by itself."""
    late, stamped, planted, holidays = case.accounts
    honest = [single(twin, one.name) for one in twin.accounts]
    right = sum(480 in one.headline and one.status == "found" for one in honest)
    return [
        _late(single(case, late.name)),
        _stamped(single(case, stamped.name), stamped.stamped_min),
        _planted(case, planted.name),
        _kept_holidays(ask.calendar_of(case, [holidays.name])),
        Check(
            "hours",
            True,
            "honest accounts: UTC+8 in the set of at least 3 of 4",
            share_text(right, len(honest)),
            right >= 3,
        ),
    ]


def _late(found: HoursAnswer) -> Check:
    """An office five hours late: the true zone with late habits makes the same picture."""
    shift = shift_min(480, found.best_min)
    asked = "late office: UTC+8 with habits 3 to 7 h later is among the equal pictures"
    text = f"{set_text(found)}; UTC+8 needs {shift / 60:+g} h"
    return Check("hours", False, asked, text, 180 <= shift <= 420)


def _stamped(found: HoursAnswer, stamped_min: int | None) -> Check:
    """A device clock of another offset: the hours do not fit what the device says."""
    away = stamped_min is not None and stamped_min not in found.headline
    asked = "device clock at UTC-5: its offset is not in the set"
    return Check("hours", False, asked, set_text(found), away and found.status == "found")


def _planted(case: SyntheticUnit, name: str) -> Check:
    """Ten posts in another zone's morning change nothing."""
    with_ten = single(case, name)
    clean = kept(case, lambda t_s: t_s % 86_400 // 3600 != PLANTED_HOUR)
    without = hours_of(activity_of(clean, [name]))
    meets = bool(set(without.headline) & set(with_ten.headline))
    return Check(
        "hours",
        False,
        "ten planted posts: the best offset stays",
        f"{clock.offset_text(with_ten.best_min)}, sets {'meet' if meets else 'do not meet'}",
        meets and with_ten.best_min == without.best_min,
    )


def _kept_holidays(found: CalendarAnswer) -> Check:
    """Another country's holidays are kept: that calendar is seen, and never the mainland's."""
    leader = found.leader.country if found.leader is not None else ""
    asked = "holidays of RU kept at UTC+8: seen as such, or nothing; not the mainland's"
    right = found.status != "found" or leader != "CN"
    return Check("calendars", False, asked, ask.calendar_text(found), right)


def absence(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """The zone is the office's, with the leaves and without."""
    return [
        holds(pooled(case), [480], "UTC+8 in the set"),
        holds(pooled(twin), [480], "UTC+8 in the set", twin=True),
    ]


def null(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Sets hold the truth about as often as they claim; no clock change where there is none."""
    checks = []
    for unit, is_twin in ((case, False), (twin, True)):
        zones, hits = table(unit, "zones"), 0
        kinds = []
        for name, zone in zones.items():
            found = single(unit, name)
            middle = int(found.activity.q[len(found.activity.q) // 2]) * 900
            # Either offset of a zone with clock changes counts.
            offsets = {clock.offset_s(str(zone), middle + d * 86_400) // 60 for d in (0, 182)}
            hits += bool(offsets & set(found.headline))
            kinds.append(ask.clock_kind(unit, names=[name])[0])
        asked = f"{share_text(7, len(zones))} or more sets hold the truth (80 % are claimed)"
        checks.append(Check("hours", is_twin, asked, share_text(hits, len(zones)), hits >= 7))
        changes = sum(kind in NAMED for kind in kinds)
        if is_twin:
            checks.append(
                Check(
                    "clock changes",
                    True,
                    f"a clock change is seen in at most 1 of {len(FIXED_ZONES)}",
                    share_text(changes, len(zones)),
                    changes <= 1,
                )
            )
    return checks


def shift(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Start, lunch and end of an office; no shift among people at leisure."""
    right, shown = 0, ""
    for one in case.accounts:
        found = ask.shift_of(case, "Europe/Berlin", [one.name])
        shown = shown or ask.edges_text(found)
        if found.status == "found" and found.sets and found.sets[0].blocks:
            blocks = found.sets[0].blocks
            start, end = blocks[0].start.value, blocks[-1].end.value
            right += abs(start - 540) <= EDGE_MIN and abs(end - 1080) <= EDGE_MIN
    leisure = [ask.shift_of(twin, "Europe/Berlin", [one.name]) for one in twin.accounts]
    called = sum(one.status == "found" for one in leisure)
    n = len(case.accounts)
    return [
        Check(
            "shifts",
            False,
            f"start and end within {EDGE_MIN} min for at least half of {n}",
            f"{share_text(right, n)}, the first: {shown}",
            2 * right >= n,
        ),
        Check(
            "shifts",
            True,
            f"a shift is seen in at most 1 of {len(leisure)}",
            share_text(called, len(leisure)),
            called <= 1,
        ),
    ]


def crews(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """The pool has one zone, whether it is made of crews or not."""
    return [
        covers(pooled(case), [420], "UTC+7 in the set of the pool"),
        covers(pooled(twin), [420], "UTC+7 in the set of the pool", twin=True),
    ]


def mover(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Both moves are dated, and each stay has its own zone; the twin stays where it is."""
    found, stable = ask.segments_of(case), ask.segments_of(twin)
    moves = [day_number(day) for day in _moves(case)]
    dated = len(found.splits) == len(moves) and all(
        abs(split.day - day) <= MOVE_DAYS for split, day in zip(found.splits, moves, strict=False)
    )
    stays = [{60, 120}, {420}, {60, 120}]
    right = len(found.segments) == len(stays) and all(
        wanted & set(stay.set80_min) for stay, wanted in zip(found.segments, stays, strict=False)
    )
    first = ask.segments_of(kept(case, lambda t_s: t_s < moves[1] * 86_400))
    one = len(first.splits) == 1 and abs(first.splits[0].day - moves[0]) <= MOVE_DAYS
    asked = f"there and back, within {MOVE_DAYS} days of " + " and ".join(_moves(case))
    sets = "; ".join(
        f"{clock.offset_text(stay.set80_min[0])} to {clock.offset_text(stay.set80_min[-1])}"
        for stay in found.segments
    )
    return [
        Check(
            "segments",
            False,
            f"posts up to the return: one move, within {MOVE_DAYS} days",
            ask.segments_text(first),
            one,
        ),
        Check("segments", False, asked, ask.segments_text(found), dated),
        Check(
            "segments",
            False,
            "the zones of the three stays in their sets",
            sets or found.status.replace("_", " "),
            right,
        ),
        Check("segments", True, "no move", ask.segments_text(stable), not stable.splits),
        holds(pooled(twin), [60, 120], "UTC+1 or +2 in the set", twin=True),
    ]


def _moves(unit: SyntheticUnit) -> list[str]:
    """Days on which the person moved."""
    found = unit.truth["moves"]
    return [str(day) for day in found] if isinstance(found, list) else []


JUDGES: Mapping[str, Judge] = {
    "bought_account": bought_account,
    "rota": rota,
    "audience_clock": audience_clock,
    "scheduler": scheduler,
    "false_flags": false_flags,
    "absence": absence,
    "null": null,
    "shift": shift,
    "crews": crews,
    "mover": mover,
}
