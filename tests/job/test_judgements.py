"""What people judge in `case.toml` becomes clues, grades and periods; mistakes are named."""

from __future__ import annotations

from typing import Any

import pytest

from forensics.case import CaseFile
from forensics.errors import WeighError
from forensics.job.judgements import asked, confirmed, judged, remarked
from forensics.model import AreaLikelihood, Clue, Finding, RowLikelihood

JUDGEMENT: dict[str, Any] = {
    "id": "dialect",
    "unit": "A",
    "statement": "Two listeners place the voice in the north of Jiangsu.",
    "reason": "Both know the dialect.",
    "category": "contextual",
    "set_by": "operator",
    "role": "operator_present",
    "planted_chance_ppm": 200_000,
    "weights": {"H1": {"mdb": 5_000, "low_mdb": 2_000, "high_mdb": 7_000}},
}


def _file(**sections: Any) -> CaseFile:
    return CaseFile("Where?", {}, **{name: tuple(rows) for name, rows in sections.items()})


def test_a_judgement_becomes_a_clue_with_its_reason() -> None:
    more = {**JUDGEMENT, "id": "uniform", "group": ["content:3"], "access": "proprietary"}
    (found,) = judged(_file(judgements=[JUDGEMENT, more]), {"A": (), "B": ()})
    assert (found.finder, found.unit, found.status) == ("judgements", "A", "found")
    first, second = found.clues
    assert first.id == "judgement:A:dialect"
    assert first.likelihood == RowLikelihood({"H1": (5_000, 2_000, 7_000)})
    assert (first.grade, first.access, first.group) == ("F6", "open", ())
    assert (second.group, second.access) == (("content:3",), "proprietary")
    assert found.observations[0].id == first.observations[0]
    assert "Both know the dialect." in found.observations[0].statement


def test_without_judgements_there_is_no_finding() -> None:
    assert judged(_file(), {"A": ()}) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{**JUDGEMENT, "unit": "C"}], "is about no unit: 'C'"),
        ([JUDGEMENT, JUDGEMENT], "two judgements are called 'dialect'"),
    ],
)
def test_mistakes_are_named(rows: Any, message: str) -> None:
    with pytest.raises(WeighError, match=message):
        judged(_file(judgements=rows), {"A": (), "B": ()})


def _finding() -> Finding:
    clue = Clue(
        id="label:A", kind="label", unit="A", statement="s", observations=(), group=(),
        role="platform_inferred", set_by="platform", category="technical", grade="F6",
        planted_chance_ppm=100_000, likelihood=AreaLikelihood(("CN",), 50_000),
    )  # fmt: skip
    return Finding("labels", "A", "found", "s", clues=(clue,))


def test_remarks_grade_a_clue_and_change_nothing_else() -> None:
    remark = {"id": "label:A", "grade": "C2", "access": "classified", "reason": "R"}
    edited = _file(clues=[remark, {"id": "label:A", "reason": "R", "confirmed_by": ["x"]}][:1])
    (found,) = remarked([_finding()], edited)
    clue = found.clues[0]
    assert (clue.grade, clue.access) == ("C2", "classified")
    assert clue.planted_chance_ppm == 100_000
    assert remarked([_finding()], _file()) == [_finding()]
    with pytest.raises(WeighError, match="clues names a clue that is not there: 'label:B'"):
        remarked([_finding()], _file(clues=[{**remark, "id": "label:B"}]))


def test_what_confirms_what() -> None:
    rows = [{"id": "a", "reason": "R", "confirmed_by": ["b", "c"]}, {"id": "d", "reason": "R"}]
    assert confirmed(_file(clues=rows)) == {"a": ("b", "c"), "d": ()}


def test_a_unit_has_its_own_period_before_the_general_one() -> None:
    rows = [
        {"first": "2020-01-01", "last": "2020-12-31", "reason": "R"},
        {"unit": "A", "first": "2021-01-01", "last": "2021-12-31", "reason": "R"},
    ]
    edited = _file(periods=rows)
    assert [asked(edited, unit).first for unit in ("A", "B")] == ["2021-01-01", "2020-01-01"]
    assert asked(edited, "A").stated
    assert asked(_file(periods=rows[1:]), "B") is None
