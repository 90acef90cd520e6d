"""The made-up cases as files: repeatable, invented, and with the clues they are said to have."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from forensics.clues.codes import Code, codes_in
from forensics.errors import UsageError
from forensics.evaluate.cases import texts
from forensics.evaluate.cases.cast import Size
from forensics.evaluate.cases.catalogue import CASES, LABEL, LABELLED, build
from forensics.evaluate.cases.judge import EXPECTED, OWN
from forensics.evaluate.cases.stated import ROWS
from forensics.evaluate.cases.written import write
from forensics.evaluate.synthetic.scenario import no_calendar

SMALL = Size(western=14, chinese=10, posts=12, shared=8, controls=6)


@pytest.mark.parametrize("name", list(CASES))
def test_the_same_seed_writes_the_same_bytes_and_another_does_not(
    name: str, tmp_path: Path
) -> None:
    found = []
    for number, seed in enumerate((20, 20, 21)):
        case = build(name, seed, size=SMALL, calendar=no_calendar)
        evidence, controls = write(case, tmp_path / str(number))
        found.append({path.name: path.read_bytes() for path in (*evidence, *controls)})
    assert found[0] == found[1]
    assert found[0]["western.csv"] != found[2]["western.csv"]


def test_the_case_has_the_clues_it_is_said_to_have(tmp_path: Path) -> None:
    case = build("yancheng", 20, size=SMALL, calendar=no_calendar)
    write(case, tmp_path)
    lines = (tmp_path / "inputs" / "chinese.ndjson").read_text(encoding="utf-8").splitlines()
    posts = [json.loads(line) for line in lines]
    labelled = {one["account"] for one in posts if one["ip_region"] == f"发布于 {LABEL}"}
    assert len(labelled) == LABELLED
    with (tmp_path / "inputs" / "western.csv").open(encoding="utf-8", newline="") as handle:
        western = list(csv.DictReader(handle))
    both = {one["text"] for one in posts} & {one["text"] for one in western}
    assert len(both) >= SMALL.shared // 2
    for text, times in ((texts.SCREENSHOT, 1), (texts.CAR, 1), (texts.STATION, 2)):
        assert sum(one["text"] == text for one in (*posts, *western)) == times
    named = {one["media"] for one in (*posts, *western) if one["media"]}
    assert named == set(case.pictures)
    assert set(case.clue_carriers()) <= {one.name for one in case.personas}


def test_the_codes_are_read_as_what_they_stand_for() -> None:
    areas = {
        text: {code.areas for code in codes_in(text) if isinstance(code, Code)}
        for text in (texts.SCREENSHOT, texts.CAR, texts.BIO, texts.BIO_GHANA)
    }
    assert areas[texts.SCREENSHOT] == areas[texts.CAR] == areas[texts.BIO] == {("CN-JS.3209",)}
    assert areas[texts.BIO_GHANA] == {("GH-AA",)}


@pytest.mark.parametrize("name", list(CASES))
def test_no_account_could_be_somebody_and_every_case_is_judged(name: str) -> None:
    case = build(name, 20, size=SMALL, calendar=no_calendar)
    assert all("-" in one.name for one in (*case.personas, *case.controls[0]))
    assert len({one.name for one in case.personas}) == SMALL.western + SMALL.chinese
    assert {one.account for one in case.posts} == {one.name for one in case.personas}
    assert name in EXPECTED
    assert name in OWN


def test_amplifiers_come_last_and_operators_do_not() -> None:
    for name, leads in (("yancheng", True), ("amplifier", False)):
        case = build(name, 20, calendar=no_calendar)
        first: dict[str, str] = {}
        for one in case.posts:
            if one.text in {*texts.shared("zh"), *texts.shared("en")}:
                first.setdefault(one.text, one.account)
        carriers = case.clue_carriers()
        share = sum(account in carriers for account in first.values()) / len(first)
        assert share > 0.6 if leads else share == 0


def test_the_stated_rows_leave_the_place_more_than_its_body() -> None:
    prior = {name: ppm for name, _, _, ppm, _ in ROWS}
    assert prior["H_body"] < prior["H_city"] / 2


def test_an_unknown_case_is_refused() -> None:
    with pytest.raises(UsageError, match="ghana"):
        build("nowhere", 20)
