"""The record as actions: what went in was there before, and what came out is named."""

from __future__ import annotations

from forensics.export.handed import Handed
from forensics.export.provenance import VERBS, actions


def test_actions_use_only_what_was_made_before(handed: Handed) -> None:
    made = [*actions(handed)]
    assert [one.line for one in made] == sorted({one.line for one in made})
    known: set[str] = set()
    for one in made:
        assert set(one.used) <= known
        assert one.gave
        assert one.kind != "export"
        assert one.at.endswith("Z")
        assert one.tool.startswith("gnomon ")
        known |= {sha256 for _, sha256 in one.gave}
    kinds = {one.kind for one in made}
    assert {"ingest", "read", "clue", "weigh", "report"} <= kinds <= set(VERBS)


def test_reading_used_the_originals_and_weighing_the_tables(handed: Handed) -> None:
    made = [*actions(handed)]
    originals = {item.sha256 for item in handed.case.originals()}
    read = next(one for one in made if one.kind == "read")
    assert set(read.used) == originals
    weigh = next(one for one in made if one.kind == "weigh")
    assert weigh.used
    assert not set(weigh.used) & originals
