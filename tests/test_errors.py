"""Errors are one line: where, what, what to do."""

from __future__ import annotations

from forensics import errors


def test_the_line_holds_the_three_parts_in_order() -> None:
    error = errors.ReadError("time without offset", where="posts.csv row 17", todo="say the zone")
    assert error.line() == "posts.csv row 17: time without offset; say the zone"
    assert str(error) == error.line()


def test_parts_may_be_missing_and_newlines_never_survive() -> None:
    assert errors.CaseError("disk\nfull").line() == "disk full"


def test_every_layer_has_its_own_class() -> None:
    layers = [item for item in vars(errors).values() if isinstance(item, type)]
    assert all(issubclass(item, errors.ForensicsError) for item in layers)
    assert len(layers) == 13
