"""Time and memory of the hours model on 100,000 made-up accounts; called by accuracy.py."""

from __future__ import annotations

import resource
import time

import numpy as np

from forensics.clues.hours import model
from forensics.clues.hours.answer import TOGETHER
from forensics.clues.quarters import thin
from forensics.reference.templates import WEEK, library

ACCOUNTS = 100_000
POSTS = 100
START_Q = 1_892_736
"""A Thursday in December 2023; accounts post for a year."""
SEED = 24


def speed() -> None:
    """Print seconds for scores, both posteriors, sets and points, and the peak of memory."""
    weeks = np.exp(library().scores / 1000)
    rng = np.random.default_rng(SEED)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken = 0.0
    for low in range(0, ACCOUNTS, TOGETHER):
        samples = []
        for _ in range(min(TOGETHER, ACCOUNTS - low)):
            week = weeks[:, int(rng.integers(weeks.shape[1]))]
            bins = rng.choice(WEEK, POSTS, p=week / week.sum())
            samples.append(thin(START_Q + 96 * 4 + bins + WEEK * rng.integers(0, 52, POSTS)))
        started = time.process_time()
        scores = model.score_units(samples, library())
        uniform, population = model.all_posteriors(scores)
        model.sharpened_sets(uniform.offsets, 0.8, hours=scores.hours, population=False)
        model.sharpened_sets(population.offsets, 0.8, hours=scores.hours, population=True)
        model.points(population.offsets)
        taken += time.process_time() - started
        if (low // TOGETHER) % 10 == 0:
            done = low + len(samples)
            print(f"  {done:>7} accounts: {taken:.1f} s", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{ACCOUNTS} accounts of {POSTS} posts over a year: {taken:.1f} s of one core;")
    print(f"memory {before:.0f} MB before, {peak:.0f} MB at the peak")
