"""One question without a case: how files are read, when units were active, what images say.

Nothing is kept: tables live in a temporary folder that goes when the answer was given.
"""

from __future__ import annotations

from forensics.job.ask.about_files import AskedFile, ask_read
from forensics.job.ask.about_hours import AskedHours, ask_hours, hours, statements
from forensics.job.ask.about_images import images
from forensics.job.ask.about_shifts import AskedShifts, ask_shifts, shifts

__all__ = [
    "AskedFile",
    "AskedHours",
    "AskedShifts",
    "ask_hours",
    "ask_read",
    "ask_shifts",
    "hours",
    "images",
    "shifts",
    "statements",
]
