"""The groups of a case are looked for among all its accounts, whatever the units."""

from __future__ import annotations

from forensics.links.groups.find import accounts_of


def test_accounts_of_all_units_in_order() -> None:
    assert accounts_of([("b", "a"), ("c",), ("a",)]) == ["a", "b", "c"]
