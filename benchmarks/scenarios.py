"""Named scenarios over many seeds: how often each check comes out as it must.

    python benchmarks/scenarios.py            # ten seeds, every scenario
    python benchmarks/scenarios.py --seeds 30 rota apt1

Needs no data: everything is made up from the seed. One draw of a scenario (`gnomon evaluate
--synthetic`) shows that a case can be recovered; this shows how often it is. Intervals: 95 %,
Wilson, over seeds.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.evaluate.metrics import wilson
from forensics.evaluate.trial import trials

FIRST_SEED = 100


def rates(names: list[str], seeds: int) -> list[tuple[str, str, str, str, int]]:
    """(scenario, case or twin, finder, question, seeds that passed) in order."""
    passed: Counter[tuple[str, str, str, int, str]] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        for trial in trials(names, seed=seed):
            for number, check in enumerate(trial.checks):
                who = "twin" if check.twin else "case"
                key = (trial.scenario, who, check.finder, number, check.asked)
                passed[key] += check.passed
    return [(name, who, finder, asked, n) for (name, who, finder, _, asked), n in passed.items()]


def main() -> None:
    """Print one line a check."""
    parser = argparse.ArgumentParser(description="named scenarios over many seeds")
    parser.add_argument("names", nargs="*", help="scenarios; all if none is named")
    parser.add_argument("--seeds", type=int, default=10)
    told = parser.parse_args()
    total = 0
    found = rates(told.names, told.seeds)
    for scenario, who, finder, asked, n in found:
        one = wilson(n, told.seeds)
        share = f"{n}/{told.seeds} [{one.low:.2f}, {one.high:.2f}]"
        print(f"{scenario:<16} {who}  {finder:<14} {share:<20} {asked}", flush=True)
        total += n
    every = len(found) * told.seeds
    one = wilson(total, every)
    print(f"{total} of {every} checks: {one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]")


if __name__ == "__main__":
    main()
