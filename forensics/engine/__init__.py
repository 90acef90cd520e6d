"""The engine: posts reduced to counts per account and quarter-hour, and questions to them."""

from __future__ import annotations

from forensics.engine.parts import Parts
from forensics.engine.posts import (
    CELLS,
    NO_UNIT,
    POOL,
    AccountSummary,
    LabelRun,
    PostTable,
    TextHit,
)

__all__ = [
    "CELLS",
    "NO_UNIT",
    "POOL",
    "AccountSummary",
    "LabelRun",
    "Parts",
    "PostTable",
    "TextHit",
]
