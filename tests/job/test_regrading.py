"""Blind grades: what is shown, what is refused, what is written, and the agreement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from forensics.case import Case, verify
from forensics.errors import UsageError
from forensics.job.regrading import (
    CATEGORIES,
    BlindGrade,
    add_blind_grades,
    blind_questions,
    questions_csv,
    read_grades,
    regrade_views,
)
from forensics.verbs.demo import AT

N = 12
GRADES = ["B2", "C3", "D4"]


def _open(root: Path, who: str = "B. Reader") -> Case:
    return Case.open(root, who=who, now=lambda: AT)


def _clue(number: int) -> Mapping[str, object]:
    return {
        "id": f"c{number}", "unit": "A", "kind": "label", "statement": f"=Label {number}\u202e.",
        "observations": [f"o{number}"], "grade": GRADES[number % 3], "weight": "secret-weight",
        "category": CATEGORIES[number % 3],
    }  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    case = Case.create(tmp_path / "case", question="?", settings={}, who="t", now=lambda: AT)
    rows = [
        {"id": f"o{n}", "statement": f"Seen {n} times.", "interval": [1, 1000 + n], "unit": "posts",
         "rows": [{"original": "a" * 64, "row": row} for row in range(9)], "rows_total": 90}
        for n in range(N)
    ]  # fmt: skip
    made = [
        case.write_table("clues.jsonl", [_clue(number) for number in range(N)]),  # type: ignore[misc]
        case.write_table("observations.jsonl", rows),  # type: ignore[arg-type]
    ]
    case.append("clue", {"tables": [one.as_json() for one in made]})
    return case.root


def _answers(case: Case, *, wrong: int = 0) -> list[BlindGrade]:
    """The analyst's own grades for everything asked, but for the first few."""
    rows = {str(row["id"]): row for row in case.read_table("clues.jsonl")}
    found = []
    for place, one in enumerate(blind_questions(case)):
        grade, category = str(rows[one.clue]["grade"]), str(rows[one.clue]["category"])
        if place < wrong:
            grade, category = ("B2" if grade != "B2" else "C3"), CATEGORIES[0]
        found.append(BlindGrade(one.clue, grade[0], grade[1], category))
    return found


def test_a_question_shows_what_a_clue_rests_on_and_nothing_of_its_grade(root: Path) -> None:
    asked = blind_questions(_open(root))
    assert sorted(one.clue for one in asked) == sorted(f"c{n}" for n in range(N))
    first = asked[0]
    number = int(first.clue[1:])
    assert first.rests_on == (f"Seen {number} times. (interval 1 to {1000 + number:,} posts)",)
    assert (len(first.rows), first.rows_total) == (5, 90)
    shown = questions_csv(asked).decode()
    for secret in ("secret-weight", *CATEGORIES, *GRADES):
        assert secret not in shown
    assert "\"'=Label" in shown  # no formula for a spreadsheet


def test_a_sample_is_drawn_by_its_seed(root: Path) -> None:
    def drawn(seed: int, sample: int) -> list[str]:
        return [one.clue for one in blind_questions(_open(root), sample=sample, seed=seed)]

    assert drawn(1, 5) == drawn(1, 5) == drawn(1, N)[:5]
    assert len({tuple(drawn(seed, 5)) for seed in range(10)}) > 5
    assert len(drawn(1, 999)) == N


def test_answers_are_lines_with_the_grade_as_it_stood(root: Path) -> None:
    case = _open(root)
    before, asked = case.digest(), _answers(case)
    assert add_blind_grades(case, asked, sample=None, seed=3) == N
    lines = [entry for entry in case.entries() if entry.kind == "review"]
    assert len(lines) == N
    blind = lines[0].body["blind"]
    assert isinstance(blind, dict)
    assert blind["stood"] == {"grade": blind["grade"], "category": blind["category"]}
    assert lines[0].body["over"] == before
    assert verify(root).ok
    moved = [dict(row) | {"grade": "A1"} for row in case.read_table("clues.jsonl")]
    case.append("clue", {"tables": [case.write_table("clues.jsonl", moved).as_json()]})
    (view,) = regrade_views(_open(root))
    assert view.stale
    assert {row.differs for row in view.rows} == {False}


