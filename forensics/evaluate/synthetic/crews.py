"""Units of shared work: rotas, crews, turn-taking pairs and hand-overs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from forensics.evaluate.synthetic.habits import Habits, WorkDays, day_weights, sample
from forensics.evaluate.synthetic.localtime import DAY_S, FloatArray, IntArray, to_utc, weekdays
from forensics.evaluate.synthetic.people import Window, names
from forensics.evaluate.synthetic.profiles import office, week_of
from forensics.evaluate.synthetic.unit import SyntheticAccount, SyntheticUnit, account

RotaKind = Literal["two_by_twelve", "three_by_eight", "four_on_two_off"]


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on duty when. Duty of crew c on day d starts at `starts[c]`, if it is on."""

    cycle_days: int
    on: tuple[tuple[int, ...], ...]
    """Per crew: days of the cycle on which it works."""
    starts_min: tuple[int, ...]
    """Per crew: minutes after local midnight."""
    length_min: int


ROTAS: dict[RotaKind, Rota] = {
    "two_by_twelve": Rota(4, ((0, 1), (0, 1), (2, 3), (2, 3)), (480, 1200, 480, 1200), 720),
    "three_by_eight": Rota(
        8,
        tuple(tuple((first + i) % 8 for i in range(6)) for first in (0, 2, 4, 6)),
        (360, 840, 1320, 360),
        480,
    ),
    "four_on_two_off": Rota(6, ((0, 1, 2, 3), (2, 3, 4, 5), (4, 5, 0, 1)), (540, 540, 540), 600),
}
"""2 x 12 h with two days on and two off; 3 x 8 h with six on and two off; four on and two off."""


def rota_unit(
    rng: np.random.Generator,
    *,
    kind: RotaKind,
    zone: str,
    window: Window,
    per_crew: int,
    quota: float,
) -> SyntheticUnit:
    """Accounts of a rota: each posts about `quota` times in every shift of its crew.

    No weekends, no holidays: that is what makes it a rota. Posts spread evenly over the shift
    without its middle half hour.
    """
    plan = ROTAS[kind]
    days = np.arange(window[0], window[1] + 1, dtype=np.int64)
    found: list[SyntheticAccount] = []
    crew_of: dict[str, int] = {}
    sorted_starts = sorted(set(plan.starts_min))
    for crew, (on, start) in enumerate(zip(plan.on, plan.starts_min, strict=True)):
        duty = days[np.isin((days - window[0]) % plan.cycle_days, on)]
        for one in names(f"rota-{chr(97 + crew)}", per_crew):
            counts = rng.poisson(quota, len(duty))
            found.append(account(one, _in_shift(rng, zone, np.repeat(duty, counts), start, plan)))
            crew_of[one] = crew
    return SyntheticUnit(
        "rota",
        tuple(found),
        {
            "kind": "rota",
            "rota": kind,
            "zone": zone,
            "cycle_days": plan.cycle_days,
            "crews": dict(crew_of),
            "starts_min": list(sorted_starts),
            "length_min": plan.length_min,
        },
    )


def _in_shift(
    rng: np.random.Generator, zone: str, duty: IntArray, start: int, plan: Rota
) -> IntArray:
    """Instants inside the shifts that begin on the duty days; none in the middle half hour."""
    half = plan.length_min // 2 - 15
    minute = rng.random(len(duty)) * (2 * half)
    minute = np.where(minute >= half, minute + 30, minute)
    local = duty * DAY_S + ((start + minute) * 60).astype(np.int64)
    found, exists = to_utc(local, zone, rng.random(len(duty)))
    return found[exists]


def crew_unit(
    rng: np.random.Generator,
    *,
    crews: int,
    per_crew: int,
    posts: int,
    zone: str,
    window: Window,
    off_share: float = 0.25,
    start_sd_min: float = 40.0,
    noise: float = 0.05,
    work_days: WorkDays | None = None,
) -> SyntheticUnit:
    """Crews of accounts: members share days off, the start of each day and the break.

    All crews have the same mean hours, so that their curves of hours do not tell them apart. On
    each day a crew is off by chance `off_share`, and begins by its own draw of `start_sd_min`.
    """
    first, last = window
    days = np.arange(first, last + 1, dtype=np.int64)
    habits = Habits(zone, week_of(office()), work_days=work_days or WorkDays(), day_shape=0.0)
    base = day_weights(rng, habits, days)
    found, crew_of = [], {}
    for crew in range(crews):
        off = rng.random(len(days)) < off_share
        begin = np.rint(rng.normal(540, start_sd_min, len(days))).astype(np.int64)
        pause = np.rint(rng.normal(765, start_sd_min, len(days))).astype(np.int64)
        weight = np.where(off, 0.0, base)
        for one in names(f"crew-{chr(97 + crew)}", per_crew):
            times = _crew_posts(
                rng,
                zone=zone,
                days=days,
                weight=weight,
                begin=begin,
                pause=pause,
                posts=posts,
                noise=noise,
            )
            found.append(account(one, times))
            crew_of[one] = crew
    return SyntheticUnit(
        "crews",
        tuple(found),
        {"kind": "crews", "zone": zone, "crews": dict(crew_of), "count": crews},
    )


