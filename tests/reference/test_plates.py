"""Plates and filings -> areas: known answers, broken codes, the table itself."""

from __future__ import annotations

import pytest

from forensics.errors import ReferenceDataError
from forensics.reference import plates
from forensics.reference.places import load_areas
from forensics.reference.plates import (
    filing_characters,
    plate_characters,
    read_icp,
    read_plate,
    read_police_filing,
)


@pytest.mark.parametrize(
    ("head", "letter", "number", "area"),
    [
        ("苏", "J", "00000", "CN-JS.3209"),
        ("苏", "J", "D00000", "CN-JS.3209"),
        ("苏", "J", "00000D", "CN-JS.3209"),
        ("苏", "J", "0A0B0", "CN-JS.3209"),
        ("苏", "U", "00000", "CN-JS.3205"),
        ("京", "A", "00000", "CN-BJ"),
        ("川", "A", "0000警", "CN-SC.5101"),
        ("豫", "U", "00000", "CN-HA.419001"),
        ("琼", "C", "00000", "CN-HI"),
        ("粤", "X", "00000", "CN-GD.4406"),
        ("新", "C", "00000", "CN-XJ.659001"),
    ],
)
def test_known_plates(head: str, letter: str, number: str, area: str) -> None:
    assert read_plate(head, letter, number) == area


@pytest.mark.parametrize(
    ("defect", "head", "letter", "number"),
    [
        ("no province", "龙", "A", "00000"),
        ("no such letter", "苏", "Z", "00000"),
        ("cross-border", "粤", "Z", "0000港"),
        ("letters only", "苏", "J", "ABCDE"),
        ("three letters", "苏", "J", "ABC00"),
        ("the letter O", "苏", "J", "0O000"),
        ("six digits", "苏", "J", "000000"),
        ("seven signs", "苏", "J", "0000000"),
        ("too short", "苏", "J", "0000"),
    ],
)
def test_broken_plates(defect: str, head: str, letter: str, number: str) -> None:
    assert read_plate(head, letter, number) is None


def test_every_entry_names_an_area_and_every_province_has_one() -> None:
    areas = load_areas()
    seen = set()
    for province, letters in plates._plates().values():
        seen.add(province)
        assert all(code in areas and code.startswith(province) for code in letters.values())
    assert len(seen) == 31
    assert len(plate_characters()) == 31


def test_nearly_all_prefectures_have_a_plate() -> None:
    covered = {code for _, letters in plates._plates().values() for code in letters.values()}
    prefectures = {
        a.code
        for a in load_areas().values()
        if a.level == "admin2" and a.parent.startswith("CN-") and len(a.code.split(".")[1]) == 4
    }
    assert len(prefectures - covered) <= 6


@pytest.mark.parametrize(
    ("head", "area"),
    [
        ("苏", "CN-JS"),
        ("蜀", "CN-SC"),
        ("黔", "CN-GZ"),
        ("滇", "CN-YN"),
        ("陇", "CN-GS"),
        ("龙", None),
    ],
)
def test_icp_characters(head: str, area: str | None) -> None:
    assert read_icp(head) == area


def test_filings_use_more_characters_than_plates() -> None:
    assert set(plate_characters()) < set(filing_characters())


@pytest.mark.parametrize(
    ("head", "digits", "area", "words"),
    [
        ("苏", "32090202000000", "CN-JS.3209", ""),
        ("京", "11010502000000", "CN-BJ", ""),
        ("滇", "53010202000000", "CN-YN.5301", ""),
        ("苏", "32099902000000", "CN-JS.3209", "county 320999"),
    ],
)
def test_police_filings(head: str, digits: str, area: str, words: str) -> None:
    found = read_police_filing(head, digits)
    assert found is not None
    assert found[0] == area
    assert words in found[1]


@pytest.mark.parametrize(
    ("defect", "head", "digits"),
    [
        ("character against digits", "苏", "33010202000000"),
        ("twelve digits", "苏", "320902020000"),
        ("thirteen digits", "苏", "3209020200000"),
        ("unknown province", "苏", "99010202000000"),
        ("unknown character", "龙", "32090202000000"),
        ("other digits", "苏", "٣٢٠٩٠٢٠٢٠٠٠٠٠٠"),
    ],
)
def test_broken_police_filings(defect: str, head: str, digits: str) -> None:
    assert read_police_filing(head, digits) is None


def test_a_table_that_names_no_area_is_refused(tmp_path, monkeypatch) -> None:
    (tmp_path / "codes").mkdir()
    table = tmp_path / "codes" / "plates_cn.tsv"
    table.write_text("# x\n苏\tCN-JS\tA99\n", encoding="utf-8")
    monkeypatch.setattr(plates, "DATA", tmp_path)
    with pytest.raises(ReferenceDataError, match="plate 苏A names no area"):
        plates._plates.__wrapped__()
