"""One question without a case: how files are read, when units were active, what images say.

Nothing is kept: tables live in a temporary folder that goes when the answer was given.
"""

from __future__ import annotations

from forensics.job.ask.about_collection import collection
from forensics.job.ask.about_files import AskedFile, ask_read
from forensics.job.ask.about_hours import AskedHours, ask_hours, hours, statements
from forensics.job.ask.about_images import images
from forensics.job.ask.about_profiles import profiles
from forensics.job.ask.about_shifts import AskedShifts, ask_shifts, shifts
from forensics.job.ask.about_sun import SunResult, ask_sun, sun

__all__ = [
    "AskedFile",
    "AskedHours",
    "AskedShifts",
    "SunResult",
    "ask_hours",
    "ask_read",
    "ask_shifts",
    "ask_sun",
    "collection",
    "hours",
    "images",
    "profiles",
    "shifts",
    "statements",
    "sun",
]
