"""The small case with one of each, to walk in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from forensics.job.run import RunResult


@pytest.fixture
def case_folder(mixed: RunResult) -> Path:
    """The case; do not change it."""
    return mixed.case


@pytest.fixture
def own_case(mixed: RunResult, tmp_path: Path) -> Path:
    """A copy of the case, with its report, that may be changed."""
    shutil.copytree(mixed.case.parent, tmp_path / "own")
    return tmp_path / "own" / "case"
