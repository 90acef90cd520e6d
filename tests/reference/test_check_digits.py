"""Check digits: published samples, answers of another program, and every single wrong digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.reference import check_digits


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (check_digits.uscc, "914403001922038216"),
        (check_digits.china_resident, "11010519491231002X"),
        (check_digits.inn, "7707083893"),
        (check_digits.inn, "500100732259"),
        (check_digits.ogrn, "1027700132195"),
        (check_digits.ogrn, "304500116000157"),
        (check_digits.gstin, "27AAPFU0939F1ZV"),
        (check_digits.iran_resident, "0499370899"),
    ],
)
def test_published_samples(function, code: str) -> None:
    assert function(code)
    for place, sign in enumerate(code):
        if sign.isdigit():
            wrong = code[:place] + str((int(sign) + 1) % 10) + code[place + 1 :]
            assert not function(wrong), wrong
    assert not function(code[:-1])
    assert not function(code + "0")
    assert not function("")


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (check_digits.china_resident, "110105194913310020"),  # month 13
        (check_digits.china_resident, "11010519491231002x"),  # a small letter is no check sign
        (check_digits.uscc, "91440300192203821I"),  # I, O, S, V, Z are not used
        (check_digits.iran_resident, "1111111111"),
        (check_digits.inn, "77070838٩3"),
        (check_digits.ogrn, "0027700132195"),
    ],
)
def test_impossible_codes(function, code: str) -> None:
    assert not function(code)


def test_old_resident_numbers_have_a_day_and_no_check() -> None:
    assert check_digits.china_resident_old("110105491231002")
    assert not check_digits.china_resident_old("110105491331002")


@given(st.text(max_size=20))
def test_any_text_is_answered(text: str) -> None:
    for function in (
        check_digits.uscc,
        check_digits.china_resident,
        check_digits.china_resident_old,
        check_digits.inn,
        check_digits.ogrn,
        check_digits.gstin,
        check_digits.iran_resident,
    ):
        assert function(text) in {True, False}
