"""The central types: frozen, documented, and closed where they claim to be."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from forensics import model

TYPES = [
    item
    for item in vars(model).values()
    if inspect.isclass(item) and item.__module__ == model.__name__
]


@pytest.mark.parametrize("item", TYPES, ids=lambda item: item.__name__)
def test_types_are_frozen_and_hold_no_floats(item: type) -> None:
    assert dataclasses.is_dataclass(item)
    assert item.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all("float" not in str(field.type) for field in dataclasses.fields(item))


def test_reasons_for_refusals_are_a_closed_list() -> None:
    model.Refusal("ab" * 32, "row 1", "no_time")
    with pytest.raises(ValueError, match="because"):
        model.Refusal("ab" * 32, "row 1", "because")


def test_content_about_a_place_moves_nothing() -> None:
    assert model.MOVING_ROLES.isdisjoint(
        {"content_subject", "claimed_by_persona", "previous_owner"}
    )
