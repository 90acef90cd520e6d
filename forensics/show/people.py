"""What people said about a case, as the report prints it: conclusions, notes, dissent, answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatedView:
    """A conclusion that a person recorded."""

    line: int
    """Line of the record, counted from 1."""
    who: str
    unit: str
    statement: str
    rung: str
    likelihood: str
    confidence: str
    probability_ppm: int
    """Probability in the lowest standing test when it was recorded."""
    lowest_test: str
    reasons: tuple[str, ...]
    would_change: tuple[str, ...]
    does_not_say: tuple[str, ...]
    dissent: tuple[str, ...]
    because: str
    agreed: str
    """Second reviewer as claimed; empty if there is none."""
    waits: bool
    """True if the rung needs a second reviewer and none is named."""
    stale: bool
    """True if the weights have changed since."""
    replaced: int
    """Earlier conclusions on this unit and rung."""
    responsibility: str = ""
    ethics: tuple[tuple[str, str], ...] = ()
    """Question and answer, where an organisation is named."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note, assumption, objection or dissent."""

    line: int
    who: str
    topic: str
    text: str
    about: str
    because: str


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Everything people added."""

    purpose: str = ""
    legal_basis: str = ""
    concluded: tuple[StatedView, ...] = ()
    notes: tuple[NoteView, ...] = ()
    deception: tuple[tuple[str, tuple[NoteView, ...]], ...] = ()
    """Each question of the deception check with its answers; none means open."""
