"""Changes of hands: dates found in accounts that were sold, and dates invented in stable ones.

    python benchmarks/hands.py ../shared/data             # some minutes
    python benchmarks/hands.py ../shared/data --quick     # a quarter of the accounts

Sold accounts are made in two ways. `office` follows reference marginals: spam of a private person
in one zone and language, then office hours in another, with a silence of none, one or four months
between. `real` joins the real hours of two people who wrote code at least three hours apart.
Stable accounts are one real person with invented clients and languages; an invented operator with
weekly noise, drifting hours and campaigns; and the same owner with a new client.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.clues.hands import splits
from forensics.clues.hands.answer import HandsAnswer, account_answer
from forensics.clues.hands.operators import area, held_out_scores
from forensics.clues.moments import Moments, made

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
DAY = 86_400
SEED = 64
START = 16_436
"""1 January 2015, in days since 1970."""
RESAMPLES = 1000
LEISURE = np.array([2, 1, 1, 0, 0, 0, 1, 2, 3, 3, 3, 4, 5, 5, 4, 4, 5, 6, 8, 9, 10, 10, 8, 5])
OFFICE = np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 9, 9, 7, 5, 8, 9, 9, 8, 3, 1, 1, 0, 0, 0])
WEEKEND = {"leisure": 1.2, "office": 0.1}


def interval(rows: FloatArray) -> str:
    """Mean with its 95 % interval by resampling accounts."""
    rng = np.random.default_rng(SEED)
    draws = rng.choice(rows, (RESAMPLES, len(rows))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{rows.mean():.3f} [{low:.3f}, {high:.3f}] (n = {len(rows)})"


def lived(
    rng: np.random.Generator, habit: str, offset_h: float, when: tuple[int, int], n: int
) -> IntArray:
    """UTC seconds of one person from (first day, days): bursts, at the hours of a habit."""
    first, days = when
    curve = (LEISURE if habit == "leisure" else OFFICE).astype(float)
    curve = np.roll(curve, int(rng.integers(-1, 2)))
    every = np.arange(first, first + days)
    weight = np.where((every + 3) % 7 >= 5, WEEKEND[habit], 1.0)
    week = rng.gamma(2.0, 1.0, days // 7 + 2)
    weight = weight * week[np.arange(days) // 7]
    day = rng.choice(every, n, p=weight / weight.sum())
    hour = rng.choice(24, n, p=curve / curve.sum())
    second = day * DAY + hour * 3600 + rng.integers(0, 3600, n) - round(offset_h * 3600)
    follow = rng.random(n) < 0.3
    second[follow] = second[rng.integers(0, n, int(follow.sum()))] + rng.integers(
        20, 1200, int(follow.sum())
    )
    found: IntArray = np.sort(second)
    return found


def words(rng: np.random.Generator, n: int, shares: dict[str, float]) -> list[str]:
    """Values with some persistence: threads keep their client and language."""
    names = list(shares)
    drawn = rng.choice(len(names), n, p=np.array(list(shares.values())))
    keep = rng.random(n) < 0.5
    for i in range(1, n):
        if keep[i]:
            drawn[i] = drawn[i - 1]
    return [names[i] for i in drawn]


def joined(
    parts: tuple[IntArray, IntArray],
    clients: tuple[list[str], list[str]],
    languages: tuple[list[str], list[str]],
    kinds: tuple[list[str], list[str]],
) -> Moments:
    """One account from two owners' posts."""
    return made(
        "account",
        np.concatenate(parts),
        client=clients[0] + clients[1],
        language=languages[0] + languages[1],
        kind=kinds[0] + kinds[1],
    )


