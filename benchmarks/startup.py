"""How long a command takes to answer at all, beside an empty Python.

    python benchmarks/startup.py

Runs `python -c pass`, `gnomon --help` and `gnomon id` in turn, each in a process of its own, and
prints medians of wall clock and CPU and their ratios to the empty one. The goal for `--help` is
0.3 s on a machine with nothing else to do; the ratio holds on a busy one as well.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from reduction_measure import Cost, measure  # noqa: E402 - found beside this file

CLI = [sys.executable, str(ROOT / "cli.py")]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "gnomon --help": [*CLI, "--help"],
    "gnomon id": [*CLI, "id", "1053425200000000000"],
}


def main() -> int:
    """Measure and print; 1 if a command fails."""
    parser = argparse.ArgumentParser(description="start-up times")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, command in COMMANDS.items():
            cost = measure(command)
            if cost.error:
                print(f"{name}: {cost.error}")
                return 1
            if number:  # the first reads files from the disk
                costs[name].append(cost)
    empty = costs["python -c pass"]
    print(f"medians of {rounds}; ratios to an empty Python")
    for name, found in costs.items():
        wall, cpu = median(cost.wall_s for cost in found), median(cost.cpu_s for cost in found)
        print(
            f"  {name:15} {wall:6.3f} s  CPU {cpu:6.3f} s   "
            f"x{wall / median(cost.wall_s for cost in empty):.1f} wall  "
            f"x{cpu / median(cost.cpu_s for cost in empty):.1f} CPU"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
