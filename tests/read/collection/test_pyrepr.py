"""Values as Python prints them are read; whatever could run is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.read.collection.pyrepr import NotReadableError, read

LEAVES = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20)
PLAIN = st.recursive(
    LEAVES,
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=6), one, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_python_printed_is_read_back(value: object) -> None:
    assert read(repr(value)) == value


@given(st.text(max_size=60))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        read(text)
    except NotReadableError:
        return


@given(st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)), st.integers(-840, 840))  # noqa: DTZ001 - zones are put on below
def test_times_keep_their_offset(moment: datetime, minutes: int) -> None:
    zoned = moment.astimezone(timezone(timedelta(minutes=minutes)))
    printed = read(repr(zoned))
    assert isinstance(printed, str)
    assert datetime.fromisoformat(printed) == zoned


def test_the_constant_of_utc_and_times_without_a_zone() -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert read(repr(moment)) == "2026-03-01T09:30:00+00:00"
    assert read("datetime.datetime(2026, 3, 1, 9, 30)") == "2026-03-01T09:30:00"


def test_sets_tuples_and_numbers_with_a_point() -> None:
    assert read("{1, 2}") == [1, 2]
    assert read("(1,)") == [1]
    assert read("set()") == []
    assert read("1.50") == "1.50"
    assert read("{'a': 1,}") == {"a": 1}


HOSTILE = {
    "a call": "__import__('os').system('id')",
    "a call inside": "{'a': open('x')}",
    "an attribute": "().__class__",
    "an object": "<Media object at 0x7f>",
    "an expression": "1 + 1",
    "a comprehension": "[x for x in (1, 2)]",
    "f-string": "f'{1}'",
    "a lambda": "lambda: 1",
    "nested without end": "[" * 100_000,
    "nested and closed": "[" * 500 + "]" * 500,
    "calls nested": "datetime.timezone(" * 500,
    "text not closed": "'" + "a" * 100_000,
    "a number of a million digits": "9" * 1_000_000,
    "no such month": "datetime.datetime(2026, 13, 1)",
    "a key that is a list": "{[1]: 2}",
    "a colon missing": "{'a' 1}",
    "a zone of nothing": "datetime.timezone()",
    "empty": "",
    "two values": "1 2",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_anything_but_values_is_refused(name: str) -> None:
    with pytest.raises(NotReadableError):
        read(HOSTILE[name])