def sold(rng: np.random.Generator, before: IntArray, after: IntArray) -> Moments:
    """Two owners: spam in one language, then work in another with some of the old language."""
    sizes = (len(before), len(after))
    old = {"android": 0.8, "web": 0.2}
    new = {"web": 0.7, "queue": 0.3} if rng.random() < 0.7 else old
    return joined(
        (before, after),
        (words(rng, sizes[0], old), words(rng, sizes[1], new)),
        (
            words(rng, sizes[0], {"pt": 0.9, "en": 0.1}),
            words(rng, sizes[1], {"en": 0.85, "ru": 0.1, "pt": 0.05}),
        ),
        (
            words(rng, sizes[0], {"original": 0.6, "repost": 0.4}),
            words(rng, sizes[1], {"original": 0.4, "repost": 0.6}),
        ),
    )


def sold_office(rng: np.random.Generator, gap: int) -> tuple[Moments, int]:
    """The scenario of the reference page; (posts, day of the new owner's first post)."""
    days = int(rng.integers(150, 600))
    zone = float(rng.choice([-8, -5, -3, 1, 7]))
    before = lived(rng, "leisure", zone, (START, days), int(rng.integers(150, 900)))
    first = START + days + gap
    after = lived(
        rng, "office", 3.0, (first, int(rng.integers(100, 400))), int(rng.integers(120, 700))
    )
    after = after[after >= (before[-1] // DAY + 1) * DAY]
    return sold(rng, before, after), int(after[0] // DAY)


def sold_real(
    rng: np.random.Generator, people: list[tuple[IntArray, int]], gap: int
) -> tuple[Moments, int]:
    """Two real people at least three hours apart, one after the other."""
    while True:
        first, second = (people[int(i)] for i in rng.integers(0, len(people), 2))
        apart = abs(first[1] - second[1])
        if min(apart, 1440 - apart) >= 180:
            break
    before, after = (block(rng, one[0]) for one in (first, second))
    after = after + (before[-1] // DAY + 1 + gap - after[0] // DAY) * DAY
    return sold(rng, before, after), int(after[0] // DAY)


def block(rng: np.random.Generator, times: IntArray) -> IntArray:
    """150 to 600 posts of a person in a row, with at least 60 active hours."""
    for wanted in range(int(rng.integers(150, 600)), len(times) + 100, 100):
        n = min(wanted, len(times))
        start = int(rng.integers(0, len(times) - n + 1))
        part = times[start : start + n]
        if len(np.unique(part // 3600)) >= 60:
            return part
    return times


def stable_real(rng: np.random.Generator, times: IntArray) -> Moments:
    """One real person with two clients and two languages, mixed by the week."""
    return with_weekly_mix(rng, times)


def with_weekly_mix(rng: np.random.Generator, times: IntArray) -> Moments:
    """Clients, languages and kinds whose shares wander from week to week and drift over years."""
    week = (times // DAY - times[0] // DAY) // 7
    size = int(week[-1]) + 1

    def mix(names: tuple[str, str]) -> list[str]:
        noise = np.zeros(size)
        for i in range(1, size):
            noise[i] = 0.8 * noise[i - 1] + rng.normal(0, 0.4)
        drift = np.linspace(-0.5, 0.5, size) * rng.choice([-1, 0, 1])
        share = 1 / (1 + np.exp(-(rng.normal(1.0, 0.7) + noise + drift)))
        return [names[int(rng.random() > share[w])] for w in week]

    return made(
        "account",
        times,
        client=mix(("android", "web")),
        language=mix(("en", "ru")),
        kind=mix(("original", "repost")),
    )


def stable_operator(rng: np.random.Generator) -> Moments:
    """An operator in one office for up to three years: hours drift, campaigns come and go."""
    days = int(rng.integers(200, 1000))
    n = int(rng.integers(200, 2500))
    habit = "office" if rng.random() < 0.7 else "leisure"
    times = lived(rng, habit, 3.0, (START, days), n)
    drift = np.linspace(0, rng.normal(0, 1.2), len(times)) * 3600
    return with_weekly_mix(rng, np.sort(times + drift.astype(np.int64)))


def new_client(rng: np.random.Generator) -> Moments:
    """The same owner, who takes a new client one day."""
    times = lived(rng, "office", 3.0, (START, int(rng.integers(250, 800))), 900)
    middle = int(rng.integers(300, 600))
    parts = (times[:middle], times[middle:])
    clients = (
        words(rng, len(parts[0]), {"phone": 0.9, "web": 0.1}),
        words(rng, len(parts[1]), {"web": 0.7, "tablet": 0.3}),
    )
    return made("account", times, client=clients[0] + clients[1], language=["en"] * len(times))


def people_of(folder: Path) -> list[tuple[IntArray, int]]:
    """(UTC seconds, usual offset) of people with at least 200 commits and 120 active hours."""
    import duckdb

    columns = (
        duckdb.connect()
        .execute(
            "SELECT account, epoch_seconds AS t, offset_min AS o FROM"
            f" '{folder / 'commits_dev.parquet'}' ORDER BY account, t"
        )
        .fetchnumpy()
    )
    names = np.asarray(columns["account"]).astype(str)
    times = np.asarray(columns["t"]).astype(np.int64)
    offsets = np.asarray(columns["o"]).astype(np.int64)
    edges = np.flatnonzero(np.r_[True, names[1:] != names[:-1], True]).tolist()
    found = []
    for low, high in pairwise(edges):
        if high - low >= 200 and len(np.unique(times[low:high] // 3600)) >= 120:
            usual, number = np.unique(offsets[low:high], return_counts=True)
            found.append((times[low:high], int(usual[np.argmax(number)])))
    return found


def dated(
    name: str, number: int, make: Callable[[np.random.Generator], tuple[Moments, int]]
) -> None:
    """Print how often the date of a hand-over is found."""
    rows = []
    for i in range(number):
        posts, truth = make(np.random.default_rng([SEED, i, len(name)]))
        found = account_answer(posts)
        near = [abs(c.day - truth) for c in found.hand_overs]
        inside = [c.first_day <= truth <= c.last_day for c in found.hand_overs]
        rows.append(
            (
                bool(found.hand_overs),
                bool(near) and min(near) <= 7,
                any(inside),
                len(found.hand_overs) > 1,
            )
        )
    table = np.array(rows, dtype=float)
    print(f"  {name}: date within 7 days {interval(table[:, 1])}")
    print(
        f"    seen {table[:, 0].mean():.3f}; 90 % interval holds the day"
        f" {table[table[:, 0] > 0, 2].mean():.3f}; more than one {table[:, 3].mean():.3f}"
    )


def invented(name: str, found: list[HandsAnswer]) -> None:
    """Print how often a hand-over is invented."""
    rows = np.array([not one.hand_overs for one in found], dtype=float)
    verdicts = sorted({change.verdict for one in found for change in one.changes})
    shares = {
        v: round(float(np.mean([any(c.verdict == v for c in o.changes) for o in found])), 3)
        for v in verdicts
    }
    print(f"  {name}: no change of hands {interval(rows)}; other changes {shares}")


def by_thread(rng: np.random.Generator, times: IntArray) -> Moments:
    """One real person whose clients and languages say nothing about hours."""
    return made(
        "account",
        times,
        client=words(rng, len(times), {"android": 0.7, "web": 0.3}),
        language=words(rng, len(times), {"en": 0.9, "ru": 0.1}),
    )


def pieces(name: str, accounts: list[Moments]) -> None:
    """Print how often pieces of one person are said to keep other hours."""
    found = [splits.answer(posts) for posts in accounts]
    rows = np.array([one.status == "found" for one in found if one.status != "insufficient"])
    low = np.mean([min(p.p for p in one.pairs) <= 0.05 for one in found if one.pairs])
    print(f"  {name}: said to differ {interval(rows.astype(float))}; a p below .05 {low:.3f}")


def separation(path: Path) -> None:
    """Print how well times alone tell one client's posts from those of two others, 2016-17.

    Alternate months learn from each other; intervals by resampling weeks.
    """
    import duckdb

    mine, others = "Twitter for Android", ("Twitter for iPhone", "Twitter Web Client")
    columns = (
        duckdb.connect()
        .execute(
            f"SELECT epoch_seconds AS t, client AS c FROM '{path}'"
            " WHERE epoch_seconds >= 1451606400"
            f" AND client IN {(mine, *others)} ORDER BY t"
        )
        .fetchnumpy()
    )
    times = np.asarray(columns["t"]).astype(np.int64)
    positive = np.asarray(columns["c"]).astype(str) == mine
    local = times + 60 * local_offsets("America/New_York", times)
    month = local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    plain = plain_scores(local, positive, month % 2)
    curves = held_out_scores(local, positive, month)
    gaps = held_out_scores(local, positive, month, by_gaps=True)
    week = np.unique(local // (7 * DAY), return_inverse=True)[1]
    rows = [np.flatnonzero(week == one) for one in range(int(week.max()) + 1)]
    rng = np.random.default_rng(SEED)
    draws = [
        np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))]) for _ in range(400)
    ]
    for name, scores in (
        ("hour and weekend, plain counts", plain),
        ("hour and weekend, smoothed, near months first", curves),
        ("the same and the gaps to the posts before and after", gaps),
    ):
        areas = [area(scores[d], positive[d]) for d in draws]
        gain = [area(scores[d], positive[d]) - area(plain[d], positive[d]) for d in draws]
        low, high = np.quantile(areas, (0.025, 0.975))
        least, most = np.quantile(gain, (0.025, 0.975))
        print(
            f"  {name}: AUC {area(scores, positive):.3f} [{low:.3f}, {high:.3f}];"
            f" over plain counts [{least:+.3f}, {most:+.3f}] (n = {len(times)})"
        )


def local_offsets(zone: str, times: IntArray) -> IntArray:
    """Offsets of a zone in minutes east at UTC seconds."""
    from forensics.reference.zones import local_quarters

    return (local_quarters(zone, times // 900) - times // 900) * 15


def plain_scores(local: IntArray, positive: NDArray[np.bool_], fold: IntArray) -> FloatArray:
    """Log odds by hour and weekend, learnt from the months of the other parity."""
    place = ((local // DAY + 3) % 7 >= 5) * 24 + local % DAY // 3600
    scores = np.zeros(len(local))
    for one in (0, 1):
        learn = fold != one
        first, second = (
            np.bincount(place[learn & kind], minlength=48) + 1.0 for kind in (positive, ~positive)
        )
        odds = np.log(first / first.sum()) - np.log(second / second.sum())
        scores[~learn] = odds[place[~learn]]
    return scores


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    number = 50 if given.quick else 200
    people = people_of(given.folder)
    print("sold accounts")
    for gap in (0, 30, 120):
        dated(f"office, silent for {gap} days", number, lambda rng, g=gap: sold_office(rng, g))  # type: ignore[misc]
        dated(f"real, silent for {gap} days", number, lambda rng, g=gap: sold_real(rng, people, g))  # type: ignore[misc]
    print("stable accounts")
    rngs = [np.random.default_rng([SEED, i, 999]) for i in range(number)]
    some = people if not given.quick else people[::4]
    numbered = list(enumerate(some))
    invented("real people, times only", [account_answer(made("p", times)) for times, _ in some])
    invented(
        "real people, invented mixes",
        [
            account_answer(stable_real(np.random.default_rng([SEED, i]), times))
            for i, (times, _) in enumerate(some)
        ],
    )
    invented("operator with drift", [account_answer(stable_operator(rng)) for rng in rngs])
    invented("same owner, new client", [account_answer(new_client(rng)) for rng in rngs])
    print("pieces of one real person, labels invented")
    pieces("by week", [with_weekly_mix(np.random.default_rng([5, i]), p) for i, (p, _) in numbered])
    pieces("by thread", [by_thread(np.random.default_rng([6, i]), p) for i, (p, _) in numbered])
    print("one client against two others of an account with several operators, by times alone")
    separation(given.folder / "twitter_multi_operator_by_client.csv.gz")


if __name__ == "__main__":
    main()
