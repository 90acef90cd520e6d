"""The days of the case: a table of facts about 2024, and the class of each day.

Source of the Chinese days: notice of the General Office of the State Council on the arrangement of
some public holidays in 2024 (Guobanfa Mingdian [2023] No. 7, 25 October 2023). All dates of the
window agree with the PyPI package `holidays` 0.109 (`China`, `weekend_workdays`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

FIRST = date(2024, 1, 8)
"""A Monday."""
LAST = date(2024, 7, 7)
"""A Sunday: 26 whole weeks."""

HOLIDAYS: dict[str, tuple[date, date]] = {
    "Spring Festival": (date(2024, 2, 10), date(2024, 2, 17)),
    "Qingming": (date(2024, 4, 4), date(2024, 4, 6)),
    "Labour Day": (date(2024, 5, 1), date(2024, 5, 5)),
    "Dragon Boat": (date(2024, 6, 8), date(2024, 6, 10)),
}
"""First and last day off, weekends inside them included."""

MAKE_UP_DAYS = (
    date(2024, 2, 4),
    date(2024, 2, 18),
    date(2024, 4, 7),
    date(2024, 4, 28),
    date(2024, 5, 11),
)
"""Days of a weekend that were worked in exchange for days off."""

US_CLOCK_CHANGE = date(2024, 3, 10)
"""Clocks went forward in the United States (second Sunday of March)."""

DayClass = Literal["work", "weekend", "holiday", "make_up"]


def day_class(day: date) -> DayClass:
    """What a day is on the Chinese work calendar of 2024."""
    if any(first <= day <= last for first, last in HOLIDAYS.values()):
        return "holiday"
    if day in MAKE_UP_DAYS:
        return "make_up"
    return "weekend" if day.weekday() >= 5 else "work"


def days() -> tuple[date, ...]:
    """Every day of the window, in order."""
    return tuple(FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
