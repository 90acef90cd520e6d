"""Phone numbers -> areas: known answers, sets, masks, and what is refused.

All numbers are invented or reserved for fiction; only their area codes matter.
"""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.reference import phones
from forensics.reference.phones import china_dialling_area, read_phone
from forensics.reference.places import load_areas


@pytest.mark.parametrize(
    ("number", "region", "areas", "kind", "masked"),
    [
        ("+86 515 8812 3456", None, ("CN-JS.3209",), "landline", "+86 515 ****"),
        ("0515-8812 3456", "CN", ("CN-JS.3209",), "landline", "+86 515 ****"),
        ("+86 138 5101 2345", None, ("CN-JS.3209",), "mobile", "+86 138 ****"),
        ("010 8812 3456", "CN", ("CN-BJ",), "landline", "+86 10 ****"),
        (
            "024-88123456",
            "CN",
            ("CN-LN.2101", "CN-LN.2104", "CN-LN.2105", "CN-LN.2112"),
            "landline",
            "+86 24 ****",
        ),
        ("+86 400 123 4567", None, ("CN",), "other", "+86 ****"),
        ("+7 812 333 1234", None, ("RU-SPE",), "landline", "+7 812 ****"),
        ("+7 912 345 6789", None, ("RU",), "mobile", "+7 ****"),
        ("+98 21 8888 1234", None, ("IR-23",), "landline", "+98 21 ****"),
        ("+98 912 123 4567", None, ("IR",), "mobile", "+98 ****"),
        ("+1 212 555 0123", None, ("US-NY",), "landline", "+1 212 ****"),
        ("+1 416 967 1111", None, ("CA-ON",), "landline", "+1 416 ****"),
        ("+44 20 7946 0000", None, ("GB-LND",), "landline", "+44 20 ****"),
        ("+852 2123 4567", None, ("HK",), "landline", "+852 ****"),
        ("+63 2 8123 4567", None, ("PH-MNL",), "landline", "+63 2 ****"),
        ("+380 44 123 4567", None, ("UA-30", "UA-32"), "landline", "+380 44 ****"),
        ("+91 11 2345 6789", None, ("IN-DL",), "landline", "+91 11 ****"),
    ],
)
def test_known_numbers(number, region, areas, kind, masked) -> None:
    found = read_phone(number, region)
    assert found is not None
    reading, identity = found
    assert (reading.areas, reading.kind, reading.masked) == (areas, kind, masked)
    assert identity.startswith("+")


def test_two_ways_of_writing_are_one_number() -> None:
    first, second = read_phone("+86 515 8812 3456"), read_phone("(0515)88123456", "CN")
    assert first is not None
    assert second is not None
    assert first[1] == second[1]


def test_a_number_of_no_country_has_no_area() -> None:
    found = read_phone("+800 1234 5678")
    assert found is not None
    assert found[0].areas == ()
    assert "no country" in found[0].note


@pytest.mark.parametrize(
    ("defect", "number", "region"),
    [
        ("empty", "", None),
        ("no number", "call me", None),
        ("domestic without a country", "0515 8812 3456", None),
        ("too short", "+86 515 881", None),
        ("too long", "+86 " + "1" * 60, None),
        ("no such country code", "+999 123 4567", None),
        ("an address", "192.168.0.1", "CN"),
    ],
)
def test_what_is_no_number(defect: str, number: str, region: str | None) -> None:
    assert read_phone(number, region) is None


@pytest.mark.parametrize(
    ("code", "areas"),
    [
        ("515", ("CN-JS.3209",)),
        ("371", ("CN-HA.4101", "CN-HA.4102")),
        ("731", ("CN-HN.4301", "CN-HN.4302", "CN-HN.4303")),
        ("29", ("CN-SN.6101", "CN-SN.6104")),
        ("898", ("CN-HI",)),
        ("21", ("CN-SH",)),
        ("991", ("CN-XJ.6501",)),
    ],
)
def test_dialling_areas(code: str, areas: tuple[str, ...]) -> None:
    assert china_dialling_area(code) == (areas, "")


def test_a_code_of_no_area_is_china_and_says_so() -> None:
    areas, note = china_dialling_area("910")
    assert areas == ("CN",)
    assert note


def test_nearly_all_area_codes_reach_prefectures() -> None:
    """Figures of the method page: codes described, and how many name prefectures."""
    described = good = several = 0
    for code in ["10", *map(str, range(20, 30)), *map(str, range(310, 1000))]:
        texts = {
            phonenumbers.geocoder.description_for_valid_number(
                phonenumbers.PhoneNumber(country_code=86, national_number=int(code + tail)), "zh"
            )
            for tail in ("1234567", "81234567")
        }
        if texts <= {"中国", ""}:
            continue
        described += 1
        areas, note = china_dialling_area(code)
        several += len(areas) > 1
        # One area per municipality and for Hainan, prefectures elsewhere.
        whole = {"CN-BJ", "CN-TJ", "CN-SH", "CN-CQ", "CN-HI"}
        good += not note and all("." in area or area in whole for area in areas)
    assert described > 290
    assert good == described
    assert several >= 10


def test_corrections_name_real_areas() -> None:
    for areas in phones._corrections().values():
        assert set(areas) <= set(load_areas())


@pytest.mark.parametrize(
    ("text", "areas", "words"),
    [
        ("湖北省恩施州", ("CN-HB.4228",), ""),
        ("江苏省", ("CN-JS",), ""),
        ("中国", ("CN",), ""),
        ("江苏省昆山市", ("CN-JS.3205",), ""),
        ("江苏省无此市", ("CN-JS",), "无此市"),
        ("", (), "not an area"),
        ("无此省", (), "not an area"),
    ],
)
def test_descriptions(text: str, areas: tuple[str, ...], words: str) -> None:
    found, note = phones._from_han(text)
    assert found == areas
    assert (words in note) if words else note == ""


@settings(deadline=None)
@given(st.text(alphabet="+0123456789 -()", max_size=45))
def test_no_reading_shows_more_than_the_area_code(number: str) -> None:
    found = read_phone(number, "CN")
    if found is None:
        return
    reading, identity = found
    assert reading.masked.endswith("****")
    # The subscriber part never stands in the masked form.
    assert identity[-4:] not in reading.masked.replace(" ", "")
    assert set(reading.areas) <= set(load_areas())


def test_version_names_the_library() -> None:
    assert phones.version() == f"phonenumbers {phonenumbers.__version__}"
