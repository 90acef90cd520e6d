"""Made-up cases all the way from files to conclusions, and judges that notice what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from forensics.case import Case
from forensics.evaluate.cases.cast import Size
from forensics.evaluate.cases.catalogue import CASES, build
from forensics.evaluate.cases.judge import checks
from forensics.evaluate.cases.outcome import (
    Outcome,
    automatic,
    claim_of,
    platform_record,
    who_first,
    with_further,
    word_of,
)
from forensics.evaluate.cases.trial import case_trials, cases_json
from forensics.evaluate.cases.written import write
from forensics.job import run
from forensics.job.settings import RunSettings
from forensics.verbs.evaluate_cases import NOW, cases_text, run_case
from forensics.words import TERMS

SMALL = Size(western=14, chinese=10, posts=45, shared=16, controls=12)


@pytest.fixture(scope="module")
def yancheng() -> Outcome:
    return run_case(build("yancheng", 20, size=SMALL), split=())


@pytest.fixture(scope="module")
def missed(yancheng: Outcome) -> set[str]:
    return _missed(yancheng)


def _missed(outcome: Outcome) -> set[str]:
    return {one.finder for one in checks(outcome) if not one.passed}


@pytest.mark.slow
def test_the_main_flow_concludes_what_the_case_says(yancheng: Outcome, tmp_path: Path) -> None:
    evidence, controls = write(yancheng.case, tmp_path / "files")
    settings = RunSettings()
    out = tmp_path / "out"
    case = Case.create(
        out / "case", question=settings.question, settings=settings.as_json(), who="", now=_now
    )
    edited = case.root / "case.toml"
    added = yancheng.case.hypotheses + yancheng.case.judgements
    edited.write_text(edited.read_text(encoding="utf-8") + "\n" + added, encoding="utf-8")
    done = run.run(evidence, out, settings, controls=controls, who="", now=_now)
    assert f"{yancheng.pooled.unit}: {yancheng.pooled.conclusion.statement}" in done.lines
    page = done.report.read_text(encoding="utf-8")
    assert "It is almost certain" not in page
    found = Case.open(done.case).read_table("numbers.jsonl")
    assert {str(row["clue"]) for row in found} >= {clue.id for clue in yancheng.clues}


def _now() -> str:
    return NOW


def test_the_rules_hold(missed: set[str]) -> None:
    assert not missed & {"words", "ladder", "organisation", "persons", "numbers", "first"}


def test_the_accounts_with_clues_lead(yancheng: Outcome) -> None:
    first = who_first(yancheng)
    assert first.leader is not None
    assert first.leader.account == yancheng.case.truth["lead"]
    assert (first.carriers_first_ppm or 0) > 500_000


def test_judges_notice_what_is_wrong(yancheng: Outcome) -> None:
    late = tuple(
        replace(one, t_us=one.t_us + 86_400_000_000)
        if one.account in yancheng.case.clue_carriers()
        else one
        for one in yancheng.shared
    )
    said = replace(yancheng.pooled.conclusion, likelihood="almost certain", probability_ppm=600_000)
    wrong = replace(
        yancheng,
        pooled=replace(yancheng.pooled, conclusion=said),
        shared=late,
        numbers=yancheng.numbers[1:],
    )
    assert (who_first(wrong).carriers_first_ppm or 0) < 200_000
    assert _missed(wrong) >= {"words", "first", "numbers"}


def test_a_platform_record_carries_the_province(yancheng: Outcome) -> None:
    before = claim_of(yancheng.pooled, "CN-JS", yancheng.places)
    record = platform_record(yancheng.pooled.unit, "CN-JS.3209")
    after = claim_of(with_further(yancheng, [record]), "CN-JS", yancheng.places)
    assert before is not None
    assert after is not None
    assert after.carried
    assert TERMS.index(word_of(after)) > TERMS.index(word_of(before))


def test_proposed_rows_name_no_finer_place_than_stated_ones(yancheng: Outcome) -> None:
    assert automatic(yancheng).conclusion.rung in {None, "zone", "country", "province"}


def test_the_page_fits_a_terminal_and_the_json_counts(yancheng: Outcome) -> None:
    found = case_trials(["yancheng"], lambda _: yancheng, seed=20, size=SMALL)
    assert all(len(line) <= 80 for line in cases_text(found))
    told = json.loads(json.dumps(cases_json(found, 20), allow_nan=False))
    assert told["checks"] == len(found[0].checks)
    assert told["passed"] == sum(one.passed for one in found[0].checks)


@pytest.mark.slow
def test_all_cases_come_out_as_they_must() -> None:
    found = case_trials([], run_case, seed=20)
    assert [one.case for one in found] == list(CASES)
    missed = {(one.case, check.asked) for one in found for check in one.checks if not check.passed}
    assert not missed
