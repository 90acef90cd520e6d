"""Judges of the scenarios with published marginals."""

from __future__ import annotations

from collections.abc import Mapping

from forensics.clues.shifts.answer import ShiftAnswer
from forensics.evaluate.asking import Check, Judge, covers, holds, hours_of, of_twin, pooled, table
from forensics.evaluate.judges import ask
from forensics.evaluate.synthetic.profiles import clock_min
from forensics.evaluate.synthetic.published import BURST_SHIFTS, BURSTS
from forensics.evaluate.synthetic.tables import activity_of
from forensics.evaluate.synthetic.unit import SyntheticUnit

CHINA_MIN = 480
EDGE_MIN = 20
"""Published scenarios ask for edges within so many minutes."""


def apt1(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """UTC+8, a gap at noon, an evening block, two clocks that agree, the mainland's calendar."""
    both = [pooled(unit) for unit in (case, twin)]
    clocks = [hours_of(activity_of(case, [one.name])) for one in case.accounts]
    agree = bool(set(clocks[0].headline) & set(clocks[1].headline))
    shift = ask.shift_of(case, "Asia/Shanghai", ["log-ons"])
    return [
        holds(both[0], [CHINA_MIN], "UTC+8 in the set"),
        Check(
            "hours",
            False,
            "log-ons and re-pointings agree",
            "their sets meet" if agree else "their sets do not meet",
            agree,
        ),
        _gap(shift, (720, 840)),
        ask.calendar_is(case, "CN"),
        holds(both[1], [CHINA_MIN], "UTC+8 in the set: hours are no different", twin=True),
        ask.calendar_is_not(twin, "CN", twin=True),
    ]


def _gap(found: ShiftAnswer, span: tuple[int, int]) -> Check:
    """A break that covers most of a span of local minutes."""
    breaks = found.sets[0].breaks if found.sets else ()
    inside = [
        one
        for one in breaks
        if abs(one.start.value - span[0]) <= EDGE_MIN and abs(one.end.value - span[1]) <= EDGE_MIN
    ]
    text = ", ".join(f"{ask.hhmm(one.start.value)}-{ask.hhmm(one.end.value)}" for one in breaks)
    asked = f"a break {ask.hhmm(span[0])}-{ask.hhmm(span[1])}, edges within {EDGE_MIN} min"
    return Check("shifts", False, asked, text or "no break", bool(inside))


def apt10(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """UTC+8, and a break that is longer in summer; in the twin it is not."""
    checks = [holds(pooled(case), [CHINA_MIN], "UTC+8 in the set")]
    for unit, is_twin in ((case, False), (twin, True)):
        found = ask.shift_of(unit, "Asia/Shanghai")
        pause = found.sets[0].breaks if found.sets else ()
        near = [one for one in pause if 600 <= one.start.value <= 840]
        longer = near[0].seasons if near else None
        text, seen = "no break by season", False
        if longer is not None:
            seen = longer.p < 0.01 and longer.summer.value > longer.winter.value
            text = (
                f"summer {longer.summer.value:.0f} min, winter {longer.winter.value:.0f} min, "
                f"p {longer.p:.3f}"
            )
        asked = "one break all year" if is_twin else "the break is longer in summer"
        checks.append(Check("shifts", is_twin, asked, text, seen != is_twin))
    return checks


def apt28(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Moscow's dated rule and calendar against a clock that stands at UTC+4."""
    kind, text = ask.clock_kind(case)
    twin_kind, twin_text = ask.clock_kind(twin)
    return [
        holds(pooled(case), [180, 240], "UTC+3 or UTC+4 in the set"),
        Check(
            "clock changes",
            False,
            "the dated changes of Moscow",
            text,
            kind == "dated" and "Moscow" in text,
        ),
        ask.calendar_is(case, "RU"),
        Check(
            "clock changes",
            True,
            "a clock that never changed",
            twin_text,
            twin_kind in {"none", "nothing_found"},
        ),
        ask.calendar_is_not(twin, "RU", twin=True),
    ]


def spamouflage2020(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """A pool of small accounts: UTC+8 by its hours, the country by its calendar."""
    return [
        covers(pooled(case), [CHINA_MIN], "UTC+8 in the set of the pool"),
        ask.calendar_is(case, "CN"),
        covers(pooled(twin), [CHINA_MIN], "UTC+8 in the set: hours are no different", twin=True),
        ask.calendar_is_not(twin, "CN", twin=True),
    ]


def three_bursts(case: SyntheticUnit, twin: SyntheticUnit) -> list[Check]:
    """Three bursts in each cluster; the twin is a scheduler."""
    clusters = table(case, "clusters")
    checks = [holds(pooled(case), [CHINA_MIN], "UTC+8 in the set of the pool")]
    for number, shift in enumerate(BURST_SHIFTS):
        names = [name for name, cluster in clusters.items() if cluster == number]
        found = ask.shift_of(case, "Asia/Shanghai", names)
        blocks = found.sets[0].blocks if found.sets and found.status == "found" else ()
        wanted = [(clock_min(a) + shift, clock_min(b) + shift) for a, b, _ in BURSTS]
        right = len(blocks) == len(wanted) and all(
            abs(one.start.value - start) <= EDGE_MIN and abs(one.end.value - end) <= EDGE_MIN
            for one, (start, end) in zip(blocks, wanted, strict=False)
        )
        text = ", ".join(f"{ask.hhmm(a)}-{ask.hhmm(b)}" for a, b in wanted)
        asked = f"cluster {number + 1}: {text}, within {EDGE_MIN} min"
        checks.append(Check("shifts", False, asked, ask.edges_text(found), right))
    return checks + of_twin(_scheduled(twin))


def _scheduled(unit: SyntheticUnit) -> list[Check]:
    """Most posts of a unit are seen to be scheduled, and no zone is named."""
    found = ask.machines_of(unit)
    asked = "a scheduler placed nearly all posts"
    text = f"{found.status.replace('_', ' ')}, share {found.share:.2f}"
    return [Check("automation", False, asked, text, found.status == "found" and found.share > 0.9)]


JUDGES: Mapping[str, Judge] = {
    "apt1": apt1,
    "apt10": apt10,
    "apt28": apt28,
    "spamouflage2020": spamouflage2020,
    "three_bursts": three_bursts,
}
