"""Finders: each looks at the evidence and always answers, also that it found nothing.

`FINDERS` lists them in the order in which they are asked; `find_clues` asks them all.
"""

from __future__ import annotations

from collections.abc import Callable

from forensics.clues import automation, hours, image_clues, labels, text_codes
from forensics.clues.evidence import Evidence
from forensics.clues.image_clues import LOOSE
from forensics.model import Finding, Progress

__all__ = ["FINDERS", "LOOSE", "Evidence", "find_clues"]

FINDERS: tuple[tuple[str, Callable[[Evidence], list[Finding]]], ...] = (
    ("hours", hours.find),
    ("automation", automation.find),
    ("images", image_clues.find),
    ("labels", labels.find),
    ("text codes", text_codes.find),
)
"""Name for the progress line, and the finder."""


def find_clues(evidence: Evidence, progress: Progress) -> list[Finding]:
    """The answers of all finders about all units, in the order of `FINDERS`."""
    findings: list[Finding] = []
    for number, (name, find) in enumerate(FINDERS):
        progress(f"find: {name}", number, len(FINDERS))
        findings += find(evidence)
    progress("find", len(FINDERS), len(FINDERS))
    return findings
