"""Lines come in one order, whichever way there is taken."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forensics.links.content.incidence import Incidence, made

lines = st.lists(st.tuples(*[st.integers(0, 3)] * 3, st.integers(-1, 3)), max_size=25)


def plain(one: Incidence) -> list[tuple[int, ...]]:
    return sorted(rows(one))


def rows(one: Incidence) -> list[tuple[int, ...]]:
    columns = (one.key, one.account, one.t_us, one.place)
    return list(zip(*(each.tolist() for each in columns), strict=True))


@given(lines, st.booleans())
def test_lines_are_ordered_by_all_their_columns(
    given_: list[tuple[int, int, int, int]], as_read: bool
) -> None:
    """`as_read`: by account and time, as a table of posts gives them."""
    some = sorted(given_, key=lambda line: line[1:]) if as_read else given_
    one = made(*(zip(*some, strict=True) if some else ((), (), (), ())))
    told = one.ordered()
    assert rows(told) == plain(one)
    assert told.ordered() is told
    firsts = {}
    for line in plain(one):
        firsts.setdefault(line[:2], line)
    assert rows(one.firsts()) == list(firsts.values())


def test_order_of_keys_beyond_signed_numbers() -> None:
    one = made([2**64 - 1, 1, 2**63], [0, 1, 2], [0, 0, 0], [0, 1, 2])
    assert one.ordered().key.tolist() == [1, 2**63, 2**64 - 1]
    assert np.all(one.firsts().key == one.ordered().key)
