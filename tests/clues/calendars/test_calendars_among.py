"""Asked about many units at once, a calendar must weigh more before it is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forensics.clues.activity import Activity
from forensics.clues.calendars.answer import answer
from forensics.clues.calendars.evidence import DB, CalendarAnswer, among
from forensics.clues.calendars.finding import finding
from forensics.clues.quarters import thin
from forensics.reference.calendars import MAKE_UP, WORK, calendar

FIRST_DAY = 18_262  # 2020-01-01


@pytest.fixture(scope="module")
def office() -> CalendarAnswer:
    """Somebody who posts on every working day of China, make-up days too."""
    span = np.arange(FIRST_DAY, FIRST_DAY + 900)
    codes = calendar("CN").day_class(span)
    worked = span[(codes == WORK) | (codes == MAKE_UP)]
    q = thin(worked.astype(np.int64) * 96 + 20)
    n = np.ones(len(q), dtype=np.int64)
    return answer(Activity("u", ("u",), (q,), q, n, {("platform_utc", False): len(q)}, ()))


def test_one_unit_needs_nothing_more(office: CalendarAnswer) -> None:
    assert office.status == "found"
    assert among(office, 1) is office


def test_the_needed_weight_grows_with_the_number_of_units(office: CalendarAnswer) -> None:
    leader = office.leader
    assert leader is not None
    weak = replace(office, leader=replace(leader, off_nats=25 * DB, make_up_nats=0, partly_nats=0))
    assert among(weak, 30).status == "found"
    assert among(weak, 33).status == "nothing_found"
    said = finding(among(weak, 1000))
    assert said.clues == ()
    assert "1,000 units" in said.statement
    assert "40 dB" in said.statement


def test_what_is_not_found_stays_so(office: CalendarAnswer) -> None:
    quiet = replace(office, status="nothing_found")
    assert among(quiet, 10_000) is quiet
