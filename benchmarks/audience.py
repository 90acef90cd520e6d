"""Whether an audience's clock is recognised, and whether ordinary people are left alone.

    python benchmarks/audience.py ../shared/data

Groups of ten: English-language accounts of one office at UTC+3 that wrote for an American audience,
drawn within one category, with 50 or 300 posts each. For every group the answer about hours and the
answer about the audience are taken together: `covered` = the wider 80 % set of offsets holds UTC+3;
`called audience` = the activity is said to keep an American clock; `no zone named` = the answer
about hours abstains, or an audience was stated and explains the posts at least as well. People:
commits with known offsets, asked about an American audience.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from accuracy import people_with_folds

from forensics import clock
from forensics.clues.activity import Activity
from forensics.clues.audience.answer import AudienceAnswer
from forensics.clues.audience.answer import answer as audience_answer
from forensics.clues.clockchanges.answer import answer as clock_answer
from forensics.clues.hours.answer import answers
from forensics.clues.quarters import thin
from forensics.reference.templates import library

IntArray = NDArray[np.int64]
AMERICAN = ("America/New_York", "America/Chicago", "America/Los_Angeles")
OFFICE_MIN = 180
TIMES = 60
MEMBERS = 10
SEED = 41
SINCE_S = 1_414_281_600
"""26 October 2014: from then on the office was at UTC+3."""


def activity(unit: str, quarters: Sequence[IntArray]) -> Activity:
    """A unit of accounts whose posts fall in these quarter-hours."""
    kept = [np.unique(q) for q in quarters if len(q)]
    q, counts = np.unique(np.concatenate(kept), return_counts=True)
    np.full(60, max(1, len(q) // 60), dtype=np.int64)
    return Activity(
        unit=unit,
        accounts=tuple(f"{unit}{i}" for i in range(len(kept))),
        hours=tuple(thin(part) for part in kept),
        q=q,
        n=counts.astype(np.int64),
        clocks={("platform_utc", False): int(counts.sum())},
        rows=(),
    )


def accounts(folder: Path) -> dict[str, list[IntArray]]:
    """Group -> quarter-hours of posts per account with at least 100 posts at UTC+3."""
    import duckdb

    rows = (
        duckdb.connect()
        .execute(
            "SELECT account, any_value(acct_lang), any_value(account_category),"
            " list(epoch_seconds ORDER BY epoch_seconds) FROM read_parquet(?)"
            " WHERE epoch_seconds >= ? GROUP BY account HAVING count(*) >= 100 ORDER BY account",
            [str(folder / "ira_tweets_dev.parquet"), SINCE_S],
        )
        .fetchall()
    )
    found: dict[str, list[IntArray]] = {}
    for _, language, category, times in rows:
        name = str(category) if language == "English" else str(language)
        found.setdefault(name, []).append(np.array(times, dtype=np.int64) // 900)
    return found


def some(q: IntArray, n: int, rng: np.random.Generator) -> IntArray:
    """At most n posts, drawn at random."""
    return np.sort(rng.choice(q, n, replace=False)) if len(q) > n else q


def verdict(unit: Activity, zones: Sequence[str]) -> AudienceAnswer:
    """The answer about the audience, with the clock changes it needs."""
    return audience_answer(unit, library(), clock_answer(unit), zones)


def interval(values: Sequence[float]) -> str:
    """Mean and 95 % interval by resampling."""
    kept = np.array(values, dtype=np.float64)
    rng = np.random.default_rng(SEED)
    low, high = np.quantile(
        kept[rng.integers(0, len(kept), size=(1000, len(kept)))].mean(axis=1), [0.025, 0.975]
    )
    return f"{kept.mean():.2f} [{low:.2f}, {high:.2f}]"


def groups(name: str, members: Sequence[IntArray], n: int) -> None:
    """Ten accounts of one category as one unit."""
    rng = np.random.default_rng([SEED, n])
    outcomes: dict[str, list[float]] = {}
    for turn in range(TIMES):
        chosen = rng.choice(len(members), min(MEMBERS, len(members)), replace=False)
        unit = activity(f"g{turn}", [some(members[int(i)], n, rng) for i in chosen])
        hours = next(iter(answers([unit], library())))
        covered = OFFICE_MIN in hours.headline
        silent = hours.status != "found"
        clocks = clock_answer(unit)
        for word, zones in (("stated", AMERICAN), ("none stated", ())):
            found = audience_answer(unit, library(), clocks, zones)
            american = found.verdict == "audience" and found.tests[found.best].zone in AMERICAN
            row = {
                "called audience": american,
                "called own": found.verdict == "own",
                "covered or called audience": covered or american,
                "covered, audience, or no zone named": covered
                or american
                or silent
                or not found.hours_stand,
            }
            for key, value in row.items():
                outcomes.setdefault(f"{word}: {key}", []).append(float(value))
        outcomes.setdefault("covered", []).append(float(covered))
        outcomes.setdefault("hours abstain", []).append(float(silent))
    print(f"{name}, {len(members)} accounts, ten x {n} posts:")
    for word in sorted(outcomes):
        print(f"  {word:<50} {interval(outcomes[word])}")


def pools(found: dict[str, list[IntArray]]) -> None:
    """All accounts of a group as one unit, and each account by itself."""
    print("verdict about an American audience: the pool, then single accounts")
    for name, members in sorted(found.items()):
        if len(members) < 10:
            continue
        pool = verdict(activity(name, members), AMERICAN)
        single = Counter(verdict(activity("x", [q]), AMERICAN).verdict for q in members[:100])
        best = pool.tests[pool.best]
        print(
            f"  {name:<14} {pool.verdict:<12} {best.zone} {best.total_mdb / 1000:+.1f} dB"
            f" (clock {best.clock_mdb / 1000:+.1f}, day {best.day_mdb / 1000:+.1f});"
            f" single: {dict(sorted(single.items()))}"
        )


def people(folder: Path) -> None:
    """False calls on people who write for nobody."""
    stated: list[float] = []
    standing: list[float] = []
    living: list[float] = []
    for person in people_with_folds(folder / "commits_dev.parquet"):
        unit = activity("x", [person.times_s // 900])
        middle = int(np.median(person.times_s))
        own = int(np.median(person.offsets_min))
        far = all(
            abs(clock.offset_s(zone, middle) // 60 - own) > 120
            for zone in ("America/New_York", "America/Los_Angeles", "America/Chicago")
        )
        clocks = clock_answer(unit)
        asked = audience_answer(unit, library(), clocks, AMERICAN)
        (stated if far else living).append(float(asked.verdict == "audience"))
        free = audience_answer(unit, library(), clocks)
        wrong = False
        if free.verdict == "audience":
            zone = free.tests[free.best].zone
            wrong = abs(clock.offset_s(zone, middle) // 60 - own) > 120
        standing.append(float(wrong))
    print("people who write for nobody")
    print(f"  far from America, said to keep an American clock  {interval(stated)} ({len(stated)})")
    print(f"  living by an American clock, said to keep it      {interval(living)} ({len(living)})")
    print(f"  no audience stated: clock more than 2 h off named {interval(standing)}")


def main() -> None:
    """Read the arguments and print the tables."""
    parser = argparse.ArgumentParser(description="accuracy of the audience statement")
    parser.add_argument("data", type=Path, help="folder with the labelled data")
    told = parser.parse_args()
    found = accounts(told.data)
    pools(found)
    people(told.data)
    english = [
        q
        for name in ("RightTroll", "LeftTroll", "HashtagGamer", "NewsFeed", "Fearmonger")
        for q in found.get(name, [])
    ]
    for n in (50, 300):
        groups("all English", english, n)
        for name in ("RightTroll", "LeftTroll", "HashtagGamer", "NewsFeed", "Fearmonger"):
            groups(name, found[name], n)


if __name__ == "__main__":
    main()
