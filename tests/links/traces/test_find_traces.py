"""All traces are asked in order, and without evidence each answers that it did not look."""

from __future__ import annotations

from forensics.clues import Evidence
from forensics.links.traces import clients, find


def test_without_evidence_there_is_an_answer_of_each_kind() -> None:
    nothing = Evidence(None, (), {}, None)  # type: ignore[arg-type]
    told = find.edges(nothing)
    assert told.edges == []
    assert len(told.findings) == len(find.FINDERS)
    assert {one.status for one in told.findings} <= {"not_looked", "insufficient"}
    assert clients.edges(nothing).findings[0].status == "insufficient"
