"""The benchmark of codes in text runs, and its development lines meet the goals."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_precision_and_recall_of_the_development_lines(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/codes.py", "--lines", "240"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    table = done.stdout.splitlines()
    assert [row.split()[0] for row in table[1:4]] == ["phone", "plate", "filing"]
    row = re.match(r"all +(\d+) +([\d.]+) \[.*?\] +([\d.]+) ", table[-1])
    assert row is not None, table[-1]
    assert int(row[1]) > 150
    assert float(row[2]) >= 0.97
    assert float(row[3]) >= 0.92
