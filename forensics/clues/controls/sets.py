"""Which controls each account of a unit was given."""

from __future__ import annotations

from dataclasses import dataclass

from forensics.clues.controls.strata import By


@dataclass(frozen=True, slots=True)
class ControlSet:
    """One account and its controls."""

    account: str
    controls: tuple[str, ...]
    """In order of name; empty if nobody comparable was given."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The sets of one unit."""

    sets: tuple[ControlSet, ...]
    """One for each account of the unit with posts, in order of account."""
    by: By
    """Whether language or script was matched."""
    topics: bool
    """Whether topics chose among the comparable."""

    @property
    def filled(self) -> tuple[ControlSet, ...]:
        """Sets with at least one control."""
        return tuple(one for one in self.sets if one.controls)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts that have a control."""
        return tuple(one.account for one in self.filled)

    @property
    def controls(self) -> tuple[str, ...]:
        """All controls, in order."""
        return tuple(sorted(name for one in self.sets for name in one.controls))

    def words(self) -> str:
        """How they were matched, for a sentence."""
        tongue = "stated language" if self.by == "language" else "script"
        topic = ", then most alike in topic" if self.topics else "; topic was not matched"
        return f"same platform and {tongue}, busiest quarter and number of posts close{topic}"
