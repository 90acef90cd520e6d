"""Links between accounts: crews, turn-taking, hand-overs, pictures and content they share.

A link says who works together. It never says where: no finding of this layer carries a clue about
places. `LINKS` lists what is looked for in each unit, `EDGE_FINDERS` what ties any two accounts of
the case, both in order; `find_links` and `find_ties` ask all of it.
"""

from __future__ import annotations

from collections.abc import Callable

from forensics.clues import Evidence
from forensics.links import find as crews
from forensics.links import pictures
from forensics.links.content import find as content
from forensics.links.edges import EDGE_KINDS, Ties
from forensics.links.traces import find as traces
from forensics.model import Finding, Progress

__all__ = ["EDGE_FINDERS", "LINKS", "find_links", "find_ties"]

LINKS: tuple[Callable[[Evidence], list[Finding]], ...] = (crews.find, pictures.find)
"""In the order in which they are asked."""
EDGE_FINDERS: tuple[Callable[[Evidence], Ties], ...] = (content.edges, traces.edges)
"""In the order in which they are asked."""


def find_links(evidence: Evidence, progress: Progress) -> list[Finding]:
    """What ties the accounts of each unit, by every kind of link."""
    found: list[Finding] = []
    for number, find in enumerate(LINKS):
        progress("links", number, len(LINKS))
        found += find(evidence)
    progress("links", len(LINKS), len(LINKS))
    return found


def find_ties(evidence: Evidence, progress: Progress) -> Ties:
    """Edges between any two accounts and bursts of many, by kind and name, with findings."""
    edges, bursts, findings = [], [], []
    shares = None
    for number, find in enumerate(EDGE_FINDERS):
        progress("ties", number, len(EDGE_FINDERS))
        told = find(evidence)
        edges += told.edges
        bursts += told.bursts
        findings += told.findings
        shares = shares or told.shares
    progress("ties", len(EDGE_FINDERS), len(EDGE_FINDERS))
    place = {kind: at for at, kind in enumerate(EDGE_KINDS)}
    return Ties(
        sorted(edges, key=lambda one: (place[one.kind], one.a, one.b)),
        sorted(bursts, key=lambda one: (place[one.kind], -one.accounts, one.key, one.first_us)),
        findings,
        shares,
    )
