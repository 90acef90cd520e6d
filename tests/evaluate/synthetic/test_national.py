"""The generators' holidays are those of the bundled calendars."""

from __future__ import annotations

import pytest

from forensics.errors import ReferenceDataError
from forensics.evaluate.synthetic.national import national
from forensics.reference.calendars import day_number


def test_days_off_and_make_up_days_of_a_known_holiday() -> None:
    # State Council notice for 2024: off 10 to 17 February, worked on 4 and 18 February
    off, makeup = national("CN", day_number(2024, 2, 1), day_number(2024, 2, 29))
    assert {day_number(2024, 2, day) for day in (12, 13, 14, 15, 16)} <= off
    assert makeup == {day_number(2024, 2, 4), day_number(2024, 2, 18)}
    assert not off & makeup


def test_a_country_without_a_calendar_is_refused() -> None:
    with pytest.raises(ReferenceDataError):
        national("XX", 0, 10)
