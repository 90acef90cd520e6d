"""The hours model on other kinds of people than its library holds; called by accuracy.py."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forensics import clock
from forensics.clues.hours import model
from forensics.clues.quarters import thin
from forensics.reference.templates import library
from forensics.reference.zones import candidate_offsets

IntArray = NDArray[np.int64]
SEED = 21
UTC3_FROM = 1_414_281_600
"""26 October 2014: Moscow time is UTC+3 from here."""
UTC3_UNTIL = 1_514_764_800
"""End of 2017; coverage of the collection ends soon after."""


def _by_account(statement: str) -> dict[str, IntArray]:
    """Account -> UTC seconds, rising."""
    import duckdb

    columns = duckdb.connect().execute(statement).fetchnumpy()
    names = np.asarray(columns["account"]).astype(str)
    times = np.asarray(columns["t"]).astype(np.int64)
    edges = np.flatnonzero(np.r_[True, names[1:] != names[:-1], True])
    return {str(names[low]): times[low:high] for low, high in pairwise(edges)}


def _sample(times: IntArray, number: int, most: int) -> IntArray:
    """Thinned quarter-hours of at most `most` posts drawn at random."""
    rng = np.random.default_rng([SEED, number])
    if len(times) > most:
        times = np.sort(rng.choice(times, most, replace=False))
    return thin(times // 900)


def ira_accounts(folder: Path, most: int) -> dict[str, list[IntArray]]:
    """Set -> samples of accounts of the St Petersburg office with at least 100 posts at UTC+3."""
    path = folder / "ira_tweets_dev.parquet"
    wanted = {
        "Russian": "acct_lang = 'Russian'",
        "German": "acct_lang = 'German'",
        "English": "acct_lang = 'English'",
        "HashtagGamer": "account_category = 'HashtagGamer'",
        "RightTroll": "account_category = 'RightTroll'",
        "LeftTroll": "account_category = 'LeftTroll'",
        "NewsFeed": "account_category = 'NewsFeed'",
    }
    found = {}
    for name, condition in wanted.items():
        accounts = _by_account(
            f"SELECT account, epoch_seconds AS t FROM '{path}' WHERE {condition}"
            f" AND epoch_seconds >= {UTC3_FROM} AND epoch_seconds < {UTC3_UNTIL}"
            " ORDER BY account, t"
        )
        kept = [times for times in accounts.values() if len(times) >= 100]
        found[name] = [_sample(times, i, most) for i, times in enumerate(kept)]
    return found


def _known_zone(folder: Path) -> list[tuple[str, list[IntArray], str]]:
    """(set, samples, zone) for the sets with one zone for all."""
    german = folder / "german_election_2021.parquet"
    sets = [(f"IRA, {k}", v, "Europe/Moscow") for k, v in ira_accounts(folder, 1000).items()]
    for name, platform, late_s in (
        ("German Facebook pages", "fb", 0),
        ("German Twitter as delivered", "tw", 0),
        ("German Twitter, +2 h", "tw", 7200),
    ):
        accounts = _by_account(
            f"SELECT account, epoch_seconds + {late_s} AS t FROM '{german}'"
            f" WHERE platform = '{platform}' ORDER BY account, t"
        )
        kept = [times for times in accounts.values() if len(times) >= 50]
        samples = [_sample(times, i, 1000) for i, times in enumerate(kept)]
        sets.append((name, samples, "Europe/Berlin"))
    analysts = _by_account(
        "SELECT account, epoch_seconds AS t FROM"
        f" '{folder / 'twitter_controls_analysts.csv.gz'}'"
        " WHERE tz_name = 'America/New_York' ORDER BY account, t"
    )
    samples = [_sample(times, i, 1000) for i, times in enumerate(analysts.values())]
    return [*sets, ("analysts, New York", samples, "America/New_York")]


def transfer(folder: Path) -> None:
    """Print accuracy, coverage for both kinds of people, and the points named, on every set."""
    weeks = library()
    candidates = candidate_offsets()
    print(
        "set (accounts): exact, within 1 h; coverage (size) of the 80 % set for the library's kind "
        "and for other people; population / uniform; points given, within 1 h"
    )
    for name, samples, zone in _known_zone(folder):
        rows: list[list[float]] = []
        for q, scores in zip(samples, model.score_units(samples, weeks), strict=True):
            offsets = np.array(clock.offsets_of(zone, (q * 900).tolist())) // 60
            values, counts = np.unique(offsets, return_counts=True)
            truth = int(values[np.argmax(counts)])
            wide = model.posteriors(model.widened(scores))
            one: list[float] = []
            for prior, posterior in enumerate(model.posteriors(scores)):
                other = wide[prior]
                place, worth = model.point(posterior.offsets)
                apart = abs(candidates[place] - truth) % 1440
                near = min(apart, 1440 - apart) <= 60
                held = model.sharpened_set(
                    posterior.offsets, 0.8, hours=scores.hours, population=bool(prior)
                )
                more = model.credible_set(other.offsets, 0.8)
                inside = candidates.index(truth)
                one += [candidates[place] == truth, near, inside in held, len(held)]
                one += [inside in more, len(more), worth >= model.POINT_AT]
                one += [near and worth >= model.POINT_AT]
            rows.append(one)
        uniform, population = np.mean(rows, axis=0).reshape(2, 8)
        pairs = [f"{p:.2f}/{u:.2f}" for p, u in zip(population, uniform, strict=True)]
        sizes = [f"{p:.1f}/{u:.1f}" for p, u in zip(population, uniform, strict=True)]
        right = population[7] / population[6] if population[6] else float("nan")
        print(
            f"  {name:<28} ({len(samples):>3}): {pairs[0]}  {pairs[1]}  "
            f"{pairs[2]} ({sizes[3]})  others {pairs[4]} ({sizes[5]})  "
            f"points {population[6]:.2f}, {right:.2f}",
            flush=True,
        )
