"""Boundaries in a case are originals, but no evidence."""

from __future__ import annotations

from pathlib import Path

from forensics.case import Case
from forensics.case.brought import HOW, evidence_in


def test_boundaries_are_kept_and_not_read(tmp_path: Path) -> None:
    case = Case.create(
        tmp_path / "case", question="?", settings={}, who="t", now=lambda: "2025-01-01T00:00:00Z"
    )
    for name, how in (("posts.csv", None), ("areas.geojson", HOW), ("note.txt", "by hand")):
        path = tmp_path / name
        path.write_text(name)
        case.add_file(path, name, how=how)
    assert len(case.originals()) == 3
    assert [one.name_as_received for one in evidence_in(case)] == ["note.txt", "posts.csv"]
