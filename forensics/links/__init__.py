"""Links between accounts: crews, turn-taking, hand-overs, and pictures posted under several names.

A link says who works together. It never says where: no finding of this layer carries a clue about
places. `LINKS` lists what is looked for, in order; `find_links` asks all of it.
"""

from __future__ import annotations

from collections.abc import Callable

from forensics.clues import Evidence
from forensics.links import find as crews
from forensics.links import pictures
from forensics.model import Finding, Progress

__all__ = ["LINKS", "find_links"]

LINKS: tuple[Callable[[Evidence], list[Finding]], ...] = (crews.find, pictures.find)
"""In the order in which they are asked."""


def find_links(evidence: Evidence, progress: Progress) -> list[Finding]:
    """What ties the accounts of each unit, by every kind of link."""
    found: list[Finding] = []
    for number, find in enumerate(LINKS):
        progress("links", number, len(LINKS))
        found += find(evidence)
    progress("links", len(LINKS), len(LINKS))
    return found
