"""What comes out of working a case out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["equal", "equal rows", "differs", "not repeated"]
"""`equal rows`: other bytes, the same values, as another version of a program writes them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was held against the case."""

    name: str
    """Such as `tables/weights.jsonl`, `line 13 (weigh)`, `../report.html`."""
    verdict: Verdict
    detail: str = ""
    """Where it differs first, with both values; or why it was not repeated. Holds text from the
    case: not safe to print as it is."""
    line: int | None = None
    """Line of the record that names it, counted from 1."""


@dataclass(frozen=True, slots=True)
class VersionNote:
    """A program on which numbers depend, then and now."""

    name: str
    then: str
    """Empty where the case does not say."""
    now: str


@dataclass(frozen=True, slots=True)
class Rerun:
    """Everything that was worked out again."""

    parts: tuple[Part, ...]
    versions: tuple[VersionNote, ...]
    """Every program whose version is known, alike or not."""

    @property
    def ok(self) -> bool:
        """True if nothing differs. What could not be repeated is no difference, and is said."""
        return all(part.verdict != "differs" for part in self.parts)

    @property
    def changed(self) -> tuple[VersionNote, ...]:
        """Programs that are known to have another version now."""
        return tuple(one for one in self.versions if one.then and one.then != one.now)

    def of(self, verdict: Verdict) -> tuple[Part, ...]:
        """The parts with that verdict."""
        return tuple(part for part in self.parts if part.verdict == verdict)
