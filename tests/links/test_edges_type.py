"""The type of an edge refuses what would make two programs read it differently."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forensics.errors import LinkError
from forensics.links.edges import EDGE_KINDS, Burst, Edge
from forensics.model import RowRef

EDGE = Edge(
    a="one",
    b="two",
    kind="same_text",
    directed=False,
    n=2,
    share_first_ppm=None,
    expected_milli=None,
    p_ppm=None,
    mdb=0,
    low_mdb=0,
    high_mdb=0,
    basis="modelled",
    first_us=None,
    last_us=None,
    rows=(),
    rows_total=0,
    statement="",
)


def test_kinds_are_a_closed_list_in_order() -> None:
    assert EDGE_KINDS[:2] == ("same_text", "near_text")
    assert len(set(EDGE_KINDS)) == len(EDGE_KINDS) == 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "same_mood"},
        {"a": "two", "b": "one"},
        {"a": "one", "b": "one"},
        {"a": "one", "b": "one", "directed": True},
        {"rows": tuple(RowRef("x", n) for n in range(11))},
    ],
)
def test_a_wrong_edge_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LinkError):
        replace(EDGE, **wrong)


def test_a_directed_edge_may_run_against_the_order_of_names() -> None:
    assert replace(EDGE, a="two", b="one", directed=True).a == "two"


def test_a_burst_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(LinkError):
        Burst("same_mood", "k", 0, 1, 201, "one", (), 0, "")  # type: ignore[arg-type]
