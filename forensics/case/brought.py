"""Originals that are no evidence: boundaries for the maps, and accounts to compare with."""

from __future__ import annotations

from forensics.case.case import Case
from forensics.model import Original

HOW = "gnomon import-boundaries"
"""What stands as `how` in the line of such a file."""


def evidence_in(case: Case) -> tuple[Original, ...]:
    """The originals that are assessed: no boundaries, no control accounts."""
    return tuple(item for item in case.originals() if is_evidence(item))


def is_evidence(item: Original) -> bool:
    """True for a file that is assessed."""
    return item.how != HOW and not is_control(item)


CONTROLS_NOTE = "control accounts, never assessed"
"""How the note of a file of control accounts begins."""


def controls_in(case: Case) -> tuple[Original, ...]:
    """The originals that hold control accounts: read like evidence, into tables of their own."""
    return tuple(item for item in case.originals() if is_control(item))


def is_control(item: Original) -> bool:
    """True for a file of control accounts."""
    note = item.note or ""
    return note == CONTROLS_NOTE or note.startswith(f"{CONTROLS_NOTE};")
