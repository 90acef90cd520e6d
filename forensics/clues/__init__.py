"""Finders: each looks at the evidence and always answers, also that it found nothing.

`FINDERS` lists them in the order in which they are asked; `find_clues` asks them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from forensics.clues import (
    image_clues,
    image_words,
    labels,
    picture_codes,
    placenames,
    text_codes,
    times,
    uploaders,
)
from forensics.clues.controls import finding as controls_finding
from forensics.clues.evidence import Evidence
from forensics.clues.image_clues import LOOSE
from forensics.clues.sun import finding as sun_finding
from forensics.model import Finding, Progress

__all__ = ["FINDERS", "LOOSE", "Evidence", "find_clues"]

FINDERS: tuple[Callable[[Evidence], list[Finding]], ...] = (
    times.find,
    image_clues.find,
    sun_finding.find,
    image_words.find,
    labels.find,
    text_codes.find,
    picture_codes.find,
    placenames.find,
    controls_finding.find,
    uploaders.find,
)
"""In the order in which they are asked."""


def find_clues(evidence: Evidence, progress: Progress) -> list[Finding]:
    """The answers of all finders about all units, in the order of `FINDERS`.

    Last come disagreements between answers: what profiles declare against labels and hours.
    """
    findings: list[Finding] = []
    for number, find in enumerate(FINDERS):
        progress("find", number, len(FINDERS))
        findings += find(evidence)
        if find is times.find:
            evidence = replace(evidence, earlier_until=times.earlier_until(findings))
    progress("find", len(FINDERS), len(FINDERS))
    findings += labels.find_contradictions(findings, evidence.places)
    return findings
