"""The bundled work calendars, as the generators want them."""

from __future__ import annotations

import numpy as np

from forensics.reference import calendars

OFF = (calendars.HOLIDAY, calendars.BRIDGE)


def national(country: str, first_day: int, last_day: int) -> tuple[frozenset[int], frozenset[int]]:
    """(holidays and bridge days, make-up working days) of a country as day numbers.

    Raises:
        ReferenceDataError: no calendar of that country is bundled.
    """
    days = np.arange(first_day, last_day + 1, dtype=np.int64)
    codes = calendars.calendar(country).day_class(days)
    off = days[np.isin(codes, OFF)]
    makeup = days[codes == calendars.MAKE_UP]
    return frozenset(off.tolist()), frozenset(makeup.tolist())