def _crew_posts(
    rng: np.random.Generator,
    *,
    zone: str,
    days: IntArray,
    weight: FloatArray,
    begin: IntArray,
    pause: IntArray,
    posts: int,
    noise: float,
) -> IntArray:
    """Posts of one member: on the crew's days, from its start for nine hours, not in its break."""
    n_noise = int(rng.binomial(posts, noise))
    own = weight * rng.gamma(3.0, 1 / 3.0, len(weight))
    at = rng.choice(len(days), posts - n_noise, p=own / own.sum())
    minute = begin[at] + rng.integers(0, 480, len(at))
    minute = np.where(minute >= pause[at], minute + 60, minute)
    local = days[at] * DAY_S + minute * 60 + rng.integers(0, 60, len(at))
    local = np.concatenate([local, rng.integers(days[0] * DAY_S, (days[-1] + 1) * DAY_S, n_noise)])
    found, exists = to_utc(local, zone, rng.random(len(local)))
    return found[exists]


def turn_taking(
    rng: np.random.Generator,
    *,
    pairs: int,
    others: int,
    posts: int,
    zone: str,
    window: Window,
    session_min: float = 45.0,
    gap_min: tuple[int, int] = (2, 9),
) -> SyntheticUnit:
    """Pairs of accounts run from one chair among others: A stops, B starts within minutes.

    A chair works through the day in sessions of about `session_min`, now with one account and now
    with the other, never with both. The others keep the same hours on their own.
    """
    found: list[SyntheticAccount] = []
    partner: dict[str, str] = {}
    for pair in names("pair", pairs):
        parts = _chair(
            rng,
            window=window,
            zone=zone,
            posts=2 * posts,
            session_min=session_min,
            gap_min=gap_min,
        )
        for side, times in zip("ab", parts, strict=True):
            found.append(account(f"{pair}{side}", times))
        partner[f"{pair}a"], partner[f"{pair}b"] = f"{pair}b", f"{pair}a"
    habits = Habits(zone, week_of(office(540, 1080, breaks=())), day_shape=1.0)
    found += [account(one, sample(rng, habits, *window, posts)) for one in names("single", others)]
    return SyntheticUnit(
        "turn-taking",
        tuple(found),
        {"kind": "turn_taking", "zone": zone, "pairs": pairs, "partner": dict(partner)},
    )


def _chair(
    rng: np.random.Generator,
    *,
    window: Window,
    zone: str,
    posts: int,
    session_min: float,
    gap_min: tuple[int, int],
) -> tuple[IntArray, IntArray]:
    """Times of the two accounts of one chair, on as many working days as the posts need."""
    days = np.arange(window[0], window[1] + 1, dtype=np.int64)
    work = days[weekdays(days) < 5]
    rows: tuple[list[float], list[float]] = ([], [])
    total = 0
    for day in rng.permutation(work):
        if total >= posts:
            break
        minute, end, side = float(rng.normal(545, 15)), 1080.0, int(rng.integers(2))
        while minute < end:
            stop = min(end, minute + float(rng.gamma(4.0, session_min / 4.0)))
            count = max(1, int(rng.poisson((stop - minute) / 9.0)))
            rows[side].extend((day * 1440 + rng.uniform(minute, stop, count)).tolist())
            total += count
            minute = stop + float(rng.integers(gap_min[0], gap_min[1] + 1))
            side = 1 - side
    out = []
    for minutes in rows:
        local = (np.array(minutes) * 60).astype(np.int64)
        utc, exists = to_utc(local, zone, rng.random(len(local)))
        out.append(np.sort(utc[exists]))
    return out[0], out[1]


def hand_over_unit(
    rng: np.random.Generator,
    *,
    accounts: Sequence[tuple[str, int, int]],
    posts: int,
    zone: str,
    window: Window,
) -> SyntheticUnit:
    """Accounts (name, first minute, last minute) that relieve each other at a clock time."""
    found = []
    for name, start, end in accounts:
        habits = Habits(zone, week_of(office(start, end, breaks=())))
        found.append(account(name, sample(rng, habits, *window, posts)))
    return SyntheticUnit(
        "hand-over",
        tuple(found),
        {
            "kind": "hand_over",
            "zone": zone,
            "shifts_min": [[name, start, end] for name, start, end in accounts],
        },
    )