def test_agreement_in_full_and_in_part(root: Path) -> None:
    case = _open(root)
    add_blind_grades(case, _answers(case))
    other = _open(root, "C. Other")
    add_blind_grades(other, _answers(other, wrong=6))
    full, part = regrade_views(_open(root))
    assert [scale.kappa_milli for scale in full.scales] == [1000, 1000, 1000]
    assert (full.graded, full.of, full.stale) == (N, N, False)
    for scale in part.scales[:2]:
        assert scale.equal == N - 6
        assert scale.weighted
        assert scale.kappa_milli is not None
        assert scale.low_milli is not None
        assert scale.low_milli < scale.kappa_milli < 1000
    assert sum(row.differs for row in part.rows) == 6


def test_too_few_or_not_judged_give_no_kappa(root: Path) -> None:
    case = _open(root)
    asked = blind_questions(case, sample=9)
    add_blind_grades(case, [BlindGrade(one.clue, "F", "6", "technical") for one in asked], sample=9)
    (view,) = regrade_views(_open(root))
    assert [scale.kappa_milli for scale in view.scales] == [None] * 3
    assert view.scales[0].unjudged == 9
    assert (view.scales[0].n, view.scales[2].n) == (0, 9)
    assert "fewer than 10" in view.scales[2].why
    assert view.drawn == "9 clues were drawn with seed 0"


def test_the_first_answer_counts_and_the_finder_does_not_grade(root: Path) -> None:
    case = _open(root)
    one = _answers(case)[0]
    add_blind_grades(case, [one])
    head = case.head()
    with pytest.raises(UsageError, match="graded before"):
        add_blind_grades(_open(root, "b. READER "), [one])
    with pytest.raises(UsageError, match="graded before"):
        add_blind_grades(case, [BlindGrade("c99", "A", "1", "technical")])
    left = _answers(case)[0]
    with pytest.raises(UsageError, match="graded before"):
        add_blind_grades(case, [left, left])
    with pytest.raises(UsageError, match="cannot grade them blind"):
        blind_questions(_open(root, " T"))
    assert _open(root).head() == head
    assert len(blind_questions(_open(root))) == N - 1


def test_a_case_without_clues_asks_nothing(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", question="?", settings={}, who="t", now=lambda: AT)
    with pytest.raises(UsageError, match="no clues"):
        blind_questions(case)
    assert regrade_views(case) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("clue,reliability,credibility\nc1,A,1\n", "no column category"),
        ("clue,reliability,credibility,category\nc1,G,1,technical\n", "row 1"),
        ("clue,reliability,credibility,category\nc1,A,7,technical\n", "credibility '7'"),
        ("clue,reliability,credibility,category\nc1,A,1,other\n", "category 'other'"),
        ("clue,reliability,credibility,category\nc1,A,,technical\n", "credibility ''"),
        ("", "no column"),
    ],
)
def test_a_file_of_grades_is_read_strictly(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "g.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=words):
        read_grades(path)


def test_a_file_goes_out_and_comes_back(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_bytes(questions_csv(blind_questions(_open(root))))
    assert read_grades(path) == []
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    filled = [rows[0], *(row.replace(",,,,", ',b,2,"Technical",', 1) for row in rows[1:])]
    path.write_text("\n".join(filled) + "\n", encoding="utf-8-sig")
    found = read_grades(path)
    assert {(one.reliability, one.credibility, one.category) for one in found} == {
        ("B", "2", "technical")
    }
    assert len(found) == N


def test_a_line_of_another_form_is_passed_over(root: Path) -> None:
    case = _open(root)
    for blind in ("grade", {}, {"clue": "c1", "grade": "Z9", "stood": {}, "of": 1}):
        case.append("review", {"blind": blind})  # type: ignore[dict-item]
    assert regrade_views(_open(root)) == ()


def test_people_and_roles_stand_beside_what_they_wrote(root: Path) -> None:
    with (root / "case.toml").open("a") as handle:
        handle.write('\n[[people]]\nname = "b. reader"\nrole = "second reviewer"\n')
    case = _open(root)
    add_blind_grades(case, _answers(case)[:1])
    (view,) = regrade_views(_open(root))
    assert (view.role, json.dumps(view.who)) == ("second reviewer", '"B. Reader"')
