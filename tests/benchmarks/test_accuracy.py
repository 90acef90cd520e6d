"""The accuracy that is claimed, measured again on the labelled people where they are at hand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.shared
def test_the_quick_protocol_holds_its_goals(root: Path, shared_data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/accuracy.py", str(shared_data), "--quick"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {
        line[:26].strip(): [float(x) for x in re.findall(r" (\d+\.\d+) \[", line)]
        for line in done.stdout.splitlines()
        if line.startswith("  ") and "[" in line
    }
    within, exact, error_h, coverage, size = rows["method 6, population"][:5]
    assert within >= 0.75
    assert exact >= 0.44
    assert error_h <= 1.15
    assert 0.78 <= coverage <= 0.88
    assert size <= 3.6
    assert rows["method 6, uniform"][3] >= 0.79
    for baseline in ("prior alone, population", "EMD", "office"):
        assert rows[baseline][0] < within - 0.2
        assert rows[baseline][1] < exact - 0.2
