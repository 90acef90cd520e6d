"""All ties by traces that need nothing but the evidence."""

from __future__ import annotations

from forensics.clues import Evidence
from forensics.links.edges import Burst, Edge, Ties
from forensics.links.traces import batch, clients, files
from forensics.model import Finding

FINDERS = (
    files.same_device,
    files.same_document,
    files.same_picture,
    files.same_watermark,
    batch.edges,
    clients.edges,
)
"""In the order in which they are asked."""


def edges(evidence: Evidence) -> Ties:
    """Edges and bursts of all kinds of traces, with a finding for each."""
    found: list[Edge] = []
    bursts: list[Burst] = []
    findings: list[Finding] = []
    for find in FINDERS:
        told = find(evidence)
        found += told.edges
        bursts += told.bursts
        findings += told.findings
    return Ties(found, bursts, findings)
