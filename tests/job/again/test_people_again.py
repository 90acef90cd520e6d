"""Conclusions of people against the numbers that come out again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from forensics.case import Case
from forensics.job.again.people import conclusions_again
from forensics.weigh.assessment import Claim, StandingTest

LOW = StandingTest("prior_x10", "", "H", 700_000, 600_000, in_headline=True)
CLAIM = Claim("country", "China", ("H",), "H", (LOW,))
SAID: dict[str, Any] = {
    "unit": "A", "rung": "country", "hypothesis": "H", "likelihood": "likely", "weights": "",
    "probability_ppm": 600_000, "lowest_test": "prior_x10",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "verdict", "detail"),
    [
        ({}, "equal", ""),
        ({"likelihood": "roughly even chance"}, "equal", ""),
        ({"likelihood": "very likely"}, "differs", "above what the numbers carry"),
        ({"likelihood": "certain"}, "differs", "above what the numbers carry"),
        ({"probability_ppm": 900_000}, "differs", "900000 (prior_x10) in the case, 600000"),
        ({"lowest_test": "all"}, "differs", "600000 (all) in the case"),
        ({"hypothesis": "G"}, "differs", "was not tested"),
        ({"rung": "city"}, "differs", "was not tested"),
        ({"unit": "B"}, "differs", "no such unit"),
        ({"weights": "of another day"}, "not repeated", "earlier weights"),
    ],
)
def test_words_may_be_weaker_but_numbers_must_be_those(
    tmp_path: Path, change: dict[str, Any], verdict: str, detail: str
) -> None:
    case = Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )
    case.append("conclude", SAID | change)
    assessments: Any = [SimpleNamespace(unit="A", claims=(CLAIM,))]
    (part,) = conclusions_again(case, assessments)
    assert part.verdict == verdict
    assert detail in part.detail
    assert part.line == 2
