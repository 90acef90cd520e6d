"""Kept first postings: those of contents that fewest posted come first, the others are counted."""

from __future__ import annotations

import pytest

from forensics.links.content import shares as module
from forensics.links.content.incidence import made
from forensics.links.content.shares import shares_of


def test_the_bound_keeps_the_rarest_contents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_POSTINGS", 4)
    common = [(1, at, at) for at in range(4)]
    rare = [(key, at, at) for key in (2, 3) for at in range(2)]
    content, account, t_us = zip(*common, *rare, strict=True)
    told = shares_of(("a", "b", "c", "d"), [made(content, account, t_us, range(8))])
    assert sorted(set(told.lines.key.tolist())) == [2, 3]
    assert told.left == 1


def test_contents_of_one_account_are_no_shares() -> None:
    told = shares_of(("a", "b"), [made([1, 1], [0, 2], [5, 6], [0, 1])])  # 2 is a control
    assert not len(told.lines)
