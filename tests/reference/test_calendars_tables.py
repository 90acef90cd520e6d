"""The committed calendars hold what the tables kept by hand say, and can be built again."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from forensics.reference.pack import DATA


@pytest.fixture
def tables(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "calendar_tables_under_test", root / "tools" / "calendar_tables.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines() -> dict[str, dict[str, object]]:
    text = (DATA / "calendars.jsonl").read_text(encoding="utf-8")
    return {row["country"]: row for row in map(json.loads, text.splitlines())}


def test_weekends_gaps_and_marks_are_those_of_the_tables(tables: ModuleType) -> None:
    rows = lines()
    assert sorted(rows) == sorted(tables.NAMES)
    for country, row in rows.items():
        weekends = tables.WEEKENDS.get(country, (tables.SATURDAY_SUNDAY,))
        assert row["weekends"] == [list(weekend) for weekend in weekends]
        assert row["unknown"] == [list(gap) for gap in tables.UNKNOWN.get(country, ())]
        assert row["checked"] == tables.CHECKED.get(country, "")
        assert row["doubtful"] == tables.DOUBTFUL.get(country, "")


def test_dates_in_the_tables_rise(tables: ModuleType) -> None:
    for weekends in tables.WEEKENDS.values():
        starts = [weekend.since for weekend in weekends]
        assert starts[0] == tables.ALWAYS
        assert starts == sorted(set(starts))


def test_building_again_gives_the_same_bytes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = pytest.importorskip("holidays", reason="needed to build only")
    if package.__version__ != "0.109":
        pytest.skip("another version of the package")
    monkeypatch.syspath_prepend(str(root / "tools"))
    build = importlib.import_module("build_calendars")
    monkeypatch.setattr(build, "DATA", tmp_path)
    build.main()
    for module in ("build_calendars", "calendar_tables"):
        sys.modules.pop(module, None)
    found = hashlib.sha256((tmp_path / "calendars.jsonl").read_bytes()).hexdigest()
    assert found == hashlib.sha256((DATA / "calendars.jsonl").read_bytes()).hexdigest()
