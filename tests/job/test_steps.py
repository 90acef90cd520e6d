"""A case step by step: what `run` does in one go, what people add, and that nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from forensics.case import Case, verify
from forensics.errors import CaseError, UsageError, WeighError
from forensics.job.acts import DECEPTION, TOPICS, acts, add_act, concluded
from forensics.job.people_view import people_view
from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.job.steps import (
    Claims,
    add_files,
    conclude_case,
    new_case,
    report_case,
    weigh_case,
)
from forensics.verbs.demo import AT, QUESTION
from forensics.weigh.stated import Wish

TOLD = RunSettings(question=QUESTION, by="crew", audience_zone="America/New_York")
FILES = ("western.csv", "weibo.ndjson", "photos")
WISH = Wish(
    unit="A",
    rung="province",
    term="unlikely",
    confidence="moderate",
    reasons=("Two categories agree.",),
    would_change=("A label elsewhere.",),
)


def _new(folder: Path) -> Case:
    return new_case(
        folder / "case", TOLD, purpose="A test.", legal_basis="Invented.", who="t", now=lambda: AT
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory, thin_demo) -> Path:
    """The demonstration, built by steps, concluded on, with notes and a report."""
    folder = tmp_path_factory.mktemp("steps")
    case = _new(folder)
    add_files(case, [thin_demo / name for name in FILES], Claims(received_from="nobody"))
    conclude_case(case, WISH)
    conclude_case(case, replace(WISH, dissent=("One of us doubts the label.",)))
    add_act(case, "objection", "The noon break does not fit <script>alert(1)</script>.", about="G1")
    add_act(case, "motive", "None is known to us.")
    report_case(case, folder)
    return folder


@pytest.mark.slow
def test_steps_give_the_same_numbers_as_one_run(built, thin_demo, tmp_path) -> None:
    inputs = [thin_demo / name for name in FILES]
    whole = run(inputs, tmp_path / "x", TOLD, who="demonstration", now=lambda: AT)
    for name in ("weights.jsonl", "tests.jsonl", "clues.jsonl", "observations.jsonl"):
        one = (built / "case" / "tables" / name).read_bytes()
        assert one == (whole.case / "tables" / name).read_bytes(), name


@pytest.mark.slow
def test_the_case_is_whole_and_says_who_sent_what(built) -> None:
    assert verify(built / "case").ok
    case = Case.open(built / "case")
    assert {one.received_from for one in case.originals()} == {"nobody"}


@pytest.mark.slow
def test_the_report_prints_what_people_said(built) -> None:
    page = (built / "report.html").read_text(encoding="utf-8")
    assert "Concluded by t" in page.replace("<bdi>", "").replace("</bdi>", "")
    assert "One of us doubts the label." in page
    assert "It answers 1 earlier conclusion on this unit and rung" in page
    assert "None is known to us." in page
    assert page.count("nobody has answered it") == len(DECEPTION) - 1
    assert "Purpose:" in page
    assert "gap: none" in page
    assert "<script>alert(1)" not in page
    people = json.loads((built / "summary.json").read_bytes())["people"]
    assert people["concluded"][0]["rung"] == "province"
    assert people["notes"][0]["about"] == "G1"


@pytest.mark.slow
def test_writing_the_report_again_changes_nothing(built) -> None:
    case = Case.open(built / "case", who="t", now=lambda: AT)
    before = [(built / name).read_bytes() for name in ("report.html", "map.html", "summary.json")]
    head = case.head()
    report_case(case, built)
    assert case.head() == head
    after = [(built / name).read_bytes() for name in ("report.html", "map.html", "summary.json")]
    assert before == after


@pytest.mark.slow
def test_more_evidence_makes_a_conclusion_stale(tmp_path, small, thin_demo) -> None:
    case = _new(tmp_path)
    add_files(case, [thin_demo / "weibo.ndjson"], Claims())
    weighed = weigh_case(case)
    claim = weighed.of("A").claims[-1]
    word = "almost no chance" if claim.lowest.assessed_ppm < 50_000 else "very unlikely"
    wish = replace(WISH, rung=claim.rung, hypothesis=claim.leader, term=word, confidence="low")
    conclude_case(case, wish)
    assert [one.stale for one in concluded(case)] == [False]
    add_files(case, [small / "photos"], Claims())
    add_files(case, [thin_demo / "western.csv"], Claims())
    weigh_case(case)
    assert [one.stale for one in concluded(case)] == [True]
    assert people_view(case).concluded[0].stale


def test_a_refused_conclusion_leaves_no_line(tmp_path, thin_demo) -> None:
    case = _new(tmp_path)
    add_files(case, [thin_demo / "weibo.ndjson"], Claims())
    with pytest.raises(WeighError):
        conclude_case(case, replace(WISH, term="almost certain"))
    assert case.last("conclude") is None


@pytest.fixture(scope="module")
def weighed(built):
    return weigh_case(Case.open(built / "case", who="t", now=lambda: AT))


@pytest.mark.slow
def test_a_city_waits_for_a_second_reviewer(built, weighed) -> None:
    case = Case.open(built / "case", who="t", now=lambda: AT)
    city = next(one for one in weighed.of("A").claims if one.rung == "city")
    wish = replace(
        WISH,
        rung="city",
        hypothesis=city.leader,
        term="very unlikely",
        confidence="low",
        because="b",
    )
    conclude_case(case, wish)
    assert [one.waits for one in people_view(case).concluded] == [False, True]
    conclude_case(case, wish, reviewer="second reader")
    assert [one.waits for one in people_view(case).concluded] == [False, False]


def test_wrong_use_is_said_before_anything_is_done(tmp_path, thin_demo) -> None:
    for purpose, basis in (("", "x"), ("x", " ")):
        with pytest.raises(UsageError, match="is empty"):
            new_case(
                tmp_path / "c", TOLD, purpose=purpose, legal_basis=basis, who="t", now=lambda: AT
            )
    assert not (tmp_path / "c").exists()
    case = _new(tmp_path)
    with pytest.raises(CaseError, match="holds no files yet"):
        weigh_case(case)
    add_files(case, [thin_demo / "weibo.ndjson"], Claims())
    weighed = weigh_case(case)
    with pytest.raises(UsageError, match="no unit 'Z'"):
        weighed.of("Z")


@pytest.mark.slow
def test_several_units_want_a_name(weighed) -> None:
    with pytest.raises(UsageError, match="several units"):
        weighed.of("")


@pytest.mark.parametrize(
    ("topic", "text", "because", "words"),
    [
        ("rumour", "x", "", "no topic"),
        ("note", "  ", "", "characters"),
        ("note", "x" * 4001, "", "characters"),
        ("assumption", "The clock was right.", "", "needs a reason"),
    ],
)
def test_acts_that_are_refused(tmp_path, topic, text, because, words) -> None:
    case = _new(tmp_path)
    with pytest.raises(UsageError, match=words):
        add_act(case, topic, text, because=because)
    assert list(acts(case)) == []


def test_every_topic_is_kept_in_order_and_told_apart(tmp_path) -> None:
    case = _new(tmp_path)
    for topic in TOPICS:
        add_act(case, topic, f"about {topic}", because="it is so")
    assert [one.topic for one in acts(case)] == list(TOPICS)
    view = people_view(case)
    assert [one.topic for one in view.notes] == ["note", "assumption", "objection", "dissent"]
    assert [len(answers) for _, answers in view.deception] == [1, 1, 1, 1]
    assert (view.purpose, view.legal_basis) == ("A test.", "Invented.")


def test_a_note_with_loose_words_is_kept_and_warned_about(tmp_path) -> None:
    _, words = add_act(_new(tmp_path), "note", "They are linked to the bureau.")
    assert words[0].startswith("W6")


@pytest.mark.slow
def test_a_case_made_by_run_goes_on_by_steps(small, tmp_path) -> None:
    made = run([small], tmp_path / "x", RunSettings(), now=lambda: AT)
    case = Case.open(made.case, who="t", now=lambda: AT)
    assert RunSettings.from_json(case.question, case.settings) == RunSettings()
    assert len(weigh_case(case).assessments) >= 1


def test_a_case_of_another_kind_is_refused(tmp_path) -> None:
    case = Case.create(tmp_path / "c", question="?", settings={}, who="t", now=lambda: AT)
    with pytest.raises(CaseError, match="not those of a run"):
        RunSettings.from_json(case.question, case.settings)
