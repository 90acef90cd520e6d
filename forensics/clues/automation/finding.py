"""The answer about machines as a finding: what was seen, which share, and what it does not show.

People do not look at the minute hand; schedulers do. A flag is no verdict: it says which posts to
look at apart, by client or by minute. A clean result means that nothing was seen, not that the
posts were typed: a scheduler that adds a random delay of twenty minutes passes every test.
"""

from __future__ import annotations

from forensics import clock
from forensics.clues.automation.answer import AutomationAnswer
from forensics.clues.automation.minutes import DRAWS, ENOUGH_POSTS, FLAG_PPM, SEED, SPACING_MIN
from forensics.clues.automation.shares import HALF, RESAMPLES, Machine, placed_posts
from forensics.model import Clue, Finding, Json, KindLikelihood, Observation
from forensics.version import __version__

__all__ = ["FINDER", "NOT_TYPED", "SCHEDULER_MDB", "finding"]

FINDER = "automation"
SCHEDULER_MDB = 16_000
"""Weight for a scheduler: half of the posts or more were attributed to one for .002 of 506 ordinary
people (at most .011 with 95 %), against half of scheduled units, which is judged. The ceiling for
planted clues cuts it to 7 dB."""
PLANTED_PPM = 200_000
"""Minutes cost nothing to fake, in either direction."""
NOT_TYPED = "Nothing was seen; that does not show that the posts were typed."
JITTER = (
    "Slots and minutes with a random delay of up to about five minutes are seen; one of twenty "
    "minutes hides them. The share counts what is seen."
)
NO_VERDICT = "A flag is no verdict: a punctual person, a coarse clock or a news feed also flag."
ROTA = "No rest may be a machine or several people in turn: the shift test tells them apart."
PARTIAL = (
    "Minutes are uneven beyond the slots found: more may be scheduled, so the share is a lower "
    "bound and its interval has no upper end."
)
CHOSEN = "A client's name is chosen by whoever registered it."
SHOWN = 8
"""Accounts, slots and delays written out in details."""
MILLION = 1_000_000


def finding(answer: AutomationAnswer) -> Finding:
    """The finding about one unit."""
    unit = answer.posts.unit
    if answer.status == "insufficient":
        statement = (
            f"Minutes of the hour were not tested: {answer.minutes.n} posts lie at least 15 "
            f"minutes apart, {ENOUGH_POSTS} are needed."
        )
        return Finding(FINDER, unit, "insufficient", statement, details=_details(answer))
    statement = _statement(answer)
    found = answer.status == "found"
    return Finding(
        finder=FINDER,
        unit=unit,
        status=answer.status,
        statement=statement,
        observations=_observations(answer, statement),
        clues=(_clue(answer, statement),) if found and answer.scheduler_stands else (),
        limits=_limits(answer),
        details=_details(answer),
    )


def _statement(answer: AutomationAnswer) -> str:
    """One to three sentences with the numbers."""
    test = answer.minutes
    if answer.status == "nothing_found":
        return f"No minute of the hour stands out among {test.n} posts, and no daily slot."
    said = []
    if test.flagged:
        said.append(
            f"{test.share_ppm // 10_000} % of the posts fall on {_minutes(test.minutes)}; chance "
            "alone is so uneven less than once in a thousand times."
        )
    said.append(
        f"About {_percent(answer.share)} % of the posts ({_percent(answer.low)} to "
        f"{_percent(answer.high)} %) were placed by a machine{_grounds(answer)}."
    )
    if answer.scheduler_stands:
        said.append("Half or more are scheduled: the hours say nothing about the chair.")
    else:
        said.append("Look at these posts apart before reading hours as working hours.")
    return " ".join(said)


def _grounds(answer: AutomationAnswer) -> str:
    """By which tests, as a subordinate clause."""
    seen = answer.flagged
    tests = {
        "minutes of the hour": sum(one.minutes.flagged for one in seen),
        "seconds": sum(one.seconds is not None and one.seconds.flagged for one in seen),
        "daily slots": sum(bool(one.slots.windows) for one in seen),
        "exact intervals": sum(bool(one.intervals.delays) for one in seen),
        "clients that post from a queue": sum(bool(one.clients) for one in seen),
    }
    named = [name for name, number in tests.items() if number]
    if not named:
        return ""
    text = ", ".join(named[:-1]) + (" and " if len(named) > 1 else "") + named[-1]
    many = len(answer.machines) > 1
    return f", by {text}" + (f" ({len(seen)} of {len(answer.machines)} accounts)" if many else "")


def _limits(answer: AutomationAnswer) -> tuple[str, ...]:
    """What the answer does not show."""
    if answer.status == "nothing_found":
        return (NOT_TYPED, JITTER) + ((ROTA,) if answer.no_rest else ())
    limits = [NO_VERDICT, JITTER]
    if answer.partial:
        limits.append(PARTIAL)
    if answer.no_rest:
        limits.append(ROTA)
    if any(one.clients for one in answer.machines):
        limits.append(CHOSEN)
    return tuple(limits)


