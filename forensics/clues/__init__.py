"""Finders: each looks at the evidence and always answers, also that it found nothing.

`FINDERS` lists them in the order in which they are asked; `find_clues` asks them all.
"""

from __future__ import annotations

from collections.abc import Callable

from forensics.clues import image_clues, labels, text_codes, times
from forensics.clues.evidence import Evidence
from forensics.clues.image_clues import LOOSE
from forensics.model import Finding, Progress

__all__ = ["FINDERS", "LOOSE", "Evidence", "find_clues"]

FINDERS: tuple[Callable[[Evidence], list[Finding]], ...] = (
    times.find,
    image_clues.find,
    labels.find,
    text_codes.find,
)
"""In the order in which they are asked."""


def find_clues(evidence: Evidence, progress: Progress) -> list[Finding]:
    """The answers of all finders about all units, in the order of `FINDERS`."""
    findings: list[Finding] = []
    for number, find in enumerate(FINDERS):
        progress("find", number, len(FINDERS))
        findings += find(evidence)
    progress("find", len(FINDERS), len(FINDERS))
    return findings
