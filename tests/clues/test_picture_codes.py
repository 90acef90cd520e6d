"""Codes in pictures: shown with their place, tied to the same-picture set, moving nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.clues import LOOSE, image_words, picture_codes
from forensics.clues.evidence import Evidence
from forensics.clues.image_words import masked
from forensics.model import AreaLikelihood, Image, PointLikelihood
from forensics.pixels import ImageText, Picture, TextSearch
from forensics.reference.places import load_gazetteer

HASHES = {name: name * 64 for name in "abcd"}


def line(file: str, text: str, *, number: int = 1, score_ppm: int = 950_000) -> ImageText:
    return ImageText(HASHES[file], number, text, score_ppm, (0, 0, 500, 100), "rapidocr")


def evidence(*lines: ImageText, limit: int = 200, read: str = "abcd") -> Evidence:
    """Four pictures: a and b are copies, a is of a1 and b of a2, c of a1, d of nobody."""
    accounts = {"a": ("a1",), "b": ("a2",), "c": ("a1",), "d": ()}
    images = tuple(
        Image(original=HASHES[name], name=f"{name}.png", format="png", accounts=accounts[name])
        for name in "abcd"
    )
    looks = tuple(
        Picture(HASHES[name], 8, 8, name, "0" * 64, "0" * 64, None, "0" * 16, "0" * 16, 100)
        for name in "abcd"
    )
    counts = {HASHES[name]: sum(one.original == HASHES[name] for one in lines) for name in read}
    return Evidence(
        posts=None,
        images=images,
        units={"all": ("a1", "a2")},
        places=load_gazetteer(),
        pictures=looks,
        sets={HASHES["a"]: "same", HASHES["b"]: "same"},
        image_texts=tuple(sorted(lines, key=lambda one: (one.original, one.line))),
        text_search=TextSearch("engine 1", limit, 4, 0, counts),
    )


def test_a_number_on_copies_of_a_sign_is_one_clue_about_the_sign() -> None:
    given = evidence(line("a", "电话：0515-88123456"), line("b", "电话：0515-88123456"))
    (found,) = picture_codes.find(given)
    (clue,) = found.clues
    assert (clue.kind, clue.role) == ("phone", "content_subject")
    assert clue.group == ("scene:same",)
    assert clue.accounts == ("a1", "a2")
    assert isinstance(clue.likelihood, AreaLikelihood)
    assert clue.likelihood.areas == ("CN-JS.3209",)
    assert "88123456" not in found.statement
    assert "in 1 picture of 2 accounts" in clue.statement
    assert {row.row for row in found.observations[0].rows} == {1}


def test_pictures_that_no_post_names_stand_apart() -> None:
    found = picture_codes.find(evidence(line("d", "坐标 33.3512°N 120.1612°E")))
    (loose,) = found
    assert loose.unit == LOOSE
    assert isinstance(loose.clues[0].likelihood, PointLikelihood)
    assert loose.clues[0].group == (f"scene:{HASHES['d'][:12]}",)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([line("c", "电话：0515-88123456", score_ppm=700_000)], "unsure"),
        ([line("c", "Tel 0515-88123456")], "phone_not_chinese"),
    ],
)
def test_what_is_not_sure_is_counted_and_no_clue(lines: list[ImageText], reason: str) -> None:
    (found,) = picture_codes.find(evidence(*lines))
    assert (found.status, found.clues) == ("nothing_found", ())
    assert found.details["refused"] == {reason: 1}


def test_a_chinese_line_beside_it_makes_a_number_chinese() -> None:
    (found,) = picture_codes.find(
        evidence(line("c", "Tel 0515-88123456", number=2), line("c", "盐城欢迎你"))
    )
    assert [clue.kind for clue in found.clues] == ["phone"]


def test_nothing_is_said_where_nobody_asked(tmp_path: Path) -> None:
    silent = Evidence(posts=None, images=(), units={"all": ()}, places=load_gazetteer())
    assert picture_codes.find(silent) == []
    assert image_words.find(silent) == []


def test_how_much_was_read_is_said_also_what_the_limit_left() -> None:
    given = evidence(line("a", "one"), line("a", "Tel 0515-88123456", number=2), read="ac", limit=2)
    unit, loose = image_words.find(given)
    assert (unit.unit, unit.status) == ("all", "found")
    assert "looked for in 2 of 3 image files and stands in 1 of them: 2 lines" in unit.statement
    assert "the rest may hold text" in unit.statement
    assert unit.details["lines"][1]["text"] == "Tel 0515-••••••••"  # type: ignore[index,call-overload]
    assert (loose.unit, loose.status) == (LOOSE, "not_looked")
    whole, _ = image_words.find(evidence(line("a", "one")))
    assert "the rest" not in whole.statement


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10:42", "10:42"),
        ("+7 (812) 555-01-23", "+7 (812) •••-••-••"),
        ("No. 12345", "No. 12345"),
        ("苏ICP备12345678号-1", "苏ICP备1234••••号-1"),
    ],
)
def test_long_numbers_are_cut_short_in_what_is_shown(text: str, shown: str) -> None:
    assert masked(text) == shown
