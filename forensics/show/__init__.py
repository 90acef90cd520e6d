"""The report page, the map and `summary.json`: what a case looks like to its readers.

`ReportView` is everything they print. Drawing makes no numbers. The map needs folium, which is slow
to import, so it is imported only where a map is written.
"""

from __future__ import annotations

from pathlib import Path

from forensics.show.maptiles import BaseMap
from forensics.show.outline import boundaries_for
from forensics.show.page import report_page, write_report
from forensics.show.summary import summary, summary_text, write_summary
from forensics.show.view import Boundaries, ReportView, UnitView

__all__ = [
    "BaseMap",
    "Boundaries",
    "ReportView",
    "UnitView",
    "boundaries_for",
    "report_page",
    "summary",
    "summary_text",
    "write_map",
    "write_report",
    "write_summary",
]


def write_map(
    view: ReportView, boundaries: Boundaries, path: Path, base: BaseMap | None = None
) -> Path:
    """The path, after the interactive map was written there; see `forensics.show.map`."""
    from forensics.show.map import write_map as write

    return write(view, boundaries, path, base)
