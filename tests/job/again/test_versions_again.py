"""Versions then and now: those that differ are named, those that are not known are not invented."""

from __future__ import annotations

from pathlib import Path
from platform import python_version

from forensics.case import Case
from forensics.job.again import Part, Rerun
from forensics.job.again.stage import set_up
from forensics.job.again.versions import version_notes
from forensics.job.settings import RunSettings


def test_versions_of_the_report_and_of_the_first_line(tmp_path: Path) -> None:
    told = RunSettings(question="Where?").as_json() | {"gnomon": "0.0.1"}
    case = Case.create(
        tmp_path / "case", question="Where?", settings=told, who="me", now=lambda: "2024"
    )
    case.append("read", {"key": "x", "tables": []})
    case.append("report", {"files": [], "versions": {"python": "3.0.0", "gone-package": "7"}})
    notes = version_notes(case, set_up(case, tmp_path / "stage"))
    by_name = {one.name: one for one in notes}
    assert by_name["python"].then == "3.0.0"
    assert by_name["python"].now == python_version()
    assert by_name["gnomon"].then == "0.0.1"
    assert by_name["gone-package"].now == "not installed"
    assert by_name["numpy"].then == ""
    changed = {one.name for one in Rerun((Part("x", "equal"),), notes).changed}
    assert {"python", "gnomon", "gone-package"} <= changed
    assert "numpy" not in changed
