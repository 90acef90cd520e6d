"""One text about places: what is found, what it resolves to, how wide, why; and what is refused."""

from __future__ import annotations

import pytest

from forensics.errors import UsageError
from forensics.job.ask.about_places import KINDS, ask_places, find_places

CASES = [
    ("电话 +86 515 8812 3456", "phone", {"CN-JS.3209"}),
    ("024-8812 3456 电话", "phone", {"CN-LN.2101", "CN-LN.2104", "CN-LN.2105", "CN-LN.2112"}),
    ("车牌 苏J·12345", "plate", {"CN-JS.3209"}),
    ("苏ICP备12345678号", "filing", {"CN-JS"}),
    ("苏公网安备 32090200001234号", "filing", {"CN-JS.3209"}),
    ("发布于 江苏", "label", {"CN-JS"}),
    ("we stayed in Paris, Texas", "name", {"US-TX"}),
    ("мы в Санкт-Петербурге", "name", {"RU-SPE"}),
    ("از تهران", "name", {"IR-23"}),
]


@pytest.mark.parametrize(("text", "kind", "areas"), CASES)
def test_known_answers(text: str, kind: str, areas: set[str]) -> None:
    found = [one for one in find_places(text) if one.kind == kind and not one.refused]
    assert any({code[: len(next(iter(areas)))] for code in one.areas} == areas for one in found)
    for one in found:
        assert one.wide
        assert one.why.startswith(KINDS[kind])


def test_a_county_stays_beside_the_prefecture() -> None:
    (one,) = find_places("苏公网安备 32090200001234号")
    assert one.resolves.startswith("320902 亭湖区, Yancheng (盐城市)")


def test_the_form_that_others_misread_is_right_or_refused() -> None:
    (one,) = find_places("33 21 27 N, 120 9 26 E")
    assert one.refused or abs(one.position.lat_udeg - 33_357_500) < 10
    assert one.refused or abs(one.position.lon_udeg - 120_157_222) < 10


def test_an_ambiguous_name_stays_so() -> None:
    (one,) = find_places("在朝阳区")
    assert len(one.areas) > 1
    assert "places are called so" in one.why


def test_numbers_of_people_are_masked_everywhere() -> None:
    for text in ("电话 +86 515 8812 3456", "身份证 11010519491231002X", "苏J·12345"):
        for one in find_places(text):
            printed = str(one.as_json())
            assert "88123456" not in printed.replace(" ", "")
            assert "19491231" not in printed
            assert "12345" not in printed


def test_a_name_inside_a_code_is_not_found_twice() -> None:
    kinds = [one.kind for one in find_places("苏公网安备 32090200001234号")]
    assert kinds == ["filing"]


def test_a_file_is_read_line_by_line(tmp_path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing here\n电话 +86 515 8812 3456\nвстреча в Москве\n", encoding="utf-8")
    assert [(one.line, one.kind) for one in ask_places(str(path))] == [(2, "phone"), (3, "name")]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n\xff\xfe", "no UTF-8 text"),
        ("late.txt", b"fine\n" * 10_000 + b"\xff\n", "no UTF-8 text"),
    ],
)
def test_files_that_are_no_text(tmp_path, name, content, words) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        list(ask_places(str(path)))


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_text_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        list(ask_places(text))


def test_too_many_lines_are_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("forensics.job.ask.about_places.MOST_LINES", 3)
    monkeypatch.setattr("forensics.job.ask.about_places.MOST_BYTES", 20)
    path = tmp_path / "x.txt"
    path.write_text("a\n" * 5)
    with pytest.raises(UsageError, match="more than 3 lines"):
        list(ask_places(str(path)))
    path.write_text("a" * 30)
    with pytest.raises(UsageError, match="larger than"):
        list(ask_places(str(path)))
