"""The text code finder: whose code it is, what is stored, what is counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.clues import codes
from forensics.clues.codes import REFUSED
from forensics.clues.text_codes import MAX_CLUES, find
from forensics.model import MOVING_ROLES, AreaLikelihood, Finding, PointLikelihood, Profile
from forensics.reference.places import load_gazetteer

PHONE = "0515-00000000"
START_US = 1_709_600_000_000_000


@dataclass(frozen=True)
class FakePosts:
    rows: Sequence[tuple[str, str]]

    def texts(self, *patterns: str) -> Iterator[tuple[str, int, str, int, str]]:
        assert patterns == codes.candidates()
        for number, (account, text) in enumerate(self.rows, 1):
            yield "f" * 64, number, account, START_US + number * 1_000_000, text


@dataclass(frozen=True)
class FakeEvidence:
    posts: FakePosts | None
    units: Mapping[str, tuple[str, ...]]
    places: Any
    profiles: Sequence[Profile] = ()


def run(
    *rows: tuple[str, str], more: Sequence[str] = (), profiles: Sequence[Profile] = ()
) -> Finding:
    names = tuple(sorted({account for account, _ in rows} | set(more)))
    evidence = FakeEvidence(FakePosts(rows), {"U": names}, load_gazetteer(), profiles)
    (finding,) = find(evidence)
    return finding


def bio(account: str, value: str, field: str = "bio") -> Profile:
    return Profile(account, field, value, START_US, "e" * 64, 7)


def test_a_number_given_by_two_accounts_speaks_for_the_operators() -> None:
    finding = run(
        ("a", f"Printed copies: call {PHONE} on weekdays."),
        ("w", f"风筝日历纸质版联系电话:{PHONE},工作日有人接。"),
        more=["x", "y"],
    )
    (clue,) = finding.clues
    assert finding.status == "found"
    assert clue.kind == "phone"
    assert clue.role == "operator_registered"
    assert clue.accounts == ("a", "w")
    assert clue.likelihood == AreaLikelihood(("CN-JS.3209",), 50_000)
    assert clue.planted_chance_ppm == 200_000
    assert clue.set_by == "operator"
    assert clue.category == "contextual"
    assert {"persona:a", "persona:w"} < set(clue.group)
    assert [key for key in clue.group if key.startswith("content:")] == ["content:code-1"]
    assert "2 of 4 accounts" in clue.statement
    assert "2 accounts give it as their own contact, in 2 different texts" in clue.statement
    (observation,) = finding.observations
    assert [ref.row for ref in observation.rows] == [1, 2]
    assert "phonenumbers" in observation.version


def test_a_number_given_by_one_account_is_shown_and_moves_nothing() -> None:
    finding = run(("w", f"联系电话:{PHONE}"), ("v", "风筝"), ("w", f"还是联系电话:{PHONE}"))
    (clue,) = finding.clues
    assert clue.role == "content_subject"
    assert clue.role not in MOVING_ROLES
    assert "Only one account" in clue.statement
    assert "in 2 posts of 1 of 2 accounts" in clue.statement


def test_a_number_in_passing_is_not_the_operators() -> None:
    finding = run(*((name, "市民可拨打 0515-88120000 了解情况") for name in "abc"))
    (clue,) = finding.clues
    assert clue.role == "content_subject"
    assert "Nothing says that it is their own" in clue.statement


def test_one_copied_advert_is_called_one() -> None:
    (clue,) = run(*((name, f"联系电话:{PHONE}") for name in "abc")).clues
    assert clue.role == "operator_registered"
    assert "one and the same text, which may be a copied advert" in clue.statement


def test_different_numbers_of_one_area_are_one_clue() -> None:
    (clue,) = run(("a", "电话 0515-88120000"), ("b", "热线 0515-88130000")).clues
    assert clue.role == "operator_registered"
    assert "2 phone numbers (+86 515 ****)" in clue.statement
    assert [k for k in clue.group if k.startswith("content:")] == [
        "content:code-1",
        "content:code-2",
    ]


def test_a_mobile_prefix_says_less_than_a_landline() -> None:
    (mobile,) = run(("a", "手机13851010000"), ("b", "电话 13851010000")).clues
    assert mobile.likelihood == AreaLikelihood(("CN-JS.3209",), 200_000)
    (both,) = run(("a", "手机13851010000"), ("b", "电话 0515-88120000")).clues
    assert both.likelihood == AreaLikelihood(("CN-JS.3209",), 50_000)


def test_plates_and_filings() -> None:
    finding = run(
        ("a", "我的车苏J·00000"),
        ("b", "my car 苏J·00000 again"),
        ("c", "苏ICP备00000000号"),
        ("d", "苏ICP备00000000号"),
    )
    plate, filing = finding.clues
    assert (plate.kind, plate.role) == ("plate", "operator_registered")
    assert plate.likelihood == AreaLikelihood(("CN-JS.3209",), 100_000)
    assert (filing.kind, filing.role) == ("filing", "content_subject")


def test_coordinates_are_a_point_about_the_subject() -> None:
    finding = run(("a", "Start: 33.35120, 120.15980. Bring water."), ("b", "33.35121,120.15979"))
    (clue,) = finding.clues
    assert clue.kind == "text_position"
    assert clue.role == "content_subject"
    assert isinstance(clue.likelihood, PointLikelihood)
    assert clue.likelihood.position.lat_udeg == 33_351_200
    assert clue.accounts == ("a", "b")
    assert "33.3512°N 120.1598°E, 1 km from Yancheng" in clue.statement
    south = run(("a", "-33.85830, -70.50330")).clues[0]
    assert "33.8583°S 70.5033°W" in south.statement


def test_a_domestic_number_in_english_needs_a_chinese_text_elsewhere() -> None:
    alone = run(("a", "call 0515-88120000"), ("b", "call 0515-88120000 now"))
    assert alone.status == "nothing_found"
    assert alone.details["refused"] == {"phone_not_chinese": 2}
    (observation,) = alone.observations
    assert observation.rows_total == 2
    assert REFUSED["phone_not_chinese"] in observation.statement
    together = run(("a", "call 0515-88120000"), ("b", "电话 0515-88120000"))
    assert together.clues[0].accounts == ("a", "b")


def test_no_number_and_no_plate_is_stored() -> None:
    finding = run(
        ("a", "电话 0515-88127431"),
        ("b", "热线 0515-88127431"),
        ("a", "手机13851017431"),
        ("a", "我的车苏J·67431"),
        ("a", "苏公网安备 32090202007431号"),
        ("a", "苏ICP备12347431号"),
        ("a", "+999 123 127431"),
    )
    assert len(finding.clues) >= 4
    assert "7431" not in repr(dataclasses.asdict(finding))


def test_nothing_found_counts_what_was_searched() -> None:
    finding = run(("a", "no codes, 2024-05-09"), ("b", "1+1=2"))
    assert finding.status == "nothing_found"
    assert finding.details["posts_searched"] == 2
    assert "posts of 2 accounts" in finding.statement
    assert finding.limits


def test_without_posts_nobody_looked() -> None:
    (finding,) = find(FakeEvidence(None, {"U": ("a",)}, load_gazetteer()))
    assert finding.status == "not_looked"


def test_units_are_kept_apart_and_in_order() -> None:
    rows = (("a", "电话 0515-88120000"), ("b", "电话 0515-88120000"), ("x", "电话 0515-88120000"))
    units = {"two": ("b",), "one": ("a",)}
    findings = find(FakeEvidence(FakePosts(rows), units, load_gazetteer()))
    assert [f.unit for f in findings] == ["two", "one"]
    assert all(f.clues[0].role == "content_subject" for f in findings)
    assert {f.clues[0].group[-1] for f in findings} == {"content:code-1"}


def test_many_places_are_cut_and_counted() -> None:
    rows = [("a", f"{10 + n}.12345, 20.12345") for n in range(MAX_CLUES + 5)]
    finding = run(*rows)
    assert len(finding.clues) == MAX_CLUES
    assert finding.details["not_shown"] == 5
    assert finding.statement.endswith("and 20 more.")


def test_a_note_reaches_the_reader() -> None:
    (clue,) = run(("a", "电话 010-1111111")).clues
    assert "Note: the local number is not in the plan" in clue.statement


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_accounts_changes_nothing_but_examples(order: list[str]) -> None:
    rows = [(name, f"{name} 联系电话:{PHONE}") for name in order]
    (clue,) = run(*rows).clues
    assert clue.accounts == ("a", "b", "c", "d")
    assert clue.likelihood == AreaLikelihood(("CN-JS.3209",), 50_000)
    assert "4 phone" not in clue.statement


@given(st.integers(1, 30))
def test_repeating_a_post_makes_no_second_clue(times: int) -> None:
    once = run(("a", f"联系电话:{PHONE}"), ("b", "风筝"))
    often = run(*[("a", f"联系电话:{PHONE}")] * times, ("b", "风筝"))
    assert len(once.clues) == len(often.clues) == 1
    assert often.clues[0].role == once.clues[0].role
    assert often.clues[0].likelihood == once.clues[0].likelihood


@pytest.mark.parametrize("reason", sorted(REFUSED))
def test_reasons_are_sentences(reason: str) -> None:
    assert REFUSED[reason]


def test_only_ten_rows_are_kept_as_examples() -> None:
    finding = run(*[("a", f"{n} 联系电话:{PHONE}") for n in range(40)], *[("a", "33N 200E")] * 12)
    assert all(len(o.rows) == 10 for o in finding.observations)
    assert [o.rows_total for o in finding.observations] == [40, 12]


def test_a_number_in_two_profiles_speaks_for_the_operators_without_a_word() -> None:
    profiles = [bio("a", "Kites. 0515-88120000 盐城"), bio("b", "风筝 0515-88120000")]
    (clue,) = run(("a", "hello"), more=["b", "c"], profiles=profiles).clues
    assert clue.role == "operator_registered"
    assert "in 2 profiles of 2 of 3 accounts" in clue.statement
    assert {"persona:a", "persona:b"} < set(clue.group)
    (one,) = run(("a", "hello"), more=["b"], profiles=profiles[:1]).clues
    assert one.role == "content_subject"


def test_a_post_and_a_profile_count_together() -> None:
    finding = run(
        ("a", "联系电话 0515-88120000"),
        ("b", "x"),
        profiles=[bio("b", "盐城 0515-88120000", "name")],
    )
    (clue,) = finding.clues
    assert clue.role == "operator_registered"
    assert "in 1 post and 1 profile of 2 of 2 accounts" in clue.statement
    assert finding.observations[0].value["profiles"] == 1
    assert [ref.row for ref in finding.observations[0].rows] == [1, 7]


@pytest.mark.parametrize("field", ["location", "zone", "created"])
def test_other_fields_of_a_profile_are_not_read_for_codes(field: str) -> None:
    assert run(("a", "x"), profiles=[bio("a", "0515-88120000 盐城", field)]).clues == ()


def test_coordinates_and_plates_in_a_profile_stay_content() -> None:
    profiles = [
        bio(name, "33.35120, 120.15980 苏J·12345 身份证11010519491231002X") for name in "ab"
    ]
    clues = run(("a", "x"), more=["b"], profiles=profiles).clues
    assert {clue.kind for clue in clues} == {"text_position", "plate", "resident_id"}
    assert {clue.role for clue in clues} == {"content_subject"}


def test_profiles_alone_are_looked_at() -> None:
    evidence = FakeEvidence(None, {"U": ("a",)}, load_gazetteer(), [bio("a", "电话 0515-88120000")])
    (finding,) = find(evidence)
    assert finding.status == "found"
    assert finding.details["profile_lines"] == 1


def test_words_of_context_never_move_and_come_last() -> None:
    rows = [(name, f"派出所和支付宝 {name} 人民日报") for name in "abcd"]
    finding = run(*rows, ("a", "电话 0515-88120000"))
    kinds = [clue.kind for clue in finding.clues]
    assert kinds[0] == "phone"
    assert set(kinds[1:]) == {"context"}
    assert {clue.role for clue in finding.clues} == {"content_subject"}
    words = finding.clues[1].statement
    assert "what the posts are about: not counted for the operators" in words


def test_the_county_of_a_filing_stands_in_the_sentence_and_the_value() -> None:
    finding = run(("a", "苏公网安备 32090202000000号"))
    assert "County by its code: 320902 亭湖区." in finding.clues[0].statement
    assert finding.observations[0].value["counties"] == ["320902 亭湖区"]
    assert finding.clues[0].likelihood == AreaLikelihood(("CN-JS.3209",), 100_000)


def test_no_number_of_a_person_or_firm_is_stored() -> None:
    numbers = {
        "身份证11010519491231002X": "19491231",
        "ИНН 500100732259": "500100732259",
        "914403001922038216 税号": "1922038216",
        "کد ملی 0499370899": "499370899",
        "тел. 8 (812) 333-47-31": "4731",
        "А743ВС77 машина": "743",
    }
    for text, secret in numbers.items():
        finding = run(("a", text), ("b", text), profiles=[bio("a", text)])
        assert finding.clues, text
        assert secret not in repr(dataclasses.asdict(finding)), text
