"""Gnomon, vectorised pandas and plain SQL come to the same rows in every table."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_all_sides_agree_on_every_table(root: Path, form: str) -> None:
    asked = ["--rows", "6000", "--rounds", "1", "--sides", "good,sql", "--format", form]
    done = subprocess.run(
        [sys.executable, "benchmarks/reduction.py", *asked],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "DIFFERS" not in done.stdout
    assert "stopped" not in done.stdout
    sides = re.findall(r"^  (\w+) +[\d.]+ +[\d.]+ +\d+ +x", done.stdout, re.MULTILINE)
    assert sides == ["gnomon", "good", "sql"]
