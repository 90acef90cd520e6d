"""Whether the date is found at which a person's day moved, and how often one is found for nothing.

    python benchmarks/segments.py ../shared/data

Movers are made from people whose zone is known: all times after a random active hour, at least 50
hours from either end, are moved by k hours east or west.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from accuracy import people_with_folds

from forensics.clues.quarters import DAY, thin
from forensics.clues.segments.split import find_splits

IntArray = NDArray[np.int64]
SHIFTS_H = (2, 3, 5, 8, 12)
LEAST = 120
SEED = 5


def interval(values: Sequence[float]) -> str:
    """Mean and 95 % interval by resampling persons."""
    kept = np.array(values, dtype=np.float64)
    rng = np.random.default_rng(SEED)
    low, high = np.quantile(
        kept[rng.integers(0, len(kept), size=(1000, len(kept)))].mean(axis=1), [0.025, 0.975]
    )
    return f"{kept.mean():.3f} [{low:.3f}, {high:.3f}]"


def movers(people: Sequence[IntArray], hours: int) -> None:
    """Detection of a move by so many hours."""
    seen, near, inside, errors, jumps = [], [], [], [], []
    for number, q in enumerate(people):
        if len(q) < LEAST:
            continue
        rng = np.random.default_rng([SEED, number, hours])
        sign = int(rng.choice([-1, 1]))
        cut = int(rng.integers(50, len(q) - 50))
        day = int(q[cut] // DAY)
        moved = q.copy()
        moved[cut:] += sign * hours * 4
        splits = find_splits(thin(moved))
        seen.append(float(bool(splits)))
        best = min(splits, key=lambda one: abs(one.day - day)) if splits else None
        near.append(float(best is not None and abs(best.day - day) <= 28))
        if best is not None:
            errors.append(abs(best.day - day))
            inside.append(float(best.low_day - 1 <= day <= best.high_day + 1))
            apart = best.later_min / 60 - sign * hours
            jumps.append(abs((apart + 12) % 24 - 12))
    print(
        f"moved by {hours:>2} h ({len(seen)} people): found {interval(seen)}, within 28 days "
        f"{interval(near)}; of the found: median error {np.median(errors):.0f} days, 90 % interval "
        f"holds it {np.mean(inside):.2f}, median error of the move {np.median(jumps):.1f} h"
    )


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description="accuracy of the dates of change")
    parser.add_argument("data", type=Path, help="folder with commits_dev.parquet")
    told = parser.parse_args()
    people = [
        thin(person.times_s // 900)
        for person in people_with_folds(told.data / "commits_dev.parquet")
    ]
    false = [float(bool(find_splits(q))) for q in people]
    enough = [value for value, q in zip(false, people, strict=True) if len(q) >= 100]
    print(f"people as they are: split {interval(false)} of {len(false)}; ", end="")
    print(f"{interval(enough)} of the {len(enough)} with 100 active hours")
    for hours in SHIFTS_H:
        movers(people, hours)


if __name__ == "__main__":
    main()