def _details(answer: AutomationAnswer) -> dict[str, Json]:
    """All numbers."""
    test = answer.minutes
    removed = answer.removed
    details: dict[str, Json] = {
        "n_tested": test.n,
        "chi2_milli": test.chi2_milli,
        "p_ppm": test.p_ppm,
        "flagged": test.flagged,
        "minutes": list(test.minutes),
        "share_ppm": test.share_ppm,
        "minute_counts": [int(count) for count in answer.minute_counts],
        "scheduled_ppm": [_ppm(one) for one in (answer.share, answer.low, answer.high)],
        "scheduled_is_lower_bound": answer.partial,
        "scheduler_stands": answer.scheduler_stands,
        "posts_removed": removed,
        "posts_of_tested_accounts": answer.tested_posts,
        "accounts_tested": sum(one.tested for one in answer.machines),
        "accounts_flagged": len(answer.flagged),
        "accounts_no_rest": len(answer.no_rest),
        "accounts": [_account(one) for one in answer.flagged[:SHOWN]],
    }
    if answer.together is not None:
        shared = answer.together
        details["together"] = {
            "unit_s": shared.unit_s,
            "pairs": shared.pairs,
            "pairs_days_permuted": round(shared.days_mean),
            "p_days_ppm": _ppm(shared.days_p),
            "pairs_moved": round(shared.near_mean),
            "p_moved_ppm": _ppm(shared.near_p),
            "accounts": [list(row) for row in shared.accounts[:SHOWN]],
        }
    return details


def _account(machine: Machine) -> dict[str, Json]:
    """The tests of one account."""
    seconds = machine.seconds
    return {
        "account": machine.account,
        "posts": machine.n,
        "kind": kind(machine),
        "scheduled_ppm": [_ppm(one) for one in (machine.share, machine.low, machine.high)],
        "is_lower_bound": machine.partial,
        "minutes": list(machine.minutes.minutes),
        "seconds": list(seconds.minutes) if seconds is not None else None,
        "slots_utc_min": [list(slot) for slot in machine.slots.windows[:SHOWN]],
        "slot_days": list(machine.slots.days[:SHOWN]),
        "intervals_min": [list(delay) for delay in machine.intervals.delays[:SHOWN]],
        "interval_times": list(machine.intervals.times[:SHOWN]),
        "restless_days": machine.rest.restless_days,
        "dead_hours_share_ppm": machine.rest.dead_share_ppm,
        "dead_hours_from_utc_h": machine.rest.dead_from_h,
        "clients": [[name, number] for name, number in machine.clients],
    }


def kind(machine: Machine) -> str:
    """`scheduled`, `mixed`, `nothing_seen` or `not_tested`."""
    if not machine.tested and not machine.clients:
        return "not_tested"
    if not machine.flagged:
        return "nothing_seen"
    return "scheduled" if machine.low >= HALF else "mixed"


def _clue(answer: AutomationAnswer, statement: str) -> Clue:
    """The clue for the rival that a scheduler posts; it shares its group with the hours."""
    unit, times = answer.posts.unit, answer.posts.t_s
    return Clue(
        id=f"{FINDER}:{unit}:minutes",
        kind=FINDER,
        unit=unit,
        statement=statement,
        observations=tuple(one.id for one in _observations(answer, statement)),
        group=(f"times:{unit}",),
        role="operator_present",
        set_by="operator",
        category="behavioural",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM,
        likelihood=KindLikelihood({"scheduler": SCHEDULER_MDB}),
        accounts=answer.posts.accounts,
        valid_from=clock.utc_text(int(times.min()) * MILLION),
        valid_to=clock.utc_text(int(times.max()) * MILLION),
    )


def _observations(answer: AutomationAnswer, statement: str) -> tuple[Observation, ...]:
    """The minutes and the share, with examples of scheduled rows."""
    posts = answer.posts
    placed = placed_posts(answer.machines)
    share = (
        f"Scheduled share {_percent(answer.share)} % ({_percent(answer.low)} to "
        f"{_percent(answer.high)} %)."
    )
    minutes = Observation(
        id=f"{FINDER}:{posts.unit}:minutes",
        about=posts.unit,
        statement=statement,
        value=answer.minutes.share_ppm,
        interval=None,
        unit="ppm",
        rows=posts.examples(),
        rows_total=len(posts),
        method=FINDER,
        version=f"gnomon {__version__}",
        settings={"spacing_min": SPACING_MIN, "flag_ppm": FLAG_PPM, "draws": DRAWS},
        seed=SEED,
    )
    scheduled = Observation(
        id=f"{FINDER}:{posts.unit}:scheduled",
        about=posts.unit,
        statement=share,
        value=_ppm(answer.share),
        interval=(_ppm(answer.low), _ppm(answer.high)),
        unit="ppm",
        rows=posts.examples(placed if placed.any() else None),
        rows_total=int(placed.sum()),
        method=FINDER,
        version=f"gnomon {__version__}",
        settings={"resamples": RESAMPLES},
        seed=SEED,
    )
    return (minutes, scheduled)


def _ppm(value: float) -> int:
    return round(value * MILLION)


def _percent(value: float) -> int:
    return round(value * 100)


def _minutes(minutes: tuple[int, ...]) -> str:
    """Minutes as text: `minutes :00, :15, :30`; at most eight are written out."""
    if not minutes:
        return "no single minute (the excess is spread)"
    shown = ", ".join(f":{minute:02d}" for minute in minutes[:8])
    more = len(minutes) - 8
    return f"minutes {shown}" + (f" and {more} more" if more > 0 else "")
