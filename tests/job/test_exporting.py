"""Exports of a case: refused where they must be, recorded with hashes, and the case stays whole."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from forensics.case import Case, verify
from forensics.errors import CaseError, UsageError
from forensics.job.exporting import FORMATS, export
from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.verbs.demo import AT


@pytest.fixture(scope="module")
def root(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case, run once."""
    settings = RunSettings(by="crew", audience_zone="America/New_York")
    return run([small], tmp_path_factory.mktemp("exported"), settings, now=lambda: AT).case


@pytest.mark.slow
def test_an_export_is_in_the_chain_and_not_in_the_digest(root: Path, tmp_path: Path) -> None:
    """So a report printed after it has the same bytes; check.py in the folder agrees."""
    before = Case.open(root)
    export(root, "graphml", tmp_path / "x.graphml", who="tester", now=lambda: AT)
    after = Case.open(root, who="tester", now=lambda: AT)
    assert (after.digest(), verify(root).digest) == (before.digest(), before.digest())
    assert after.head() != before.head()
    after.append("report", {"digest": before.digest()})
    assert verify(root).ok
    done = subprocess.run(
        [sys.executable, "-I", root / "check.py", root], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert f"digest {before.digest()}" in done.stdout


@pytest.mark.parametrize("name", ["csv", "graphml", "timesketch", "geojson"])
def test_an_export_stands_in_the_record_and_the_case_verifies(
    root: Path, name: str, tmp_path: Path
) -> None:
    done = export(root, name, tmp_path / FORMATS[name].name, who="tester", now=lambda: AT)
    assert done.format == name
    assert done.files
    for path, sha256, size in done.files:
        data = path.read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)
    line = Case.open(root).last("export")
    assert line is not None
    assert line.body["format"] == name
    made: Any = line.body["made"]
    assert [one["sha256"] for one in made] == [one[1] for one in done.files]
    assert verify(root).ok


def test_two_exports_of_one_state_are_equal(root: Path, tmp_path: Path) -> None:
    first, second = (
        export(root, "csv", tmp_path / name, who="tester", now=lambda: AT) for name in "ab"
    )
    assert first.digest == second.digest, "an export changes no state"
    assert [one[1:] for one in first.files] == [one[1:] for one in second.files]


def test_the_target_is_beside_the_case_or_in_the_folder_named(root: Path, tmp_path: Path) -> None:
    assert export(root, "csv", who="t", now=lambda: AT).path == root.parent / "export" / "csv"
    done = export(root, "graphml", tmp_path, who="t", now=lambda: AT)
    assert done.path == tmp_path / "accounts.graphml"


def test_what_is_refused_leaves_no_line(root: Path, tmp_path: Path) -> None:
    before = len([*Case.open(root).entries()])
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(root)
    with pytest.raises(UsageError, match="no format"):
        export(root, "xls")
    with pytest.raises(UsageError, match="only a zip"):
        export(root, "csv", redact=False)
    with pytest.raises(UsageError, match="originals and texts"):
        export(root, "zip", redact=False, reason=" ")
    for inside in (root, root / "tables" / "x", tmp_path / "link" / "x"):
        with pytest.raises(UsageError, match="inside the case"):
            export(root, "csv", inside, who="t", now=lambda: AT)
    with pytest.raises(UsageError, match="a folder is needed"):
        export(root, "csv", tmp_path / "file", who="t", now=lambda: AT)
    with pytest.raises(CaseError):
        export(tmp_path, "csv", who="t", now=lambda: AT)
    assert len([*Case.open(root).entries()]) == before
    assert verify(root).ok
