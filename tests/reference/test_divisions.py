"""Chinese division codes: known answers, fallbacks that say so, broken codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.errors import ReferenceDataError
from forensics.reference import divisions
from forensics.reference.divisions import (
    area_of_division,
    names,
    prefecture_by_name,
    prefectures_of,
    stem,
)
from forensics.reference.places import load_areas


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("32", "CN-JS"),
        ("3209", "CN-JS.3209"),
        ("320900", "CN-JS.3209"),
        ("320902", "CN-JS.3209"),
        ("110105", "CN-BJ"),
        ("11", "CN-BJ"),
        ("500101", "CN-CQ"),
        ("419001", "CN-HA.419001"),
        ("440300", "CN-GD.4403"),
    ],
)
def test_known_codes(code: str, area: str) -> None:
    assert area_of_division(code) == (area, "")


@pytest.mark.parametrize(
    ("defect", "code", "area", "words"),
    [
        ("unknown county", "320999", "CN-JS.3209", "county 320999"),
        ("unofficial development zone", "510190", "CN-SC.5101", "county 510190"),
        ("unknown prefecture", "329900", "CN-JS", "prefecture 3299"),
    ],
)
def test_unknown_parts_fall_back_one_level_and_say_so(defect, code, area, words) -> None:
    found, note = area_of_division(code)
    assert found == area
    assert words in note


@pytest.mark.parametrize("code", ["", "3", "99", "990000", "32x9", "32090", "3209021", "٣٢", "²²"])
def test_broken_codes(code: str) -> None:
    assert area_of_division(code)[0] == ""


def test_the_table_is_complete_enough() -> None:
    assert names()["3209"] == "盐城市"
    assert names()["320902"]
    assert len([code for code in names() if len(code) == 6]) > 2800
    assert len(prefectures_of("CN-JS")) == 13
    assert prefectures_of("CN-BJ") == ()


@pytest.mark.parametrize(
    ("province", "name", "code"),
    [
        ("CN-JS", "盐城市", "CN-JS.3209"),
        ("CN-JS", "盐城", "CN-JS.3209"),
        ("CN-SC", "盐城", ""),
        ("CN-BJ", "朝阳", ""),
        ("CN-LN", "朝阳", "CN-LN.2113"),
        ("US", "盐城", ""),
    ],
)
def test_names(province: str, name: str, code: str) -> None:
    assert prefecture_by_name(province, name) == code


@pytest.mark.parametrize(
    ("name", "short"),
    [("盐城市", "盐城"), ("沙市", "沙市"), ("喀什地区", "喀什"), ("凉山彝族自治州", "凉山彝族")],
)
def test_stems(name: str, short: str) -> None:
    assert stem(name) == short


@given(st.text(alphabet="0123456789", max_size=7))
def test_any_code_gives_a_known_area_or_a_reason(code: str) -> None:
    area, note = area_of_division(code)
    assert area in load_areas() or (area == "" and note)


def test_a_division_without_a_name_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(divisions, "read_lines", lambda name: ["32"])
    with pytest.raises(ReferenceDataError, match="has no name"):
        names.__wrapped__()
