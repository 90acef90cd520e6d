"""What collection logs claim goes out with the case: as CSV, and beside the exhibits of CASE."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from forensics.export import caseuco, csvfiles
from forensics.export.handed import Handed

SAID = {
    "log_name": "db.csv", "row": 1, "kind": "item", "source_url": "https://a.example/<b>",
    "collector": "=Desk one", "tool": "Firefox", "captured_at": "2026-03-01T09:30:00Z",
    "hash": "mismatch", "hash_stated": ["sha256:00"],
}  # fmt: skip


def with_log(handed: Handed) -> str:
    """Puts a table with one item about the first original into a case; gives its hash."""
    first = handed.case.originals()[0]
    row: dict[str, Any] = {"original": first.sha256, "name": first.name_as_received, **SAID}
    part = {**row, "kind": "part", "collector": "nobody"}
    handed.case.write_table("collection.jsonl", [row, part])
    return first.sha256


def test_case_names_who_collected_an_exhibit_and_that_its_hash_does_not_fit(
    handed: Handed, fresh: Handed
) -> None:
    sha256 = with_log(fresh)
    graph = caseuco.graph(replace(handed, case=fresh.case))["@graph"]
    told = [
        node["uco-core:description"]
        for node in graph
        if node["@type"] == "case-investigation:ProvenanceRecord"
        and "collected" in node.get("uco-core:description", "")
    ]
    assert len(told) == len([one for one in fresh.case.originals() if one.sha256 == sha256])
    assert "by =Desk one with Firefox at 2026-03-01T09:30:00Z" in told[0]
    assert "claimed by db.csv, STATED HASH DOES NOT FIT" in told[0]
    assert "<b>" not in json.dumps(told)
    assert "nobody" not in json.dumps(told)


def test_the_csv_has_every_item_and_runs_in_no_spreadsheet(fresh: Handed, tmp_path: Path) -> None:
    with_log(fresh)
    csvfiles.write(fresh, tmp_path)
    with (tmp_path / "collection.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["collector"] for row in rows] == ["'=Desk one", "nobody"]
    assert rows[0]["hash"] == "mismatch"
