"""The benchmark of platform formats runs and says what it measured."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_it_reads_its_own_files_and_prints_their_speed(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/platforms.py", "--megabytes", "1", "--only", "telegram-json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    row = done.stdout.splitlines()[-1]
    assert re.fullmatch(
        r"telegram-json +\d,\d{3} +1 +\d+ \(\d+\) +\d+ +\d+ \(\d+\), \d+ MB", row
    ), row
