"""Ties between accounts, as the report prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forensics.links.edges import Burst, Edge, EdgeKind
from forensics.model import Finding

KIND_WORDS: Mapping[EdgeKind, str] = {
    "same_text": "same text",
    "near_text": "nearly the same text",
    "same_url": "same address",
    "same_code": "same number or registration",
    "co_posting": "posted within a minute",
    "same_picture": "same picture",
    "same_device": "same device",
    "same_document": "same document",
    "same_uploader": "same uploader",
    "same_batch": "created in one batch",
    "same_client_mix": "same programs",
    "same_crew": "same crew",
}


@dataclass(frozen=True, slots=True)
class TiesView:
    """The heaviest ties of a case, the widest bursts, and the counts of all others."""

    edges: tuple[Edge, ...] = ()
    """Heaviest first."""
    bursts: tuple[Burst, ...] = ()
    """Widest first."""
    edges_total: Mapping[EdgeKind, int] = field(default_factory=dict)
    bursts_total: int = 0
    findings: tuple[Finding, ...] = ()
    """What every family answered, in order."""

    @property
    def windows(self) -> tuple[Mapping[str, Any], ...]:
        """Co-posting counted in other windows, if it was looked for."""
        for finding in self.findings:
            rows: Any = finding.details.get("windows") if finding.finder == "co_posting" else None
            if rows:
                return tuple(rows)
        return ()

    def as_json(self) -> dict[str, Any]:
        """The same for `summary.json`."""
        return {
            "edges": [_plain(one) for one in self.edges],
            "edges_total": dict(self.edges_total),
            "bursts": [_plain(one) for one in self.bursts],
            "bursts_total": self.bursts_total,
            "findings": [
                {
                    "finder": one.finder,
                    "status": one.status,
                    "statement": one.statement,
                    "limits": list(one.limits),
                    "details": dict(one.details),
                }
                for one in self.findings
            ],
        }


def _plain(one: Edge | Burst) -> dict[str, Any]:
    """The fields of an edge or a burst, rows as pairs."""
    names = (name for name in one.__slots__ if name != "rows")
    fields = {name: getattr(one, name) for name in names}
    return {**fields, "rows": [[ref.original, ref.row] for ref in one.rows]}
