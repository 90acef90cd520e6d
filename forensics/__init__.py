"""Gnomon: where, and on what schedule, was whoever ran these accounts at work?

Reading order for newcomers:

1. `model.py`: what the layers hand to each other
2. `job/run.py`: the main flow, in one function
3. `clues/hours/finding.py`: a finder, from counts to a clue
4. `weigh/table.py`: clues against hypotheses
5. `show/page.py`: the report
6. `case/case.py`: custody, under all of it

What stands in `__all__` is the public interface; it is loaded when it is first used, so that
importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.case import Case
    from forensics.case.sealing import make_seal
    from forensics.case.verify import verify
    from forensics.errors import ForensicsError
    from forensics.job.again import rerun
    from forensics.job.ask import collection, hours, images, profiles, shifts, statements, sun
    from forensics.job.counting.tables import Counts, count, open_counts
    from forensics.job.exporting import export
    from forensics.job.notebook import open_case
    from forensics.job.regrading import BlindGrade, add_blind_grades, blind_questions
    from forensics.job.reviewing import add_review
    from forensics.job.run import RunResult, run
    from forensics.job.settings import RunSettings
    from forensics.job.tiles import MapTiles
    from forensics.job.walk import changes, trace

__all__ = [
    "BlindGrade",
    "Case",
    "Counts",
    "ForensicsError",
    "MapTiles",
    "RunResult",
    "RunSettings",
    "__version__",
    "add_blind_grades",
    "add_review",
    "blind_questions",
    "changes",
    "collection",
    "count",
    "export",
    "hours",
    "images",
    "make_seal",
    "open_case",
    "open_counts",
    "profiles",
    "rerun",
    "run",
    "shifts",
    "statements",
    "sun",
    "trace",
    "verify",
]

_HOMES = {
    "BlindGrade": "forensics.job.regrading",
    "Case": "forensics.case",
    "Counts": "forensics.job.counting.tables",
    "ForensicsError": "forensics.errors",
    "MapTiles": "forensics.job.tiles",
    "RunResult": "forensics.job.run",
    "RunSettings": "forensics.job.settings",
    "add_blind_grades": "forensics.job.regrading",
    "add_review": "forensics.job.reviewing",
    "blind_questions": "forensics.job.regrading",
    "changes": "forensics.job.walk",
    "collection": "forensics.job.ask",
    "count": "forensics.job.counting.tables",
    "export": "forensics.job.exporting",
    "hours": "forensics.job.ask",
    "images": "forensics.job.ask",
    "make_seal": "forensics.case.sealing",
    "open_case": "forensics.job.notebook",
    "open_counts": "forensics.job.counting.tables",
    "profiles": "forensics.job.ask",
    "rerun": "forensics.job.again",
    "run": "forensics.job.run",
    "shifts": "forensics.job.ask",
    "statements": "forensics.job.ask",
    "sun": "forensics.job.ask",
    "trace": "forensics.job.walk",
    "verify": "forensics.case.verify",
}


def __getattr__(name: str) -> Any:
    """The public object of that name, imported now."""
    if name not in _HOMES:
        raise AttributeError(f"module 'forensics' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
